"""A nervous newcomer rehearses a call on a phone: by keyboard, in their own words, reloading, hanging up."""

import re

import pytest

from tests.support import walks

LINES = ".transcript > li"


def _lines(page):
    return page.locator(LINES).all_inner_texts()


def test_a_call_by_keyboard_in_ones_own_words_and_reloaded(learner):
    """Dial, say by keyboard, reload to the same turn, be whispered a hint, type one's own words, hang up, play again."""
    page = learner.page
    walks.dial(page, "/appels/encore-vous")
    assert page.locator('input[name="choice"]').first.evaluate("(each) => each === document.activeElement")
    page.keyboard.press("Space")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    before = _lines(page)
    assert len(before) >= 3
    page.reload()
    assert _lines(page) == before
    assert not learner.axe()
    walks.follow(page, walks.link(page, "Souffler"))
    assert page.get_by_text("On vous souffle").is_visible()
    page.locator(".own-words > summary").click()
    page.get_by_label("Vos mots à vous").fill("Je vous écoute, prenez votre temps.")
    walks.follow(page, walks.button(page, "Relire ma phrase"))
    assert not learner.axe()
    page.locator('label:has(input[name="intent"])').first.click()
    walks.follow(page, walks.button(page, "C’est cela, dire"))
    page.locator(LINES).filter(has_text="prenez votre temps").wait_for()
    walks.follow(page, walks.button(page, "Reprendre ma dernière réplique"))
    page.locator(LINES).filter(has_text="prenez votre temps").wait_for(state="detached")
    assert _lines(page) == before
    walks.hang_up(page)
    assert page.get_by_role("heading", level=1).inner_text().startswith("Vous avez raccroché")
    assert not learner.axe()


@pytest.mark.parametrize("scripted", [True, False], ids=["script", "no-script"])
def test_a_call_goes_to_its_end(site, newcomer, scripted):
    """With and without JavaScript: the call ends by itself, the debrief has seven steps and its figures explained."""
    visitor = newcomer(site, java_script_enabled=scripted)
    visitor.open("/demonstration")
    page = visitor.page
    walks.enter_as(page, "Samira")
    walks.dial(page, "/appels/jamais-recue" if scripted else "/appels/bon-de-commande")
    for _turn in range(10):
        if re.search("/bilan", page.url):
            break
        assert walks.button(page, "Raccrocher").is_visible()
        walks.say(page)
    page.wait_for_url("**/bilan")
    assert page.locator(".seven > li").count() == 7
    assert page.get_by_text("Les montants viennent d’un modèle").is_visible()
