"""What the learner may believe about a customer: prior by age, Bayes' rule, payments not yet seen.

Owns the ten-profile belief; pure functions on arrays of shape (10,) or (files, 10). Knows nothing of values.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course_app.exercise.engine.chances import drift_matrix, hazard, per_session
from course_app.exercise.engine.kernel import Kernel
from course_app.exercise.engine.parameters import Parameters, Vector
from course_app.exercise.engine.vocabulary import Stage, State

ALIVE = 1e-300


@dataclass(frozen=True, eq=False)
class Belief:
    """Belief on one file.

    `mix`: chances of the ten profiles given that the file is still open, sums to 1. `paid`: chance that the file
    was paid since the statement was last checked, unseen.
    """

    mix: Vector
    paid: float = 0.0


def untouched(parameters: Parameters, sessions: int) -> Vector:
    """Mix of profiles among files left untouched and unpaid, by age; shape (sessions + 1, 10).

    Row 0 is the due date. Each session keeps (1-h)(1-f) of each profile (band "no contact") and drifts.
    """
    daily = hazard(parameters, State(Stage.IDLE))
    survival = (1.0 - per_session(daily, parameters)) * (1.0 - per_session(parameters.row("failure"), parameters))
    drift, mix = drift_matrix(parameters), parameters.row("share_unpaid")
    rows = [mix / mix.sum()]
    for _ in range(sessions):
        mix = (rows[-1] * survival) @ drift
        rows.append(mix / mix.sum())
    return np.array(rows)


def prior(parameters: Parameters, age: int) -> Vector:
    """Belief on a file never touched since its due date, `age` sessions ago; before due, the mix of all invoices."""
    return parameters.row("share_before_due").copy() if age < 0 else np.asarray(untouched(parameters, age)[age])


def following(kernel: Kernel, mix: Vector, branch: int) -> Vector:
    """Belief after one branch (observation, then event); sums to 1.

    Raises ValueError when the branch is impossible under this belief.
    """
    weights = mix * kernel.branches.chance[branch]
    total = float(weights.sum())
    if total <= ALIVE:
        raise ValueError("this observation is impossible under the belief")
    return np.asarray((weights / total) @ kernel.drift)


def branch_of(kernel: Kernel, pair: int, observation: int, event: int, after: int) -> int:
    """Number of the branch of a pair with this observation, this event and this next state.

    Raises ValueError when there is none.
    """
    table = kernel.branches
    for branch in range(int(table.start[pair]), int(table.start[pair + 1])):
        same = table.observation[branch] == observation and table.event[branch] == event
        if same and table.following[branch] == after:
            return branch
    raise ValueError("no such branch")


def forward(kernel: Kernel, mix: Vector, branches: Sequence[int]) -> Vector:
    """Belief after several branches in a row."""
    for branch in branches:
        mix = following(kernel, mix, branch)
    return mix
