"""Journeys 9 and 1 of experience.md §6: a manager invites, a temp practises at once. Clicks leave typing out."""

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
