"""Taking a test: drawn once, kept as it goes, sent once, judged by the server alone."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from sqlalchemy import select

from course_app.accounts.rules import Role
from course_app.library.model import ItemKind
from course_app.progress import service as progress
from course_app.quizzes.exam.models import ExamDraft, ExamResult
from course_app.quizzes.kinds.keys import right_answer, wrong_answer
from course_app.quizzes.models import Answer, QuizAttempt
from tests.support import people
from tests.web.quizzes.conftest import EVERYWHERE, key_on
from tests.web.quizzes.test_secrets import _secrets

DAY = 24 * 3600


class Candidate:
    """Somebody at one test, through the pages of a browser without JavaScript."""

    def __init__(self, app, client, test, token):
        self.app, self.client, self.test, self.token = app, client, test, token
        self.attempt_id = ""

    def post(self, url, *, headers=None, **fields):
        """Send a form of the site."""
        return self.client.post(url, data={"csrf_token": self.token, **fields}, headers=headers)

    def start(self, key=None):
        """Start or resume the test, and remember the attempt."""
        reply = self.post(f"/tests/{self.test.id}", key=key or str(uuid.uuid4()))
        if reply.status_code == 303:
            self.attempt_id = reply.location.split("/essais/")[1].split("/")[0]
        return reply

    def url(self, page):
        """Return the address of a page of the attempt."""
        return f"/tests/essais/{self.attempt_id}/{page}"

    def save(self, number, given, *, headers=None, key=None, revision="0", **fields):
        """Keep an answer to a question, and go on."""
        values = {"option": list(given.chosen), "typed": given.typed, "key": key or str(uuid.uuid4())}
        return self.post(self.url(f"question/{number}"), headers=headers, revision=revision, **{**values, **fields})

    def page(self, page):
        """Return the text of a page of the attempt."""
        return unescape(self.client.get(self.url(page)).get_data(as_text=True))

    def send(self):
        """Send the test."""
        return self.post(self.url("envoyer"))


@pytest.fixture
def exam_quiz(catalog):
    """The test of the temporary staff's path."""
    return catalog.quizzes["test-interimaires"]


@pytest.fixture
def candidate(clock, app, client, learner, exam_quiz, csrf):
    """A signed-in learner at the first screen of a test; the clock stood still before they came."""
    return Candidate(app, client, exam_quiz, csrf(client.get(f"/tests/{exam_quiz.id}")))


@pytest.fixture
def later(clock, candidate, learner):
    """`later(seconds)`: the learner comes back, and signs in again, so many seconds later."""

    def wait(seconds):
        clock.shift(seconds)
        if seconds > 600:
            for cookie in list(candidate.client._cookies.values()):
                candidate.client.delete_cookie(cookie.key)
            people.sign_in(candidate.client, learner)
            candidate.token = people.csrf(candidate.client.get("/reglages"))

    return wait


@pytest.fixture
def questions(app, session):
    """`questions(candidate)`: the questions drawn for the attempt, in order."""

    def read(candidate):
        session.rollback()
        row = session.scalar(
            select(QuizAttempt).where(QuizAttempt.id == uuid.UUID(candidate.attempt_id)).execution_options(**EVERYWHERE)
        )
        return progress.pinned(session, row.content_hash).questions

    return read


@pytest.fixture
def rows(session):
    """`rows(ExamDraft)`: every row of a table, as the database has them now."""

    def read(model):
        session.rollback()
        return list(session.scalars(select(model).execution_options(**EVERYWHERE)))

    return read


def _play(candidate, questions, wrong=0):
    """Start, answer everything, the first ones wrongly, and send."""
    assert candidate.start().status_code == 303
    asked = questions(candidate)
    for number, question in enumerate(asked, 1):
        given = wrong_answer(question) if number <= wrong else right_answer(question)
        assert candidate.save(number, given).status_code == 303
    assert candidate.send().status_code == 303
    return asked


def test_a_passed_test_is_numbered_and_corrected(candidate, questions, rows, session, actor):
    """Everything right: 100 %, a numbered receipt, each question corrected, the step done in the path."""
    asked = _play(candidate, questions)
    assert len(asked) == 10
    (result,) = rows(ExamResult)
    assert (result.percent, result.passed, result.is_late) == (100, True, False)
    assert len(rows(Answer)) == 10
    page = candidate.page("resultat")
    assert "Test réussi\u00a0: 100\u00a0%" in page
    assert f"Reçu n°\u00a0{result.receipt}" in page
    assert all(question.prompt in page for question in asked)
    assert progress.journey(session, actor)[ItemKind.QUIZ, candidate.test.id].is_done


def test_s21_a_failed_test_names_what_to_review_and_gives_no_key_away(candidate, questions, rows, session, actor):
    """Under 80 %: what is acquired, what to review with its lesson, no answer, no reproach, the step still to do (S21)."""
    asked = _play(candidate, questions, wrong=3)
    (result,) = rows(ExamResult)
    assert (result.passed, result.percent < 80) == (False, True)
    page = candidate.page("resultat")
    assert "Pas encore" in page
    assert "/lecons/" in page
    assert "mercredi 9 décembre" in page
    for question in asked[:3]:
        assert question.objective in page
    assert not [words for question in asked for words in _secrets(question.model_dump()) if words in page]
    state = progress.journey(session, actor)[ItemKind.QUIZ, candidate.test.id]
    assert not state.is_done
    assert not state.is_open


def test_s15_nothing_is_told_before_sending(candidate, questions):
    """No page of a test under way holds a feedback, a mark or a score; the review shows what was answered (S15)."""
    candidate.start()
    asked = questions(candidate)
    for number, question in enumerate(asked, 1):
        candidate.save(number, right_answer(question))
        pages = candidate.page(f"question/{number}") + candidate.page("verifier")
        assert not [words for each in asked for words in _secrets(each.model_dump()) if words in pages]
        assert not [word for word in ("is-right", "is-wrong", "answer-mark") if word in pages]
    assert candidate.client.get(candidate.url("resultat")).status_code == 404
    assert candidate.client.get(f"/quiz/essais/{candidate.attempt_id}/question/1").status_code == 404
    assert candidate.client.get(f"/quiz/essais/{candidate.attempt_id}/bilan").status_code == 404


def test_s26_reloading_never_redraws(candidate, questions):
    """S26: starting again, from any page or device, resumes the same questions."""
    candidate.start()
    first, attempt = [question.id for question in questions(candidate)], candidate.attempt_id
    for _again in range(3):
        candidate.start()
    assert candidate.attempt_id == attempt
    assert [question.id for question in questions(candidate)] == first


def test_s18_s21_the_next_attempt_opens_tomorrow_with_fresh_questions(candidate, questions, later):
    """A second attempt the same day gets 409 and a date; the next day none of its questions was asked before."""
    first = {question.id for question in _play(candidate, questions, wrong=10)}
    refused = candidate.start()
    assert refused.status_code == 409
    assert "Un essai par jour" in refused.get_data(as_text=True)
    later(DAY)
    assert candidate.start().status_code == 303
    second = {question.id for question in questions(candidate)}
    assert not first & second
    assert len(second) == 10


def test_s21_a_passed_test_is_not_taken_again(candidate, questions, later):
    """Once passed, no attempt opens any more: 409, and the way to the result."""
    _play(candidate, questions)
    later(2 * DAY)
    refused = candidate.start()
    assert refused.status_code == 409
    assert "déjà réussi" in refused.get_data(as_text=True)
    assert "Voir mon résultat" in candidate.client.get(f"/tests/{candidate.test.id}").get_data(as_text=True)


def test_a_red_line_fails_whatever_the_score(candidate, questions, later, rows):
    """One answer over a red line closes the test, though everything else is right."""
    for _day in range(6):
        candidate.start()
        asked = questions(candidate)
        crossing = {
            number: option.id
            for number, question in enumerate(asked, 1)
            for option in getattr(question, "options", ())
            if option.red_line and question.type.value == "single"
        }
        for number, question in enumerate(asked, 1):
            candidate.save(number, right_answer(question))
        if crossing:
            number, option = next(iter(crossing.items()))
            values = {"option": option, "key": str(uuid.uuid4()), "revision": "1"}
            assert candidate.post(candidate.url(f"question/{number}"), **values).status_code == 303
            candidate.send()
            break
        for number, question in enumerate(asked, 1):
            candidate.save(number, wrong_answer(question), revision="1")
        candidate.send()
        later(DAY)
    result = rows(ExamResult)[-1]
    assert (result.percent, result.red_lines, result.passed) == (90, 1, False)
    assert "Ligne rouge" in candidate.page("resultat")


def test_s19_an_answer_changes_until_the_test_is_sent(candidate, questions, rows):
    """A kept answer shows again, changes, and counts as it was at the sending; afterwards 409, nothing changed (S19)."""
    candidate.start()
    question = questions(candidate)[0]
    candidate.save(1, wrong_answer(question))
    page = candidate.client.get(candidate.url("question/1")).get_data(as_text=True)
    revision = re.search(r'name="revision"[^>]*value="(\d+)"', page)[1]
    assert candidate.save(1, right_answer(question), revision=revision).status_code == 303
    candidate.send()
    assert [row.correct for row in rows(Answer)] == [True]
    assert candidate.save(1, wrong_answer(question), revision="2").status_code == 409
    assert [row.correct for row in rows(Answer)] == [True]


def test_r9_two_tabs_lose_nothing(candidate, questions, rows):
    """R9: an older tab that says otherwise gets 409 and sees both answers; validating there keeps the second."""
    candidate.start()
    question = questions(candidate)[0]
    candidate.save(1, right_answer(question))
    late = candidate.save(1, wrong_answer(question))
    assert late.status_code == 409
    text = unescape(late.get_data(as_text=True))
    assert "Cette réponse a changé dans un autre onglet" in text
    assert tuple(rows(ExamDraft)[0].chosen) == right_answer(question).chosen
    revision = re.search(r'name="revision"[^>]*value="(\d+)"', text)[1]
    assert candidate.save(1, wrong_answer(question), key=key_on(late), revision=revision).status_code == 303
    assert tuple(rows(ExamDraft)[0].chosen) != right_answer(question).chosen


def test_a_slow_sending_of_a_page_is_overtaken_by_the_next(candidate, questions, rows):
    """What a page sent last is kept, in whatever order its sendings arrive, even back at its first answer."""
    candidate.start()
    right, wrong = (choose(questions(candidate)[0]) for choose in (right_answer, wrong_answer))
    for given, serial, kept in ((right, 1, right), (right, 3, right), (wrong, 2, right), (wrong, 4, wrong)):
        assert candidate.save(1, given, key=str(uuid.UUID(int=1)), serial=str(serial)).status_code == 303
        assert tuple(rows(ExamDraft)[0].chosen) == kept.chosen


def test_one_page_never_contradicts_itself(candidate, questions, rows):
    """Background saves and the button of one page may cross: the same page always wins over itself."""
    candidate.start()
    question, key = questions(candidate)[0], str(uuid.uuid4())
    kept = candidate.save(1, wrong_answer(question), key=key, headers={"Accept": "application/json"})
    assert kept.get_json()["message"].startswith("Réponse enregistrée mardi 8 décembre")
    assert candidate.save(1, right_answer(question), key=key).status_code == 303
    assert tuple(rows(ExamDraft)[0].chosen) == right_answer(question).chosen


@pytest.mark.parametrize(
    "option",
    [[], ["zzz"], ["a", "a"], ["a\x00"], ["\ud800"], [str(each) for each in range(10_000)]],
    ids=["empty", "unknown", "repeated", "nul", "surrogate", "ten thousand"],
)
def test_s22_bad_answers_leave_the_kept_one(candidate, questions, rows, option):
    """S22: 422 in French, as a page and as JSON, and the answer kept before stays."""
    candidate.start()
    asked = questions(candidate)
    number = next(number for number, each in enumerate(asked, 1) if each.type.value == "single")
    candidate.save(number, right_answer(asked[number - 1]))
    encoded = [each.encode("utf-8", "surrogatepass") for each in option]
    for headers in (None, {"Accept": "application/json"}):
        url, key = candidate.url(f"question/{number}"), str(uuid.uuid4())
        reply = candidate.post(url, headers=headers, key=key, revision="1", option=encoded)
        assert reply.status_code == 422
    (draft,) = rows(ExamDraft)
    assert tuple(draft.chosen) == right_answer(asked[number - 1]).chosen


def test_s62_questions_outside_the_test_do_not_exist(candidate):
    """Number 0, past the end, beyond 2⁶³: 404, nothing written."""
    candidate.start()
    for number in (0, 11, 2**31, 2**63):
        assert candidate.client.get(candidate.url(f"question/{number}")).status_code == 404


def test_s02_somebody_else_sees_nothing(candidate, stranger):
    """S02: another learner's test is as absent as one that never was, at every address."""
    candidate.start()
    nowhere = str(uuid.uuid4())
    for page in ("question/1", "verifier", "resultat"):
        foreign = stranger.get(candidate.url(page))
        missing = stranger.get(candidate.url(page).replace(candidate.attempt_id, nowhere))
        assert foreign.status_code == missing.status_code == 404


def test_s20_the_deadline_is_the_servers(candidate, questions, rows, later):
    """S20: within the grace an answer is kept and flagged; later it is refused, and what was kept can be sent."""
    candidate.start()
    asked = questions(candidate)
    candidate.save(1, right_answer(asked[0]))
    later(7 * DAY + 59)
    assert candidate.save(2, right_answer(asked[1])).status_code == 303
    later(2)
    late = candidate.save(3, right_answer(asked[2]))
    assert late.status_code == 409
    assert "délai" in late.get_data(as_text=True)
    assert "vos réponses ne changent plus" in candidate.page("verifier")
    candidate.send()
    (result,) = rows(ExamResult)
    assert (result.percent, result.is_late) == (20, True)


def test_s20_an_overdue_test_is_sent_by_the_next_start(candidate, questions, rows, later):
    """Starting again after the deadline sends the old attempt with what it holds; the new one opens the day after."""
    candidate.start()
    candidate.save(1, right_answer(questions(candidate)[0]))
    later(8 * DAY)
    sent = candidate.start()
    assert sent.status_code == 303
    assert sent.location.endswith("/resultat")
    (result,) = rows(ExamResult)
    assert (result.percent, result.passed) == (10, False)
    assert candidate.start().status_code == 409
    later(DAY)
    assert candidate.start().status_code == 303
    assert len(rows(ExamResult)) == 1


def test_s18_s19_parallel_starts_and_sendings_make_one(candidate, questions, rows):
    """S18, S19: twelve starts at once open one attempt; twelve sendings write one result, the same for all."""
    cookies = {cookie.key: cookie.value for cookie in candidate.client._cookies.values()}

    def browser():
        made = candidate.app.test_client()
        for name, value in cookies.items():
            made.set_cookie(name, value)
        return Candidate(candidate.app, made, candidate.test, candidate.token)

    with ThreadPoolExecutor(6) as threads:
        starts = set(threads.map(lambda _turn: browser().start().location, range(12)))
    assert len(starts) == 1
    assert len(rows(QuizAttempt)) == 1
    candidate.start()
    candidate.save(1, right_answer(questions(candidate)[0]))
    with ThreadPoolExecutor(6) as threads:
        replies = list(threads.map(lambda _turn: browser().post(candidate.url("envoyer")), range(12)))
    assert {(reply.status_code, reply.location) for reply in replies} == {(303, candidate.url("resultat"))}
    assert (len(rows(ExamResult)), len(rows(Answer))) == (1, 1)


def test_the_path_resumes_the_test(candidate, questions):
    """Mon parcours leads back to the test, and the test to the first question without answer."""
    candidate.start()
    candidate.save(1, right_answer(questions(candidate)[0]))
    mine = candidate.client.get("/parcours").get_data(as_text=True)
    assert candidate.url("question/1") in mine
    shown = candidate.client.get(f"/quiz/{candidate.test.id}", follow_redirects=True).get_data(as_text=True)
    assert "Reprendre le test" in shown
    assert candidate.start().location.endswith("/question/2")


def test_a_guest_takes_no_test(app, session, client, csrf):
    """A test leads to a certificate: it needs an account."""
    token = csrf(client.get("/essai"))
    client.post("/essai", data={"csrf_token": token, "key": str(uuid.uuid4())})
    assert client.get("/tests/test-interimaires").status_code == 403


def test_data_export_holds_results_and_drafts(candidate, questions):
    """What a person takes away holds their results and the answers under way."""
    candidate.start()
    candidate.save(1, right_answer(questions(candidate)[0]))
    reply = candidate.post("/reglages/donnees")
    assert len(reply.get_json()["test_drafts"]) == 1
    candidate.send()
    assert len(candidate.post("/reglages/donnees").get_json()["test_results"]) == 1


def test_role_changes_nothing(client, sign_in, csrf, exam_quiz):
    """A manager takes the same test as anybody."""
    sign_in(client, role=Role.MANAGER)
    assert client.get(f"/tests/{exam_quiz.id}").status_code == 200
