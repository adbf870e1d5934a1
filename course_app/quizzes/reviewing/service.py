"""Counting quizzes again, and reading what was counted. Takes a session; must not know Flask."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from course_app.library.model import Question, Quiz, wording_hash
from course_app.quizzes.items import service as items
from course_app.quizzes.items.rules import Degree, Measure, Mistake, measured
from course_app.quizzes.items.service import Wording, Worth
from course_app.quizzes.models import Answer, QuizAttempt, Regrading
from course_app.quizzes.reviewing.models import MISTAKE_LENGTH, QuestionMeasure, QuizCount
from course_app.quizzes.reviewing.rules import Counted, Stock, Tally, is_due
from course_app.quizzes.rules import Certainty


def due(session: Session, quizzes: Iterable[str], now: datetime) -> dict[str, Stock]:
    """Return the quizzes to count again, with what they hold now: those that waited longest first.

    `now` says where days begin. Four queries, each of which brings one row a quiz at most.
    """
    published, stocks, last = set(quizzes), _stocks(session), _last(session)
    waiting = [each for each in stocks if each in published and is_due(stocks[each], last.get(each), now)]
    never = datetime.min.replace(tzinfo=UTC)
    waiting.sort(key=lambda each: last[each].at if each in last else never)
    return {each: stocks[each] for each in waiting}


def _stocks(session: Session) -> dict[str, Stock]:
    """Return what each quiz holds; one that lost all its answers is there too, if it was counted once."""
    held = (
        select(QuizAttempt.quiz_id, func.count(), func.max(Answer.receipt))
        .join(Answer, Answer.attempt_id == QuizAttempt.id)
        .where(Answer.correct.is_not(None))
        .group_by(QuizAttempt.quiz_id)
        .execution_options(across_organisations=True)
    )
    regraded = select(Regrading.quiz_id, func.max(Regrading.decided_at)).group_by(Regrading.quiz_id)
    moments = {row[0]: row[1] for row in session.execute(regraded)}
    emptied = dict.fromkeys(session.scalars(select(QuizCount.quiz_id)), Stock(0, 0))
    return emptied | {
        quiz_id: Stock(answers, newest, moments.get(quiz_id))
        for quiz_id, answers, newest in session.execute(held).all()
    }


def _last(session: Session) -> dict[str, Counted]:
    halves = select(QuestionMeasure.quiz_id).where(QuestionMeasure.content_hash.is_(None))
    whole = session.scalars(select(QuizCount).where(QuizCount.quiz_id.not_in(halves)))
    return {row.quiz_id: Counted(row.answers, row.newest, row.counted_at) for row in whole}


def measure(session: Session, quiz: Quiz, quizzes: Mapping[str, Quiz]) -> Worth:
    """Return what each wording of each question of a quiz is worth today, from every first answer."""
    reading = items.read(session, quiz, items.asked_today(quiz, quizzes))
    return Worth(measured(reading.answers), reading.wordings)


def keep(session: Session, quiz_id: str, stock: Stock, worth: Worth, now: datetime) -> None:
    """Replace what was counted of a quiz; the caller commits."""
    session.execute(delete(QuestionMeasure).where(QuestionMeasure.quiz_id == quiz_id))
    session.execute(delete(QuizCount).where(QuizCount.quiz_id == quiz_id))
    rows = [_row(quiz_id, *key, each, worth.wordings[key]) for key, each in worth.measures.items()]
    if rows:
        session.execute(insert(QuestionMeasure), rows)
    count = {"quiz_id": quiz_id, "answers": stock.answers, "newest": stock.newest, "counted_at": now}
    session.execute(insert(QuizCount), [count])


def _row(quiz_id: str, question_id: str, wording: str, measure: Measure, told: Wording) -> dict[str, object]:
    sure = next((each for each in measure.degrees if each.certainty is Certainty.SURE), None)
    return {
        "quiz_id": quiz_id,
        "question_id": question_id,
        "wording": wording,
        "answers": measure.answers,
        "correct": sum(each.right for each in measure.degrees),
        "sure_and_wrong": sure.answers - sure.right if sure else 0,
        "mistaken": measure.mistake.people if measure.mistake else 0,
        "mistake": measure.mistake.text[:MISTAKE_LENGTH] if measure.mistake else None,
        "discrimination": measure.discrimination,
        "compared": measure.compared,
        "success": measure.success,
        "degrees": [[each.certainty, each.answers, each.right] for each in measure.degrees],
        "content_hash": told.content_hash,
        "last_at": told.last_at,
    }


def worth(session: Session, quiz: Quiz, asked: Iterable[Question]) -> Worth:
    """Return what was counted of a quiz; `asked` are the questions it asks today. Three queries, no answer is read."""
    rows = session.scalars(
        select(QuestionMeasure)
        .where(QuestionMeasure.quiz_id == quiz.id, QuestionMeasure.content_hash.is_not(None))
        .order_by(QuestionMeasure.question_id, QuestionMeasure.wording)
    ).all()
    counted_at = session.scalar(select(QuizCount.counted_at).where(QuizCount.quiz_id == quiz.id))
    known: dict[tuple[str, str | None], Question] = {(each.id, wording_hash(each)): each for each in asked}
    older: dict[tuple[str, str | None], str] = {
        (row.question_id, row.wording): row.content_hash
        for row in rows
        if row.content_hash and (row.question_id, row.wording) not in known
    }
    known |= items.archived(session, older) if older else {}
    wordings = {
        (row.question_id, row.wording): Wording(known[row.question_id, row.wording], row.last_at, row.content_hash)
        for row in rows
        if row.last_at and row.content_hash and (row.question_id, row.wording) in known
    }
    measures = {(row.question_id, row.wording): _measure(row) for row in rows}
    return Worth(measures, wordings, counted_at if rows else None)


def _measure(row: QuestionMeasure) -> Measure:
    tally = Tally(row.answers)
    if tally.is_early:
        return Measure(row.answers)
    return Measure(
        answers=row.answers,
        success=row.success,
        discrimination=row.discrimination,
        compared=row.compared,
        mistake=Mistake(row.mistake, row.mistaken, tally.percent(row.mistaken)) if row.mistake else None,
        degrees=tuple(
            Degree(Certainty(certainty) if certainty else None, answers, right)
            for certainty, answers, right in row.degrees or ()
        ),
    )


def counted(session: Session, quizzes: Iterable[str]) -> dict[tuple[str, str, str], QuestionMeasure]:
    """Return what was counted of some quizzes, by (quiz, question, wording); one row a wording, no answer is read."""
    query = select(QuestionMeasure).where(QuestionMeasure.quiz_id.in_(list(quizzes)))
    return {(row.quiz_id, row.question_id, row.wording): row for row in session.scalars(query)}


def last_counted(session: Session) -> datetime | None:
    """Return when a quiz was last counted; None when none ever was."""
    return cast(datetime | None, session.scalar(select(func.max(QuizCount.counted_at))))
