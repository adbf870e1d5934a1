"""Selecting: one decision, several, faulty passages, missing pieces.

One decision is right or not. Elsewhere the credit is (right chosen - wrong chosen) / right, never below zero, so
that ticking everything earns nothing more than ticking nothing.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from course_app.core.errors import Invalid
from course_app.library.model import Feedback
from course_app.library.questions import (
    ChoiceQuestion,
    Document,
    FindErrorQuestion,
    MissingDocumentsQuestion,
    Option,
    Passage,
    QuestionType,
    Reason,
)
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

Selecting = ChoiceQuestion | FindErrorQuestion | MissingDocumentsQuestion

_EMPTY = {
    QuestionType.SINGLE: "Choisissez une réponse, puis validez.",
    QuestionType.MULTIPLE: "Choisissez au moins une réponse, puis validez.",
    QuestionType.FIND_ERROR: "Sélectionnez au moins un passage, puis validez.",
    QuestionType.MISSING_DOCUMENTS: "Cochez au moins une pièce, puis validez.",
}


class Candidate(NamedTuple):
    """What may be selected, and whether it should be."""

    id: str
    text: str
    right: bool
    red_line: bool
    feedback: Feedback | None


def _offered(question: Selecting) -> Sequence[Option | Passage | Document]:
    if isinstance(question, ChoiceQuestion):
        return question.options
    return question.passages if isinstance(question, FindErrorQuestion) else question.documents


def candidates(question: Selecting) -> tuple[Candidate, ...]:
    """Return what a question offers, in the order shown."""
    if isinstance(question, ChoiceQuestion):
        return tuple(
            Candidate(each.id, each.text, each.correct, each.red_line, each.feedback) for each in question.options
        )
    if isinstance(question, FindErrorQuestion):
        return tuple(
            Candidate(each.id, _said(each), each.faulty, red_line=False, feedback=each.feedback or question.otherwise)
            for each in question.passages
        )
    return tuple(
        Candidate(each.id, each.text, each.missing, red_line=False, feedback=each.feedback or question.otherwise)
        for each in question.documents
    )


def _said(passage: Passage) -> str:
    return f"{passage.who}\u00a0: {passage.text}" if passage.who else passage.text


def mark(candidate: Candidate, response: Response) -> Mark:
    """Return what one candidate turns out to be."""
    if candidate.id in response.chosen:
        return Mark.CHOSEN_RIGHT if candidate.right else Mark.CHOSEN_WRONG
    return Mark.MISSED if candidate.right else Mark.LEFT


def parse(question: Selecting, sent: Response) -> Response:
    """Return the chosen ids in the question's order."""
    known = tuple([each.id for each in _offered(question)])
    if not sent.chosen:
        raise Invalid(_EMPTY[question.type], code="reponse-vide")
    refuse_strangers(sent.chosen, known)
    if len(sent.chosen) > 1 and question.type is QuestionType.SINGLE:
        raise Invalid("Choisissez une seule réponse.", code="une-seule-reponse")
    return Response(tuple(each for each in known if each in sent.chosen))


def grade(question: Selecting, response: Response) -> Grade:
    """Judge a selection; the credit of several is stated above."""
    offered = candidates(question)
    chosen = [each for each in offered if each.id in response.chosen]
    missed = tuple([each.id for each in offered if each.right and each.id not in response.chosen])
    wrong = tuple([each.id for each in chosen if not each.right])
    is_right = not missed and not wrong
    if question.type is QuestionType.SINGLE:
        credit = WHOLE if is_right else NOTHING
    else:
        right = sum([each.right for each in offered])
        credit = Fraction(max(0, right - len(missed) - len(wrong)), right)
    return Grade(is_right, credit, missed, wrong, red_line=any(each.red_line for each in chosen))


def explain(question: Selecting, response: Response) -> Explained:
    """Explain what was chosen wrongly, then what was missed.

    One decision: the chosen one. All right: the first right one, so that a good answer gets one clear reason and not
    a list.
    """
    marked = [(each, mark(each, response)) for each in candidates(question)]
    parts = {each.id: Part(each.text, found, each.feedback, each.red_line) for each, found in marked}
    wrong = [each.id for each, found in marked if found is Mark.CHOSEN_WRONG]
    missed = [each.id for each, found in marked if found is Mark.MISSED]
    if question.type is QuestionType.SINGLE:
        first = [each.id for each, _ in marked if each.id in response.chosen]
    else:
        first = wrong + missed or [each.id for each, _ in marked if each.right][:1]
    others = [
        each for each, _ in marked if each.id not in first and (isinstance(question, ChoiceQuestion) or each.right)
    ]
    return Explained(
        tuple(parts.values()), tuple(parts[each] for each in first), tuple(parts[each.id] for each in others)
    )


def explain_reason(asked: Reason, chosen: str) -> Explained:
    """Explain « La raison ? »: the one chosen, and which one it was when it was another."""
    response = Response((chosen,))
    marked = [Candidate(each.id, each.text, each.correct, each.red_line, each.feedback) for each in asked.options]
    parts = tuple(Part(each.text, mark(each, response), each.feedback) for each in marked)
    return Explained(parts, tuple(part for part in parts if part.mark is not Mark.LEFT))


def words(question: Selecting, response: Response) -> tuple[str, ...]:
    """Return the text of each thing selected."""
    return tuple(each.text for each in candidates(question) if each.id in response.chosen)


KIND = Kind(parse, grade, explain, words)
