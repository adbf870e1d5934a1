"""Judging any answer: each question to the module of its kind."""

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
from course_app.quizzes.kinds import day, numeric, ordering, placing, selection, writing
from course_app.quizzes.kinds.answers import Explained, Grade, Kind, Response

_KINDS: dict[type, Kind] = {
    ChoiceQuestion: selection.KIND,
    FindErrorQuestion: selection.KIND,
    MissingDocumentsQuestion: selection.KIND,
    OrderingQuestion: ordering.KIND,
    PlacingQuestion: placing.KIND,
    NumericQuestion: numeric.KIND,
    DateQuestion: day.KIND,
    FreeTextQuestion: writing.KIND,
}


def parse(question: Question, sent: Response) -> Response:
    """Return what was sent in the form it is kept; raise `Invalid` when it cannot be accepted."""
    return _KINDS[type(question)].parse(question, sent)


def grade(question: Question, response: Response) -> Grade:
    """Judge a parsed answer."""
    return _KINDS[type(question)].grade(question, response)


def explain(question: Question, response: Response) -> Explained:
    """Say why a parsed answer is right or not."""
    return _KINDS[type(question)].explain(question, response)


def words(question: Question, response: Response) -> tuple[str, ...]:
    """Tell a parsed answer in French, one line per part."""
    return _KINDS[type(question)].words(question, response)


def is_marked(question: Question) -> bool:
    """Whether answers to a question are right or not."""
    return not isinstance(question, FreeTextQuestion)
