"""Reading first answers to a quiz, of everybody, naming nobody: for the chore that counts (`reviewing`), never for a page.

Two queries, however many people and versions. Takes a session, writes nothing; must not know Flask.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from course_app.library.model import Question, Quiz, wording_hash
from course_app.progress import service as progress
from course_app.quizzes.exam import rules as exams
from course_app.quizzes.items.rules import FirstAnswer, Measure
from course_app.quizzes.kinds import judging
from course_app.quizzes.kinds.answers import Mark, Response
from course_app.quizzes.models import Answer, QuizAttempt

MISSED = "Oublié\u00a0: {}"


@dataclass(frozen=True)
class Wording:
    """One version of a question that people answered; `last_at` is the moment of its last first answer.

    `content_hash`: a version of the quiz that holds it.
    """

    question: Question
    last_at: datetime
    content_hash: str


@dataclass(frozen=True)
class Reading:
    """First answers to a quiz, and the versions they answer by (question id, wording hash)."""

    answers: tuple[FirstAnswer, ...]
    wordings: Mapping[tuple[str, str], Wording]


@dataclass(frozen=True)
class Worth:
    """What each wording of each question of a quiz is worth, by (question id, wording hash), when it was counted.

    `wordings` leaves out those that no archived version holds any more.
    """

    measures: Mapping[tuple[str, str], Measure]
    wordings: Mapping[tuple[str, str], Wording]
    counted_at: datetime | None = None


def asked_today(quiz: Quiz, published: Mapping[str, Quiz]) -> tuple[Question, ...]:
    """Return the questions a quiz asks; for a test, all those it may draw."""
    return exams.pool(quiz, published) if exams.is_test(quiz) else quiz.questions


def _rows(session: Session, quiz_id: str) -> Sequence[Row[Any]]:
    """Return the first answer of each person to each marked question, whatever their organisation; one query.

    No identity leaves the database: an attempt's id only says which answers were given together.
    """
    rank = func.row_number().over(
        partition_by=(QuizAttempt.learner_id, Answer.question_id), order_by=QuizAttempt.number
    )
    ranked = (
        select(
            Answer.attempt_id,
            Answer.question_id,
            Answer.question_hash,
            Answer.chosen,
            Answer.typed,
            Answer.certainty,
            Answer.correct,
            Answer.credit_percent,
            Answer.answered_at,
            QuizAttempt.content_hash,
            rank.label("rank"),
        )
        .join(QuizAttempt, QuizAttempt.id == Answer.attempt_id)
        .where(QuizAttempt.quiz_id == quiz_id, Answer.correct.is_not(None))
        .subquery()
    )
    query = select(ranked).where(ranked.c.rank == 1).order_by(ranked.c.answered_at)
    return session.execute(query.execution_options(across_organisations=True)).all()


def read(session: Session, quiz: Quiz, asked: Iterable[Question]) -> Reading:
    """Return the first answers to a quiz; `asked` are the questions it asks today."""
    rows = _rows(session, quiz.id)
    known: dict[tuple[str, str | None], Question] = {(each.id, wording_hash(each)): each for each in asked}
    unknown = {
        (row.question_id, row.question_hash): row.content_hash
        for row in rows
        if (row.question_id, row.question_hash) not in known
    }
    known |= archived(session, unknown)
    answers: list[FirstAnswer] = []
    wordings: dict[tuple[str, str], Wording] = {}
    judged: dict[tuple[str, str, tuple[str, ...], str], tuple[int, tuple[str, ...]]] = {}
    hashes = {key: wording_hash(question) if key in unknown else key[1] for key, question in known.items()}
    for row in rows:
        stored = (row.question_id, row.question_hash)
        if stored not in known:
            continue
        wording = str(hashes[stored])
        wordings[row.question_id, wording] = Wording(known[stored], row.answered_at, row.content_hash)
        given = (row.question_id, wording, tuple(row.chosen), row.typed or "")
        if given not in judged:
            judged[given] = _judged(known[stored], Response(*given[2:]))
        credit, mistakes = judged[given]
        answers.append(
            FirstAnswer(
                attempt=row.attempt_id,
                question=row.question_id,
                wording=wording,
                credit=credit if row.credit_percent is None else row.credit_percent,
                correct=row.correct,
                certainty=row.certainty,
                mistakes=() if row.correct else mistakes,
            )
        )
    return Reading(tuple(answers), wordings)


def archived(session: Session, unknown: Mapping[tuple[str, str | None], str]) -> dict[tuple[str, str | None], Question]:
    """Return the questions of older versions, one query; their hash is that of today's code, whatever it was then."""
    pinned = progress.pinned_all(session, set(unknown.values()))
    found: dict[tuple[str, str | None], Question] = {}
    for (question_id, stored), content_hash in unknown.items():
        item = pinned.get(content_hash)
        for question in item.questions if isinstance(item, Quiz) else ():
            if question.id == question_id:
                found[question_id, stored] = question
    return found


def _judged(question: Question, response: Response) -> tuple[int, tuple[str, ...]]:
    """Return the credit of an answer in whole percent, and its errors in words.

    Those are what was chosen wrongly; where nothing was, what was forgotten: choosing one decision wrongly also
    forgets the right one, which teaches the author nothing.
    """
    parts = judging.explain(question, response).parts
    wrong = tuple(part.text for part in parts if part.mark is Mark.CHOSEN_WRONG)
    missed = tuple(MISSED.format(part.text) for part in parts if part.mark is Mark.MISSED)
    return judging.grade(question, response).percent or 0, wrong or missed
