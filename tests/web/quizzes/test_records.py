"""What rows of a quiz become: exported to their owner, carried from a guest, kept on the version of the day."""

import json
import shutil
import uuid

import pytest
from sqlalchemy import select

from benchmarks.statements import heard
from course_app.core.errors import NotFound
from course_app.quizzes import answering, records, service
from course_app.quizzes.models import Answer, QuizAttempt
from course_app.quizzes.rules import Certainty
from course_app.quizzes.service import Submission
from course_app.store.tenancy import TenancyError
from course_app.web.clock import now
from tests.web.quizzes.conftest import Player, right


@pytest.fixture
def play(session, quiz):
    """`play(actor, answers)`: one attempt with its first questions rightly answered, through the service."""

    def make(actor, answers: int) -> uuid.UUID:
        row = service.start(session, actor, quiz, uuid.uuid4(), now())
        for number in range(1, answers + 1):
            held = answering.hold(session, actor, row.id)
            chosen = tuple(right(quiz.questions[number - 1]))
            answering.answer(session, actor, held, number, Submission(uuid.uuid4(), chosen, Certainty.SURE), now())
        session.commit()
        return row.id

    return make


def test_an_answer_takes_six_statements(session, make_person, play, quiz) -> None:
    """Loading the attempt, storing, the event, the place, the day the team sees: six, however many answers before."""
    actor = make_person().actor
    attempt_id = play(actor, 2)

    with heard(session.get_bind()) as asked:
        held = answering.hold(session, actor, attempt_id)
        sent = Submission(uuid.uuid4(), tuple(right(quiz.questions[2])), Certainty.SURE)
        answering.answer(session, actor, held, 3, sent, now())
        session.commit()
    assert len(asked) == 6


def test_s07_the_export_holds_every_answer(session, make_person, play, quiz) -> None:
    """A learner takes away attempts and answers, with receipts and the version they were made on, and nobody else's."""
    mine, other = make_person().actor, make_person().actor
    play(mine, 2)
    play(other, 1)
    (attempt,) = json.loads(json.dumps(records.export(session, mine)))["attempts"]
    assert (attempt["quiz"], attempt["number"], attempt["content_hash"]) == (quiz.id, 1, quiz.content_hash)
    assert [answer["question"] for answer in attempt["answers"]] == [each.id for each in quiz.questions[:2]]
    assert {answer["certainty"] for answer in attempt["answers"]} == {"main-au-feu"}
    assert len({answer["receipt"] for answer in attempt["answers"]}) == 2


def test_nobody_without_attempts_exports_an_attempt(session, make_person) -> None:
    """A learner who never opened a quiz exports an empty list."""
    assert records.export(session, make_person().actor) == {"attempts": [], "regradings": []}


def test_carrying_numbers_after_the_accounts_own(session, make_person, play, quiz) -> None:
    """A guest's attempts join the account's, renumbered; answers and receipts are untouched."""
    guest, member = make_person().actor, make_person().actor
    play(member, len(quiz.questions))
    play(guest, len(quiz.questions))
    brought = play(guest, 1)
    receipts = service.load(session, guest, brought).answers
    kept = [answer.receipt for answer in receipts.values()]
    records.carry(session, guest, member)
    session.commit()
    assert [attempt.number for attempt in service.attempts_at(session, member, quiz.id)] == [1, 2, 3]
    assert service.attempts_at(session, guest, quiz.id) == []
    moved = service.load(session, member, brought)
    assert [answer.receipt for answer in moved.answers.values()] == kept
    with pytest.raises(NotFound):
        service.load(session, guest, brought)


def test_s04_forgetting_the_organisation_is_refused(session) -> None:
    """A query on attempts or answers that names no organisation raises (S04)."""
    for model in (QuizAttempt, Answer):
        with pytest.raises(TenancyError):
            session.scalars(select(model))


def test_r12_an_attempt_stays_on_its_version(player, quiz, settings, make_app, tmp_path, csrf) -> None:
    """After a correction, an open attempt goes on with the words it began with, and says so; the next one is new (R12)."""
    quizzes = tmp_path / "quizzes"
    shutil.copytree(settings.quizzes_dir, quizzes)
    file = next(path for path in quizzes.glob("*.yaml") if f"id: {quiz.id}\n" in path.read_text(encoding="utf-8"))
    old, new = 'prompt: "', 'prompt: "Nouveau. '
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    updated = make_app(quizzes_dir=quizzes, data_dir=tmp_path / "data")
    browser = updated.test_client()
    for cookie in player.client._cookies.values():
        browser.set_cookie(cookie.key, cookie.value)
    later = Player(browser, quiz, player.token, player.attempt_id)
    assert "Ces questions ont changé depuis votre départ" in browser.get(f"/quiz/{quiz.id}").get_data(as_text=True)
    assert "Nouveau." not in later.page(1)
    later.answer_all()
    assert "Nouveau." not in browser.get(later.summary_url).get_data(as_text=True)
    later.start()
    assert "Nouveau." in later.page(1)
