"""Which three sentences a learner may choose from: a sound one, a near one, a tempting one, in no telling order.

Owns the choice of intents for each situation and of their words. What is shown never tells how good it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from course_app.calls.engine.conversation import Conversation, Move, picked
from course_app.calls.engine.dialogue import Commitment, Line, State
from course_app.calls.engine.draws import draw, shuffled
from course_app.calls.engine.solution import solve
from course_app.calls.intents import HARMFUL, CallPhase, Intent

HARSH_CHANCE = 0.5
"""One turn in two, the tempting sentence crosses a line."""

SOUND: Mapping[CallPhase, tuple[Intent, ...]] = {
    CallPhase.OPENING: (Intent.INTRODUCE, Intent.VERIFY),
    CallPhase.STATING: (Intent.INTRODUCE, Intent.STATE_INVOICE),
    CallPhase.DIAGNOSIS: (Intent.ASK_OPENLY, Intent.LISTEN),
    CallPhase.TREATMENT: (Intent.REPHRASE, Intent.OFFER, Intent.ASK_DATE, Intent.LISTEN),
    CallPhase.COMMITMENT: (Intent.ASK_DATE, Intent.LISTEN),
    CallPhase.CLOSING: (Intent.RECAP, Intent.END),
}
"""What fits where a call stands; what was done already is left out."""

TEMPTING: Mapping[CallPhase, tuple[Intent, ...]] = {
    CallPhase.OPENING: (Intent.STATE_INVOICE, Intent.ASK_DATE, Intent.DISCLOSE, Intent.THREATEN),
    CallPhase.STATING: (Intent.ASK_OPENLY, Intent.ASK_DATE, Intent.CITE_DOCUMENTS, Intent.ATTACK, Intent.THREATEN),
    CallPhase.DIAGNOSIS: (
        Intent.ASK_DATE,
        Intent.CITE_DOCUMENTS,
        Intent.STATE_INVOICE,
        Intent.OFFER,
        Intent.THREATEN,
        Intent.ATTACK,
    ),
    CallPhase.TREATMENT: (Intent.STATE_INVOICE, Intent.CITE_DOCUMENTS, Intent.END, Intent.ATTACK, Intent.PRESSURE),
    CallPhase.COMMITMENT: (
        Intent.STATE_INVOICE,
        Intent.CITE_DOCUMENTS,
        Intent.END,
        Intent.THREATEN,
        Intent.PRESSURE,
        Intent.DISCLOSE,
    ),
    CallPhase.CLOSING: (Intent.STATE_INVOICE, Intent.ASK_DATE, Intent.THREATEN, Intent.ATTACK),
}
"""What people are tempted to say instead."""


@dataclass(frozen=True)
class Choice:
    """One sentence offered; `id` is its place, a letter that tells nothing."""

    id: str
    move: Move


def phase(state: State) -> CallPhase:
    """Return where a call stands, in the words of the understanding of typed sentences."""
    if state.line is not Line.RIGHT:
        return CallPhase.OPENING
    if not state.stated:
        return CallPhase.STATING
    if state.commitment is not Commitment.NONE:
        return CallPhase.CLOSING
    if not state.cause:
        return CallPhase.DIAGNOSIS
    return CallPhase.COMMITMENT if state.offered else CallPhase.TREATMENT


def _is_done(state: State, intent: Intent) -> bool:
    """Whether saying it would only repeat."""
    done = {
        Intent.INTRODUCE: state.introduced,
        Intent.VERIFY: state.line is Line.RIGHT,
        Intent.STATE_INVOICE: False,
        Intent.REPHRASE: state.rephrased,
        Intent.OFFER: state.offered,
        Intent.RECAP: state.commitment is Commitment.RECAPPED,
        Intent.LISTEN: bool(state.cause) and not state.irritation,
    }
    return done.get(intent, False)


def intents(conversation: Conversation) -> tuple[Intent, ...]:
    """Return the three intents offered now: the best, another that fits, one that tempts; shuffled."""
    state, where = conversation.state, phase(conversation.state)
    worth = solve(conversation.script.file).moves(state, conversation.left)
    number = len(conversation.turns) + 1
    allowed = [intent for intent in Intent if intent not in HARMFUL and not _is_done(state, intent)]
    fitting = [intent for intent in SOUND[where] if intent in allowed]
    best = max(fitting or allowed, key=lambda intent: worth[intent])
    others = shuffled([intent for intent in fitting if intent is not best], conversation.seed, number, "near")
    tempting = shuffled(TEMPTING[where], conversation.seed, number, "tempting")
    harsh = draw(conversation.seed, number, "harsh") < HARSH_CHANCE
    ordered = [each for each in tempting if (each in HARMFUL) is harsh] + [
        each for each in tempting if (each in HARMFUL) is not harsh and each not in HARMFUL
    ]
    chosen = list(dict.fromkeys([best, *others[:1], *ordered]))[:3]
    return tuple(shuffled(chosen, conversation.seed, number, "order"))


def choices(conversation: Conversation) -> tuple[Choice, ...]:
    """Return the three sentences offered now; none once the call is over."""
    if conversation.ending:
        return ()
    return tuple(
        Choice("abc"[rank], Move(intent, _worded(conversation, intent)))
        for rank, intent in enumerate(intents(conversation))
    )


def _worded(conversation: Conversation, intent: Intent) -> str:
    """Return a wording not said yet in this call, or the first one again."""
    wordings = conversation.script.wordings(intent, blind=not conversation.state.cause)
    key = f"{len(conversation.turns) + 1}:{intent}"
    return picked(wordings, conversation.seed, key, conversation.said) or wordings[0][0]


def hint(conversation: Conversation) -> Intent:
    """Return the intent that « Souffler » hints at: the best of what fits."""
    worth = solve(conversation.script.file).moves(conversation.state, conversation.left)
    fitting = [each for each in SOUND[phase(conversation.state)] if not _is_done(conversation.state, each)]
    return max(fitting or [Intent.END], key=lambda intent: worth[intent])
