"""What the preview of a regrading shows, on a page and on the command line. Makes no query, names no learner."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from course_app.core.french import count, weekday_date
from course_app.library.model import Quiz
from course_app.quizzes.models import Regrading
from course_app.quizzes.regrading.rules import Group, Likeness
from course_app.quizzes.regrading.service import Plan


@dataclass(frozen=True)
class Past:
    """One regrading that was decided: the day, by whom, why, what it changed."""

    on: str
    by: str
    why: str
    answers: int
    changed: int
    now_passed: int
    now_below: int


@dataclass(frozen=True)
class RegradePage:
    """The preview: questions to judge again, those left alone and why, the tests concerned, what was decided before."""

    quiz: Quiz
    again: tuple[Group, ...]
    alone: tuple[tuple[Group, str], ...]
    answers: int
    changed: int
    attempts_changed: int
    results_changed: int
    rises: int
    falls: int
    past: tuple[Past, ...]


REASONS = {
    Likeness.REWORDED: "L'énoncé a changé : ces personnes ont répondu à un autre cas. Rien ne change pour elles.",
    Likeness.OTHER_CHOICES: "Les réponses proposées ont changé : elles ne sont plus comparables. Rien ne change.",
    Likeness.GONE: "Cette question n'est plus posée. Rien ne change.",
    Likeness.NEVER_MARKED: "Ce texte n'est jamais noté. Rien ne change.",
}


def regrade_page(plan: Plan, past: Sequence[Regrading], timezone: str) -> RegradePage:
    """Build the preview of a regrading."""
    return RegradePage(
        quiz=plan.quiz,
        again=tuple(group for group in plan.groups if group.likeness is Likeness.SAME),
        alone=tuple((group, REASONS[group.likeness]) for group in plan.groups if group.likeness in REASONS),
        answers=len(plan.answers),
        changed=plan.changed,
        attempts_changed=plan.attempts_changed,
        results_changed=len(plan.results),
        rises=plan.rises,
        falls=plan.falls,
        past=tuple(_past(each, timezone) for each in past),
    )


def _past(row: Regrading, timezone: str) -> Past:
    return Past(
        _day(row.decided_at, timezone), row.decided_by, row.why, row.answers, row.changed, row.now_passed, row.now_below
    )


def _day(at: datetime, timezone: str) -> str:
    return weekday_date(at.astimezone(ZoneInfo(timezone)).date())


def told(plan: Plan) -> tuple[str, ...]:
    """Return the preview as French lines, for a terminal."""
    lines = []
    for group in plan.groups:
        answers = count(group.answers, "réponse")
        if group.likeness is not Likeness.SAME:
            lines.append(f"{group.question_id} : {answers}. {REASONS[group.likeness]}")
            continue
        before, after = group.right
        lines.append(
            f"{group.question_id} : {answers}, {group.changed} à changer "
            f"({group.gaining} en hausse, {group.losing} en baisse), justes {before} → {after}"
        )
    lines.append(
        f"En tout : {count(len(plan.answers), 'réponse à rejuger', 'réponses à rejuger')}, {plan.changed} à changer, "
        f"dans {count(plan.attempts_changed, 'essai')}."
    )
    lines.append(
        f"Tests : {len(plan.results)} à revaloriser, {plan.rises} passeraient à 80 % ou plus, "
        f"{plan.falls} tomberaient dessous (réussite gardée)."
    )
    return tuple(lines)
