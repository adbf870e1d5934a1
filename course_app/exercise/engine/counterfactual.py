"""Playing again from a decision with the same fortunes.

Owns the replay of one file of a game from one session on: the learner's moves before, another move at that session,
then the reference way of working. The draws are those of the game, so that the rest of the portfolio and the
customer's fortune are the same.
"""

from dataclasses import dataclass

import numpy as np

from course_app.exercise.engine.board import Board
from course_app.exercise.engine.campaign import first_beliefs, update_beliefs, view_of
from course_app.exercise.engine.game import Record
from course_app.exercise.engine.kernel import Kernel
from course_app.exercise.engine.policies import Policy
from course_app.exercise.engine.portfolio import Files, draw_files
from course_app.exercise.engine.vocabulary import ACTION_CODE, ACTIONS, Action


@dataclass(frozen=True)
class Other:
    """How the file would have ended, in cents, and the moves made from the decision on."""

    collected: int
    spent: int
    goodwill_lost: int
    outstanding: int
    moves: tuple[Action, ...]


def file_of(files: Files, customer: int) -> Files:
    """One file alone; its draws are the same as among the others."""
    one = slice(customer, customer + 1)
    return Files(
        files.key[one],
        files.portfolio[one],
        files.amount[one],
        files.stake[one],
        files.age[one],
        files.state[one],
        files.profile[one],
    )


def play_again(kernel: Kernel, record: Record, place: tuple[int, int], action: Action | None, then: Policy) -> Other:
    """Replay `place` = (customer, session) with another move, then a policy to the end of the scenario.

    `action` None lets the policy choose at once. The statement is read at every session from there on. Raises
    ValueError when the move is illegal.
    """
    customer, from_session = place
    files = file_of(draw_files(kernel, record.scenario, record.seed, record.portfolio, 1), customer)
    board, mix, made = Board(kernel, files), first_beliefs(kernel, files), []
    for session in range(record.scenario.sessions):
        plan = record.plans[session] if session < min(from_session, len(record.plans)) else None
        if plan is None or plan.statement:
            board.check_statement()
        listed = board.known_open()
        if not len(listed):
            break
        if plan is not None:
            chosen = plan.moves.get(customer, Action.WAIT)
        elif session == from_session and action is not None:
            chosen = action
        else:
            chosen = ACTIONS[int(then.choose(view_of(board, listed, mix))[0])]
        step = board.play(listed, np.array([ACTION_CODE[chosen]]))
        update_beliefs(kernel, mix, step)
        if session >= from_session:
            made.append(chosen)
    return Other(
        int(board.collected[0]),
        int(board.spent[0]),
        int(board.goodwill_lost[0].round()),
        int(board.outstanding[0]),
        tuple(made),
    )
