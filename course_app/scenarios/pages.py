"""What each screen of a scenario shows: frozen pages built from an attempt, by allow-list.

Makes no query and knows no request. A moment not decided yet holds its wording and nothing that tells choices apart
(security.md S15): quality, feedback and what comes next enter a page only with the learner's decision.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from course_app.core.french import clock_time
from course_app.library.scenario_model import ChoiceQuality, Ending, Outcome, Scenario
from course_app.library.scenario_play import State, Story
from course_app.scenarios import rules
from course_app.scenarios.models import ScenarioAttempt, ScenarioMove
from course_app.scenarios.rules import Climate, Score, Visit
from course_app.scenarios.service import Attempt

YOU = "Vous"
"""How content names the learner in a transcript."""


@dataclass(frozen=True)
class Line:
    """One line heard; `mine` when the learner speaks."""

    who: str
    text: str

    @property
    def mine(self) -> bool:
        """Whether the learner speaks."""
        return self.who == YOU


@dataclass(frozen=True)
class Standing:
    """How things stand: the day counted from 1, the client's mood, money in and asked (cents), pieces in the file."""

    day: int
    climate: Climate
    received_cents: int
    asked_cents: int
    held: tuple[str, ...]


@dataclass(frozen=True)
class Option:
    """A choice as shown before it is made."""

    id: str
    text: str


@dataclass(frozen=True)
class Lesson:
    """Where a rule is taught."""

    id: str
    anchor: str | None


@dataclass(frozen=True)
class Verdict:
    """What a decision led to, once it is stored. `before` and `after` are how things stood around it."""

    quality: ChoiceQuality
    red_line: bool
    consequence: str
    reason: str
    rule: str
    lesson: Lesson | None
    counted: bool
    given: bool
    undone: bool
    after: Standing
    warmed: int
    days: int
    received_cents: int
    gained: tuple[str, ...]
    receipt: int
    made_at: str


@dataclass(frozen=True)
class Step:
    """A moment of the way, to go back to or to open again."""

    sequence: int
    title: str


@dataclass(frozen=True)
class Conflict:
    """Two decisions for one moment: the one that is kept and the one that came too late; empty when unknown here."""

    kept: str
    offered: str


@dataclass(frozen=True)
class IntroPage:
    """The first screen: what the story is, where to resume it, the attempts made."""

    scenario: Scenario
    open_attempt: uuid.UUID | None
    open_on_older_version: bool
    finished: tuple[tuple[uuid.UUID, int, datetime], ...]


@dataclass(frozen=True)
class MomentPage:
    """One moment, before or after its decision; `verdict` and `conflict` exist only after."""

    attempt_id: uuid.UUID
    scenario_id: str
    title: str
    sequence: int
    node_title: str
    situation: tuple[Markup, ...]
    transcript: tuple[Line, ...]
    prompt: str
    options: tuple[Option, ...]
    chosen: str
    chosen_text: str
    standing: Standing
    customer: str
    turn: int
    way: tuple[Step, ...]
    verdict: Verdict | None
    conflict: Conflict | None
    next_sequence: int | None
    waiting: int
    is_closed: bool


@dataclass(frozen=True)
class DebriefRow:
    """One decision of the log, with what it was worth and why."""

    sequence: int
    title: str
    text: str
    quality: ChoiceQuality
    red_line: bool
    counted: bool
    given: bool
    undone: bool
    turn: int
    consequence: str
    reason: str
    rule: str
    lesson: Lesson | None


@dataclass(frozen=True)
class EndingView:
    """The ending reached: what happens, why, what to keep."""

    title: str
    outcome: Outcome
    story: Markup
    reason: str
    rule: str
    lesson: Lesson | None


@dataclass(frozen=True)
class DebriefPage:
    """The end of an attempt: its ending, its score, every decision of the log, what else exists."""

    attempt_id: uuid.UUID
    scenario_id: str
    title: str
    number: int
    is_replay: bool
    ending: EndingView
    standing: Standing
    score: Score
    rows: tuple[DebriefRow, ...]
    red_lines: tuple[DebriefRow, ...]
    other_endings: tuple[tuple[str, Outcome], ...]
    seen: int
    situations: int


def intro_page(scenario: Scenario, attempts: Sequence[ScenarioAttempt]) -> IntroPage:
    """Build the first screen from today's scenario and the learner's attempts, oldest first."""
    still_open = [row for row in attempts if row.finished_at is None]
    latest = still_open[-1] if still_open else None
    finished = tuple((row.id, row.number, row.finished_at) for row in reversed(attempts) if row.finished_at)
    return IntroPage(
        scenario=scenario,
        open_attempt=latest.id if latest else None,
        open_on_older_version=latest is not None and latest.content_hash != scenario.content_hash,
        finished=finished,
    )


def html(sanitised: str) -> Markup:
    """Return HTML that the library sanitised when it rendered it, as safe text."""
    return Markup(sanitised)  # noqa: S704 - the library sanitises what it renders


def standing(scenario: Scenario, story: Story, state: State) -> Standing:
    """Return how things stand in a state."""
    return Standing(
        day=state.days + 1,
        climate=rules.climate(state.temperature),
        received_cents=state.cash_cents,
        asked_cents=scenario.case.amount_cents,
        held=story.held(state),
    )


def moment_page(attempt: Attempt, sequence: int, timezone: str, *, chosen: str = "", offered: str = "") -> MomentPage:
    """Build the screen of the moment to decide now, or of one decided.

    `sequence` holds a decision or is the waiting one: the caller has checked. `chosen` shows again what could not be
    accepted; `offered` is a second decision that was refused.
    """
    story, play = attempt.story, attempt.play
    visit = play.visit(sequence)
    position = visit.before if visit else play.position
    node = story.nodes[position.node]
    kept = visit.move.choice.text if visit else ""
    other = next((choice.text for choice in node.choices if choice.id == offered), "")
    after = [each.sequence for each in play.visits if each.sequence > sequence]
    move = attempt.move(sequence)
    return MomentPage(
        attempt_id=attempt.row.id,
        scenario_id=attempt.scenario.id,
        title=attempt.scenario.title,
        sequence=sequence,
        node_title=node.title,
        situation=tuple(html(text) for text in story.told(position)),
        transcript=tuple(Line(line.who, line.text) for line in node.transcript),
        prompt=node.prompt,
        options=tuple(Option(each.choice.id, each.choice.text) for each in story.offered(position)),
        chosen=visit.move.choice.id if visit else chosen,
        chosen_text=kept,
        standing=standing(attempt.scenario, story, position.state),
        customer=attempt.scenario.case.customer,
        turn=visit.turn if visit else play.turn(position.node) + 1,
        way=tuple(_step(story, each) for each in play.way if each.sequence < sequence or visit is None),
        verdict=_verdict(attempt, visit, move, timezone) if visit and move else None,
        conflict=Conflict(kept, other) if visit and offered else None,
        next_sequence=min(after, default=None if attempt.is_finished else attempt.waiting),
        waiting=attempt.waiting,
        is_closed=attempt.is_finished,
    )


def _step(story: Story, visit: Visit) -> Step:
    return Step(visit.sequence, story.nodes[visit.before.node].title)


def _verdict(attempt: Attempt, visit: Visit, move: ScenarioMove, timezone: str) -> Verdict:
    choice, before, after = visit.move.choice, visit.before.state, visit.after.state
    held = attempt.story.held(before)
    return Verdict(
        quality=choice.quality,
        red_line=choice.red_line,
        consequence=choice.feedback.consequence,
        reason=choice.feedback.reason,
        rule=choice.feedback.rule,
        lesson=_lesson(choice.lesson, choice.anchor),
        counted=visit.counted,
        given=visit.given,
        undone=visit.undone,
        after=standing(attempt.scenario, attempt.story, after),
        warmed=after.temperature - before.temperature,
        days=after.days - before.days,
        received_cents=after.cash_cents - before.cash_cents,
        gained=tuple(name for name in attempt.story.held(after) if name not in held),
        receipt=move.receipt,
        made_at=clock_time(move.made_at.astimezone(ZoneInfo(timezone))),
    )


def _lesson(lesson: str | None, anchor: str | None) -> Lesson | None:
    return Lesson(lesson, anchor) if lesson else None


def debrief_page(attempt: Attempt) -> DebriefPage:
    """Build the end of a finished attempt from its log."""
    story, play = attempt.story, attempt.play
    rows = tuple(_row(story, visit) for visit in play.visits)
    ending = story.endings[play.position.node]
    met = rules.seen(play.visits)
    return DebriefPage(
        attempt_id=attempt.row.id,
        scenario_id=attempt.scenario.id,
        title=attempt.scenario.title,
        number=attempt.row.number,
        is_replay=attempt.row.replay_of is not None,
        ending=_ending(ending),
        standing=standing(attempt.scenario, story, play.position.state),
        score=play.score,
        rows=rows,
        red_lines=tuple(row for row in rows if row.red_line and row.counted),
        other_endings=tuple((each.title, each.outcome) for each in story.endings.values() if each.id != ending.id),
        seen=sum(name in story.nodes for name in met),
        situations=len(story.nodes),
    )


def _ending(ending: Ending) -> EndingView:
    lesson = _lesson(ending.lesson, ending.anchor)
    return EndingView(ending.title, ending.outcome, html(ending.story), ending.reason, ending.rule, lesson)


def _row(story: Story, visit: Visit) -> DebriefRow:
    choice = visit.move.choice
    return DebriefRow(
        sequence=visit.sequence,
        title=story.nodes[visit.before.node].title,
        text=choice.text,
        quality=choice.quality,
        red_line=choice.red_line,
        counted=visit.counted,
        given=visit.given,
        undone=visit.undone,
        turn=visit.turn,
        consequence=choice.feedback.consequence,
        reason=choice.feedback.reason,
        rule=choice.feedback.rule,
        lesson=_lesson(choice.lesson, choice.anchor),
    )
