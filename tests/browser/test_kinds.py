"""Every kind of question in a real browser: empty, wrong, right, come back to; by keyboard, with and without script."""

import contextlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import Error as PlaywrightError

from course_app.library import files
from course_app.library.files import QuizFile
from course_app.library.questions import FreeTextQuestion, OrderingQuestion, PlacingQuestion
from course_app.library.yaml_reader import read_yaml
from course_app.quizzes.kinds.keys import right_answer, wrong_answer
from tests.support import walks
from tests.support.visitor import NARROWEST

QUIZ = Path(__file__).parents[2] / "quizzes" / "ateliers-du-dossier.yaml"
SEND = re.compile("^Valider ma réponse$")


@pytest.fixture(scope="module")
def questions():
    """One real question of each kind that is no plain choice."""
    file = files.read(QUIZ, QUIZ.name)
    written, _faults = files.understand(file, read_yaml(file.text), QuizFile)
    return written.value.questions


def _press(page, locator):
    """Press a control from the keyboard, and wait until the page it is on is gone: swapped away, or navigated from."""
    pressed = locator.element_handle()
    with page.expect_response(lambda response: response.request.method == "POST"):
        pressed.press("Enter")
    with contextlib.suppress(PlaywrightError):  # navigating destroys the control's own world
        pressed.wait_for_element_state("hidden")
    page.wait_for_load_state()


def _fill(page, question, given):
    """Give an answer with the controls of the page."""
    if isinstance(question, OrderingQuestion):
        for place, step in enumerate(given.chosen):
            while page.locator('input[name="option"]').nth(place).get_attribute("value") != step:
                _press(page, page.locator(f'button[value="up:{step}"]'))
    elif isinstance(question, PlacingQuestion):
        for place, value in enumerate(given.chosen):
            page.locator("select").nth(place).select_option(value)
    else:
        for value in given.chosen:
            page.locator(f'input[name="option"][value="{value}"]').press("Space")
    if given.typed:
        page.locator("#typed").fill(given.typed)


def _heading(question, rank):
    if isinstance(question, FreeTextQuestion):
        return "C'est écrit."
    return "Bien vu." if rank % 2 else "Pas cette fois."


def _unscathed(visitor, rank):
    visitor.shown_at(NARROWEST, "dark" if rank % 2 else "light")
    assert visitor.axe() == []
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert visitor.page.evaluate(wide) <= 0


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_every_kind_is_answered_by_keyboard(site, newcomer, questions, script):
    """Nothing sent says what to do; a wrong and a right answer are explained; coming back shows the answer kept."""
    visitor = newcomer(site, java_script_enabled=script, reduced_motion="reduce")
    page = visitor.open("/demonstration")
    walks.enter_as(page, "Lucie" if script else "Karim")
    walks.start_quiz(page, "/quiz/ateliers-du-dossier")
    for rank, question in enumerate(questions):
        if not isinstance(question, OrderingQuestion):
            _press(page, walks.button(page, SEND))
            page.locator("#error-summary").wait_for()
        if script:
            _unscathed(visitor, rank)
        _fill(page, question, (right_answer if rank % 2 else wrong_answer)(question))
        _press(page, page.locator("#answer button.button-wide"))
        page.locator("#feedback").wait_for()
        assert page.locator("#feedback").inner_text().replace("’", "'") == _heading(question, rank)
        if script:
            _unscathed(visitor, rank)
        page.reload()
        assert page.locator(".answer.is-mine, .written").count()
        walks.follow(page, walks.link(page, re.compile("Question suivante|Voir le bilan")))
    assert "sur 7" in page.locator("h1").inner_text()
    # Chromium's remark, not a fault: after a swap the script has put the focus where the attribute asks for it.
    visitor.complaints[:] = [each for each in visitor.complaints if "Autofocus" not in each]
