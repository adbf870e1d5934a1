"""The vectorised simulator: many files played together, one session at a time.

Owns the bookkeeping of a play (money in integer cents, what the learner has seen); decides no move and knows no
policy. Two boards with the same files and the same moves are equal, whatever else is on the board.

| array | meaning |
|-------|---------|
| state | number of the observable state in the kernel (of the open branch when a payment is unseen) |
| outstanding, collected, conceded, fee, lost, written_off | cents; their sum is the initial amount at all times |
| spent | cents paid to third parties |
| minutes | minutes worked |
| goodwill_lost | cents of yearly margin lost |
| status | OPEN, PAID_UNSEEN, CLOSED |
"""

from copy import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from course_app.exercise.engine import moves
from course_app.exercise.engine.draws import Stream, draws
from course_app.exercise.engine.kernel import CLOSED, Kernel
from course_app.exercise.engine.portfolio import Files, Ints, chosen
from course_app.exercise.engine.vocabulary import (
    ACTION_CODE,
    ACTIONS,
    EVENT_CODE,
    OBSERVATION_CODE,
    STATEMENTS,
    Action,
    Event,
    Observation,
)

OPEN, PAID_UNSEEN, SHUT = 0, 1, 2
PAID, WRITTEN_OFF = EVENT_CODE[Event.PAID], EVENT_CODE[Event.WRITTEN_OFF]
LAPSE, CONTINUES = EVENT_CODE[Event.LAPSED], EVENT_CODE[Event.CONTINUES]
MISSED = EVENT_CODE[Event.MISSED]
NOTHING_SEEN = OBSERVATION_CODE[Observation.NONE]
HEARD = np.isin(np.arange(len(OBSERVATION_CODE)), [OBSERVATION_CODE[said] for said in STATEMENTS])
REACHES = np.array([action in moves.REACHES_CUSTOMER for action in ACTIONS])
CALLS = np.array([action in moves.CALLS for action in ACTIONS])
TREATS = np.array([action in {Action.CONFORM, Action.TREAT_DISPUTE, Action.PLAN} for action in ACTIONS])
PLAN, WAIT = ACTION_CODE[Action.PLAN], ACTION_CODE[Action.WAIT]
NOT_HEARD = NOTHING_SEEN


@dataclass(frozen=True, eq=False)
class Step:
    """What one session did, for the open files it touched; every array has one entry per file of `files`.

    `shown` and `event` are codes; `paid` is the gross amount paid by the debtor in cents; `chased` tells that a
    customer who had already paid was chased; `branch` is the branch of the kernel that was followed, -1 when the
    file was closed or already paid.
    """

    session: int
    files: Ints
    action: Ints
    shown: Ints
    event: Ints
    paid: Ints
    chased: NDArray[np.bool_]
    branch: Ints


class Board:
    """State of play of many files. Mutable: `check_statement` and `play` change it in place."""

    def __init__(self, kernel: Kernel, files: Files) -> None:
        """Start a play at session 0."""
        count = len(files.key)
        self.kernel, self.files, self.session = kernel, files, 0
        self.state, self.profile = files.state.copy(), files.profile.copy()
        self.status = np.zeros(count, dtype=np.int64)
        self.outstanding = files.amount.copy()
        self.collected, self.conceded, self.fee = _zeros(count), _zeros(count), _zeros(count)
        self.lost, self.written_off, self.spent = _zeros(count), _zeros(count), _zeros(count)
        self.minutes, self.goodwill_lost, self.waited = np.zeros(count), np.zeros(count), np.zeros(count)
        self.heard, self.calls, self.lapses = np.full(count, NOT_HEARD), _zeros(count), _zeros(count)
        self.plans, self.chases = _zeros(count), _zeros(count)

    def copy(self) -> "Board":
        """The same play, free to go another way."""
        twin = copy(self)
        twin.__dict__.update(
            {name: value.copy() for name, value in vars(self).items() if isinstance(value, np.ndarray)}
        )
        return twin

    def check_statement(self) -> Ints:
        """Read the bank statement: payments become known. Returns the files found paid."""
        found = np.flatnonzero(self.status == PAID_UNSEEN)
        self.status[found] = SHUT
        return found

    def known_open(self) -> Ints:
        """Files the learner believes open: the paid ones not yet seen are among them."""
        return np.flatnonzero(self.status != SHUT)

    def play(self, files: Ints, action: Ints) -> Step:
        """Play one session: the given move on each listed file, waiting on the other open ones.

        Raises ValueError when a move is illegal in the state shown.
        """
        chosen_moves = np.full(len(self.state), WAIT)
        chosen_moves[files] = action
        alive = self.known_open()
        moves_made = chosen_moves[alive]
        pair = self.kernel.pair_of[self.state[alive], moves_made]
        if (pair == CLOSED).any():
            raise ValueError("illegal move")
        shown, event = np.full(len(alive), NOTHING_SEEN), np.full(len(alive), CONTINUES)
        branch = np.full(len(alive), CLOSED)
        paid, unseen = _zeros(len(alive)), self.status[alive] == PAID_UNSEEN
        chased = unseen & REACHES[moves_made]
        self._charge(alive, moves_made, pair, chased)
        self._skip(alive[unseen], chased[unseen])
        real = ~unseen
        shown[real], event[real], paid[real], branch[real] = self._advance(alive[real], moves_made[real], pair[real])
        step = Step(self.session, alive, moves_made, shown, event, paid, chased, branch)
        self.session += 1
        self.waited += self.outstanding
        return step

    def _charge(self, alive: Ints, made: Ints, pair: Ints, chased: NDArray[np.bool_]) -> None:
        kernel = self.kernel
        euros = np.array([cost.euros for cost in kernel.parameters.costs])
        self.spent[alive] += np.rint(euros[made] * 100).astype(np.int64)
        self.minutes[alive] += kernel.minutes[pair]
        loss = kernel.relationship[pair, self.profile[alive]]
        loss = np.where(chased, kernel.parameters.number("paid_chased_loss"), loss)
        self.goodwill_lost[alive] += loss * self.files.stake[alive]
        self.calls[alive] += CALLS[made]
        self.plans[alive] += made == PLAN
        self.chases[alive] += chased

    def _skip(self, files: Ints, chased: NDArray[np.bool_]) -> None:
        """Files already paid: only the clock shown runs, and a chased customer says that it is paid."""
        self.state[files] = np.where(
            self.kernel.silent[self.state[files]] >= 0, self.kernel.silent[self.state[files]], self.state[files]
        )
        self.status[files[chased]] = SHUT

    def _advance(self, files: Ints, made: Ints, pair: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        kernel, keys = self.kernel, self.files.key[files]
        profile = self.profile[files]
        place = chosen(kernel.seen_limit[pair, :, profile], draws(keys, self.session, Stream.OBSERVATION))
        shown, reached = kernel.seen_code[pair, place], kernel.seen_after[pair, place]
        self._remember(files, made, shown)
        ended = reached == CLOSED
        where = np.where(ended, 0, reached)
        outcome = chosen(kernel.end_limit[where, :, profile], draws(keys, self.session, Stream.NATURE))
        event = np.where(ended, WRITTEN_OFF, kernel.end_event[where, outcome])
        after = np.where(ended, CLOSED, kernel.end_after[where, outcome])
        shares = kernel.end_shares[where, outcome, :, profile] * ~ended[:, None]
        paid = self._settle(files, shares, after, ended)
        self.state[files] = np.where(after == CLOSED, self.state[files], after)
        unseen = (event == PAID) & ~_announced(kernel, where)
        shut = np.where(after == CLOSED, np.where(unseen, PAID_UNSEEN, SHUT), OPEN)
        self._keep_clock(files[unseen], where[unseen])
        self.status[files] = shut
        self.lapses[files] += (event == LAPSE) | (event == MISSED)
        drift = chosen(kernel.drift_limit[profile], draws(keys, self.session, Stream.DRIFT))
        self.profile[files] = np.where(after == CLOSED, profile, drift)
        branch = np.where(after == CLOSED, CLOSED, kernel.seen_branch[pair, place] + kernel.open_rank[where, outcome])
        return shown, event, paid, branch

    def _keep_clock(self, files: Ints, reached: Ints) -> None:
        """A payment not yet seen leaves the clock of the file running for the learner."""
        self.state[files] = self.kernel.silent[reached]

    def _remember(self, files: Ints, made: Ints, shown: Ints) -> None:
        self.heard[files] = np.where(TREATS[made], NOT_HEARD, np.where(HEARD[shown], shown, self.heard[files]))

    def _settle(self, files: Ints, shares: NDArray[np.float64], after: Ints, ended: NDArray[np.bool_]) -> Ints:
        """Book one outcome; returns the gross cents paid by the debtors."""
        due = self.outstanding[files]
        collected, conceded, fee, _ = np.moveaxis(shares, 1, 0)
        gross = np.rint(due * (collected + conceded + fee)).astype(np.int64)
        given = np.rint(due * conceded).astype(np.int64)
        charged = np.rint(due * fee).astype(np.int64)
        left = np.where(after == CLOSED, due - gross, 0)
        self.collected[files] += gross - given - charged
        self.conceded[files] += given
        self.fee[files] += charged
        self.lost[files] += np.where(ended, 0, left)
        self.written_off[files] += np.where(ended, left, 0)
        self.outstanding[files] = due - gross - left
        return np.asarray(gross)


def _zeros(count: int) -> Ints:
    return np.zeros(count, dtype=np.int64)


def _announced(kernel: Kernel, reached: Ints) -> NDArray[np.bool_]:
    """Payments the learner hears of without reading the statement: court, plan by direct debit, agency."""
    return np.asarray(kernel.self_reported[reached])
