"""What a feu vert needs, when it is given, when it is lost. Pure: plain values in, plain values out.

A call counts when it was played whole, not for the first time, to its own end, without a red line and without a
sentence graded « erreur » or worse (experience.md §0 and §5, 48). A test counts at the rule's threshold, unless a red
line was crossed in a test since. What counted too long ago counts no more: the duration of the rule is also that.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from course_app.library.calls import Temperature
from course_app.library.clearances import CallType, ClearanceRule
from course_app.progress.rules import CallResult, Exam

PARIS = ZoneInfo("Europe/Paris")
_WARMTH = {temperature: rank for rank, temperature in enumerate(Temperature)}
PASSING_GRADES = frozenset({"bien-joue", "correct", "perfectible"})
"""Worst sentence of a call that counts: none costs more than 4 % of the claim (simulator.md §5, bands of the debrief)."""


class Change(StrEnum):
    """What happened to a feu vert."""

    GRANTED = "accorde"
    EXPIRED = "expire"
    LOST = "perdu"


@dataclass(frozen=True)
class Entry:
    """One line of a person's history: `until` is the last valid day of what was granted, None for the rest."""

    call_type: CallType
    change: Change
    at: datetime
    until: date | None = None


@dataclass(frozen=True)
class Evidence:
    """Everything of one person that may open a call, oldest first."""

    calls: Sequence[CallResult] = ()
    exams: Sequence[Exam] = ()

    @property
    def last_red_line(self) -> datetime | None:
        """When a red line was last crossed in a test; one that was later judged passed is none."""
        undone = {exam.attempt for exam in self.exams if exam.passed}
        return max((exam.told_at for exam in self.exams if exam.red_lines and exam.attempt not in undone), default=None)


@dataclass(frozen=True)
class Checklist:
    """What a person has of what a rule asks. Counts are capped at what is asked; `done_calls` are ids, in order."""

    rule: ClearanceRule
    done_calls: tuple[str, ...]
    passed: int
    hard: int
    free: int
    has_test: bool
    crossed_at: datetime | None
    """When a red line was crossed in a test, if no test has been passed since."""

    @property
    def is_met(self) -> bool:
        """Whether nothing is left to do."""
        rule = self.rule
        return self.has_test and (self.passed, self.hard, self.free) == (rule.passed, rule.hard, rule.free)

    @property
    def next_call(self) -> str | None:
        """The next call to play: the first that does not count yet, else one to play harder or without help."""
        if (self.passed, self.hard, self.free) == (self.rule.passed, self.rule.hard, self.rule.free):
            return None
        return next((call for call in self.rule.calls if call not in self.done_calls), self.rule.calls[0])


def months_later(day: date, months: int) -> date:
    """Return the same day some months later (earlier when negative), the last of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def paris_day(moment: datetime) -> date:
    """Return the day of a moment where French law lives."""
    return moment.astimezone(PARIS).date()


def counts(call: CallResult) -> bool:
    """Tell whether a finished call may open anything."""
    return call.counts and not call.replay and call.concluded and not call.red_lines and call.worst in PASSING_GRADES


def checklist(rule: ClearanceRule, evidence: Evidence, at: datetime) -> Checklist:
    """Return what is met of a rule at a moment, from what happened up to it."""
    since = months_later(paris_day(at), -rule.months)
    best: dict[str, tuple[bool, bool]] = {}
    for call in evidence.calls:
        if counts(call) and call.call_id in rule.calls and call.at <= at and paris_day(call.at) >= since:
            hard, free = best.get(call.call_id, (False, False))
            is_hard = _WARMTH[call.temperature] >= _WARMTH[rule.temperature]
            best[call.call_id] = (hard or is_hard, free or not call.guided)
    told = Evidence((), [exam for exam in evidence.exams if exam.told_at <= at])
    crossed = told.last_red_line
    has_test = any(
        exam.passed and exam.test_id in rule.tests and exam.percent >= rule.percent
        and paris_day(exam.told_at) >= since and (crossed is None or exam.told_at > crossed)
        for exam in told.exams
    )  # fmt: skip
    return Checklist(
        rule,
        tuple(best),
        min(len(best), rule.passed),
        min(sum(hard for hard, _free in best.values()), rule.hard),
        min(sum(free for _hard, free in best.values()), rule.free),
        has_test,
        None if has_test else crossed,
    )


def held(call_type: CallType, entries: Iterable[Entry], today: date) -> Entry | None:
    """Return the grant that is valid today for a kind of call; entries come in their order."""
    last = None
    for entry in entries:
        last = entry if entry.call_type is call_type else last
    if last is None or last.change is not Change.GRANTED or last.until is None or last.until < today:
        return None
    return last


def decide(rule: ClearanceRule, evidence: Evidence, entries: Sequence[Entry], at: datetime) -> Entry | None:
    """Return what the event of this moment changes to one feu vert, None when it changes nothing.

    A red line crossed in a test loses what is held. Everything met gives what is not held, and a test passed again
    while it is held carries its end further.
    """
    today = paris_day(at)
    now_held = held(rule.call_type, entries, today)
    if any(exam.told_at == at and exam.red_lines and not exam.passed for exam in evidence.exams):
        return Entry(rule.call_type, Change.LOST, at) if now_held else None
    if not checklist(rule, evidence, at).is_met:
        return None
    until = months_later(today, rule.months)
    is_new_test = any(exam.told_at == at and exam.passed and exam.test_id in rule.tests for exam in evidence.exams)
    if now_held is not None and not (is_new_test and now_held.until is not None and until > now_held.until):
        return None
    return Entry(rule.call_type, Change.GRANTED, at, until)


def history(entries: Sequence[Entry], today: date) -> tuple[Entry, ...]:
    """Return the lines of a history, oldest first, with the ends that the calendar alone has brought."""
    lines: list[Entry] = []
    for rank, entry in enumerate(entries):
        lines.append(entry)
        later = next((other for other in entries[rank + 1 :] if other.call_type is entry.call_type), None)
        reached = paris_day(later.at) if later else today
        if entry.change is Change.GRANTED and entry.until is not None and entry.until < reached:
            ended = datetime.combine(entry.until, datetime.max.time(), PARIS)
            lines.append(Entry(entry.call_type, Change.EXPIRED, ended))
    return tuple(sorted(lines, key=lambda line: line.at))
