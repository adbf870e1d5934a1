"""What is named inside a form belongs to the question asked, in practice as in a test."""

import uuid
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from course_app.library.model import QuizKind
from course_app.library.questions import ChoiceQuestion
from course_app.quizzes.models import Answer, QuizAttempt
from course_app.store.session import db
from tests.web.quizzes.conftest import Player, right


def _foreign(catalog, question):
    """Return the choices of other questions, of all quizzes, that this question does not offer."""
    own = {option.id for option in question.options}
    others = {
        option.id
        for quiz in catalog.quizzes.values()
        for each in quiz.questions
        if isinstance(each, ChoiceQuestion)
        for option in each.options
    }
    return sorted(others - own)


def test_s03_a_choice_of_another_question_is_refused(player, quiz, catalog, stored):
    """A choice that belongs to another question, or to another quiz: 422, nothing written."""
    foreign = _foreign(catalog, quiz.questions[0])
    assert foreign
    for option in foreign[:5]:
        assert player.send(1, option).status_code == 422
        assert player.send(1, [*right(quiz.questions[0]), option]).status_code == 422
    assert stored(Answer) == []


def test_s03_the_question_is_that_of_the_address(player, stranger, quiz, stored, csrf, catalog):
    """Another attempt, quiz, person or question named in the form changes nothing to where the answer goes."""
    other = next(
        each for each in catalog.quizzes.values() if each.kind_of_quiz is QuizKind.PRACTICE and each.id != quiz.id
    )
    theirs = Player(stranger, other, csrf(stranger.get(f"/quiz/{other.id}")))
    theirs.start()
    named = {"attempt_id": theirs.attempt_id, "question_id": other.questions[0].id, "quiz_id": other.id}
    assert player.send(1, right(quiz.questions[0]), **named).status_code == 303
    (kept,) = stored(Answer)
    assert (str(kept.attempt_id), kept.question_id) == (player.attempt_id, quiz.questions[0].id)


@contextmanager
def _full_disk(app):
    """Within this, the database refuses to commit, as one whose disk is full."""
    with app.app_context():
        engine = db.engine

    def refuse(_connection):
        raise OperationalError("COMMIT", {}, Exception("database or disk is full"))

    event.listen(engine, "commit", refuse)
    try:
        yield
    finally:
        event.remove(engine, "commit", refuse)


def test_r3_nothing_is_said_to_be_kept_without_a_commit(app, session, player, quiz, stored):
    """When the commit fails: 503 with what was chosen, never « enregistrée »; the question is still open."""
    session.commit()
    question = quiz.questions[0]
    for headers in (None, {"Accept": "application/json"}):
        body = {"csrf_token": player.token, "key": str(uuid.uuid4()), "option": right(question)}
        with _full_disk(app):
            refused = player.client.post(player.url(1), data=body, headers=headers)
        assert refused.status_code == 503
        assert "enregistrée" not in refused.get_data(as_text=True)
        assert refused.headers["Retry-After"]
    assert stored(Answer) == []
    assert [attempt.finished_at for attempt in stored(QuizAttempt)] == [None]
    assert 'name="option"' in player.page(1)
