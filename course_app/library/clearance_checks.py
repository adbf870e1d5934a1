"""What makes a feu vert possible to earn: calls and tests that exist, in sufficient number."""

from collections.abc import Iterator

from course_app.library.clearances import CallType, ClearanceRule
from course_app.library.files import Written
from course_app.library.model import Finding, QuizKind
from course_app.library.parts import Parts


def clearance_findings(parts: Parts) -> Iterator[Finding]:
    """Yield what is wrong with the rules of the feu vert; content without calls needs none."""
    written = parts.clearances
    if written is None:
        return
    calls = {call.value.id for call in parts.calls}
    tests = {quiz.value.id for quiz in parts.quizzes if quiz.value.kind is QuizKind.TEST}
    lessons = {lesson.header.value.id for lesson in parts.lessons}
    seen: set[CallType] = set()
    for rank, rule in enumerate(written.value):
        if rule.call_type in seen:
            message = f"« {rule.call_type.value} » a déjà sa règle"
            yield written.finding((rank, "call_type"), "regle-en-double", message)
        seen.add(rule.call_type)
        yield from _unknown(written, (rank, "calls"), rule.calls, calls, "appel")
        yield from _unknown(written, (rank, "tests"), rule.tests, tests, "test")
        if rule.lesson not in lessons:
            yield written.finding((rank, "lesson"), "lecon-inconnue", f"leçon inconnue : « {rule.lesson} »")
        yield from _impossible(written, rank, rule)
    for missing in [each for each in CallType if each not in seen]:
        yield written.finding((), "regle-absente", f"aucune règle pour « {missing.value} »")


def _unknown(
    written: Written[tuple[ClearanceRule, ...]],
    at: tuple[int, str],
    named: tuple[str, ...],
    known: set[str],
    kind: str,
) -> Iterator[Finding]:
    for number, name in enumerate(named):
        if name not in known:
            yield written.finding((*at, number), f"{kind}-inconnu", f"{kind} inconnu : « {name} »")


def _impossible(written: Written[tuple[ClearanceRule, ...]], rank: int, rule: ClearanceRule) -> Iterator[Finding]:
    if rule.passed > len(set(rule.calls)):
        message = f"{rule.passed} appels différents demandés, {len(set(rule.calls))} proposés"
        yield written.finding((rank, "passed"), "regle-impossible", message)
    for key in ("hard", "free"):
        if getattr(rule, key) > rule.passed:
            message = f"« {key} » compte parmi les {rule.passed} appels demandés : il ne peut pas les dépasser"
            yield written.finding((rank, key), "regle-impossible", message)
