"""Many games played at once with their values, losses and luck, for the statistical properties."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from course_app.exercise.engine.board import Board
from course_app.exercise.engine.campaign import first_beliefs, update_beliefs, view_of
from course_app.exercise.engine.kernel import Kernel
from course_app.exercise.engine.policies import article_company
from course_app.exercise.engine.portfolio import Files
from course_app.exercise.engine.values import Nodes, Values, action_values, lower_value

BLOCK = 400


@dataclass
class Measured:
    """One row per file, discounted euros; `steps` keeps (files, moves, states) of every session."""

    start: np.ndarray
    losses: np.ndarray
    luck: np.ndarray
    realised: np.ndarray
    slack: np.ndarray
    amount: np.ndarray
    steps: list


def noisy(share: float, seed: int) -> Callable:
    """Best moves with a share of random ones (any legal move but writing off)."""
    generator = np.random.default_rng(seed)

    def choose(view, found):
        legal = np.isfinite(found)
        legal[:, -1] = False
        anything = (generator.random(found.shape) * legal).argmax(axis=1)
        return np.where(generator.random(len(found)) < share, anything, found.argmax(axis=1))

    return choose


def company(view, _found):
    """The company of the article, reading its statement at every session."""
    return article_company(view)


BEHAVIOURS = {"best": noisy(0.0, 1), "noisy": noisy(0.35, 2), "random": noisy(1.0, 3), "company": company}


def blocks(kernel: Kernel, values: Values, nodes: Nodes):
    """Values of every move at many nodes."""
    cuts = range(0, len(nodes.state), BLOCK)
    numbers = np.arange(len(nodes.state))
    return np.concatenate([action_values(kernel, values, nodes.part(numbers[cut : cut + BLOCK])) for cut in cuts])


def measure(kernel: Kernel, values: Values, files: Files, choose: Callable, sessions: int = 36) -> Measured:
    """Play, the statement being read at every session; open files keep their value at the end."""
    board, mix, count = Board(kernel, files), first_beliefs(kernel, files), len(files.key)
    zeros = [np.zeros(count) for _ in range(5)]
    result = Measured(*zeros, files.amount / 100, [])
    expected, weight = np.zeros(count), 1.0
    for session in range(sessions + 1):
        board.check_statement()
        listed = board.known_open()
        nodes = Nodes(board.state[listed], mix[listed], board.outstanding[listed] / 100, files.stake[listed] / 100)
        found = blocks(kernel, values, nodes) if len(listed) else np.zeros((0, 17))
        best = np.zeros(count)
        best[listed] = found.max(axis=1, initial=-np.inf)
        if session:
            result.luck += weight * (reward + kernel.discount * best - expected)  # noqa: F821  # set one turn before
            weight *= kernel.discount
        else:
            result.start[listed] = best[listed]
        if session == sessions or not len(listed):
            result.realised += weight * best
            break
        made = choose(view_of(board, listed, mix), found)
        expected = np.zeros(count)
        expected[listed] = found[np.arange(len(listed)), made]
        result.losses += weight * (best - expected)
        result.slack[listed] += weight * (best[listed] - lower_value(values, nodes))
        result.steps.append((listed, made, board.state[listed].copy()))
        before = worth(board)
        update_beliefs(kernel, mix, board.play(listed, made))
        reward = worth(board) - before
        result.realised += weight * reward
    return result


def worth(board: Board) -> np.ndarray:
    """Euros gained so far on each file, time at its full price."""
    parameters = board.kernel.parameters
    rate = parameters.number("wage_per_minute") + parameters.number("shadow_price_per_minute")
    return (board.collected - board.spent - board.goodwill_lost) / 100 - rate * board.minutes
