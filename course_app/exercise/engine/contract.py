"""The contract between the exercise room and the engines behind it.

Shape: Gymnasium's functional environment. A state is a value; `initial`, `decide` and `close_session` give a new
one, `observe` gives what the learner may see, `review` judges a whole run. An engine is pure: no clock, no
database, no global random generator; same exercise, seed and decisions, same run, byte for byte.

| Part | Meaning |
|---|---|
| Action | one per customer and séance, or one on the whole desk (`customer_id` empty); an id listed in the desk |
| Time | séances numbered from 0, each with its minutes; decisions take effect when the séance is closed |
| Money | integer cents, tax included |
| Reward | cash received − costs (euros, minutes) − what the relationship loses; never shown during play |
| Hidden | the cause of the delay: in the state, never in a `Desk`, told by the `Debrief` |
| Loss | best expected value − expected value of the action, given what could be known then; luck never counts |
| Start | `initial`: séance 0, nothing decided |
| End | after the last séance is closed; `is_over` is true, further moves raise `IllegalAction` |

The words of both sides are in `contract_desk` and `contract_review`; this module is their front door.
Must not know who plays, in which mode, or how a page looks.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

from course_app.core.errors import Invalid
from course_app.exercise.engine.contract_desk import (
    CLOSE,
    ActionKind,
    AgingRow,
    Appointment,
    CustomerFile,
    Decision,
    Desk,
    Document,
    EInvoiceStatus,
    Fact,
    HalfDay,
    HistoryEntry,
    Invoice,
    LegalAction,
    Message,
    PlannedDecision,
    Standing,
    aging_report,
    session_label,
)
from course_app.exercise.engine.contract_review import (
    Belief,
    Bond,
    CurvePoint,
    Debrief,
    Grade,
    KindInWords,
    LateClaim,
    MomentReview,
    OptionReview,
    SkillLine,
    Why,
    bond,
    grade,
    is_near_cut,
)

__all__ = [
    "CLOSE",
    "ActionKind",
    "AgingRow",
    "Appointment",
    "Belief",
    "Bond",
    "CurvePoint",
    "CustomerFile",
    "Debrief",
    "Decision",
    "Desk",
    "Document",
    "EInvoiceStatus",
    "Engine",
    "Fact",
    "Grade",
    "HalfDay",
    "HistoryEntry",
    "IllegalAction",
    "Invoice",
    "KindInWords",
    "LateClaim",
    "LegalAction",
    "Message",
    "MomentReview",
    "OptionReview",
    "PlannedDecision",
    "SkillLine",
    "Standing",
    "Why",
    "aging_report",
    "bond",
    "grade",
    "is_near_cut",
    "play",
    "played_on",
    "session_label",
]


class IllegalAction(Invalid):
    """A move the engine refuses.

    `code` is one of: client-inconnu, action-inconnue, action-refusee, deja-decide, temps-insuffisant,
    date-absente, date-hors-liste, date-inutile, hors-seance, partie-finie. `message` says what to do.
    """

    code = "action-refusee"


BodyT = TypeVar("BodyT")
StateT = TypeVar("StateT")


class Engine(Protocol[BodyT, StateT]):
    """A dunning exercise, stateless: the state is passed in and a new one comes out."""

    version: str
    """Changes whenever the same moves could give another run; a run keeps the version it was started on."""

    def of_version(self, version: str) -> "Engine[BodyT, StateT] | None":
        """Return the engine that plays a version as it was, None when it is no longer kept."""

    def warm(self) -> None:
        """Compute what the first run would otherwise wait for; may take seconds, changes nothing."""

    def prepare(self, body: Mapping[str, Any]) -> BodyT:
        """Return the exercise ready to play, from the body of a checked (or archived) content file."""

    def brief(self, exercise: BodyT) -> tuple[str, ...]:
        """Return who the learner is and what the situation is, in short French paragraphs."""

    def initial(self, exercise: BodyT, seed: int) -> StateT:
        """Return the state of a run that starts; `seed` ≥ 0."""

    def observe(self, state: StateT) -> Desk:
        """Return what the learner may see now; raise `IllegalAction` (partie-finie) when the run is over."""

    def decide(self, state: StateT, decision: Decision) -> StateT:
        """Record one action of the open séance; raise `IllegalAction` when it cannot be played."""

    def close_session(self, state: StateT) -> StateT:
        """Carry out the séance's decisions, let the world answer, open the next one (or end the run)."""

    def is_over(self, state: StateT) -> bool:
        """Tell whether the last séance is closed."""

    def red_line(self, state: StateT, decision: Decision) -> str:
        """Return why a legal move crosses a red line, in French; empty when it does not."""

    def hint(self, state: StateT, customer_id: str) -> str:
        """Return the hint of guided play on a customer now; empty when there is none."""

    def review(self, exercise: BodyT, seed: int, decisions: Sequence[Decision]) -> Debrief:
        """Judge a finished run from its moves, closes included; raise `IllegalAction` when it is not over."""

    def ready_to_judge(self, exercise: BodyT) -> None:
        """Compute what judging a first run of this exercise would otherwise wait for: a second at most, kept after."""

    def costly_kinds(self, state: StateT, decisions: Sequence[Decision]) -> tuple[str, ...]:
        """Return the slugs of the kinds of decision that cost a finished run dearly, as `review` grades them."""

    def kind_in_words(self, exercise: BodyT, kind: str) -> KindInWords | None:
        """Return a kind of decision in French words; None when the exercise has no such kind."""


def play(engine: Engine[Any, Any], exercise: Any, seed: int, decisions: Sequence[Decision]) -> Any:
    """Return the state after these moves, closes included; raise `IllegalAction` at the first illegal one."""
    return played_on(engine, engine.initial(exercise, seed), decisions)


def played_on(engine: Engine[Any, Any], state: Any, decisions: Sequence[Decision]) -> Any:
    """Return the state after these further moves; raise `IllegalAction` at the first illegal one."""
    for decision in decisions:
        state = engine.close_session(state) if decision.is_close else engine.decide(state, decision)
    return state
