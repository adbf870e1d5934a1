"""Choosing a day of a calendar: any of the accepted days is right, all or nothing."""

from datetime import date

from course_app.core.errors import Invalid
from course_app.core.french import weekday_date
from course_app.library.questions import DateQuestion
from course_app.quizzes.kinds.answers import (
    NOTHING,
    WHOLE,
    Explained,
    Grade,
    Kind,
    Mark,
    Part,
    Response,
    refuse_strangers,
)


def parse(question: DateQuestion, sent: Response) -> Response:
    """Return the chosen day, written 2026-11-30."""
    if not sent.chosen:
        raise Invalid("Choisissez un jour, puis validez.", code="reponse-vide")
    refuse_strangers(sent.chosen, tuple(day.isoformat() for day in question.days))
    if len(sent.chosen) > 1:
        raise Invalid("Choisissez un seul jour.", code="une-seule-reponse")
    return Response(sent.chosen)


def _day(response: Response) -> date:
    return date.fromisoformat(response.chosen[0])


def grade(question: DateQuestion, response: Response) -> Grade:
    """Judge a day: right or not."""
    right = _day(response) in question.accepted
    return Grade(right, WHOLE if right else NOTHING, wrong=() if right else response.chosen)


def explain(question: DateQuestion, response: Response) -> Explained:
    """Explain a right day, a mistake that has a name, or any other."""
    day = _day(response)
    right = day in question.accepted
    named = {each.on: each.feedback for each in question.mistakes}
    part = Part(
        weekday_date(day),
        Mark.CHOSEN_RIGHT if right else Mark.CHOSEN_WRONG,
        question.right if right else named.get(day, question.otherwise),
        expected="" if right else " ou ".join(weekday_date(each) for each in question.accepted),
    )
    return Explained((part,), (part,))


def words(_question: DateQuestion, response: Response) -> tuple[str, ...]:
    """Return « lundi 30 novembre »."""
    return (weekday_date(_day(response)),)


KIND = Kind(parse, grade, explain, words)
