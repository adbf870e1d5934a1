"""Reference ways of working, from doing nothing to the recommended scenario.

Owns what each policy does; a policy sees only what a learner sees (`View`) and draws nothing except through the
keyed streams. All functions are vectorised over files and stateless.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from course_app.exercise.engine.draws import Stream, Words, draws
from course_app.exercise.engine.kernel import Kernel
from course_app.exercise.engine.portfolio import Ints
from course_app.exercise.engine.values import Nodes, Values, action_values
from course_app.exercise.engine.vocabulary import (
    ACTION_CODE,
    DEADLINES,
    FRESH_CALL,
    FRESH_MAIL,
    LAPSED,
    NOT_DUE,
    OBSERVATION_CODE,
    PENDING,
    PROMISED,
    Action,
    Cause,
    Documents,
    Observation,
    Stage,
)

Flags = NDArray[np.bool_]
SESSIONS_PER_MONTH = 8
RESOLUTION = 2**32
BLOCK = 250
LITIGATION_CENTS = 100_000
INTERIM_CENTS = 1_000_000


@dataclass(frozen=True, eq=False)
class View:
    """What the learner sees of each open file at one session; arrays of shape (files,).

    `heard` is the code of the last statement not yet treated, `calls`, `lapses` and `plans` count since the start,
    `amount` is outstanding cents, `stake` cents of yearly margin, `key` serves the policies that draw. `mix` is the
    belief on each file, shape (files, 10), for the policies that ask for it.
    """

    kernel: Kernel
    session: int
    key: Words
    state: Ints
    heard: Ints
    calls: Ints
    lapses: Ints
    plans: Ints
    amount: Ints
    stake: Ints
    mix: NDArray[np.float64] | None = None

    def field(self, name: str) -> Ints:
        """One field of the observable state of each file."""
        place = ("stage", "ladder", "credibility", "cause", "hold", "documents", "broken").index(name)
        return np.asarray(self.kernel.features[self.state, place], dtype=np.int64)

    def at(self, stages: frozenset[Stage]) -> Flags:
        """Files at one of these stages."""
        return np.isin(self.field("stage"), [int(stage) for stage in stages])

    def said(self, observation: Observation) -> Flags:
        """Files whose last untreated statement is this one."""
        return np.asarray(self.heard == OBSERVATION_CODE[observation])

    def may(self, action: Action) -> Flags:
        """Files on which a move is legal."""
        return np.asarray(self.kernel.pair_of[self.state, ACTION_CODE[action]] >= 0)


Choose = Callable[[View], Ints]


@dataclass(frozen=True)
class Policy:
    """A way of working: every how many sessions the statement is read, and the moves chosen.

    `believes`: the policy needs the belief on each file; it then has to read the statement at every session.
    """

    name: str
    statement_every: int
    choose: Choose
    believes: bool = False


def first_of(view: View, rules: list[tuple[Flags, Action]]) -> Ints:
    """Move of the first rule that holds and is legal for each file, else waiting."""
    made = np.full(len(view.state), ACTION_CODE[Action.WAIT])
    for holds, action in reversed(rules):
        made = np.where(holds & view.may(action), ACTION_CODE[action], made)
    return made


def nothing(view: View) -> Ints:
    """Never do anything."""
    return np.full(len(view.state), ACTION_CODE[Action.WAIT])


def recommended(view: View) -> Ints:
    """Follow the recommended scenario.

    Courtesy reminder, mail, then calls; the cause is treated at once; a lapsed promise is called the same session;
    formal notice after two lapses or three calls, documents gathered first and deliveries on hold meanwhile; at its
    expiry the announced step is taken.
    """
    idle = ~(view.at(PROMISED) | view.at(DEADLINES) | view.at(PENDING))
    late = view.field("ladder") >= 4
    hardened = (view.lapses >= 2) | (view.calls >= 3)
    patient = view.at(FRESH_CALL) & ~hardened
    return first_of(
        view,
        [
            (view.at(NOT_DUE), Action.COURTESY),
            (view.at(NOT_DUE), Action.GATHER_DOCUMENTS),
            *_treat(view, idle),
            (view.at(DEADLINES) & late, Action.HOLD),
            *_execute(view, idle & late),
            (idle & hardened & ~late, Action.GATHER_DOCUMENTS),
            (idle & hardened & ~late, Action.FORMAL_NOTICE),
            (patient, Action.WAIT),
            (idle & (view.field("ladder") == 0), Action.MAIL),
            (idle & ~late, Action.CALL),
        ],
    )


def _treat(view: View, idle: Flags) -> list[tuple[Flags, Action]]:
    spoken = view.at(FRESH_CALL)
    return [
        (spoken & view.said(Observation.PAPER), Action.CONFORM),
        (idle & view.said(Observation.DISPUTE), Action.TREAT_DISPUTE),
        (spoken & view.said(Observation.CASH) & (view.plans < 2), Action.PLAN),
    ]


def _execute(view: View, due: Flags) -> list[tuple[Flags, Action]]:
    proved = (view.field("documents") == Documents.PRESENT) & (view.amount >= LITIGATION_CENTS)
    large = proved & (view.amount >= INTERIM_CENTS) & (view.field("cause") != Cause.DISPUTE)
    return [
        (due & proved, Action.SUMMONS),
        (due & large, Action.REFERE),
        (due & proved, Action.PAYMENT_ORDER),
        (due, Action.AGENCY),
    ]


def average(view: View) -> Ints:
    """Average dunning: a mail, a call two weeks later, a formal notice two weeks later, then the agency.

    Source of the rhythm: domaine 7.2 (mail at D+10, call at D+20, notice at D+40).
    """
    stage_open = ~(view.at(PROMISED) | view.at(DEADLINES) | view.at(PENDING))
    ladder, month, week = view.field("ladder"), view.session >= SESSIONS_PER_MONTH, view.session % 4 == 0
    return first_of(
        view,
        [
            (view.at(LAPSED) & (ladder < 4), Action.CALL),
            (stage_open & (ladder == 0), Action.MAIL),
            (stage_open & (ladder < 4) & (not month) & (view.session >= 4) & week, Action.CALL),
            (stage_open & (ladder < 4) & month & week, Action.FORMAL_NOTICE),
            (stage_open & (ladder >= 4) & ~view.at(LAPSED | FRESH_MAIL | FRESH_CALL), Action.AGENCY),
        ],
    )


def article_company(view: View) -> Ints:
    """Work as the small company of the article does.

    The list of unpaid invoices is printed once a month and 16 % of its files get one move, chosen without looking:
    ultimatum 45 %, bad call 30 %, mail 12 %, formal notice 13 %. Nothing is followed up. From the fourth month on,
    12 % of the files still open go to an agency.
    """
    month, place = divmod(view.session, SESSIONS_PER_MONTH)
    start = month * SESSIONS_PER_MONTH
    picked = draws(view.key, start, Stream.POLICY)
    listed = (picked < int(0.16 * RESOLUTION)) & (picked % SESSIONS_PER_MONTH == place)
    choice = draws(view.key, start, Stream.POLICY_CHOICE) / RESOLUTION
    given_up = (view.session == 3 * SESSIONS_PER_MONTH) & (choice < 0.12)
    return first_of(
        view,
        [
            (given_up, Action.AGENCY),
            (listed & (choice < 0.45), Action.ULTIMATUM),
            (listed & (choice >= 0.45) & (choice < 0.75), Action.BAD_CALL),
            (listed & (choice >= 0.75) & (choice < 0.87), Action.MAIL),
            (listed & (choice >= 0.87), Action.FORMAL_NOTICE),
        ],
    )


def best_by(values: Values) -> Policy:
    """Work as well as the value table knows: the move of highest value at every session."""

    def choose(view: View) -> Ints:
        if view.mix is None:
            raise ValueError("this policy needs beliefs")
        made = np.zeros(len(view.state), dtype=np.int64)
        for first in range(0, len(made), BLOCK):
            part = slice(first, first + BLOCK)
            nodes = Nodes(view.state[part], view.mix[part], view.amount[part] / 100, view.stake[part] / 100)
            made[part] = action_values(view.kernel, values, nodes).argmax(axis=1)
        return made

    return Policy("optimale", 1, choose, believes=True)


REFERENCES: dict[str, Policy] = {
    policy.name: policy
    for policy in (
        Policy("rien", SESSIONS_PER_MONTH, nothing),
        Policy("pme-du-billet", SESSIONS_PER_MONTH, article_company),
        Policy("moyenne", 2, average),
        Policy("recommandee", 1, recommended),
    )
}
