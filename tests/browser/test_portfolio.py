"""The ten-minute portfolio on a phone, by keyboard alone: play, undo, a power cut, the debrief, a moment again."""

import re

from tests.support import walks

MOST_TABS = 120
DESK_STATE = "h1, .time-left, #decisions + ol, .client-list .name"
_WORDS = """() => { const e = document.activeElement;
  return (e.id && document.querySelector(`label[for="${e.id}"]`)?.innerText) || e.innerText || ""; }"""


def _tab_to(page, words):
    """Press Tab until the control in focus carries these words."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if re.search(words, page.evaluate(_WORDS)):
            return
    raise AssertionError(f"the keyboard never reaches « {words} » on {page.url}")


def _press(page, words):
    """Reach a link or a button by Tab, press Enter, and wait for the page it leads to."""
    _tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _decide(page, customer):
    """From the desk, open a file and write a polite mail."""
    _press(page, re.escape(customer))
    _tab_to(page, "^Écrire un mail poli")
    page.keyboard.press("Space")
    assert page.locator('input[value="mail"]').is_checked()
    _press(page, "^Jouer cette décision")


def _close(page):
    _press(page, "^Terminer la séance")
    _press(page, "^Terminer et ")


def _state(page):
    return page.locator(DESK_STATE).all_inner_texts()


def test_the_short_portfolio_is_played_by_keyboard_and_a_power_cut_takes_nothing(own_site, newcomer):
    """Sign-up to replayed moment at 360 px, keyboard only once at the desk; every page of play passes axe."""
    visitor = newcomer(own_site)
    page = visitor.open("/inscription")
    walks.sign_up(page, "nadia@exemple.fr")
    walks.go_to(page, "/exercices/cinq-premiers-dossiers")
    assert visitor.axe() == []
    _press(page, "^Ouvrir le bureau")
    assert visitor.axe() == []
    _press(page, "^Lire le relevé")
    assert page.get_by_text("Relevé lu le").first.is_visible()
    first = page.locator(".client-list .name").first.inner_text()
    _press(page, re.escape(first))
    assert visitor.axe() == []
    _press(page, "^Séance 1")
    _decide(page, first)
    _press(page, "^Annuler la dernière décision")
    assert page.get_by_text("Décision annulée").is_visible()
    _decide(page, first)
    before = _state(page)
    own_site.kill()
    own_site.start()
    walks.go_to(page, "/parcours")
    _press(page, "^Reprendre")
    assert _state(page) == before
    _press(page, "^Terminer la séance")
    assert visitor.axe() == []
    _press(page, "^Terminer et ")
    for _ in range(3):
        _close(page)
    _press(page, "^Passer")
    assert page.get_by_text("Les moments qui comptent").first.is_visible()
    assert visitor.axe() == []
    walks.go_to(page, str(page.locator('a[href*="/debrief/moment/"]').first.get_attribute("href")))
    _press(page, "^Rejouer ce moment")
    assert page.get_by_text("Même situation, même chance").is_visible()


def test_a_long_desk_holds_on_the_narrowest_phone(visitor):
    """Twenty customers at 320 px, light and dark: no sideways scroll, sorting by press, axe clean."""
    visitor.open("/demonstration")
    walks.enter_as(visitor.page, "Lucie")
    walks.open_desk(visitor.page, "/exercices/soixante-jours")
    for scheme in ("light", "dark"):
        visitor.shown_at({"width": 320, "height": 640}, scheme)
        assert visitor.axe() == []
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 320
    walks.follow(visitor.page, walks.button(visitor.page, "Nom"))
    names = visitor.page.locator(".client-list .name").all_inner_texts()
    assert names == sorted(names)
    assert len(names) == 20
