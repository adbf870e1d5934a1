"""What the pages of compared ways of working show: figures in words, the chart, its table. Frozen, pure."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from course_app.core.french import NBSP, euros, number
from course_app.exercise.compare.drawing import Chart, chart
from course_app.exercise.compare.results import restored
from course_app.exercise.compare.words import POLICIES, SCENARIOS, interval, percent, points, rule_in_words
from course_app.exercise.engine.comparison import Comparison, Lead, Outcome
from course_app.exercise.engine.laboratory import as_yaml, faults
from course_app.exercise.engine.way_of_working import MINE
from course_app.jobs.rules import JobView

COMPARED_IN_WORDS = ("recommandee", "moyenne", "pme-du-billet", "rien")


@dataclass(frozen=True)
class Row:
    """One line of the table, in words."""

    name: str
    is_mine: bool
    share: str
    interval: str
    net: str
    minutes: str
    portfolios: str


@dataclass(frozen=True)
class Figures:
    """A comparison ready to show. `sentences` say it to somebody who has never seen an interval."""

    share: str
    interval: str
    half_width: str
    sentences: tuple[str, ...]
    drawing: Chart
    names: Mapping[str, str]
    rows: tuple[Row, ...]
    portfolios: str


def figures(comparison: Comparison, own_name: str, sessions: int) -> Figures:
    """Return the figures of a comparison; `own_name` stands for the way of working under test."""
    names = {**POLICIES, comparison.mine.policy: own_name}
    mine, lines = comparison.mine, comparison.lines
    return Figures(
        share=percent(mine.share),
        interval=interval(*mine.share_ci),
        half_width=points((mine.share_ci[1] - mine.share_ci[0]) / 2),
        sentences=tuple(_lead_in_words(comparison.leads[name], names[name]) for name in _told(comparison)),
        drawing=chart(lines, mine.policy),
        names=names,
        rows=tuple(_row(line, names[line.policy], line.policy == mine.policy, sessions) for line in lines),
        portfolios=number(mine.portfolios),
    )


def _told(comparison: Comparison) -> Sequence[str]:
    return [name for name in COMPARED_IN_WORDS if name in comparison.leads]


def _lead_in_words(lead: Lead, name: str) -> str:
    article = f"« {name} »"
    if not lead.is_settled:
        return f"Face à {article}{NBSP}: aucune différence sûre. L'écart mesuré tient dans la part de hasard."
    more = "de plus" if lead.share > 0 else "de moins"
    low, high = sorted(abs(bound) for bound in lead.ci)
    return f"Face à {article}{NBSP}: {points(lead.share)} {more} (entre {points(low)} et {points(high)})."


def _row(line: Outcome, name: str, is_mine: bool, sessions: int) -> Row:
    return Row(
        name=name,
        is_mine=is_mine,
        share=percent(line.share),
        interval=interval(*line.share_ci),
        net=euros(round(line.net_cents_mean / 100) * 100).replace(",00", ""),
        minutes=f"{round(line.minutes_mean / sessions)}{NBSP}min",
        portfolios=number(line.portfolios),
    )


@dataclass(frozen=True)
class WayPage:
    """The learner's whole way of working: to ask, in progress, refused for lack of decisions, or in figures."""

    job: JobView | None
    figures: Figures | None
    coverage: str
    decisions: int
    is_enough: bool


def way_page(job: JobView | None, sessions: int) -> WayPage:
    """Return the page of a learner's way of working from its latest job, None before any."""
    if job is None or job.result is None:
        return WayPage(job, None, "", 0, True)
    enough = bool(job.result["is_shown"])
    shown = figures(restored(job.result), POLICIES[MINE], sessions) if enough else None
    return WayPage(job, shown, percent(job.result["coverage"], 0), int(job.result["decisions"]), enough)


@dataclass(frozen=True)
class TrialLine:
    """One past trial of the laboratory."""

    id: uuid.UUID
    name: str
    asked_at: datetime
    state: str
    is_finished: bool
    summary: str


@dataclass(frozen=True)
class TrialPage:
    """One trial of the laboratory: its rules, then its progress or its figures."""

    job: JobView
    name: str
    scenario: str
    rules: tuple[str, ...]
    yaml: str
    figures: Figures | None


@dataclass(frozen=True)
class RuleLine:
    """One rule of the form: its sentence, its fields, whether it is shown open, whether it gets the focus."""

    words: str
    fields: Any
    is_open: bool
    is_here: bool


@dataclass(frozen=True)
class LaboratoryPage:
    """The laboratory: the rules of the form in order, the same in YAML (empty while one is wrong), past trials."""

    rules: tuple[RuleLine, ...]
    yaml: str
    past: tuple[TrialLine, ...]


def laboratory_page(
    rules: Sequence[tuple[Mapping[str, Any], Any]], at: int | None, past: Sequence[TrialLine], yaml: str
) -> LaboratoryPage:
    """Return the page of the laboratory; `rules` are pairs of a rule and its fields, `at` the one just changed."""
    lines = []
    for rank, (rule, fields) in enumerate(rules):
        faulty = any(field.errors for field in fields)
        words = "à corriger" if faulty else rule_in_words(rule)
        lines.append(RuleLine(words, fields, faulty or (rank == at and "quand" not in rule), rank == at))
    return LaboratoryPage(tuple(lines), yaml, tuple(past))


def text_of(policy: Mapping[str, Any]) -> str:
    """Return a policy as YAML, or nothing while a rule of it cannot be read."""
    return "" if faults(policy) else as_yaml(policy)


def trial_page(job: JobView) -> TrialPage:
    """Return the page of one trial."""
    policy = job.parameters["policy"]
    sessions = int(job.result["sessions"]) if job.result else 1
    return TrialPage(
        job=job,
        name=policy["nom"],
        scenario=SCENARIOS[job.parameters["scenario"]],
        rules=tuple(rule_in_words(rule) for rule in policy["regles"]),
        yaml=as_yaml(policy),
        figures=figures(restored(job.result), policy["nom"], sessions) if job.result else None,
    )


def trial_line(job: JobView) -> TrialLine:
    """Return a past trial as the list shows it."""
    return TrialLine(
        id=job.id,
        name=str(job.parameters["policy"]["nom"]),
        asked_at=job.asked_at,
        state=job.state.value,
        is_finished=job.is_finished,
        summary=_summary(job.result),
    )


def _summary(result: Mapping[str, Any] | None) -> str:
    if result is None:
        return ""
    return f"{percent(result['mine']['share'])} recouvrés"
