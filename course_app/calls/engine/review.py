"""The debrief of a call: each turn commented and priced, the seven steps ticked, the promise as a task.

Owns grades and ticks. A turn is judged on what it was expected to cost given what could be known then, never on what
the customer happened to answer (simulator.md §2, §5). Euros become whole cents here.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from course_app.calls.engine.conversation import Conversation, Ending, Turn
from course_app.calls.engine.dialogue import Commitment, Line, Reaction, State
from course_app.calls.engine.solution import INTENTS, MOST_TURNS, solve
from course_app.calls.intents import HARMFUL, Intent

GRADE_CUTS = (Fraction(5, 1000), Fraction(15, 1000), Fraction(40, 1000), Fraction(80, 1000))
"""Upper ends of the first four grades, as shares of the claim (simulator.md §5)."""
NEGLIGIBLE_CENTS = 500
"""A smaller loss is always the best grade (simulator.md §5)."""


class TurnGrade(StrEnum):
    """Quality of one sentence, from its expected loss; from best to worst, red lines apart."""

    GOOD = "bien-joue"
    FAIR = "correct"
    IMPRECISE = "perfectible"
    MISTAKE = "erreur"
    COSTLY = "couteux"
    RED_LINE = "ligne-rouge"


class CallStep(StrEnum):
    """The seven steps of a call, in order (issue, domaine.md §3.3)."""

    IDENTIFY = "identifier"
    STATE = "enoncer"
    BE_SILENT = "se-taire"
    QUALIFY = "qualifier"
    TREAT = "traiter"
    LOCK = "verrouiller"
    CONFIRM = "confirmer"


@dataclass(frozen=True)
class TurnReview:
    """One judged turn: its loss in cents (≥ 0), its grade, the name of its comment, and what was better if anything."""

    turn: Turn
    loss_cents: int
    grade: TurnGrade
    remark: str
    better: Intent | None


@dataclass(frozen=True)
class Step:
    """One of the seven steps, and whether it was done."""

    step: CallStep
    done: bool


@dataclass(frozen=True)
class Review:
    """A whole call, judged. `promised` when a date was given."""

    turns: tuple[TurnReview, ...]
    steps: tuple[Step, ...]
    promised: bool
    recapped: bool
    red_lines: int
    loss_cents: int
    was_hard: bool

    @property
    def best_moment(self) -> TurnReview | None:
        """The turn to replay: a red line whatever it cost, else the one that cost most; None when nothing was lost."""
        costly = [turn for turn in self.turns if turn.grade is not TurnGrade.GOOD]
        return max(costly, key=lambda turn: (turn.grade is TurnGrade.RED_LINE, turn.loss_cents), default=None)


def grade(loss_cents: int, amount_cents: int, *, red_line: bool) -> TurnGrade:
    """Return the grade of a loss."""
    if red_line:
        return TurnGrade.RED_LINE
    if loss_cents <= NEGLIGIBLE_CENTS:
        return TurnGrade.GOOD
    share = Fraction(loss_cents, amount_cents)
    ranks = (TurnGrade.GOOD, TurnGrade.FAIR, TurnGrade.IMPRECISE, TurnGrade.MISTAKE)
    return next((rank for rank, cut in zip(ranks, GRADE_CUTS, strict=True) if share <= cut), TurnGrade.COSTLY)


def review(conversation: Conversation) -> Review:
    """Judge every turn of a call, finished or left."""
    judged = tuple(_judged(conversation, turn) for turn in conversation.turns)
    state = conversation.state
    return Review(
        turns=judged,
        steps=steps(conversation),
        promised=state.commitment is not Commitment.NONE,
        recapped=state.commitment is Commitment.RECAPPED,
        red_lines=sum(turn.grade is TurnGrade.RED_LINE for turn in judged),
        loss_cents=sum(turn.loss_cents for turn in judged),
        was_hard=any(turn.after.irritation > 1 for turn in conversation.turns)
        or conversation.ending is Ending.CUT_BY_CUSTOMER,
    )


def _judged(conversation: Conversation, turn: Turn) -> TurnReview:
    call = conversation.script.call
    worth = solve(conversation.script.file).moves(turn.before, MOST_TURNS - turn.number + 1)
    best = max(INTENTS, key=lambda intent: worth[intent])
    loss = round((worth[best] - worth[turn.move.intent]) * 100)
    crossed = turn.move.intent in HARMFUL or turn.penalty > 0
    mark = grade(loss, call.amount_cents, red_line=crossed)
    better = None if mark is TurnGrade.GOOD else best
    return TurnReview(turn, max(loss, 0), mark, remark(turn), better)


def steps(conversation: Conversation) -> tuple[Step, ...]:
    """Return the seven steps, ticked or missed."""
    state, turns = conversation.state, conversation.turns
    silent = any(turn.before.stated and turn.move.intent is Intent.LISTEN for turn in turns)
    told_stranger = any(turn.reaction is Reaction.OVERHEARS for turn in turns)
    concluded = conversation.ending is Ending.CONCLUDED
    ticks = {
        CallStep.IDENTIFY: state.line is Line.RIGHT and not told_stranger and any(_asked_who(turn) for turn in turns),
        CallStep.STATE: state.reached,
        CallStep.BE_SILENT: silent,
        CallStep.QUALIFY: state.cause > 0,
        CallStep.TREAT: any(_treated(turn) for turn in turns),
        CallStep.LOCK: state.commitment is Commitment.RECAPPED,
        CallStep.CONFIRM: state.commitment is Commitment.RECAPPED and concluded,
    }
    return tuple(Step(step, ticks[step]) for step in CallStep)


def _asked_who(turn: Turn) -> bool:
    return turn.move.intent is Intent.VERIFY


def _treated(turn: Turn) -> bool:
    return turn.move.intent in (Intent.OFFER, Intent.CITE_DOCUMENTS) and turn.after.offered and not turn.before.offered


def remark(turn: Turn) -> str:
    """Return the name of the comment a turn calls (a field of `library.calls.Remarks`)."""
    state, intent = turn.before, turn.move.intent
    named = _REMARK_OF.get(intent)
    return named(state, turn) if named else "ended_early"


def _introduced(state: State, _turn: Turn) -> str:
    return "named_again" if state.introduced else "named"


def _verified(state: State, _turn: Turn) -> str:
    return "verified_again" if state.line is Line.RIGHT else "verified"


def _stated(state: State, turn: Turn) -> str:
    if turn.penalty > 0:
        return "stated_to_stranger"
    if state.stated:
        return "stated_again"
    if state.line is not Line.RIGHT:
        return "stated_blind"
    return "stated" if state.introduced else "stated_unnamed"


def _too_early(state: State) -> str | None:
    if state.line is not Line.RIGHT:
        return "asked_stranger"
    return None if state.stated else "asked_before_stating"


def _asked(state: State, _turn: Turn) -> str:
    return _too_early(state) or ("asked_again" if state.cause else "asked_openly")


def _listened(state: State, _turn: Turn) -> str:
    if state.irritation:
        return "listened_to_heat"
    return "listened" if state.reached and not state.cause else "listened_too_long"


def _rephrased(state: State, _turn: Turn) -> str:
    early = _too_early(state) or ("" if state.cause else "rephrased_nothing")
    return early or ("rephrased_again" if state.rephrased else "rephrased")


def _offered(state: State, _turn: Turn) -> str:
    early = _too_early(state) or ("" if state.cause else "offered_blind")
    return early or ("offered_again" if state.offered else "offered")


def _cited(state: State, turn: Turn) -> str:
    return _too_early(state) or ("cited" if turn.after.offered and not state.offered else "cited_cold")


def _asked_date(state: State, _turn: Turn) -> str:
    early = _too_early(state)
    if early or state.commitment is not Commitment.NONE:
        return early or "asked_date_again"
    return "asked_date" if state.cause else "asked_date_blind"


def _recapped(state: State, _turn: Turn) -> str:
    names = {
        Commitment.NONE: "recapped_nothing",
        Commitment.DATED: "recapped",
        Commitment.RECAPPED: "recapped_again",
    }
    return names[state.commitment]


def _ended(state: State, _turn: Turn) -> str:
    return "ended_well" if state.commitment is not Commitment.NONE else "ended_early"


_REMARK_OF = {
    Intent.INTRODUCE: _introduced,
    Intent.VERIFY: _verified,
    Intent.STATE_INVOICE: _stated,
    Intent.ASK_OPENLY: _asked,
    Intent.LISTEN: _listened,
    Intent.REPHRASE: _rephrased,
    Intent.OFFER: _offered,
    Intent.CITE_DOCUMENTS: _cited,
    Intent.ASK_DATE: _asked_date,
    Intent.RECAP: _recapped,
    Intent.THREATEN: lambda _state, _turn: "threatened",
    Intent.ATTACK: lambda _state, _turn: "attacked",
    Intent.DISCLOSE: lambda _state, _turn: "disclosed",
    Intent.PRESSURE: lambda _state, _turn: "pressed",
    Intent.END: _ended,
}
