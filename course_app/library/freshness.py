"""What the calendar does to content: facts that expire, checks that fall due, reviews that age.

These findings appear on files nobody touched; they are marked as such (`Finding.ages`).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from course_app.core.french import long_date
from course_app.library.files import Written
from course_app.library.model import Finding
from course_app.library.parts import Parts
from course_app.library.registers import Fact

REVIEW_EVERY = timedelta(days=365)


def freshness_findings(parts: Parts, today: date, quoted: frozenset[str]) -> Iterator[Finding]:
    """Yield what the date `today` makes wrong; `quoted` are the ids of the facts that some content shows."""
    for number, fact in enumerate(parts.facts.value if parts.facts else ()):
        yield from _fact(parts.facts, number, fact, today, is_quoted=fact.id in quoted)
    for lesson in parts.lessons:
        yield from _reviewed(lesson.header, today)
    for written in parts.in_yaml:
        yield from _reviewed(written, today)


def _fact(
    written: Written[tuple[Fact, ...]] | None, number: int, fact: Fact, today: date, *, is_quoted: bool
) -> Iterator[Finding]:
    if written is None:
        return
    if fact.valid_to is not None and fact.valid_to < today:
        severity = Finding.ERROR if is_quoted else Finding.WARNING
        ended = long_date(fact.valid_to)
        message = f"le fait « {fact.id} » n'est plus valable depuis le {ended} : mettez-le à jour, ou ne le citez plus"
        yield _aged(written.finding((number, "valid_to"), "fait-expire", message, severity))
    elif fact.next_check_on < today:
        message = f"le fait « {fact.id} » était à revérifier le {long_date(fact.next_check_on)}"
        yield _aged(written.finding((number, "next_check_on"), "fait-a-reverifier", message, Finding.WARNING))
    if fact.valid_from is not None and fact.valid_from > today and is_quoted:
        message = f"le fait « {fact.id} » ne vaut qu'à partir du {long_date(fact.valid_from)}"
        yield _aged(written.finding((number, "valid_from"), "fait-futur", message, Finding.WARNING))


def _reviewed(written: Written[Any], today: date) -> Iterator[Finding]:
    if written.value.reviewed_on < today - REVIEW_EVERY:
        message = f"dernière relecture le {long_date(written.value.reviewed_on)} : relisez, puis changez la date"
        yield _aged(written.finding(("reviewed_on",), "relecture-ancienne", message, Finding.WARNING))
    elif written.value.reviewed_on > today + timedelta(days=1):  # a clock may be a few hours late
        message = "cette date de relecture est dans l'avenir"
        yield _aged(written.finding(("reviewed_on",), "relecture-future", message, Finding.WARNING))


def _aged(finding: Finding) -> Finding:
    return replace(finding, ages=True)
