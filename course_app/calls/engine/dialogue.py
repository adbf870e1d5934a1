"""What each sentence may do to a call: the state of the conversation, and every reaction with its chance.

Owns the rules of the dialogue (simulator.md §8), their constants, and nothing of words, money or files.

State of a call, as the learner can know it:

| field | range | meaning |
|-------|-------|---------|
| trust, irritation | 0..2 | how the customer feels |
| line | Line | who is on the telephone, as far as was asked |
| introduced, stated | bool | the caller said who they are; said which invoice |
| cause | 0..5 | what the customer gave as reason, in the order of `MOTIVES`; 0: nothing yet |
| rephrased, offered | bool | the reason was said back; something was offered for it |
| commitment | Commitment | nothing, a date, a date said back |
| refusals | three counts | commitments refused at each level of readiness, two at most in all |

Fields that no longer matter are set to one value, so that equal situations are one state.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum, auto
from typing import NamedTuple

from course_app.calls.intents import HARMFUL, Intent

HIGHEST = 2
ORDINARY_TRUST = 1
MOST_REFUSALS = 2
STRANGER_CHANCE = 0.35
"""A stranger answers one call in three or so (simulator.md §8)."""
TRANSFER_CHANCE, TRANSFER_CHANCE_UNNAMED = 0.6, 0.35
"""Being put through, once one said one's name or before: our choice."""
HEARD_ASKING, ASKING_IRRITATED = (0.35, 0.55, 0.75), (1.0, 0.8, 0.6)
HEARD_LISTENING, LISTENING_IRRITATED = (0.30, 0.50, 0.65), (1.0, 0.85, 0.7)
"""Chance that the reason comes out, by trust, times a factor by irritation (simulator.md §8)."""
READINESS = (0.35, 0.65, 1.0)
"""Factor on the chance to commit, by level of trust − irritation + offered + rephrased − 1 (simulator.md §8)."""
AGREES = (0.92, 0.92, 0.45, 0.38, 0.22, 0.27, 0.60, 0.50, 0.70, 0.52)
"""Chance to commit of each profile when nothing holds it back, in the order of the profiles (simulator.md §8)."""
HANGS_UP = 0.3
"""Chance that a customer at the end of their patience hangs up, unless one listens: our choice."""
PENALTIES = {Intent.THREATEN: 0.15, Intent.ATTACK: 0.3, Intent.DISCLOSE: 1.0, Intent.PRESSURE: 4.0}
"""Expected penalty in units of one disclosure: pedagogical weights, not law (simulator.md §8)."""
PROVABLE = frozenset({2, 3, 5})
"""Reasons that papers answer: a missing document, a dispute, an evasion."""


class Line(IntEnum):
    """Who is on the telephone."""

    UNKNOWN = 0
    THIRD = 1
    RIGHT = 2


class Commitment(IntEnum):
    """What was promised; `DATED` is a day, an amount and a means, `RECAPPED` once said back."""

    NONE = 0
    DATED = 1
    RECAPPED = 2


class Reaction(Enum):
    """What the person at the other end does; each has its own sentences."""

    GREETS = auto()
    ASKS_WHO = auto()
    PUTS_THROUGH = auto()
    KEEPS_LINE = auto()
    OVERHEARS = auto()
    HEARS = auto()
    TELLS_CAUSE = auto()
    EVADES = auto()
    SOFTENS = auto()
    CONFIRMS = auto()
    WEIGHS = auto()
    COMMITS = auto()
    REFUSES = auto()
    AGREES = auto()
    BRISTLES = auto()
    ALREADY = auto()
    PUZZLED = auto()
    WAITS = auto()
    SAYS_GOODBYE = auto()


class Likelihood(IntEnum):
    """On what a chance depends beside the state; 1..5: the profile's habit of giving that reason."""

    SURE = 0
    AGREES = 6
    DECLINES = 7


class State(NamedTuple):
    """A situation of the dialogue; see the module."""

    trust: int = 1
    irritation: int = 0
    line: Line = Line.UNKNOWN
    introduced: bool = False
    stated: bool = False
    cause: int = 0
    rephrased: bool = False
    offered: bool = False
    commitment: Commitment = Commitment.NONE
    refusals: tuple[int, int, int] = (0, 0, 0)

    @property
    def reached(self) -> bool:
        """Whether the right person knows which invoice it is about."""
        return self.line is Line.RIGHT and self.stated

    @property
    def level(self) -> int:
        """Readiness to commit, 0..2."""
        score = self.trust - self.irritation + self.offered + self.rephrased - 1
        return min(max(score, 0), HIGHEST)


@dataclass(frozen=True)
class Branch:
    """One reaction: the state after it, its chance, what else the chance depends on, its penalty in disclosures.

    For `DECLINES` the chance of the branch is one less `chance` × the chance to agree.
    """

    reaction: Reaction
    state: State
    chance: float = 1.0
    likelihood: int = Likelihood.SURE
    penalty: float = 0.0


def feels(state: State, trust: int = 0, irritation: int = 0) -> State:
    """Return the state with trust and irritation moved, within their bounds."""
    return state._replace(
        trust=min(max(state.trust + trust, 0), HIGHEST),
        irritation=min(max(state.irritation + irritation, 0), HIGHEST),
    )


def branches(state: State, intent: Intent) -> tuple[Branch, ...]:
    """Return everything that may follow a sentence, chances summing to 1 for each profile.

    `Intent.END` closes the call: its only branch leaves the state as it is.
    """
    if intent is Intent.END:
        return (Branch(Reaction.SAYS_GOODBYE, state),)
    if intent in HARMFUL:
        return (_crosses_line(state, intent),)
    if intent is Intent.STATE_INVOICE:
        return _states_invoice(state)
    if state.line is not Line.RIGHT:
        return _before_right_person(state, intent)
    return _conversation(state, intent) if state.stated else _before_stating(state, intent)


def _before_stating(state: State, intent: Intent) -> tuple[Branch, ...]:
    """The right person listens, and does not know yet what it is about."""
    if intent in _WHO:
        return _says_who(state, intent)
    return (Branch(Reaction.WAITS if intent is Intent.LISTEN else Reaction.PUZZLED, state),)


def _says_who(state: State, intent: Intent) -> tuple[Branch, ...]:
    if intent is Intent.INTRODUCE and not state.introduced:
        return (Branch(Reaction.GREETS, _named(state)),)
    return (Branch(Reaction.ALREADY, state),)


def _named(state: State) -> State:
    """Saying who one is earns an ordinary trust, no more: the rest comes from being heard."""
    return state._replace(introduced=True, trust=max(state.trust, ORDINARY_TRUST))


def _crosses_line(state: State, intent: Intent) -> Branch:
    """A red line: the customer closes up, and the expected penalty is paid; worse when a stranger may hear."""
    penalty = PENALTIES[intent]
    if intent is not Intent.DISCLOSE and state.line is not Line.RIGHT:
        penalty += 1.0 if state.line is Line.THIRD else STRANGER_CHANCE
    harsh = intent in (Intent.ATTACK, Intent.PRESSURE)
    after = feels(state, trust=-2 if intent is Intent.PRESSURE else -1, irritation=2 if harsh else 1)
    reaction = Reaction.OVERHEARS if state.line is Line.THIRD else Reaction.BRISTLES
    return Branch(reaction, after, penalty=penalty)


def _states_invoice(state: State) -> tuple[Branch, ...]:
    if state.line is Line.THIRD:
        return (Branch(Reaction.OVERHEARS, feels(state, irritation=1), penalty=1.0),)
    if state.stated:
        return (Branch(Reaction.BRISTLES, feels(state, irritation=1)),)
    told = feels(state, irritation=0 if state.introduced else 1)
    heard = told._replace(stated=True, introduced=True, line=Line.RIGHT)
    if state.line is Line.RIGHT:
        return (Branch(Reaction.HEARS, heard),)
    overheard = feels(state, irritation=1)._replace(line=Line.THIRD)
    return (
        Branch(Reaction.HEARS, heard, 1 - STRANGER_CHANCE),
        Branch(Reaction.OVERHEARS, overheard, STRANGER_CHANCE, penalty=1.0),
    )


def _before_right_person(state: State, intent: Intent) -> tuple[Branch, ...]:
    if intent is Intent.INTRODUCE and not state.introduced:
        return (Branch(Reaction.ASKS_WHO, _named(state)),)
    if intent is Intent.VERIFY:
        return _verifies(state)
    return (Branch(Reaction.WAITS if intent is Intent.LISTEN else Reaction.PUZZLED, state),)


def _verifies(state: State) -> tuple[Branch, ...]:
    right = state._replace(line=Line.RIGHT)
    third = state._replace(line=Line.THIRD)
    stranger = STRANGER_CHANCE if state.line is Line.UNKNOWN else 1.0
    through = stranger * (TRANSFER_CHANCE if state.introduced else TRANSFER_CHANCE_UNNAMED)
    found = (Branch(Reaction.PUTS_THROUGH, right, through), Branch(Reaction.KEEPS_LINE, third, stranger - through))
    return found if state.line is Line.THIRD else (Branch(Reaction.GREETS, right, 1 - stranger), *found)


def _conversation(state: State, intent: Intent) -> tuple[Branch, ...]:
    """The right person knows which invoice it is about."""
    return _REACTIONS[intent](state)


def _asks_openly(state: State) -> tuple[Branch, ...]:
    return _draws_out(state, HEARD_ASKING[state.trust] * ASKING_IRRITATED[state.irritation])


def _draws_out(state: State, chance: float) -> tuple[Branch, ...]:
    if state.cause:
        return (Branch(Reaction.ALREADY, state),)
    told = tuple(Branch(Reaction.TELLS_CAUSE, state._replace(cause=each), chance, each) for each in range(1, 6))
    return (*told, Branch(Reaction.EVADES, state, 1 - chance))


def _listens(state: State) -> tuple[Branch, ...]:
    calmer = feels(state, irritation=-1)
    if state.cause:
        return (Branch(Reaction.SOFTENS if state.irritation else Reaction.WAITS, calmer),)
    chance = HEARD_LISTENING[state.trust] * LISTENING_IRRITATED[state.irritation]
    return _draws_out(calmer, chance)


def _rephrases(state: State) -> tuple[Branch, ...]:
    if not state.cause:
        return (Branch(Reaction.PUZZLED, state),)
    if state.rephrased:
        return (Branch(Reaction.ALREADY, state),)
    return (Branch(Reaction.CONFIRMS, feels(state._replace(rephrased=True), trust=1)),)


def _offers(state: State) -> tuple[Branch, ...]:
    if not state.cause:
        return (Branch(Reaction.PUZZLED, state),)
    if state.offered:
        return (Branch(Reaction.ALREADY, state),)
    return (Branch(Reaction.WEIGHS, state._replace(offered=True)),)


def _cites(state: State) -> tuple[Branch, ...]:
    if state.cause in PROVABLE and not state.offered:
        return (Branch(Reaction.WEIGHS, state._replace(offered=True)),)
    return (Branch(Reaction.BRISTLES, feels(state, irritation=1)),)


def _asks_date(state: State) -> tuple[Branch, ...]:
    if state.commitment is not Commitment.NONE:
        return (Branch(Reaction.ALREADY, state),)
    ready = READINESS[state.level]
    promised = state._replace(commitment=Commitment.DATED, rephrased=True, offered=True)
    insists = bool(sum(state.refusals)) or not state.cause
    refused = feels(state, irritation=1 if insists else 0)
    if sum(state.refusals) < MOST_REFUSALS:
        counts = list(state.refusals)
        counts[state.level] += 1
        refused = refused._replace(refusals=(counts[0], counts[1], counts[2]))
    return (
        Branch(Reaction.COMMITS, promised, ready, Likelihood.AGREES),
        Branch(Reaction.REFUSES, refused, ready, Likelihood.DECLINES),
    )


def _recaps(state: State) -> tuple[Branch, ...]:
    if state.commitment is Commitment.NONE:
        return (Branch(Reaction.PUZZLED, state),)
    if state.commitment is Commitment.RECAPPED:
        return (Branch(Reaction.ALREADY, state),)
    return (Branch(Reaction.AGREES, state._replace(commitment=Commitment.RECAPPED)),)


_WHO = (Intent.INTRODUCE, Intent.VERIFY)
_REACTIONS: dict[Intent, Callable[[State], tuple[Branch, ...]]] = {
    Intent.INTRODUCE: lambda state: _says_who(state, Intent.INTRODUCE),
    Intent.VERIFY: lambda state: _says_who(state, Intent.VERIFY),
    Intent.ASK_OPENLY: _asks_openly,
    Intent.LISTEN: _listens,
    Intent.REPHRASE: _rephrases,
    Intent.OFFER: _offers,
    Intent.CITE_DOCUMENTS: _cites,
    Intent.ASK_DATE: _asks_date,
    Intent.RECAP: _recaps,
}


def starts() -> Iterator[State]:
    """Yield the states a call may begin in: every trust and irritation, nobody verified."""
    for trust in range(HIGHEST + 1):
        for irritation in range(HIGHEST + 1):
            yield State(trust, irritation)
