"""The files drawn from a scenario.

Owns how a portfolio is generated: ages, amounts, documents, relationship stakes and hidden profiles, all keyed
by (seed, portfolio, customer). Amounts are integer cents.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from course_app.exercise.engine.belief import untouched
from course_app.exercise.engine.draws import Stream, Words, draws, file_keys, normals
from course_app.exercise.engine.kernel import CLOSED, Kernel
from course_app.exercise.engine.sampled import Scenario
from course_app.exercise.engine.vocabulary import Documents, Stage, State

Ints = NDArray[np.int64]
RESOLUTION = 2**32


@dataclass(frozen=True, eq=False)
class Files:
    """Files of one or several portfolios; every array has shape (files,).

    `amount` and `stake` are cents, `state` numbers of the kernel, `profile` codes of the hidden profiles.
    """

    key: Words
    portfolio: Ints
    amount: Ints
    stake: Ints
    age: Ints
    state: Ints
    profile: Ints


def draw_files(kernel: Kernel, scenario: Scenario, seed: int, first: int, portfolios: int) -> Files:
    """Draw `portfolios` portfolios numbered from `first`; each depends only on its own number and the seed."""
    owner = np.repeat(np.arange(first, first + portfolios), scenario.files)
    customer = np.tile(np.arange(scenario.files), portfolios)
    keys = file_keys(seed, owner, customer)
    age = _ages(scenario, keys)
    amount = _amounts(scenario, keys)
    return Files(
        key=keys,
        portfolio=owner,
        amount=amount,
        stake=_stakes(scenario, keys, amount),
        age=age,
        state=_states(kernel, scenario, keys, age),
        profile=_profiles(kernel, keys, age),
    )


def chosen(limits: NDArray[np.int64], drawn: Ints) -> Ints:
    """Index of the outcome picked by each draw: `limits` are cumulated chances along the last axis."""
    return np.asarray((drawn[..., None] >= limits).sum(axis=-1))


def _ages(scenario: Scenario, keys: Words) -> Ints:
    width = scenario.age_to - scenario.age_from + 1
    return np.asarray(scenario.age_from + draws(keys, 0, Stream.AGE) * width // RESOLUTION)


def _amounts(scenario: Scenario, keys: Words) -> Ints:
    euros = scenario.median * np.exp(scenario.spread * normals(keys, Stream.AMOUNT, Stream.AMOUNT_ANGLE))
    return np.asarray(np.rint(np.clip(euros, scenario.lowest, scenario.highest) * 100), dtype=np.int64)


def _stakes(scenario: Scenario, keys: Words, amount: Ints) -> Ints:
    factor = np.exp(scenario.stake_spread * normals(keys, Stream.STAKE, Stream.STAKE_ANGLE))
    return np.asarray(np.rint(amount * scenario.stake * factor), dtype=np.int64)


def _states(kernel: Kernel, scenario: Scenario, keys: Words, age: Ints) -> Ints:
    table = np.full((2, 2), CLOSED)
    for due, stage in enumerate((Stage.NOT_DUE_2, Stage.IDLE)):
        for present, documents in enumerate((Documents.MISSING, Documents.PRESENT)):
            table[due, present] = kernel.index[State(stage, 0, scenario.credibility, documents=documents)]
    complete = draws(keys, 0, Stream.DOCUMENTS) < int(scenario.documented * RESOLUTION)
    return np.asarray(table[(age >= 0).astype(int), complete.astype(int)])


def _profiles(kernel: Kernel, keys: Words, age: Ints) -> Ints:
    parameters = kernel.parameters
    mixes = np.vstack([untouched(parameters, int(max(age.max(), 0))), parameters.row("share_before_due")])
    limits = np.rint(np.cumsum(mixes / mixes.sum(axis=1, keepdims=True), axis=1) * RESOLUTION).astype(np.int64)
    limits[:, -1] = RESOLUTION
    return chosen(limits[age], draws(keys, 0, Stream.PROFILE))
