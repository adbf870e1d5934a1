"""Published aggregates the model is calibrated to, and the same figures measured on the model.

Owns the comparison only. Source of the curve: Commercial Collection Agency Association, 18 October 2004, quoted by
qbpros.net: recovery of a claim by the time since its due date.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from course_app.exercise.engine.belief import untouched
from course_app.exercise.engine.campaign import simulate
from course_app.exercise.engine.chances import hazard, per_session
from course_app.exercise.engine.kernel import Kernel
from course_app.exercise.engine.parameters import Parameters, Vector
from course_app.exercise.engine.policies import Policy
from course_app.exercise.engine.sampled import STANDARD
from course_app.exercise.engine.vocabulary import Stage, State

PUBLISHED_BY_AGE: Mapping[int, float] = {
    0: 0.949,
    9: 0.899,
    17: 0.813,
    25: 0.696,
    50: 0.521,
    76: 0.391,
    101: 0.228,
    202: 0.093,
}
SESSIONS_WORKED = 120


def solvent_share(parameters: Parameters, age: int) -> Vector:
    """Among files untouched and unpaid, share not yet failed at each age from 0 to `age` sessions."""
    mixes = untouched(parameters, age)
    paid = per_session(hazard(parameters, State(Stage.IDLE)), parameters)
    failed = (1.0 - paid) * per_session(parameters.row("failure"), parameters)
    alive = np.concatenate([[1.0], np.cumprod((mixes[:-1] * (1.0 - paid - failed)).sum(axis=1))])
    gone = np.concatenate([[0.0], np.cumsum(alive[:-1] * (mixes[:-1] * failed).sum(axis=1))])
    return np.asarray(alive / (alive + gone))


def recovery_by_age(kernel: Kernel, policy: Policy, portfolios: int, seed: int) -> dict[int, float]:
    """Share recovered of claims left untouched until an age, then worked by a policy; keys as in the curve.

    A claim whose debtor failed before that age counts for the residual of an insolvency.
    """
    solvent = solvent_share(kernel.parameters, max(PUBLISHED_BY_AGE))
    residual, found = kernel.parameters.number("failure_residual"), {}
    for age in PUBLISHED_BY_AGE:
        scenario = replace(STANDARD, age_from=age, age_to=age, sessions=SESSIONS_WORKED, spread=0.0)
        worked = simulate(kernel, scenario, policy, portfolios, seed).recovered_share
        found[age] = float(solvent[age] * worked + (1.0 - solvent[age]) * residual)
    return found


def root_mean_square_error(found: Mapping[int, float]) -> float:
    """Distance to the published curve, as a fraction of the claim."""
    return float(np.sqrt(np.mean([(found[age] - share) ** 2 for age, share in PUBLISHED_BY_AGE.items()])))
