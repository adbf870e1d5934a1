"""The rules of one file: which moves are legal, what they show, where they lead.

Owns the structure of the game only: no probability and no euro appears here. All functions are pure; a state is
passed in, a state comes out.

The move is played first (`legal`, `observations`, `after`); then nature plays on the state reached (`silent`
gives the state when nothing happens but the clock).
"""

from course_app.exercise.engine.vocabulary import (
    COURT,
    DEADLINES,
    EXPIRED,
    FRESH_CALL,
    FRESH_MAIL,
    LAPSED,
    LAST_CHANCE,
    NEXT_STAGE,
    NOT_DUE,
    NOTICES,
    PENDING,
    PROMISED,
    STATEMENTS,
    Action,
    Cause,
    Documents,
    Observation,
    Stage,
    State,
)

CALLS = frozenset({Action.CALL, Action.BAD_CALL})
CONTACTS = CALLS | {Action.MAIL, Action.ULTIMATUM}
WRITTEN_CONTACTS = frozenset({Action.MAIL, Action.ULTIMATUM})
THREATS = frozenset({Action.ULTIMATUM, Action.FORMAL_NOTICE, Action.SUMMONS})
COERCION = frozenset({Action.HOLD, Action.SUMMONS, Action.PAYMENT_ORDER, Action.REFERE, Action.AGENCY})
ESCALATION = frozenset({Action.ULTIMATUM, Action.FORMAL_NOTICE, Action.HOLD, Action.SUMMONS, Action.AGENCY})
REACHES_CUSTOMER = frozenset(Action) - {Action.WAIT, Action.COURTESY}

ULTIMATUM_LADDER, NOTICE_LADDER, SUMMONS_LADDER = 3, 4, 5

CONVERSATION = (Observation.UNANSWERED, *STATEMENTS)
SHOWN: dict[Action, tuple[Observation, ...]] = {
    Action.MAIL: CONVERSATION,
    Action.CALL: CONVERSATION,
    Action.BAD_CALL: CONVERSATION,
    Action.FORMAL_NOTICE: (Observation.DELIVERED, Observation.RETURNED),
    Action.GATHER_DOCUMENTS: (Observation.OBTAINED, Observation.NOT_OBTAINED),
    Action.PLAN: (Observation.ACCEPTED, Observation.REFUSED),
    Action.SUMMONS: (Observation.SERVED, Observation.NOT_SERVED),
}


def legal(state: State) -> tuple[Action, ...]:
    """Moves allowed in a state, in the order of `Action`; waiting is always allowed."""
    if state.stage in PENDING:
        return (Action.WAIT,)
    if state.stage in NOT_DUE:
        return tuple(action for action in (Action.WAIT, *_before_due(state)))
    return tuple(action for action in Action if _allowed(state, action))


def _before_due(state: State) -> list[Action]:
    moves = [Action.COURTESY] if state.stage in {Stage.NOT_DUE_2, Stage.NOT_DUE_1} else []
    if state.documents is Documents.MISSING:
        moves.append(Action.GATHER_DOCUMENTS)
    return moves


def _allowed(state: State, action: Action) -> bool:
    if action is Action.COURTESY:
        return False
    rule = _RULES.get(action)
    return rule is None or rule(state)


def _may_conform(state: State) -> bool:
    return state.stage in FRESH_CALL and state.cause is Cause.NONE


def _may_treat(state: State) -> bool:
    return state.ladder >= 1 and state.cause is not Cause.DISPUTE


def _may_gather(state: State) -> bool:
    return state.documents is Documents.MISSING


def _may_hold(state: State) -> bool:
    return state.ladder >= 1 and not state.hold


def _may_plan(state: State) -> bool:
    return state.stage in FRESH_CALL | LAPSED


def _may_summon(state: State) -> bool:
    return 1 <= state.ladder < SUMMONS_LADDER


def _may_sue(state: State) -> bool:
    return state.ladder >= NOTICE_LADDER and state.stage not in DEADLINES | PROMISED


def _may_hand_over(state: State) -> bool:
    return state.ladder >= 1


_RULES = {
    Action.CONFORM: _may_conform,
    Action.TREAT_DISPUTE: _may_treat,
    Action.GATHER_DOCUMENTS: _may_gather,
    Action.HOLD: _may_hold,
    Action.PLAN: _may_plan,
    Action.SUMMONS: _may_summon,
    Action.PAYMENT_ORDER: _may_sue,
    Action.REFERE: _may_sue,
    Action.AGENCY: _may_hand_over,
}


def observations(state: State, action: Action) -> tuple[Observation, ...]:
    """Possible observations of a move, in the order in which their chances are listed."""
    if action is Action.FORMAL_NOTICE and state.ladder >= NOTICE_LADDER:
        return (Observation.NONE,)
    return SHOWN.get(action, (Observation.NONE,))


def after(state: State, action: Action, observation: Observation) -> State | None:
    """State once the move is made and its observation seen, before nature plays.

    None when the file is closed by the move (write-off).
    """
    if action is Action.WRITE_OFF:
        return None
    if action in CALLS or action is Action.MAIL:
        return _conversation(state, action, observation)
    return _EFFECTS.get(action, _unchanged)(state, observation)


def _unchanged(state: State, _observation: Observation) -> State:
    return state


def _conversation(state: State, action: Action, observation: Observation) -> State:
    touched = state._replace(ladder=max(state.ladder, min(state.ladder + 1, 2)))
    if state.stage in PROMISED:
        return touched
    if observation is Observation.PROMISE:
        return touched._replace(stage=Stage.PROMISE_2)
    if state.stage in DEADLINES:
        return touched
    if observation is Observation.UNANSWERED:
        return touched._replace(stage=Stage.MAIL_2) if action is Action.MAIL else touched
    return touched._replace(stage=Stage.CALL_2)


def _courtesy(state: State, _observation: Observation) -> State:
    return state._replace(stage=Stage.REMINDED_2 if state.stage is Stage.NOT_DUE_2 else Stage.REMINDED_1)


def _ultimatum(state: State, _observation: Observation) -> State:
    if state.ladder >= ULTIMATUM_LADDER:
        return _weaker(state)
    return state._replace(stage=Stage.ULTIMATUM_2, ladder=ULTIMATUM_LADDER)


def _notice(state: State, _observation: Observation) -> State:
    if state.ladder >= NOTICE_LADDER:
        return _weaker(state)
    return _executed(state)._replace(stage=Stage.NOTICE_3, ladder=NOTICE_LADDER)


def _summons(state: State, observation: Observation) -> State:
    sent = _weaker(state) if state.stage in NOTICES else _executed(state)
    stage = Stage.SUMMONS_2 if observation is Observation.SERVED else Stage.IDLE
    return sent._replace(stage=stage, ladder=SUMMONS_LADDER)


def _executed(state: State) -> State:
    """An announced step is taken: credibility regains a point, unless the deadline still runs."""
    if state.ladder == ULTIMATUM_LADDER and state.stage not in DEADLINES:
        return state._replace(credibility=min(2, state.credibility + 1))
    return state


def _weaker(state: State) -> State:
    return state._replace(credibility=max(0, state.credibility - 1))


def _conform(state: State, _observation: Observation) -> State:
    return state._replace(cause=Cause.CONFORMITY)


def _treat(state: State, _observation: Observation) -> State:
    return state._replace(cause=Cause.DISPUTE)


def _gather(state: State, observation: Observation) -> State:
    found = observation is Observation.OBTAINED
    return state._replace(documents=Documents.PRESENT if found else Documents.MISSING_TRIED)


def _hold(state: State, _observation: Observation) -> State:
    return state._replace(hold=1)


def _plan(state: State, observation: Observation) -> State:
    return state._replace(stage=Stage.PLAN_3 if observation is Observation.ACCEPTED else Stage.IDLE)


def _order(state: State, _observation: Observation) -> State:
    return state._replace(stage=Stage.ORDER)


def _refere(state: State, _observation: Observation) -> State:
    return state._replace(stage=Stage.REFERE)


def _hand_over(state: State, _observation: Observation) -> State:
    return state._replace(stage=Stage.AGENCY)


_EFFECTS = {
    Action.COURTESY: _courtesy,
    Action.ULTIMATUM: _ultimatum,
    Action.FORMAL_NOTICE: _notice,
    Action.SUMMONS: _summons,
    Action.CONFORM: _conform,
    Action.TREAT_DISPUTE: _treat,
    Action.GATHER_DOCUMENTS: _gather,
    Action.HOLD: _hold,
    Action.PLAN: _plan,
    Action.PAYMENT_ORDER: _order,
    Action.REFERE: _refere,
    Action.AGENCY: _hand_over,
}


def silent(state: State) -> State:
    """State at the next session when only the clock runs (a promise left unpaid lapses).

    Leaving a lapsed promise or an expired deadline to the end of its clock costs a point of credibility.
    """
    following = state._replace(stage=NEXT_STAGE[state.stage])
    if state.stage in LAST_CHANCE:
        return _weaker(following)
    if state.stage is Stage.PROMISE_1:
        return following._replace(broken=1)
    return following


def fresh_contact(state: State, action: Action) -> bool:
    """Whether a contact comes too soon after the last one (extra loss of relationship)."""
    if state.stage in PROMISED:
        return action in CONTACTS
    if state.stage in FRESH_CALL:
        return action in CONTACTS
    return state.stage in FRESH_MAIL and action in WRITTEN_CONTACTS


def missed(state: State) -> State:
    """State after an instalment of the plan was missed."""
    return state._replace(stage=Stage.LAPSED_2, broken=1)


def dismissed(state: State) -> State:
    """State after the court dismissed the claim."""
    if state.stage not in COURT:
        raise ValueError("no court decision is pending")
    return state._replace(stage=Stage.IDLE)


def overdue(state: State) -> bool:
    """Whether the file is due and can still be worked by the learner."""
    return state.stage not in NOT_DUE | PENDING


def expired(state: State) -> bool:
    """Whether an announced deadline has passed and the announced step is due."""
    return state.stage in EXPIRED
