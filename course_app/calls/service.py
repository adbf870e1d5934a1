"""Calls: start, say, take back, hang up, replay a moment, export, carry.

Owns every write on attempts and sentences, in the order store, record, keep the place. Never commits: the route does,
once, before the answer is shown. Must not know Flask. Each write first takes the learner's row (or the attempt's), so
that two tabs and a double click come one after the other; on SQLite `BEGIN IMMEDIATE` already does it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.rules import Actor
from course_app.calls import clients
from course_app.calls.engine.choices import Choice, choices
from course_app.calls.engine.conversation import Conversation, Ending, Move, play
from course_app.calls.engine.review import TurnGrade, review
from course_app.calls.engine.script import script_of
from course_app.calls.intents import Intent
from course_app.calls.models import CallAttempt, CallTurn
from course_app.calls.rules import SpokenHow, counts
from course_app.core.errors import NotFound, Stale
from course_app.library.calls import Call, Temperature
from course_app.progress import service as progress
from course_app.progress.rules import EventKind


@dataclass(frozen=True)
class Saying:
    """One sending of a turn's form: what is said, as turn `number`."""

    key: uuid.UUID
    number: int
    intent: Intent
    said: str
    how: SpokenHow


@dataclass(frozen=True)
class Attempt:
    """An attempt with its call as the learner has it, its sentences still standing, and the call they make."""

    row: CallAttempt
    call: Call
    turns: tuple[CallTurn, ...]
    conversation: Conversation

    @property
    def next_number(self) -> int:
        """Number of the sentence to say now."""
        return len(self.turns) + 1

    @property
    def is_finished(self) -> bool:
        """Whether nothing more may be said."""
        return self.row.finished_at is not None


class CallNotOver(Stale):
    """The debrief of a call that goes on."""

    code = "appel-en-cours"
    message = "L'appel n'est pas fini. Reprenez-le, ou raccrochez : c'est permis."


class CallOver(Stale):
    """Something said after the call ended."""

    code = "appel-termine"
    message = "Cet appel est terminé : rien ne s'y ajoute. Ouvrez le débrief, ou rejouez."


class AlreadySaid(Stale):
    """Another sentence for a turn already said: the first is kept, both are shown (security.md R9)."""

    code = "deja-dit"
    message = "Cette réplique était déjà dite. La première est gardée."

    def __init__(self, kept: str, offered: str) -> None:
        super().__init__()
        self.kept, self.offered = kept, offered


def attempts(session: Session, actor: Actor, call_id: str | None = None) -> Sequence[CallAttempt]:
    """Return the learner's attempts, oldest first; at one call if it is named."""
    query = select(CallAttempt).where(
        CallAttempt.organisation_id == actor.organisation_id, CallAttempt.learner_id == actor.user_id
    )
    if call_id is not None:
        query = query.where(CallAttempt.call_id == call_id)
    return session.scalars(query.order_by(CallAttempt.started_at, CallAttempt.number)).all()


@dataclass(frozen=True)
class Beginning:
    """How an attempt starts: the call, whose it is if it is the learner's own, the mode, the chance."""

    call: Call
    temperature: Temperature
    guided: bool
    seed: int
    key: uuid.UUID
    client_id: uuid.UUID | None = None


def start(session: Session, actor: Actor, beginning: Beginning, now: datetime) -> CallAttempt:
    """Return the attempt this form started, else the one still open, else a new one.

    A key already spent on another call raises `Stale`.
    """
    take_turn(session, actor)
    past = attempts(session, actor, beginning.call.id)
    _refuse_spent(session, actor, beginning.key, past)
    same_or_open = [row for row in past if row.key == beginning.key or row.finished_at is None]
    if same_or_open:
        return same_or_open[-1]
    row = _new_row(actor, beginning, past, now)
    session.add(row)
    session.flush()
    _tell_start(session, actor, row, beginning.call, now)
    return row


def take_turn(session: Session, actor: Actor) -> None:
    """Hold the learner's row until the commit: parallel requests of one person come one after the other."""
    session.execute(
        select(User.id).where(User.id == actor.user_id, User.organisation_id == actor.organisation_id)
        .with_for_update(key_share=True)
    )  # fmt: skip


def _refuse_spent(session: Session, actor: Actor, key: uuid.UUID, past: Sequence[CallAttempt]) -> None:
    spent = session.scalar(
        select(CallAttempt.id).where(
            CallAttempt.organisation_id == actor.organisation_id,
            CallAttempt.learner_id == actor.user_id,
            CallAttempt.key == key,
        )
    )
    if spent is not None and spent not in {row.id for row in past}:
        raise Stale


def _new_row(actor: Actor, beginning: Beginning, past: Sequence[CallAttempt], now: datetime) -> CallAttempt:
    number = max((row.number for row in past), default=0) + 1
    return CallAttempt(
        id=uuid.uuid4(),
        organisation_id=actor.organisation_id,
        learner_id=actor.user_id,
        call_id=beginning.call.id,
        client_id=beginning.client_id,
        number=number,
        counts=counts(number),
        content_hash=beginning.call.content_hash,
        temperature=beginning.temperature,
        guided=beginning.guided,
        seed=beginning.seed,
        key=beginning.key,
        started_at=now,
        hung_up=False,
    )


def _tell_start(session: Session, actor: Actor, row: CallAttempt, call: Call, now: datetime) -> None:
    """Record the start of a catalogue call; the learner's own customers leave no trace outside this room."""
    if row.client_id is not None:
        return
    payload = {"attempt": str(row.id), "number": row.number, "counts": row.counts}
    progress.record(session, actor, call, EventKind.CALL_STARTED, now, key=f"appel-{row.id}", payload=payload)
    _keep_place(session, actor, row, call, 1, now)


def _keep_place(session: Session, actor: Actor, row: CallAttempt, call: Call, number: int, now: datetime) -> None:
    if row.client_id is None:
        place = {"attempt": str(row.id), "turn": number}
        progress.keep_place(session, actor, call, place, f"réplique {number}", now)


def load(session: Session, actor: Actor, attempt_id: uuid.UUID, *, writing: bool = False) -> Attempt:
    """Return the learner's own attempt; raise `NotFound` for a missing one and for anybody else's alike.

    `writing` holds the attempt's row until the commit.
    """
    mine = select(CallAttempt).where(
        CallAttempt.id == attempt_id,
        CallAttempt.organisation_id == actor.organisation_id,
        CallAttempt.learner_id == actor.user_id,
    )
    row = session.scalar(mine.with_for_update(key_share=True) if writing else mine)
    if row is None:
        raise NotFound
    return _with_turns(session, actor, row)


def _with_turns(session: Session, actor: Actor, row: CallAttempt) -> Attempt:
    turns = session.scalars(
        select(CallTurn)
        .where(
            CallTurn.organisation_id == actor.organisation_id,
            CallTurn.attempt_id == row.id,
            CallTurn.undone_at.is_(None),
        )
        .order_by(CallTurn.number)
    ).all()
    call = _call_of(session, actor, row)
    moves = [Move(turn.intent, turn.said) for turn in turns]
    return Attempt(row, call, tuple(turns), play(script_of(call), row.temperature, row.seed, moves))


def _call_of(session: Session, actor: Actor, row: CallAttempt) -> Call:
    if row.client_id is not None:
        return clients.load(session, actor, row.client_id)[1]
    return cast(Call, progress.pinned(session, row.content_hash))


def offered(attempt: Attempt, number: int | None) -> tuple[Choice, ...]:
    """Return the sentences offered at a turn: a form sent late is read on the screen it came from."""
    if number is None or not 1 <= number < attempt.next_number:
        return choices(attempt.conversation)
    moves = [Move(turn.intent, turn.said) for turn in attempt.turns[: number - 1]]
    row = attempt.row
    return choices(play(script_of(attempt.call), row.temperature, row.seed, moves))


def say(session: Session, actor: Actor, attempt: Attempt, saying: Saying, now: datetime) -> CallTurn:
    """Store a sentence; the same form sent again returns the sentence it already stored.

    `attempt` was loaded for writing. Raises `AlreadySaid` for another sentence in a turn already said, `Stale` for a
    turn out of order or a spent key, `CallOver` once the call has ended.
    """
    stored = _by_key(session, attempt, saying.key)
    if stored is not None:
        return _unchanged(stored, saying)
    if 1 <= saying.number < attempt.next_number:
        raise AlreadySaid(attempt.turns[saying.number - 1].said, saying.said)
    if attempt.is_finished:
        raise CallOver
    if saying.number != attempt.next_number:
        raise Stale
    turn = _store(session, attempt.row, saying, now)
    payload = {"attempt": str(attempt.row.id), "turn": saying.number, "intent": saying.intent.value}
    if attempt.row.client_id is None:
        progress.record(session, actor, attempt.call, EventKind.CALL_TURN, now, payload=payload)
    _move_on(session, actor, _with_turns(session, actor, attempt.row), now)
    return turn


def _by_key(session: Session, attempt: Attempt, key: uuid.UUID) -> CallTurn | None:
    return session.scalar(
        select(CallTurn).where(
            CallTurn.organisation_id == attempt.row.organisation_id,
            CallTurn.attempt_id == attempt.row.id,
            CallTurn.key == key,
        )
    )


def _unchanged(stored: CallTurn, saying: Saying) -> CallTurn:
    same = (stored.intent, stored.said, stored.number) == (saying.intent, saying.said, saying.number)
    if not same or stored.undone_at is not None:
        raise AlreadySaid(stored.said, saying.said)
    return stored


def _store(session: Session, row: CallAttempt, saying: Saying, now: datetime) -> CallTurn:
    turn = CallTurn(
        organisation_id=row.organisation_id,
        attempt_id=row.id,
        number=saying.number,
        intent=saying.intent,
        said=saying.said,
        how=saying.how,
        key=saying.key,
        said_at=now,
    )
    session.add(turn)
    session.flush()
    return turn


def _move_on(session: Session, actor: Actor, attempt: Attempt, now: datetime) -> None:
    """Keep the place at the next sentence, or finish the call that has come to its end."""
    row = attempt.row
    if attempt.conversation.ending is None:
        _keep_place(session, actor, row, attempt.call, attempt.next_number, now)
        return
    row.finished_at = now
    if row.client_id is None:
        payload = {"attempt": str(row.id), "number": row.number, "counts": row.counts}
        if row.counts:  # what a first attempt was worth stays in this room
            payload |= _worth(attempt)
        progress.finish(session, actor, attempt.call, now, key=f"fin-{row.id}", payload=payload)


_COSTLY = frozenset({TurnGrade.MISTAKE, TurnGrade.COSTLY, TurnGrade.RED_LINE})


def _worth(attempt: Attempt) -> dict[str, Any]:
    """Return what a call that reached its end was worth, as the log keeps it: no sentence, the worst grade only."""
    judged = review(attempt.conversation)
    return {
        "temperature": attempt.row.temperature.value,
        "guided": attempt.row.guided,
        "replay": attempt.row.replay_of is not None,
        "concluded": attempt.conversation.ending is Ending.CONCLUDED,
        "red_lines": judged.red_lines,
        "costly": sorted({turn.remark for turn in judged.turns if turn.grade in _COSTLY}),
        "worst": max((turn.grade for turn in judged.turns), key=list(TurnGrade).index, default=TurnGrade.GOOD).value,
    }


def take_back(session: Session, actor: Actor, attempt: Attempt, number: int, now: datetime) -> None:
    """Take back the last sentence, which stays in the record; a second sending of the same form changes nothing.

    `attempt` was loaded for writing. Raises `CallOver` once the call has ended and `Stale` for another turn than the
    last, or in a call without help.
    """
    if number == attempt.next_number:
        return
    if attempt.is_finished:
        raise CallOver
    if number != attempt.next_number - 1 or not attempt.row.guided or number < 1:
        raise Stale
    attempt.turns[-1].undone_at = now
    session.flush()
    if attempt.row.client_id is None:
        payload = {"attempt": str(attempt.row.id), "turn": number}
        progress.record(session, actor, attempt.call, EventKind.CALL_TURN_UNDONE, now, payload=payload)
    _keep_place(session, actor, attempt.row, attempt.call, number, now)


def hang_up(session: Session, actor: Actor, attempt: Attempt, now: datetime) -> None:
    """End a call where it stands; ending it twice changes nothing. The call is not marked done."""
    if attempt.is_finished:
        return
    attempt.row.finished_at, attempt.row.hung_up = now, True
    if attempt.row.client_id is None:
        payload = {"attempt": str(attempt.row.id), "turns": len(attempt.turns), "counts": attempt.row.counts}
        key = f"raccroche-{attempt.row.id}"
        progress.record(session, actor, attempt.call, EventKind.SESSION_CLOSED, now, key=key, payload=payload)
        progress.keep_place(session, actor, attempt.call, {}, "", now)


def replay(
    session: Session, actor: Actor, attempt: Attempt, number: int, key: uuid.UUID, now: datetime
) -> CallAttempt:  # fmt: skip
    """Return a new attempt that keeps the sentences before turn `number` and plays it again, with the same chance.

    Raises `CallNotOver` for a call that goes on and `NotFound` for a turn that was not said.
    """
    if not attempt.is_finished:
        raise CallNotOver
    if not 1 <= number <= len(attempt.turns):
        raise NotFound
    take_turn(session, actor)
    past = attempts(session, actor, attempt.row.call_id)
    _refuse_spent(session, actor, key, past)
    known = [row for row in past if row.key == key]
    if known:
        return known[0]
    for row in past:  # one open call at a time: the one left aside is hung up, as its own button would
        if row.finished_at is None:
            hang_up(session, actor, _with_turns(session, actor, row), now)
    old = attempt.row
    beginning = Beginning(attempt.call, old.temperature, True, old.seed, key, old.client_id)
    row = _new_row(actor, beginning, past, now)
    row.replay_of, row.replay_from = old.id, number
    session.add(row)
    session.flush()
    for turn in attempt.turns[: number - 1]:
        _store(session, row, Saying(uuid.uuid4(), turn.number, turn.intent, turn.said, turn.how), now)
    _tell_start(session, actor, row, attempt.call, now)
    _keep_place(session, actor, row, attempt.call, number, now)
    return row
