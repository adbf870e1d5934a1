"""What makes a test fair: something to draw for each objective, and enough of it for a fresh second attempt."""

from collections.abc import Iterator

from course_app.library.files import QuizFile, Written
from course_app.library.model import Finding, QuizKind
from course_app.library.parts import Parts
from course_app.library.questions import FreeTextQuestion

FRESH_ATTEMPTS = 2
"""A second attempt should meet no question of the first (experience.md §4)."""


def exam_findings(parts: Parts) -> Iterator[Finding]:
    """Yield what is wrong with the tests, and with quizzes that only a test may be."""
    quizzes = {quiz.value.id: quiz for quiz in reversed(parts.quizzes)}
    for quiz in parts.quizzes:
        if quiz.value.kind is QuizKind.TEST:
            yield from _test(quiz, quizzes)
        else:
            for key in ("draw", "pools"):
                if getattr(quiz.value, key):
                    yield quiz.finding((key,), "reserve-au-test", f"« {key} » n'appartient qu'à un quiz « test »")


def _test(test: Written[QuizFile], quizzes: dict[str, Written[QuizFile]]) -> Iterator[Finding]:
    if not test.value.draw:
        yield test.finding(("kind",), "tirage-absent", "un test dit ce qu'il demande : ajoutez « draw »")
    sources = [test]
    for number, quiz_id in enumerate(test.value.pools):
        source = quizzes.get(quiz_id)
        if source is None:
            yield test.finding(("pools", number), "quiz-inconnu", f"quiz inconnu : « {quiz_id} »")
        elif source.value.kind is not QuizKind.PRACTICE:
            yield test.finding(("pools", number), "reserve-au-test", f"« {quiz_id} » n'est pas un quiz d'entraînement")
        else:
            sources.append(source)
    yield from _draws(test, sources)
    asked = {draw.objective for draw in test.value.draw}
    for number, question in enumerate(test.value.questions):
        if question.objective not in asked:
            message = "cette question ne sera jamais tirée : « draw » ne nomme pas son objectif"
            yield test.finding(("questions", number), "jamais-tiree", message)
        elif isinstance(question, FreeTextQuestion):
            message = "un texte n'est jamais noté : il n'entre pas dans un test"
            yield test.finding(("questions", number, "type"), "jamais-tiree", message)


def _draws(test: Written[QuizFile], sources: list[Written[QuizFile]]) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, draw in enumerate(test.value.draw):
        offered = sum(
            question.objective == draw.objective and not isinstance(question, FreeTextQuestion)
            for source in sources
            for question in source.value.questions
        )
        if draw.objective in seen:
            yield test.finding(("draw", number), "objectif-en-double", "cet objectif est déjà demandé plus haut")
        elif offered < draw.count:
            message = f"{draw.count} questions demandées, {offered} écrites pour cet objectif"
            yield test.finding(("draw", number), "reserve-insuffisante", message)
        elif offered < FRESH_ATTEMPTS * draw.count:
            needed = FRESH_ATTEMPTS * draw.count
            message = f"{offered} questions pour cet objectif : il en faut {needed} pour un second essai tout neuf"
            yield test.finding(("draw", number), "reserve-courte", message, Finding.WARNING)
        seen.add(draw.objective)
