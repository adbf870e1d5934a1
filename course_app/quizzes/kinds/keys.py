"""An answer that is right, and one that is not: what corrections show and demonstrations play."""

from decimal import Decimal

from course_app.core.french import weekday_date
from course_app.library.questions import (
    ChoiceQuestion,
    DateQuestion,
    FindErrorQuestion,
    FreeTextQuestion,
    MissingDocumentsQuestion,
    NumericQuestion,
    OrderingQuestion,
    PlacingQuestion,
    Question,
)
from course_app.quizzes.kinds import judging
from course_app.quizzes.kinds.answers import Response
from course_app.quizzes.kinds.placing import BETWEEN
from course_app.quizzes.kinds.selection import candidates


def right_answer(question: Question) -> Response:
    """Return an answer that is fully right, as a form sends it; for a text, its model with every criterion."""
    match question:
        case ChoiceQuestion() | FindErrorQuestion() | MissingDocumentsQuestion():
            return Response(tuple(each.id for each in candidates(question) if each.right))
        case OrderingQuestion():
            return Response(tuple(step.id for step in sorted(question.steps, key=lambda step: step.rank)))
        case PlacingQuestion():
            return Response(tuple(f"{thing.id}{BETWEEN}{thing.group}" for thing in question.things))
        case NumericQuestion():
            return Response((), _typed(question.expected))
        case DateQuestion():
            return Response((question.accepted[0].isoformat(),))
        case FreeTextQuestion():
            return Response(tuple(each.id for each in question.criteria), question.model)


def expected(question: Question) -> tuple[str, ...]:
    """Tell in French what was expected, one line per part; every accepted day, the model of a text."""
    if isinstance(question, DateQuestion):
        return (" ou ".join(weekday_date(day) for day in question.accepted),)
    return judging.words(question, judging.parse(question, right_answer(question)))


def wrong_answer(question: Question) -> Response:
    """Return an answer with nothing right in it that crosses no red line; for a text, one that meets no criterion."""
    match question:
        case ChoiceQuestion() | FindErrorQuestion() | MissingDocumentsQuestion():
            return Response(tuple(each.id for each in candidates(question) if not each.right and not each.red_line)[:1])
        case OrderingQuestion():
            return Response(tuple(step.id for step in sorted(question.steps, key=lambda step: -step.rank)))
        case PlacingQuestion():
            groups = [group.id for group in question.groups]
            elsewhere = {thing.id: next(each for each in groups if each != thing.group) for thing in question.things}
            return Response(tuple(f"{thing}{BETWEEN}{group}" for thing, group in elsewhere.items()))
        case NumericQuestion():
            return Response((), _typed(question.expected + 2 * question.tolerance + 1))
        case DateQuestion():
            return Response((next(day for day in reversed(question.days) if day not in question.accepted).isoformat(),))
        case FreeTextQuestion():
            return Response((), "Merci de payer.")


def _typed(value: Decimal) -> str:
    return format(value, "f").replace(".", ",")
