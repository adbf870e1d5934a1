"""What makes a placement honest: six plain choices, each letting skip lessons of the path that asks them."""

from collections.abc import Iterator

from course_app.library.files import QuizFile, Written
from course_app.library.model import Finding, ItemKind, Path, Placement, QuizKind
from course_app.library.parts import Parts
from course_app.library.questions import ChoiceQuestion, QuestionType

QUESTIONS = 6
"""Questions of a placement (experience.md §5): long enough to tell, short enough to be taken."""


def placement_findings(parts: Parts) -> Iterator[Finding]:
    """Yield what is wrong with the placements of the paths and with their quizzes."""
    quizzes = {quiz.value.id: quiz for quiz in reversed(parts.quizzes)}
    asked = {path.value.placement.quiz for path in parts.paths if path.value.placement}
    for quiz in parts.quizzes:
        if quiz.value.kind is QuizKind.PLACEMENT:
            yield from _questions(quiz)
            if quiz.value.id not in asked:
                yield quiz.finding(("kind",), "positionnement-isole", "aucun parcours ne pose ce positionnement")
    for path in parts.paths:
        if path.value.placement:
            yield from _skips(path, path.value.placement, quizzes.get(path.value.placement.quiz))


def _questions(quiz: Written[QuizFile]) -> Iterator[Finding]:
    if len(quiz.value.questions) != QUESTIONS:
        yield quiz.finding(("questions",), "nombre-de-questions", f"un positionnement pose {QUESTIONS} questions")
    for number, question in enumerate(quiz.value.questions):
        if not isinstance(question, ChoiceQuestion) or question.type is not QuestionType.SINGLE:
            message = "un positionnement ne pose que des questions « single »"
            yield quiz.finding(("questions", number, "type"), "type-de-positionnement", message)


def _skips(path: Written[Path], placement: Placement, quiz: Written[QuizFile] | None) -> Iterator[Finding]:
    if quiz is None or quiz.value.kind is not QuizKind.PLACEMENT:
        message = f"« {placement.quiz} » n'est pas un quiz « placement »"
        yield path.finding(("placement", "quiz"), "positionnement-inconnu", message)
        return
    questions = {question.id for question in quiz.value.questions}
    lessons = {ref.id for ref in path.value.items if ref.kind is ItemKind.LESSON}
    for number, skip in enumerate(placement.skips):
        if skip.question not in questions:
            message = f"question inconnue de « {placement.quiz} » : « {skip.question} »"
            yield path.finding(("placement", "skips", number, "question"), "question-inconnue", message)
        for rank, lesson in enumerate(skip.lessons):
            if lesson not in lessons:
                message = f"« {lesson} » n'est pas une leçon de ce parcours"
                yield path.finding(("placement", "skips", number, "lessons", rank), "lecon-hors-parcours", message)
    for question in sorted(questions - {skip.question for skip in placement.skips}):
        message = f"la question « {question} » ne fait rien passer : à quoi sert-elle ?"
        yield path.finding(("placement", "skips"), "question-sans-effet", message)
