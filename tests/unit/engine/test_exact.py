"""Properties 4 and 5 on instances small enough to be solved exactly by enumeration.

The moves of a file are cut down to those that show nothing at once, so that the belief after each sequence of moves is
known and every way of working can be enumerated. The same solver as for the shipped table must find their best value.
"""

from dataclasses import replace

import numpy as np
import pytest

from course_app.exercise.engine.bounds import Claim, UpperBound, refine, scope_of, upper_action_values
from course_app.exercise.engine.exploration import Walk, first_witnesses, joined, select, walk
from course_app.exercise.engine.kernel import Branches, compile_kernel
from course_app.exercise.engine.parameters import default_parameters
from course_app.exercise.engine.search import groups, sweep, waiting_values
from course_app.exercise.engine.values import Nodes, action_values, runs
from course_app.exercise.engine.vocabulary import ACTION_CODE, ACTIONS, Action, Documents, Stage, State

SILENT = (Action.WAIT, Action.HOLD, Action.TREAT_DISPUTE, Action.AGENCY)
ROOTS = {
    "after a notice": State(Stage.IDLE, ladder=4),
    "after a sommation, without documents": State(Stage.IDLE, ladder=5, documents=Documents.MISSING_TRIED),
    "a broken promise, no credit left": State(Stage.LAPSED_2, ladder=2, credibility=0, broken=1),
}
HORIZON = 16
ROUNDS, SWEEPS, FILES, SLOTS, WITNESSES = 4, 15, 200, 12, 12


@pytest.fixture(scope="module")
def small():
    """The model with only four moves, none of which shows anything at once."""
    kernel = compile_kernel(default_parameters())
    kept = np.isin(kernel.pair_action, [ACTION_CODE[action] for action in SILENT])
    numbers = np.where(kept, np.cumsum(kept) - 1, -1)
    table, (_, chosen) = kernel.branches, runs(kernel.branches.start, np.flatnonzero(kept))
    counts = np.diff(table.start)[kept]
    branches = Branches(
        start=np.concatenate([[0], np.cumsum(counts)]),
        following=table.following[chosen],
        chance=replace(table.chance, code=table.chance.code[chosen]),
        remaining=table.remaining[chosen],
        observation=table.observation[chosen],
        event=table.event[chosen],
    )
    return replace(
        kernel,
        pair_of=np.where(kernel.pair_of >= 0, numbers[kernel.pair_of], -1),
        pair_state=kernel.pair_state[kept],
        pair_action=kernel.pair_action[kept],
        cost=kernel.cost[kept],
        minutes=kernel.minutes[kept],
        relationship=replace(kernel.relationship, code=kernel.relationship.code[kept]),
        cash=replace(kernel.cash, code=kernel.cash.code[kept]),
        seen_code=kernel.seen_code[kept],
        seen_after=kernel.seen_after[kept],
        seen_limit=replace(kernel.seen_limit, code=kernel.seen_limit.code[kept]),
        branches=branches,
    )


@pytest.fixture(scope="module")
def waiting(small):
    """Value of waiting for ever from each state: exact, by linear equations."""
    return waiting_values(small, 1).values()


@pytest.fixture(scope="module", params=sorted(ROOTS))
def solved(small, request):
    """The root of an instance and its value table, built as the shipped one is."""
    root = small.index[ROOTS[request.param]]
    scope = set(scope_of(small, root).states.tolist())
    parts = [part for part in groups(small) if scope & set(part.states.tolist())]
    default, table = first_witnesses(small, WITNESSES), waiting_values(small, SLOTS)
    witnesses = default
    for turn in range(ROUNDS):
        if turn:
            met = [walk(small, table.values(), Walk(turn, FILES, noise, starts(root, turn))) for noise in (0.1, 0.6)]
            witnesses = select(small, joined(met), WITNESSES, default, turn)
        for _ in range(SWEEPS):
            sweep(small, table, witnesses, parts)
    return root, table.values()


def starts(root, seed):
    """Files of every kind at one state."""
    generator = np.random.default_rng(seed)
    amount = np.exp(generator.uniform(np.log(300), np.log(20_000), FILES))
    mix = generator.dirichlet(np.full(10, 0.7), FILES)
    return Nodes(np.full(FILES, root), mix, amount, amount * generator.uniform(0.2, 2, FILES))


def enumerated(kernel, waiting, node, horizon):
    """Exact value of the best sequence of moves of a horizon, waiting for ever after it; belief not normalised."""
    state, mix, amount, stake = node
    if not horizon:
        vector = waiting.vectors[waiting.start[state]]
        return float(amount * vector[0] @ mix + vector[1] @ mix + stake * vector[2] @ mix)
    table, best = kernel.branches, -np.inf
    for action in SILENT:
        pair = kernel.pair_of[state, ACTION_CODE[action]]
        if pair < 0:
            continue
        worth = float(
            amount * (kernel.cash[pair] @ mix)
            - kernel.cost[pair] * mix.sum()
            - stake * (kernel.relationship[pair] @ mix)
        )
        for branch in range(table.start[pair], table.start[pair + 1]):
            left, after = amount * table.remaining[branch], int(table.following[branch])
            reached = (mix * table.chance[branch]) @ kernel.drift
            final = len(kernel.legal(after)) == 1
            worth += kernel.discount * enumerated(
                kernel, waiting, (after, reached, left, stake), 0 if final else horizon - 1
            )
        best = max(best, worth)
    return best


def cases(root, count, seed):
    """Single files of every kind at one state."""
    some = starts(root, seed)
    return [some.part(np.array([place])) for place in range(count)]


def exact_value(small, waiting, node):
    """Best value found by enumeration at a node, euros."""
    return enumerated(small, waiting, (int(node.state[0]), node.mix[0], node.amount[0], node.stake[0]), HORIZON)


def test_p04_the_solver_finds_the_exact_value(small, waiting, solved):
    """Property 4: on small instances the solved table is worth what enumeration finds, to the precision of a verdict.

    Enumeration stops after 16 sessions, which may only lower what it finds, by one percent at most.
    """
    root, values = solved
    for node in cases(root, 5, 99):
        exact, found = exact_value(small, waiting, node), action_values(small, values, node).max()
        assert -0.005 * node.amount[0] <= found - exact <= 0.01 * node.amount[0]


def test_p05_the_exact_value_lies_between_the_bounds(small, waiting, solved):
    """Property 5: the value found by enumeration is never above the upper bound, and refining only lowers the bound."""
    root, values = solved
    for node in cases(root, 1, 7):
        amount = float(node.amount[0])
        exact = exact_value(small, waiting, node)
        bound = UpperBound(small, Claim(amount, float(node.stake[0])), scope_of(small, root))
        first = upper_action_values(bound, node).max()
        refine(bound, values, node.part(np.zeros(16, dtype=np.int64)), 1)
        refined = upper_action_values(bound, node).max()
        assert exact <= refined + 1e-6 * amount
        assert refined <= first + 1e-6 * amount


def test_the_enumeration_is_over_real_choices(small, waiting):
    """The instances are not trivial: each of the four moves is the best one somewhere."""
    generator, best = np.random.default_rng(4), set()
    root = small.index[ROOTS["after a notice"]]
    values = waiting_values(small, 1).values()
    for mix in np.vstack([np.eye(10), generator.dirichlet(np.full(10, 0.3), 30)]):
        for stake in (0.0, 4000.0):
            node = Nodes(np.array([root]), mix[None], np.array([5000.0]), np.array([stake]))
            best.add(ACTIONS[int(action_values(small, values, node).argmax())])
    assert best == set(SILENT)
