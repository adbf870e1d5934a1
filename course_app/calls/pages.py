"""What each screen of a call shows: frozen pages built from an attempt, by allow-list.

Makes no query and knows no request. While a call goes on, a page holds what was said and heard, and three sentences
that nothing tells apart (security.md S15): grades and profile enter a page only in the debrief.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from course_app.calls.crossed import reasons
from course_app.calls.engine.choices import Choice, choices
from course_app.calls.engine.conversation import Conversation, Ending
from course_app.calls.engine.dialogue import Line as Who
from course_app.calls.engine.dialogue import State
from course_app.calls.engine.mood import Mood, climate
from course_app.calls.engine.review import Review, Step, TurnGrade, TurnReview, review
from course_app.calls.engine.script import script_of
from course_app.calls.intents import Intent
from course_app.calls.models import CallAttempt
from course_app.calls.service import Attempt
from course_app.calls.understanding import Finding
from course_app.core.french import euros, long_date, weekday_date
from course_app.library.calls import Answerer, Call, Objection, Persona
from course_app.library.questions import FactLine

YOU = "Vous"
OTHER_END = {
    Answerer.RIGHT_PERSON: "À l'autre bout",
    Answerer.SWITCHBOARD: "Au standard",
    Answerer.SPOUSE: "À l'autre bout",
    Answerer.COLLEAGUE: "Un collègue",
    Answerer.VOICEMAIL: "La messagerie",
}
"""How the page names who picks up, as long as nobody was verified."""

CLIMATE_ICONS = {
    Mood.RELAXED: "check",
    Mood.NEUTRAL: "info",
    Mood.STRAINED: "triangle-alert",
    Mood.STORMY: "octagon-x",
}


@dataclass(frozen=True)
class Line:
    """One line of the transcript; `newest` where the current answer begins."""

    who: str
    text: str
    mine: bool = False
    newest: bool = False


@dataclass(frozen=True)
class CallCard:
    """One call as the list shows it; `open_attempt` resumes it."""

    call: Call
    tries: int
    last_finished: uuid.UUID | None
    open_attempt: uuid.UUID | None
    is_next: bool


@dataclass(frozen=True)
class PreparePage:
    """The rule card and the file, before dialling."""

    call: Call
    facts: tuple[tuple[str, str], ...]
    tries: tuple[CallAttempt, ...]
    open_attempt: uuid.UUID | None
    client_id: uuid.UUID | None


@dataclass(frozen=True)
class TalkPage:
    """A call going on."""

    attempt_id: uuid.UUID
    call: Call
    facts: tuple[tuple[str, str], ...]
    number: int
    guided: bool
    lines: tuple[Line, ...]
    climate: Mood
    climate_icon: str
    choices: tuple[Choice, ...]
    can_take_back: bool
    client_id: uuid.UUID | None


@dataclass(frozen=True)
class TurnRow:
    """One turn of the debrief: what was said and heard, its comment, its cost, and a better sentence if there was one.

    `crossed` says which red lines it crossed and why; empty for any other grade.
    """

    number: int
    said: str
    replies: tuple[Line, ...]
    grade: TurnGrade
    cost: str | None
    comment: str
    better: str | None
    crossed: tuple[Finding, ...]
    is_key: bool


@dataclass(frozen=True)
class DebriefPage:
    """A call that is over: transcript, steps, promise, the person behind, and what to answer to what they said."""

    attempt_id: uuid.UUID
    attempt_number: int
    call: Call
    counts: bool
    ending: Ending | None
    hung_up: bool
    opening: Line
    rows: tuple[TurnRow, ...]
    steps: tuple[Step, ...]
    promise: tuple[str, str] | None
    recapped: bool
    red_lines: int
    key: TurnRow | None
    was_hard: bool
    persona: Persona
    heard: tuple[Objection, ...]
    client_id: uuid.UUID | None

    @property
    def done(self) -> int:
        """How many of the seven steps were done."""
        return sum(step.done for step in self.steps)


def facts_of(call: Call) -> tuple[tuple[str, str], ...]:
    """Return the file of a call, its own facts last."""
    claim = (
        ("Vous appelez pour", call.supplier),
        ("Client", call.customer),
        ("Contact", f"{call.contact}, {call.role}"),
        ("Facture", call.invoice),
        ("Montant", euros(call.amount_cents)),
        ("Échéance", long_date(call.due_on)),
        ("Vous appelez le", weekday_date(call.called_on)),
    )
    return (*claim, *_pairs(call.facts))


def _pairs(facts: Sequence[FactLine]) -> tuple[tuple[str, str], ...]:
    return tuple((fact.label, fact.value) for fact in facts)


def cards(calls: Sequence[Call], rows: Sequence[CallAttempt]) -> tuple[CallCard, ...]:
    """Return the calls to choose from, in their order; the first one never finished is the next."""
    shown = []
    following = True
    for call in calls:
        mine = [row for row in rows if row.call_id == call.id]
        finished = [row for row in mine if row.finished_at is not None]
        is_next = following and not finished
        following = following and not is_next
        shown.append(
            CallCard(
                call,
                tries=len(mine),
                last_finished=finished[-1].id if finished else None,
                open_attempt=next((row.id for row in mine if row.finished_at is None), None),
                is_next=is_next,
            )
        )
    return tuple(shown)


def prepare_page(call: Call, rows: Sequence[CallAttempt], client_id: uuid.UUID | None) -> PreparePage:
    """Return the screen before dialling."""
    still_open = next((row.id for row in rows if row.finished_at is None), None)
    return PreparePage(call, facts_of(call), tuple(rows), still_open, client_id)


def _other(state: State, call: Call) -> str:
    return call.contact if state.line is Who.RIGHT else OTHER_END[call.answerer]


def transcript(conversation: Conversation) -> tuple[Line, ...]:
    """Return every line said and heard, in order."""
    call = conversation.script.call
    lines = [Line(_other(conversation.start, call), conversation.opening)]
    for turn in conversation.turns:
        lines.append(Line(YOU, turn.move.said, mine=True))
        lines += _heard(turn.before, turn.after, turn.replies, call)
    newest = max(rank for rank, line in enumerate(lines) if not line.mine)
    while newest and not lines[newest - 1].mine:
        newest -= 1
    first = lines[newest]
    lines[newest] = Line(first.who, first.text, mine=False, newest=True)
    return tuple(lines)


def _heard(before: State, after: State, replies: Sequence[str], call: Call) -> list[Line]:
    """Name who says each reply: when somebody is put through, the first one is still the other's."""
    put_through = before.line is not Who.RIGHT and after.line is Who.RIGHT and len(replies) > 1
    return [
        Line(_other(before if put_through and rank == 0 else after, call), reply) for rank, reply in enumerate(replies)
    ]


def talk_page(attempt: Attempt) -> TalkPage:
    """Return the screen of a call going on."""
    conversation = attempt.conversation
    mood = climate(conversation.state)
    return TalkPage(
        attempt_id=attempt.row.id,
        call=attempt.call,
        facts=facts_of(attempt.call),
        number=attempt.next_number,
        guided=attempt.row.guided,
        lines=transcript(conversation),
        climate=mood,
        climate_icon=CLIMATE_ICONS[mood],
        choices=choices(conversation),
        can_take_back=attempt.row.guided and bool(attempt.turns),
        client_id=attempt.row.client_id,
    )


def debrief_page(attempt: Attempt) -> DebriefPage:
    """Return the debrief of a finished call."""
    conversation, call = attempt.conversation, attempt.call
    judged = review(conversation)
    key = judged.best_moment
    rows = tuple(_row(conversation, turn, is_key=turn is key) for turn in judged.turns)
    return DebriefPage(
        attempt_id=attempt.row.id,
        attempt_number=attempt.row.number,
        call=call,
        counts=attempt.row.counts,
        ending=conversation.ending,
        hung_up=attempt.row.hung_up,
        opening=transcript(conversation)[0],
        rows=rows,
        steps=judged.steps,
        promise=_promise(conversation, judged),
        recapped=judged.recapped,
        red_lines=judged.red_lines,
        key=next((row for row in rows if row.is_key), None),
        was_hard=judged.was_hard,
        persona=call.persona,
        heard=_objections_heard(conversation),
        client_id=attempt.row.client_id,
    )


def _crossed(judged: TurnReview) -> tuple[Finding, ...]:
    if judged.grade is not TurnGrade.RED_LINE:
        return ()
    move = judged.turn.move
    return reasons(move.intent, move.said, to_third=judged.turn.before.line is not Who.RIGHT)


def _row(conversation: Conversation, judged: TurnReview, *, is_key: bool) -> TurnRow:
    turn, call = judged.turn, conversation.script.call
    comments = call.phrasebook.comments
    own = getattr(call.comments, judged.remark)
    euros_lost = round(judged.loss_cents / 100)
    return TurnRow(
        number=turn.number,
        said=turn.move.said,
        replies=tuple(_heard(turn.before, turn.after, turn.replies, call)),
        grade=judged.grade,
        cost=_whole_euros(euros_lost) if euros_lost and judged.grade is not TurnGrade.GOOD else None,
        comment=own or getattr(comments, judged.remark) or "",
        better=_example(conversation, turn.before, judged.better) if judged.better else None,
        crossed=_crossed(judged),
        is_key=is_key,
    )


def _whole_euros(amount: int) -> str:
    return euros(amount * 100).replace(",00", "")


def _example(conversation: Conversation, before: State, intent: Intent) -> str:
    """Return one way to say what was better."""
    return conversation.script.wordings(intent, blind=not before.cause)[0][0]


def _promise(conversation: Conversation, judged: Review) -> tuple[str, str] | None:
    """Return the promised day and the day to check it; None without a promise."""
    script = conversation.script
    return (weekday_date(script.promised_on), weekday_date(script.check_on)) if judged.promised else None


def _objections_heard(conversation: Conversation) -> tuple[Objection, ...]:
    script = script_of(conversation.script.call)
    heard = set(conversation.heard)
    return tuple(
        one for one in conversation.script.call.objection_texts if heard & {script.filled(text) for text in one.says}
    )
