"""Every kind of question in a real browser, by keyboard: empty, wrong, partly right, right, come back to; then a test."""

import contextlib
import re
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Error as PlaywrightError

from course_app.library import files
from course_app.library.catalog import restore
from course_app.library.files import QuizFile
from course_app.library.model import ItemKind
from course_app.library.questions import FreeTextQuestion, OrderingQuestion, PlacingQuestion, QuestionType
from course_app.library.yaml_reader import read_yaml
from course_app.quizzes.kinds import judging
from course_app.quizzes.kinds.keys import right_answer, wrong_answer
from tests.support import walks
from tests.support.answers import partly_right
from tests.support.visitor import NARROWEST

QUIZZES = Path(__file__).parents[2] / "quizzes"
EVERY_KIND = ("ateliers-du-dossier", "agenda-et-priorites")
"""Two real quizzes that hold, together, all ten kinds."""
SEND = re.compile("^Valider ma réponse$")
HOW = {"wrong": wrong_answer, "partly": partly_right, "right": right_answer}
TEST = "test-equipe"


def _questions(name):
    path = QUIZZES / f"{name}.yaml"
    file = files.read(path, path.name)
    written, _faults = files.understand(file, read_yaml(file.text), QuizFile)
    return written.value.questions


def test_every_kind_is_there():
    """The quizzes played below hold a question of each kind."""
    assert {question.type for name in EVERY_KIND for question in _questions(name)} == set(QuestionType)


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
        for value in given.chosen:
            page.locator(f'input[type="radio"][value="{value}"]').press("Space")
    else:
        for value in given.chosen:
            page.locator(f'input[name="option"][value="{value}"]').press("Space")
    if given.typed:
        page.locator("#typed").fill(given.typed)


def _given(question, how):
    """Return an answer that is wrong, partly right where the question knows halves, or right.

    A question may leave no wrong choice but a red line: what is partly right stands for it.
    """
    given = HOW[how](question) or wrong_answer(question)
    return given if given.chosen or given.typed else partly_right(question)


def _heading(question, given):
    grade = judging.grade(question, judging.parse(question, given))
    if grade.correct is None:
        return "C'est écrit."
    return "Bien vu." if grade.correct else "Presque." if grade.credit else "Pas cette fois."


def _unscathed(visitor, rank):
    visitor.shown_at(NARROWEST, "dark" if rank % 2 else "light")
    assert visitor.axe() == []
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert visitor.page.evaluate(wide) <= 0


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("name", EVERY_KIND)
def test_every_kind_is_answered_by_keyboard(site, newcomer, name, how, script):
    """Nothing sent says what to do; wrong, partly right and right answers are explained; coming back shows the answer."""
    visitor = newcomer(site, java_script_enabled=script, reduced_motion="reduce")
    looks = script and how == "wrong"
    page = visitor.open("/demonstration")
    walks.enter_as(page, "Lucie" if script else "Karim")
    walks.start_quiz(page, f"/quiz/{name}")
    questions = _questions(name)
    for rank, question in enumerate(questions):
        given = _given(question, how)
        if not isinstance(question, OrderingQuestion) and how == "wrong":
            _press(page, walks.button(page, SEND))
            page.locator("#error-summary").wait_for()
        if looks:
            _unscathed(visitor, rank)
        _fill(page, question, given)
        _press(page, page.locator("#answer button.button-wide"))
        page.locator("#feedback").wait_for()
        assert page.locator("#feedback").inner_text().replace("’", "'") == _heading(question, given)
        if looks:
            _unscathed(visitor, rank)
        page.reload()
        assert page.locator(".answer.is-mine, .written").count()
        walks.follow(page, walks.link(page, re.compile("Question suivante|Voir le bilan")))
    marked = sum(not isinstance(question, FreeTextQuestion) for question in questions)
    assert f"sur {marked}" in page.locator("h1").inner_text()
    # Chromium's remark, not a fault: after a swap the script has put the focus where the attribute asks for it.
    visitor.complaints[:] = [each for each in visitor.complaints if "Autofocus" not in each]


def _drawn(site, page):
    """Return the questions of the test on the screen, from the version its attempt is pinned to."""
    attempt = re.search(r"/essais/([0-9a-f-]+)/", page.url)[1].replace("-", "")
    with contextlib.closing(sqlite3.connect(site.folder / "data" / "reglo.sqlite3")) as database:
        (body,) = database.execute(
            "SELECT body FROM content_version JOIN quiz_attempt USING (content_hash) WHERE quiz_attempt.id = ?",
            (attempt,),
        ).fetchone()
    return restore(ItemKind.QUIZ, body).questions


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_whole_test_is_answered_by_keyboard(site, newcomer, script):
    """Wrong, partly right, right and blank answers of all its kinds are kept, come back to, counted and sent."""
    visitor = newcomer(site, java_script_enabled=script, reduced_motion="reduce")
    page = visitor.open("/demonstration")
    walks.enter_as(page, "Claire" if script else "Hugo")
    walks.go_to(page, f"/tests/{TEST}")
    walks.follow(page, walks.button(page, re.compile("^(Commencer|Reprendre) le test$")))
    questions = _drawn(site, page)
    base = page.url.split("/question/")[0]
    for number, question in enumerate(questions, 1):
        walks.go_to(page, f"{base}/question/{number}")
        if number > 1:  # the first one stays blank
            given = _given(question, [*HOW][number % 3])
            _fill(page, question, given)
            _press(page, walks.button(page, "Enregistrer et continuer"))
            assert not page.locator("#error-summary").count(), f"{question.id}: {given}"
    walks.go_to(page, f"{base}/question/2")
    assert page.get_by_text("Réponse enregistrée").count()
    walks.go_to(page, f"{base}/verifier")
    assert page.get_by_text("1 question est sans réponse").is_visible()
    walks.button(page, "Envoyer mes réponses").press("Enter")
    page.wait_for_url("**/resultat")
    assert page.locator("h1").inner_text().startswith("Pas encore")
    # Chromium's remark, not a fault: after a swap the script has put the focus where the attribute asks for it.
    visitor.complaints[:] = [each for each in visitor.complaints if "Autofocus" not in each]


def test_a_test_is_kept_checked_and_sent_by_keyboard(site, newcomer):
    """An answer chosen is kept without a press and survives a reload; blanks are told before sending; the result is clear."""
    visitor = newcomer(site, reduced_motion="reduce")
    page = visitor.open("/demonstration")
    walks.enter_as(page, "Lucie")
    walks.go_to(page, "/tests/test-interimaires")
    walks.follow(page, walks.button(page, re.compile("^(Commencer|Reprendre) le test$")))
    while page.locator('input[name="option"][type="radio"]').count() < 3:
        walks.go_to(page, page.url.rsplit("/", 1)[0] + f"/{int(page.url.rsplit('/', 1)[1].split('#')[0]) + 1}")
    _unscathed(visitor, 0)
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.locator('input[name="option"]').first.press("Space")
    page.get_by_text("Réponse enregistrée").wait_for()
    page.reload()
    assert page.locator('input[name="option"]').first.is_checked()
    walks.link(page, "Vérifier").press("Enter")
    page.wait_for_url("**/verifier")
    assert page.get_by_text("9 questions sont sans réponse").is_visible()
    _unscathed(visitor, 1)
    walks.button(page, "Envoyer mes réponses").press("Enter")
    page.wait_for_url("**/resultat")
    assert page.locator("h1").inner_text().startswith("Pas encore")
    _unscathed(visitor, 0)
    walks.go_to(page, "/tests/test-interimaires")
    assert not walks.button(page, re.compile("Commencer")).count()
