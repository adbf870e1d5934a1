"""The checklist of the feu vert on Mon parcours: what is left for each kind of call, in words, with where to go next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from course_app.clearance import rules
from course_app.clearance.rules import Checklist, Entry
from course_app.core.french import long_date
from course_app.library.calls import Temperature
from course_app.library.catalog import Catalog
from course_app.library.model import Path
from course_app.web.i18n import _, ngettext


@dataclass(frozen=True)
class Line:
    """One thing asked: its words, whether it is done, and the address of what is next to do for it."""

    text: str
    is_done: bool
    call_id: str = ""
    test_id: str = ""


@dataclass(frozen=True)
class GreenLight:
    """One kind of call: open until a day, or what is left; its rules, what stops such a call, its history."""

    title: str
    summary: str
    until: str
    headline: str
    lines: tuple[Line, ...]
    months: int
    stop: tuple[str, ...]
    lesson_id: str
    history: tuple[tuple[str, str], ...]


def green_lights(
    checklists: Sequence[Checklist], entries: Sequence[Entry], catalog: Catalog, path: Path, today: date
) -> tuple[GreenLight, ...]:
    """Return each kind of call, in order."""
    lines = rules.history(entries, today)
    return tuple(_green_light(one, entries, lines, catalog, path, today) for one in checklists)


def _green_light(
    found: Checklist, entries: Sequence[Entry], lines: Sequence[Entry], catalog: Catalog, path: Path, today: date
) -> GreenLight:
    rule = found.rule
    held = rules.held(rule.call_type, entries, today)
    until = long_date(held.until) if held and held.until else ""
    return GreenLight(
        title=rule.title,
        summary=rule.summary,
        until=until,
        headline=_("Feu vert jusqu'au %(day)s", day=until)
        if until
        else ngettext(
            "%(num)d appel réussi sur %(all)d", "%(num)d appels réussis sur %(all)d", found.passed, all=rule.passed
        ),
        lines=tuple(_lines(found, path, catalog)),
        months=rule.months,
        stop=rule.stop,
        lesson_id=rule.lesson,
        history=tuple(
            (catalog.label(line.change), long_date(rules.paris_day(line.at)))
            for line in lines
            if line.call_type is rule.call_type
        ),
    )


_WARM: Mapping[Temperature, str] = {
    Temperature.HURRIED: "dont %(num)d sur %(all)d avec un client pressé ou tendu",
    Temperature.TENSE: "dont %(num)d sur %(all)d avec un client tendu",
}


def _lines(found: Checklist, path: Path, catalog: Catalog) -> list[Line]:
    rule, call_id = found.rule, found.next_call or ""
    calls = ngettext(
        "%(num)d appel réussi sur %(all)d", "%(num)d appels réussis sur %(all)d", found.passed, all=rule.passed
    )
    asked = [Line(calls, found.passed == rule.passed, call_id if found.passed < rule.passed else "")]
    if rule.hard and rule.temperature in _WARM:
        text = _(_WARM[rule.temperature], num=found.hard, all=rule.hard)
        asked.append(Line(text, found.hard == rule.hard, call_id if found.hard < rule.hard else ""))
    if rule.free:
        text = _("dont %(num)d sur %(all)d sans aide", num=found.free, all=rule.free)
        asked.append(Line(text, found.free == rule.free, call_id if found.free < rule.free else ""))
    mine = catalog.test_of(path)
    test_id = mine.id if mine and mine.id in rule.tests else rule.tests[0]
    text = _("Un test de parcours réussi à %(percent)s %%", percent=rule.percent)
    if found.crossed_at:
        day = long_date(rules.paris_day(found.crossed_at))
        text = _("Un test réussi depuis la ligne rouge du %(day)s", day=day)
    return [*asked, Line(text, found.has_test, test_id="" if found.has_test else test_id)]
