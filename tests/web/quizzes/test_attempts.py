"""Starting, resuming, replaying: one open attempt per learner and quiz, whatever is clicked."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from course_app.progress.models import LearningEvent
from course_app.progress.rules import EventKind
from course_app.quizzes.models import Answer, QuizAttempt
from tests.web.quizzes.conftest import EVERYWHERE, Player, key_on


def test_the_first_screen_says_what_awaits(client, learner, quiz) -> None:
    """Before starting, a learner reads what the quiz is, how many questions it has and how long it takes."""
    page = client.get(f"/quiz/{quiz.id}").get_data(as_text=True)
    assert quiz.title in page
    assert f"{len(quiz.questions)} questions" in page
    assert "Commencer" in page


def test_starting_leads_to_the_first_question(player, quiz, stored) -> None:
    """An attempt keeps who, what and which version."""
    (attempt,) = stored(QuizAttempt)
    assert (attempt.quiz_id, attempt.number, attempt.content_hash) == (quiz.id, 1, quiz.content_hash)
    assert f"Question 1 sur {len(quiz.questions)}" in player.page(1)


def test_the_same_form_starts_once(player, client, quiz, stored) -> None:
    """The key of the form makes a second sending land on the same attempt."""
    player.answer_all()
    key = key_on(client.get(f"/quiz/{quiz.id}"))
    assert player.start(key).location == player.start(key).location
    assert [attempt.number for attempt in stored(QuizAttempt)] == [1, 2]


def test_starting_again_resumes_the_open_attempt(player, client, quiz, stored) -> None:
    """Another form, another tab or another day: the open attempt is resumed at the question reached."""
    player.send(1, [option.id for option in quiz.questions[0].options if option.correct])
    assert "Reprendre où vous en étiez" in client.get(f"/quiz/{quiz.id}").get_data(as_text=True)
    assert player.start().location.endswith("/question/2")
    assert len(stored(QuizAttempt)) == 1


def test_replaying_makes_a_second_attempt(player, stored) -> None:
    """A finished attempt stays as it is; « Rejouer » opens the next one."""
    player.answer_all()
    player.start()
    assert [(attempt.number, attempt.finished_at is None) for attempt in stored(QuizAttempt)] == [(1, False), (2, True)]


def test_a_key_spent_elsewhere_starts_nothing(player, catalog, quiz, stored) -> None:
    """The key of one quiz's form does not start another quiz."""
    key = str(stored(QuizAttempt)[0].key)
    other = next(each for each in catalog.quizzes if each != quiz.id)
    assert player.post(f"/quiz/{other}", key=key).status_code == 409
    assert len(stored(QuizAttempt)) == 1


@pytest.mark.parametrize("key", ["", "pas-une-cle", "\x00", "0" * 5000])
def test_a_start_without_a_key_is_refused(player, quiz, stored, key: str) -> None:
    """A form that lost its key is shown again with a new one, and starts nothing."""
    answer = player.post(f"/quiz/{quiz.id}", key=key)
    assert answer.status_code == 422
    assert uuid.UUID(key_on(answer))
    assert len(stored(QuizAttempt)) == 1


@pytest.mark.parametrize("shared_key", [True, False], ids=["one key", "fifty keys"])
def test_s18_fifty_starts_at_once_make_one_attempt(app, client, learner, quiz, csrf, stored, shared_key: bool) -> None:
    """Fifty parallel starts leave exactly one attempt, with one key or with fifty (S18)."""
    token, key = csrf(client.get(f"/quiz/{quiz.id}")), str(uuid.uuid4())
    cookies = {cookie.key: cookie.value for cookie in client._cookies.values()}

    def start(_turn: int) -> tuple[int, str]:
        browser = app.test_client()
        for name, value in cookies.items():
            browser.set_cookie(name, value)
        player = Player(browser, quiz, token)
        answer = player.start(key if shared_key else None)
        return answer.status_code, answer.location

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(start, range(50)))
    assert {status for status, _ in answers} == {303}
    assert len({location for _, location in answers}) == 1
    assert len(stored(QuizAttempt)) == 1


def test_s02_a_foreign_attempt_reads_as_a_missing_one(player, stranger, csrf, stored) -> None:
    """Somebody else's attempt, even a colleague's, answers every address like one that never was (S02)."""
    token = csrf(stranger.get("/quiz/" + player.quiz.id))
    missing = Player(stranger, player.quiz, token, str(uuid.uuid4()))
    foreign = Player(stranger, player.quiz, token, player.attempt_id)
    for ask in (
        lambda who: stranger.get(who.url(1)),
        lambda who: stranger.get(who.summary_url),
        lambda who: who.send(1, "a"),
        lambda who: who.post(f"/quiz/essais/{who.attempt_id}/raccrocher"),
    ):
        answers = [ask(missing), ask(foreign)]
        assert [answer.status_code for answer in answers] == [404, 404]
        bodies = [answer.get_data(as_text=True).split("<main")[1].split("Réf.")[0] for answer in answers]
        assert bodies[0] == bodies[1]
    assert stored(Answer) == []


@pytest.mark.parametrize(
    "number", ["0", "99", str(2**31), str(2**63), "9" * 5000, "-1", "1.5", "un", "%00", "%ED%A0%80"]
)
def test_s62_a_question_that_is_not_there(player, number: str) -> None:
    """A number outside the quiz, beyond what a database holds or that is no number is a 404 (S62)."""
    url = player.url(1).removesuffix("1") + number
    assert player.client.get(url).status_code == 404
    assert player.post(url, option="a", key=str(uuid.uuid4())).status_code in {404, 405}


@pytest.mark.parametrize("quiz_id", ["absent", "%00", "%ED%A0%80", "é" * 300, "..", "essais"])
def test_s62_a_quiz_that_is_not_there(client, learner, csrf, quiz_id: str) -> None:
    """An unknown quiz, however it is written, is a 404 to read and to start."""
    assert client.get(f"/quiz/{quiz_id}").status_code == 404
    sent = {"csrf_token": csrf(client.get("/essai")), "key": str(uuid.uuid4())}
    assert client.post(f"/quiz/{quiz_id}", data=sent).status_code == 404


def test_s48_reading_writes_nothing(player, session, quiz) -> None:
    """Opening the first screen, a question or a page that comes too early leaves every row as it was (S48)."""

    def rows() -> list[str]:
        session.commit()
        session.expire_all()
        events = session.scalars(select(LearningEvent.id).execution_options(**EVERYWHERE)).all()
        attempts = session.scalars(select(QuizAttempt.finished_at).execution_options(**EVERYWHERE)).all()
        return [*map(str, events), *map(str, attempts)]

    before = rows()
    for url in (f"/quiz/{quiz.id}", player.url(1), player.url(2), player.summary_url, "/essai"):
        player.client.get(url)
        player.client.head(url)
    assert rows() == before


def test_an_attempt_leaves_its_trace(player, session, actor) -> None:
    """Start, every answer and the end are in the learner's log, once each, in order."""
    player.answer_all()
    session.commit()
    kinds = session.scalars(
        select(LearningEvent.kind)
        .where(LearningEvent.organisation_id == actor.organisation_id, LearningEvent.learner_id == actor.user_id)
        .order_by(LearningEvent.id)
    ).all()
    assert kinds == [
        EventKind.QUIZ_STARTED,
        *[EventKind.QUESTION_ANSWERED] * len(player.quiz.questions),
        EventKind.QUIZ_FINISHED,
    ]
