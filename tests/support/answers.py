"""Answers that are partly right, for the kinds of question that give partial credit."""

from course_app.library.questions import (
    ChoiceQuestion,
    FindErrorQuestion,
    MissingDocumentsQuestion,
    OrderingQuestion,
    PlacingQuestion,
    Question,
    QuestionType,
)
from course_app.quizzes.kinds import judging
from course_app.quizzes.kinds.answers import Response
from course_app.quizzes.kinds.keys import right_answer
from course_app.quizzes.kinds.placing import BETWEEN


def partly_right(question: Question) -> Response | None:
    """Return an answer worth something but not all; None where the question gives all or nothing."""
    given = _nearly(question)
    grade = judging.grade(question, given) if given else None
    return given if grade and grade.credit and not grade.correct else None


def _nearly(question: Question) -> Response | None:
    right = right_answer(question)
    match question:
        case ChoiceQuestion() if question.type is QuestionType.SINGLE:
            return None
        case ChoiceQuestion() | FindErrorQuestion() | MissingDocumentsQuestion():
            return Response(right.chosen[:-1]) if len(right.chosen) > 1 else None
        case OrderingQuestion():
            return Response((*right.chosen[1:], right.chosen[0]))
        case PlacingQuestion():
            thing, _between, group = right.chosen[0].partition(BETWEEN)
            elsewhere = next(each.id for each in question.groups if each.id != group)
            return Response((f"{thing}{BETWEEN}{elsewhere}", *right.chosen[1:]))
    return None
