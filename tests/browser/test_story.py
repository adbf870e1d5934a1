"""A story with choices on a phone: with script, without it, by keyboard; an error, a step back, an ending, a replay."""

import re

import pytest

from tests.browser.test_comfort import activate, tab_to
from tests.support import walks
from tests.support.visitor import PHONE

STORY = "/scenarios/standard-curieux"
ONWARD = re.compile("^(La suite|Voir comment cela finit)$")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_story_is_played_taken_back_and_played_again(site, newcomer, script):
    """A visible error, a step back that keeps it, an ending that explains, a moment replayed; axe finds nothing."""
    visitor = newcomer(site, viewport=PHONE, java_script_enabled=script)
    page = visitor.open("/inscription")
    walks.sign_up(page, f"histoire-{script}@exemple.fr".lower())
    walks.start_scenario(page, STORY)
    page.locator('input[name="choice"]').first.check()
    walks.follow(page, walks.button(page, "Décider"))
    assert page.locator("#feedback").is_visible()
    walks.follow(page, walks.button(page, "Revenir avant ce choix"))
    assert page.get_by_text("2e passage").is_visible()
    walks.finish_scenario(page)
    assert page.get_by_role("heading", name="Votre chemin, choix par choix").is_visible()
    assert page.get_by_text("repris ensuite, et compté").first.is_visible()
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    if script:
        assert visitor.axe() == []
        assert page.evaluate(wide) <= 0
    walks.follow(page, walks.button(page, "Rejouer ce moment"))
    assert walks.button(page, "Décider").is_visible()


def test_a_story_is_played_by_keyboard_alone(visitor):
    """From the first screen to the ending, choosing by Space and sending by Enter."""
    page = visitor.open("/inscription")
    walks.sign_up(page, "clavier-histoire@exemple.fr")
    walks.go_to(page, STORY)
    activate(page, "^Commencer$")
    page.wait_for_url("**/moment/*")
    while page.locator('label[for="choice-0"]').count():
        tab_to(page, re.escape(page.locator('label[for="choice-0"]').inner_text().strip()))
        page.keyboard.press("Space")
        activate(page, "^Décider$")
        page.locator("#feedback").wait_for()
        assert page.evaluate("() => document.activeElement.id") == "feedback"
        activate(page, ONWARD.pattern)
    assert "/debrief" in page.url
