"""A call played from its recorded sentences: same script, seed and sentences, same call, word for word.

Owns the replay. A recorded sentence is an intent and the words that were said; everything else is computed again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from course_app.calls.engine.dialogue import (
    AGREES,
    HANGS_UP,
    HIGHEST,
    Branch,
    Likelihood,
    Line,
    Reaction,
    State,
    branches,
)
from course_app.calls.engine.draws import draw, shuffled
from course_app.calls.engine.script import Script, Truth, Wordings
from course_app.calls.engine.solution import MOST_TURNS
from course_app.calls.intents import Intent
from course_app.library.calls import Temperature


class Ending(Enum):
    """How a call came to its end."""

    CONCLUDED = auto()
    CUT_BY_CUSTOMER = auto()
    OUT_OF_TIME = auto()


@dataclass(frozen=True)
class Move:
    """What the learner said: what it means, and the words."""

    intent: Intent
    said: str


@dataclass(frozen=True)
class Turn:
    """One sentence and its answer. `number` from 1; `penalty` in disclosures; `replies` one or two sentences."""

    number: int
    move: Move
    before: State
    after: State
    reaction: Reaction
    replies: tuple[str, ...]
    penalty: float

    @property
    def rose(self) -> bool:
        """Whether irritation went up."""
        return self.after.irritation > self.before.irritation


@dataclass(frozen=True)
class Conversation:
    """A call as it stands; `ending` is None while it goes on."""

    script: Script
    seed: int
    opening: str
    start: State
    turns: tuple[Turn, ...]
    ending: Ending | None

    @property
    def state(self) -> State:
        """Where the call stands."""
        return self.turns[-1].after if self.turns else self.start

    @property
    def left(self) -> int:
        """How many sentences may still be said."""
        return 0 if self.ending else MOST_TURNS - len(self.turns)

    @property
    def heard(self) -> tuple[str, ...]:
        """Every sentence heard so far, in order."""
        return (self.opening, *(reply for turn in self.turns for reply in turn.replies))

    @property
    def said(self) -> tuple[str, ...]:
        """Every sentence said so far, in order."""
        return tuple(turn.move.said for turn in self.turns)


def play(script: Script, temperature: Temperature, seed: int, moves: Sequence[Move]) -> Conversation:
    """Return the call after these sentences; those that come after its end are left out."""
    start = script.start(temperature)
    opening = picked(script.answers("picks_up", third=script.truth.stranger), seed, "picks_up", ())
    current = Conversation(script, seed, opening, start, (), None)
    for move in moves:
        if current.ending:
            break
        current = _after(current, move)
    return current


def _after(current: Conversation, move: Move) -> Conversation:
    number, before = len(current.turns) + 1, current.state
    branch = settle(before, move.intent, current.script.truth, draw(current.seed, number, "reaction"))
    cut = branch.state.irritation == HIGHEST and move.intent not in (Intent.LISTEN, Intent.END)
    leaves = cut and draw(current.seed, number, "cut") < HANGS_UP
    ending = _ending(move, leaves=leaves, is_last=number == MOST_TURNS)
    replies = _replies(current, number, before, branch, ending)
    turn = Turn(number, move, before, branch.state, branch.reaction, replies, branch.penalty)
    return Conversation(
        current.script, current.seed, current.opening, current.start, (*current.turns, turn), ending
    )  # fmt: skip


def _ending(move: Move, *, leaves: bool, is_last: bool) -> Ending | None:
    if move.intent is Intent.END:
        return Ending.CONCLUDED
    if leaves:
        return Ending.CUT_BY_CUSTOMER
    return Ending.OUT_OF_TIME if is_last else None


def settle(state: State, intent: Intent, truth: Truth, chance: float) -> Branch:
    """Return what really follows: the branches of the dialogue, reduced to what is true of this customer.

    A stranger who knows the caller's name always puts them through; one who does not asks for it.
    """
    options = _true_branches(state, intent, truth)
    for branch, likely in options[:-1]:
        if chance < likely:
            return branch
        chance -= likely
    return options[-1][0]


def _true_branches(state: State, intent: Intent, truth: Truth) -> list[tuple[Branch, float]]:
    every = branches(state, intent)
    if len(every) > 1 and state.line is not Line.RIGHT:
        wanted = _who_answers(state, intent, truth)
        return [(branch, 1.0) for branch in every if branch.reaction is wanted]
    found = []
    for branch in every:
        if branch.likelihood == Likelihood.AGREES:
            found.append((branch, branch.chance * AGREES[truth.profile]))
        elif branch.likelihood == Likelihood.DECLINES:
            found.append((branch, 1 - branch.chance * AGREES[truth.profile]))
        elif branch.likelihood in (Likelihood.SURE, truth.cause):
            found.append((branch, branch.chance))
    return found


def _who_answers(state: State, intent: Intent, truth: Truth) -> Reaction:
    stranger = truth.stranger or state.line is Line.THIRD
    if intent is Intent.STATE_INVOICE:
        return Reaction.OVERHEARS if stranger else Reaction.HEARS
    if not stranger:
        return Reaction.GREETS
    return Reaction.PUTS_THROUGH if state.introduced else Reaction.KEEPS_LINE


def _replies(
    current: Conversation, number: int, before: State, branch: Branch, ending: Ending | None
) -> tuple[str, ...]:
    third = before.line is not Line.RIGHT and current.script.truth.stranger
    names = [(branch.reaction.name.lower(), third)]
    if branch.reaction is Reaction.PUTS_THROUGH:
        names.append(("takes", False))
    if ending is Ending.CUT_BY_CUSTOMER:
        names.append(("hangs_up", False))
    elif ending is Ending.OUT_OF_TIME:
        names.append(("runs_out", False))
    elif not third and branch.state.irritation > before.irritation:
        names.append(("rises", False))
    if not third and branch.state.irritation < before.irritation and branch.reaction is Reaction.TELLS_CAUSE:
        names.insert(0, ("falls", False))
    heard, replies = list(current.heard), []
    for name, by_third in names:
        wordings = current.script.answers(name, third=by_third)
        spare = () if name in ("rises", "falls") else current.script.answers("puzzled")
        chosen = picked((*wordings, *spare), current.seed, f"{number}:{name}", heard)
        if chosen:
            replies.append(chosen)
            heard.append(chosen)
    return tuple(replies)


def picked(wordings: Wordings, seed: int, key: object, heard: Sequence[str]) -> str:
    """Return a wording not heard yet, from the first group that has one; empty when all were heard."""
    for group in wordings:
        fresh = [text for text in group if text not in heard]
        if fresh:
            return shuffled(fresh, seed, key)[0]
    return ""
