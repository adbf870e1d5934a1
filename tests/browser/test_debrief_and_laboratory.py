"""The debrief on a small phone by keyboard alone, and a whole trial of the laboratory; both accessible."""

import re

from tests.browser.test_comfort import activate, tab_to
from tests.support import walks
from tests.support.visitor import NARROWEST, PHONE

JOB_MS = 120_000
"""A job on a busy machine, the model compiled on the way."""
OPENS_ANSWER = "^Voir (une meilleure option|la règle)"
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def _faults(visitor):
    """Return what is wrong with the page as it is, on the narrowest screen, in light and dark."""
    found = []
    for scheme in ("light", "dark"):
        visitor.shown_at(NARROWEST, scheme)
        found += visitor.axe()
        too_wide = visitor.page.evaluate(TOO_WIDE)
        found += [f"{too_wide} px too wide"] if too_wide > 0 else []
    visitor.shown_at(PHONE, "light")
    return [f"{visitor.page.url}: {fault}" for fault in found]


def test_the_debrief_is_read_and_replayed_by_keyboard_alone(learner):
    """Debrief, better option, all decisions, one's whole way of working, then the costliest moment played again."""
    page = learner.page
    walks.open_desk(page, "/exercices/cinq-premiers-dossiers")
    desk = page.url
    walks.go_to(page, f"{desk}/client/client-01")
    page.locator("label").filter(has=page.locator('input[value="mise-en-demeure"]')).click()
    walks.follow(page, walks.button(page, "Jouer cette décision"))
    page.goto(desk)
    walks.finish_exercise(page)
    debrief = page.url
    answer = page.locator(".key-card").first.get_by_text(re.compile("^La règle"))
    assert answer.is_hidden()
    tab_to(page, OPENS_ANSWER)
    page.keyboard.press("Enter")
    assert answer.is_visible()
    faults = _faults(learner)
    activate(page, "^Ma façon de travailler$")
    activate(page, "^Comparer ma façon de travailler$")
    page.get_by_text(re.compile("Comment lire ces chiffres|Trop peu de décisions")).wait_for(timeout=JOB_MS)
    faults += _faults(learner)
    page.goto(debrief)
    tab_to(page, OPENS_ANSWER)
    page.keyboard.press("Enter")
    activate(page, "^Tout le raisonnement")
    faults += _faults(learner)
    page.goto(debrief)
    activate(page, "^Rejouer ce moment$")
    assert page.get_by_text("Même situation, même chance.").is_visible()
    assert not faults


def test_a_scenario_is_written_and_tested_end_to_end(site, newcomer):
    """A manager adds a rule, moves it, tests, watches the bar, reads figures, chart and table, and finds them again."""
    manager = newcomer(site)
    page = manager.open("/demonstration")
    walks.enter_as(page, "Claire")
    walks.go_to(page, "/exercices")
    walks.follow(page, walks.link(page, "Ouvrir le laboratoire"))
    faults = _faults(manager)
    page.get_by_label("Nom de votre scénario").fill("Appeler d'abord")
    walks.follow(page, walks.button(page, "Ajouter une règle"))
    page.locator("details[open]").get_by_label("Faire").select_option("Appeler")
    walks.follow(page, walks.button(page, "Monter la règle 18"))
    assert page.locator(".rule summary").nth(16).inner_text() == "À tout moment\u00a0: appeler"
    walks.follow(page, walks.button(page, "Tester ce scénario"))
    assert page.locator("progress").is_visible()
    page.get_by_text("Comment lire ces chiffres").wait_for(timeout=JOB_MS)
    faults += _faults(manager)
    assert page.get_by_text(re.compile("Votre scénario recouvre")).is_visible()
    assert page.locator("table tbody tr").count() == 6
    walks.follow(page, walks.link(page, "Laboratoire"))
    assert walks.link(page, "Appeler d’abord").count() + walks.link(page, "Appeler d'abord").count() == 1
    assert not faults
