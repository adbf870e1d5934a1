"""What the programme owes its readers: every piece of advice and every numbered fact has its lesson and its question."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from course_app.library.catalog import Catalog
from course_app.library.files import Written
from course_app.library.model import Finding, ItemKind
from course_app.library.registers import Advice, Coverage

_OWED: Mapping[str, tuple[str, str]] = {
    "taught": ("conseil-sans-lecon", "aucune leçon ne l'enseigne : « taught: [lecon#ancre] »"),
    "tested": ("conseil-sans-question", "aucune question ne le vérifie : « tested: [quiz/question] »"),
    "practised": ("conseil-sans-pratique", "rien ne le fait pratiquer : « practised: [scenario/id] », par exemple"),
}
_PRACTICE = {"exercise": ItemKind.EXERCISE, "call": ItemKind.CALL, "scenario": ItemKind.SCENARIO}


def coverage_findings(written: Written[Coverage] | None, catalog: Catalog) -> Iterator[Finding]:
    """Yield each advice or fact without lesson, question or practice, and each place that does not exist."""
    if written is None:
        return
    for rank, advice in enumerate(written.value.advice):
        yield from _advice(written, rank, advice, catalog)
    taught = {source for lesson in catalog.lessons.values() for source in lesson.sources}
    tested = {source for quiz in catalog.quizzes.values() for each in quiz.questions for source in each.sources}
    for rank, fact in enumerate(written.value.facts):
        if fact not in catalog.sources:
            yield written.finding(("facts", rank), "source-inconnue", f"source inconnue : « {fact} »")
        if fact not in taught:
            yield written.finding(
                ("facts", rank), "fait-sans-lecon", f"aucune leçon ne cite « {fact} » parmi ses sources"
            )
        if fact not in tested:
            message = f"aucune question ne cite « {fact} » parmi ses sources"
            yield written.finding(("facts", rank), "fait-sans-question", message)


def _advice(written: Written[Coverage], rank: int, advice: Advice, catalog: Catalog) -> Iterator[Finding]:
    if advice.article not in catalog.sources:
        yield written.finding(("advice", rank, "article"), "source-inconnue", f"source inconnue : « {advice.article} »")
    for key, (code, message) in _OWED.items():
        places = getattr(advice, key)
        if not places:
            yield written.finding(("advice", rank), code, f"« {advice.advice} » : {message}")
        for number, place in enumerate(places):
            if not _EXISTS[key](place, catalog):
                yield written.finding(("advice", rank, key, number), "lieu-inconnu", f"« {place} » n'existe pas")


def _is_taught(place: str, catalog: Catalog) -> bool:
    lesson_id, _sharp, anchor = place.partition("#")
    lesson = catalog.lessons.get(lesson_id)
    return lesson is not None and anchor in {*lesson.paragraphs, *(heading.anchor for heading in lesson.outline)}


def _is_tested(place: str, catalog: Catalog) -> bool:
    quiz_id, _slash, question_id = place.partition("/")
    quiz = catalog.quizzes.get(quiz_id)
    return quiz is not None and question_id in {question.id for question in quiz.questions}


def _is_practised(place: str, catalog: Catalog) -> bool:
    kind, _slash, target = place.partition("/")
    item_id, _sharp, situation = target.partition("#")
    item: Any = catalog.item(_PRACTICE[kind], item_id) if kind in _PRACTICE else None
    if item is None or not situation:
        return item is not None
    return situation in {node.id for node in getattr(item, "nodes", ())}


_EXISTS: Mapping[str, Callable[[str, Catalog], bool]] = {
    "taught": _is_taught,
    "tested": _is_tested,
    "practised": _is_practised,
}
