"""Games played by the tests with the one-file simulator."""

from collections.abc import Callable

import numpy as np

from course_app.exercise.engine import draws
from course_app.exercise.engine.kernel import Kernel
from course_app.exercise.engine.one_file import Fortune, Line, Money, Position, check_statement, heard_now, step
from course_app.exercise.engine.policies import Policy, View
from course_app.exercise.engine.portfolio import Files
from course_app.exercise.engine.vocabulary import ACTIONS, OBSERVATION_CODE, Action, Event, Observation

Choice = Callable[[Position, int], Action]


def start(kernel: Kernel, files: Files, place: int) -> Position:
    """First position of one file."""
    state = kernel.states[files.state[place]]
    return Position(state, int(files.profile[place]), Money(int(files.amount[place])))


def play_policy(kernel: Kernel, files: Files, place: int, seed: int, policy: Policy, sessions: int):
    """Play a policy on one file with the one-file simulator; return the last position and the journal."""
    position, journal = start(kernel, files, place), []
    heard, calls, lapses, plans = Observation.NONE, 0, 0, 0
    customer = place - int(np.searchsorted(files.portfolio, files.portfolio[place]))
    fortune = Fortune(draws.key(seed, int(files.portfolio[place])), customer, int(files.stake[place]))
    for session in range(sessions):
        if session % policy.statement_every == 0:
            position = check_statement(position)
        if position.closed:
            break
        action = _choice(kernel, files, place, policy, (session, position, heard, calls, lapses, plans))
        position, line = step(kernel.parameters, position, action, session, fortune)
        journal.append(line)
        heard = heard_now(heard, action, line.observation)
        calls += action in {Action.CALL, Action.BAD_CALL}
        plans += action is Action.PLAN
        lapses += line.event in {Event.LAPSED, Event.MISSED}
    return check_statement(position), journal


def _choice(kernel, files, place, policy, memory) -> Action:
    session, position, heard, calls, lapses, plans = memory
    view = View(
        kernel=kernel,
        session=session,
        key=files.key[place : place + 1],
        state=np.array([kernel.index[position.state]]),
        heard=np.array([OBSERVATION_CODE[heard]]),
        calls=np.array([calls]),
        lapses=np.array([lapses]),
        plans=np.array([plans]),
        amount=np.array([position.money.outstanding]),
        stake=files.stake[place : place + 1],
    )
    return ACTIONS[int(policy.choose(view)[0])]


def paid_lines(journal: list[Line]) -> list[Line]:
    """Lines on which money came in."""
    return [line for line in journal if line.paid_cents]
