"""Journeys 9 and 1 of experience.md §6: a manager invites, a temp practises at once. Clicks leave typing out.

And a team composed by the keyboard alone.
"""

from tests.support import walks
from tests.support.mail_files import link_sent_to
from tests.support.visitor import DESK


class _Clicks:
    """A page, and how many times it was pressed."""

    def __init__(self, page):
        self.page, self.number = page, 0

    def press(self, target):
        """Press something that leads to another page."""
        self.number += 1
        walks.follow(self.page, target)


def test_a_manager_invites_five_people_and_a_temp_practises_at_once(site, newcomer):
    """Five clicks invite five people to a path for a day; at most four lead from the mail to the customer's first line."""
    manager = newcomer(site, viewport=DESK)
    page = manager.open("/demonstration")
    walks.enter_as(page, "Claire")
    clicks = _Clicks(page)
    clicks.press(walks.link(page, "Équipe"))
    clicks.press(walks.link(page, "Inviter"))
    page.get_by_label("Adresses e-mail").fill(
        "Ninon <ninon@exemple.fr>\nomar@exemple.fr, jade@exemple.fr; leo@exemple.fr\nnoe@exemple.fr"
    )
    clicks.number += 1
    page.get_by_label("Parcours à suivre").select_option("interimaires")
    page.get_by_label("À finir pour le").fill("2099-12-12")
    clicks.press(walks.button(page, "Vérifier la liste"))
    assert manager.axe() == []
    clicks.press(walks.button(page, "Envoyer les 5 invitations"))
    page.get_by_text("5 invitations sont parties.").wait_for()
    assert clicks.number <= 5

    temp = newcomer(site)
    page, clicks = temp.open(link_sent_to(site, "ninon@exemple.fr")), _Clicks(temp.page)
    clicks.number = 1  # the link in the mail
    assert temp.axe() == []
    assert page.get_by_label("Votre prénom").input_value() == "Ninon"
    page.get_by_label("Votre prénom").fill("Ninon")
    clicks.press(walks.button(page, "Commencer"))
    page.get_by_role("heading", name="À garder sous les yeux").wait_for()
    clicks.press(walks.button(page, "Composer le numéro"))
    page.locator("ol.transcript li").first.wait_for()
    assert clicks.number <= 4
    temp.open("/parcours")
    page.get_by_text("Claire vous a confié").wait_for()


def _press(page, target):
    """Press something by the keyboard alone, and wait for the page it leads to."""
    target.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _tick(page, group, number):
    """Tick the first people of a group, from one to the next with the keyboard."""
    page.get_by_role("group", name=group).get_by_role("checkbox").first.focus()
    for _person in range(number):
        page.keyboard.press("Space")
        page.keyboard.press("Tab")


def _confirm(page, told):
    """From the page that says what will change, where the focus waits on the question, go on to the button and press it."""
    assert page.evaluate("() => document.activeElement.tagName") == "H1"
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent.trim()") == "Enregistrer"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_text(told).wait_for()


def test_a_manager_composes_a_team_by_keyboard(site, newcomer):
    """Two people ticked and one pasted enter a new team at once, two ticked leave it: each change read before it is made."""
    manager = newcomer(site)
    page = manager.open("/demonstration")
    walks.enter_as(page, "Claire")
    walks.go_to(page, "/equipe/membres")
    page.get_by_label("Nom de l’équipe").fill("Boutique")
    _press(page, walks.button(page, "Créer l’équipe"))
    _press(page, page.locator('a[href*="/membres/equipes/"]').filter(has_text="Boutique"))
    _press(page, walks.link(page, "Faire entrer ou sortir"))
    page.get_by_label("Adresses à ajouter").fill("yanis@demo.reglo.invalid")
    _tick(page, "Ou cochez qui entre", 2)
    _press(page, walks.button(page, "Voir ce qui va changer"))
    page.get_by_text("3 personnes entrent.").wait_for()
    assert manager.axe() == []
    _confirm(page, "3 personnes entrent dans l’équipe.")
    _press(page, walks.link(page, "Faire entrer ou sortir"))
    assert manager.axe() == []
    _tick(page, "Cochez qui sort", 2)
    _press(page, walks.button(page, "Voir ce qui va changer"))
    _confirm(page, "2 personnes en sortent.")
    assert page.locator(".plain-list > li").count() == 2
    _press(page, walks.button(page, "Archiver l’équipe"))
