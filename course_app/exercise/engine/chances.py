"""The chances of one file: what a move may show and what nature may do, for each hidden profile.

Owns every probability of the model; stateless (parameters and state in, rows of ten probabilities out, one per
profile in the order of `vocabulary.PROFILES`). Knows no euro except as a fraction of what is outstanding.

Units: hazards of the parameter file are daily; `per_session` turns a daily rate h into 1-(1-h)^2.5.
"""

from typing import NamedTuple

import numpy as np

from course_app.exercise.engine import moves
from course_app.exercise.engine.parameters import Parameters, Vector
from course_app.exercise.engine.vocabulary import (
    COURT,
    DEADLINES,
    EXPIRED,
    FRESH_CALL,
    FRESH_MAIL,
    NOT_DUE,
    NOTICES,
    PLANS,
    PROFILE_CODE,
    PROFILES,
    PROMISED,
    Action,
    Cause,
    Documents,
    Event,
    Observation,
    Profile,
    Stage,
    State,
)

COUNT = len(PROFILES)
ONES = np.ones(COUNT)
LARGE = PROFILE_CODE[Profile.LARGE_ACCOUNT]
LOST = PROFILE_CODE[Profile.LOST_INVOICE]
SINCERE = PROFILE_CODE[Profile.SINCERE_DISPUTE]
IMAGINARY = PROFILE_CODE[Profile.IMAGINARY_DISPUTE]
BAD_PAYERS = np.arange(COUNT) >= IMAGINARY


class Outcome(NamedTuple):
    """One thing nature may do.

    `chance`: probability for each profile, shape (10,). `following`: state at the next session, None when the file
    is closed. `cash`: fraction of the outstanding amount the debtor pays now, shape (10,). `remaining`: fraction of
    the outstanding amount still due afterwards. `court`: the file is closed by a title, the rest is lost.
    """

    event: Event
    chance: Vector
    following: State | None
    cash: Vector
    remaining: float


def per_session(daily: Vector | float, parameters: Parameters) -> Vector:
    """Probability over one session of an event of that daily rate."""
    survival = np.asarray(1.0 - np.asarray(daily)) ** parameters.number("days_per_session")
    return np.asarray(1.0 - survival)


def drift_matrix(parameters: Parameters) -> Vector:
    """Chances from profile to profile over one session, shape (10, 10), rows sum to 1."""
    matrix = per_session(parameters.drift, parameters)
    matrix[np.diag_indices(COUNT)] = 1.0 - matrix.sum(axis=1)
    return matrix


def observation_chances(parameters: Parameters, state: State, action: Action) -> list[tuple[Observation, Vector]]:
    """Chances of each observation of a legal move; for every profile they sum to 1."""
    shown = moves.observations(state, action)
    if len(shown) == 1:
        return [(shown[0], ONES)]
    if shown == moves.CONVERSATION:
        return list(zip(shown, _conversation(parameters, state, action), strict=True))
    first = _first_of_two(parameters, state, action)
    return [(shown[0], first), (shown[1], 1.0 - first)]


def _first_of_two(parameters: Parameters, state: State, action: Action) -> Vector:
    if action is Action.FORMAL_NOTICE:
        return 1.0 - parameters.row("notice_returned")
    if action is Action.SUMMONS:
        return 1.0 - parameters.row("summons_not_served")
    if action is Action.PLAN:
        weight = parameters.number("plan_broken") if state.broken else 1.0
        return parameters.row("plan_accepted") * weight
    weight = parameters.number("documents_before_due") if state.stage in NOT_DUE else 1.0
    return np.minimum(parameters.row("documents_obtained") * weight, 1.0)


def _conversation(parameters: Parameters, state: State, action: Action) -> list[Vector]:
    reach, promise = _reach(parameters, state, action)
    says = np.array([parameters.row(f"says_{name}") for name in ("promise", "paper", "dispute", "cash", "evasive")])
    says = says / says.sum(axis=0)
    weights = np.array([promise, 1.0, 1.0, 1.0])
    if action is Action.BAD_CALL:
        weights *= [parameters.number(f"bad_call_{name}") for name in ("promise", "paper", "dispute", "cash")]
    heard = says[:4] * np.minimum(weights, 1.0)[:, None]
    return [1.0 - reach, *(reach * heard), reach * (1.0 - heard.sum(axis=0))]


def _reach(parameters: Parameters, state: State, action: Action) -> tuple[Vector, float]:
    """Chance of being answered, and multiplier on hearing a promise."""
    reach, promise = parameters.row("call_reaches"), 1.0
    if action is Action.MAIL:
        reach = parameters.row("mail_answered")
        reach = reach * parameters.number("mail_worn") if state.ladder >= 2 else reach
    if state.stage in FRESH_CALL | PROMISED:
        return reach * parameters.number("reach_recent"), parameters.number("promise_recent")
    if state.stage in DEADLINES:
        return reach * parameters.number("reach_deadline"), parameters.number("promise_deadline")
    return reach, promise


def hazard(parameters: Parameters, state: State) -> Vector:
    """Daily chance of full payment in a state, all multipliers applied, shape (10,)."""
    rate = _band(parameters, state) * _pressure(parameters, state) * _proof(parameters, state)
    if state.hold:
        rate = rate * parameters.row("on_hold")
    return np.minimum(_treated(parameters, state, rate), 1.0)


def _band(parameters: Parameters, state: State) -> Vector:
    idle = parameters.row("hazard_idle" if state.ladder else "hazard_no_contact")
    if state.stage in FRESH_MAIL | FRESH_CALL:
        fresh = parameters.row("hazard_mail" if state.stage in FRESH_MAIL else "hazard_call")
        if state.ladder >= 2:
            fresh = np.where(BAD_PAYERS, fresh * parameters.number("worn_contact"), fresh)
        return (fresh + idle) / 2 if state.stage in {Stage.MAIL_1, Stage.CALL_1} else fresh
    name = _BAND_NAMES.get(state.stage)
    return idle if name is None else parameters.row(name)


_BAND_NAMES: dict[Stage, str] = {
    **dict.fromkeys(PROMISED, "hazard_promise"),
    **dict.fromkeys((Stage.ULTIMATUM_2, Stage.ULTIMATUM_1), "hazard_ultimatum"),
    **dict.fromkeys(NOTICES, "hazard_notice"),
    **dict.fromkeys((Stage.SUMMONS_2, Stage.SUMMONS_1), "hazard_summons"),
    **dict.fromkeys(EXPIRED, "hazard_expired"),
    **dict.fromkeys(COURT, "hazard_court"),
    Stage.AGENCY: "hazard_agency",
}


def _pressure(parameters: Parameters, state: State) -> Vector:
    if state.stage is Stage.AGENCY or not state.ladder:
        return ONES
    return 1.0 - parameters.row("pressure") * (1.0 - _weight(parameters, state))


def _weight(parameters: Parameters, state: State) -> float:
    names = ("credibility_low", "credibility_middle")
    return 1.0 if state.credibility == 2 else parameters.number(names[state.credibility])


def _proof(parameters: Parameters, state: State) -> Vector:
    needed = state.stage in DEADLINES | EXPIRED | COURT or state.stage is Stage.AGENCY
    if needed and state.documents is not Documents.PRESENT:
        return parameters.row("without_documents")
    return ONES


def _treated(parameters: Parameters, state: State, rate: Vector) -> Vector:
    if state.cause is Cause.NONE:
        return rate
    rate = rate.copy()
    if state.cause is Cause.CONFORMITY:
        rate[LARGE] = max(rate[LARGE], parameters.number("conformity_process"))
        rate[LOST] = max(rate[LOST], parameters.number("conformity_lost"))
        return rate
    rate[SINCERE] = max(rate[SINCERE], parameters.number("dispute_sincere"))
    proved = state.documents is Documents.PRESENT
    rate[IMAGINARY] *= parameters.number("dispute_imaginary" if proved else "dispute_imaginary_bare")
    return rate


def promise_kept(parameters: Parameters, state: State) -> Vector:
    """Chance that a promise is kept on its date, shape (10,)."""
    kept = parameters.row("promise_kept").copy()
    if state.cause is Cause.CONFORMITY:
        kept[LARGE] = max(kept[LARGE], parameters.number("conformity_promise"))
    if state.cause is Cause.DISPUTE:
        kept[SINCERE] = max(kept[SINCERE], parameters.number("dispute_promise"))
    if state.broken:
        kept = kept * parameters.row("promise_kept_broken")
    doubt = parameters.number("promise_credibility") * parameters.row("pressure")
    return np.minimum(kept * (1.0 - doubt * (1.0 - _weight(parameters, state))), 1.0)


def concession(parameters: Parameters, state: State) -> Vector:
    """Share of the claim given up as a credit note when it is paid, shape (10,)."""
    return parameters.row("concession") if state.cause is Cause.DISPUTE else np.zeros(COUNT)


def outcomes(parameters: Parameters, state: State) -> list[Outcome]:
    """What nature may do on the state reached by the move; for every profile the chances sum to 1."""
    failure = per_session(parameters.row("failure"), parameters)
    if state.stage in PLANS:
        return _plan_outcomes(parameters, state, failure)
    paid = _chance_of_payment(parameters, state)
    alive = (1.0 - paid) * (1.0 - failure)
    ends = [_paid(paid), _failed(parameters, (1.0 - paid) * failure)]
    if state.stage in COURT:
        return [*ends, *_court_outcomes(parameters, state, alive)]
    event = Event.LAPSED if state.stage is Stage.PROMISE_1 else Event.CONTINUES
    return [*ends, Outcome(event, alive, moves.silent(state), np.zeros(COUNT), 1.0)]


def _chance_of_payment(parameters: Parameters, state: State) -> Vector:
    if state.stage is Stage.PROMISE_1:
        return promise_kept(parameters, state)
    if state.stage is Stage.NOT_DUE_1:
        return parameters.row("paid_at_due")
    if state.stage is Stage.REMINDED_1:
        return parameters.row("paid_at_due_reminded")
    if state.stage in NOT_DUE:
        return np.zeros(COUNT)
    return per_session(hazard(parameters, state), parameters)


def _paid(chance: Vector) -> Outcome:
    return Outcome(Event.PAID, chance, None, ONES, 0.0)


def _failed(parameters: Parameters, chance: Vector) -> Outcome:
    return Outcome(Event.FAILED, chance, None, np.full(COUNT, parameters.number("failure_residual")), 0.0)


def _plan_outcomes(parameters: Parameters, state: State, failure: Vector) -> list[Outcome]:
    left = {Stage.PLAN_3: 3, Stage.PLAN_2: 2, Stage.PLAN_1: 1}[state.stage]
    due = parameters.number("plan_first" if left == 3 else "plan_next")
    kept = parameters.row("instalment_paid")
    if state.broken:
        kept = kept * parameters.row("instalment_paid_broken")
    paid, survives = due * kept, 1.0 - failure
    following = Stage.PLAN_2 if left == 3 else Stage.PLAN_1
    instalment = Outcome(
        Event.INSTALMENT, paid, state._replace(stage=following), np.full(COUNT, 1 / left), (left - 1) / left
    )
    return [
        _paid(paid) if left == 1 else instalment,
        _failed(parameters, (1.0 - paid) * failure),
        Outcome(Event.MISSED, (due - paid) * survives, moves.missed(state), np.zeros(COUNT), 1.0),
        Outcome(Event.CONTINUES, (1.0 - due) * survives, state, np.zeros(COUNT), 1.0),
    ]


def _court_outcomes(parameters: Parameters, state: State, alive: Vector) -> list[Outcome]:
    proved = state.documents is Documents.PRESENT
    if state.stage is Stage.ORDER:
        granted = ONES * parameters.number("order_granted" if proved else "order_granted_bare")
        paid, opposed = parameters.row("order_paid"), parameters.row("order_opposed")
        resolves = parameters.number("order_resolves")
    else:
        granted = parameters.row("refere_granted") * (1.0 if proved else parameters.number("refere_bare"))
        paid, opposed = parameters.row("refere_paid"), np.zeros(COUNT)
        resolves = parameters.number("refere_resolves")
    granted, opposed = np.minimum(granted, 1.0), np.minimum(opposed, 1.0 - paid)
    worth = parameters.row("opposed_worth") * (1.0 if proved else parameters.number("opposed_bare"))
    settled, none = alive * resolves * granted, np.zeros(COUNT)
    return [
        Outcome(Event.DISMISSED, alive * resolves * (1.0 - granted), moves.dismissed(state), none, 1.0),
        Outcome(Event.PAID, settled * paid, None, ONES, 0.0),
        Outcome(Event.OPPOSED, settled * opposed, None, worth, 0.0),
        Outcome(Event.UNPAID_TITLE, settled * (1.0 - paid - opposed), None, parameters.row("title_worth"), 0.0),
        Outcome(Event.CONTINUES, alive * (1.0 - resolves), state, none, 1.0),
    ]
