"""How a run is judged: grades, judged moments, the debrief.

Half of the contract (see `contract`). A grade comes from an expected loss, never from luck. Money in integer
cents.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from course_app.exercise.engine.contract_desk import Fact

LOSS_CUTS = (Fraction(5, 1000), Fraction(15, 1000), Fraction(40, 1000), Fraction(80, 1000))
"""Upper ends of the first four grades, as shares of what was owed (simulator.md §5)."""
NEGLIGIBLE_LOSS_CENTS = 500
"""A smaller loss is always « Bien joué » (simulator.md §5)."""
NEAR_CUT = Fraction(15, 10000)
"""A loss this close to a cut is marked « ≈ » (simulator.md §5)."""


class Grade(StrEnum):
    """Quality of one decision, from its expected loss; order is from best to worst."""

    GOOD = "bien-joue"
    FAIR = "correct"
    IMPRECISE = "perfectible"
    MISTAKE = "erreur"
    COSTLY = "couteux"


class Bond(StrEnum):
    """What a decision did to the relationship, apart from money."""

    INTACT = "intacte"
    STRAINED = "entamee"
    DAMAGED = "abimee"


@dataclass(frozen=True)
class Why:
    """Where a verdict comes from: a lesson and place in it, a rule in one sentence, a numbered source."""

    lesson_id: str
    anchor: str
    rule: str
    source: str


@dataclass(frozen=True)
class Belief:
    """How likely one cause was, in whole percent, given what could be known then."""

    label: str
    percent: int


@dataclass(frozen=True)
class OptionReview:
    """What another option of the same moment was worth: its loss against the best one."""

    action: str
    label: str
    loss_cents: int
    grade: Grade
    red_line: bool

    @property
    def is_best(self) -> bool:
        """Whether this option counts as best."""
        return self.grade is Grade.GOOD and not self.red_line


@dataclass(frozen=True)
class MomentReview:
    """One judged decision.

    `sequence` is how many recorded moves precede it: a replay keeps exactly these. `loss_cents` ≥ 0 is the sum
    of its three parts, rounded apart (a part may be negative). `gap_cents` bounds the error of the loss.
    `waits` counts séances of waiting judged as one; `is_implicit` when nothing was recorded.
    """

    number: int
    sequence: int
    session_index: int
    session_label: str
    on: date
    customer_id: str
    customer_name: str
    action: str
    action_label: str
    until: date | None
    is_implicit: bool
    waits: int
    stake_cents: int
    loss_cents: int
    gap_cents: int
    cash_loss_cents: int
    cost_loss_cents: int
    bond_loss_cents: int
    grade: Grade
    near_cut: bool
    bond: Bond
    red_line: str
    """French reason, empty when lawful."""
    options: tuple[OptionReview, ...]
    known: tuple[str, ...]
    beliefs: tuple[Belief, ...]
    outcome: str
    why: Why
    contested: str = ""
    """French: the estimated constant within whose band the verdict flips; empty when the verdict stands."""
    kind: str = ""
    """Slug of the kind of decision (`costly_kinds`), the same for whoever makes it."""

    @property
    def best_actions(self) -> tuple[OptionReview, ...]:
        """Options that count as best, the best first."""
        return tuple(option for option in self.options if option.is_best)


@dataclass(frozen=True)
class KindInWords:
    """A kind of decision as a team talks of it: a case to read aloud, what tempts, why it costs, the rule, the lesson."""

    title: str
    case: str
    chosen: str
    why: str
    rule: str
    lesson_id: str


@dataclass(frozen=True)
class CurvePoint:
    """Cash received up to a day; `reference_cents` is the average of the best play, when the engine knows it."""

    on: date
    collected_cents: int
    reference_cents: int | None


@dataclass(frozen=True)
class LateClaim:
    """What the law adds to a late invoice: interest and the fixed fee, claimed or kept as a lever.

    `principal_cents` is what the invoice still owes, `until` the day up to which interest is counted when it is
    not paid. `is_declared` when an insolvency makes it a claim to declare (domaine.md I-02).
    """

    customer_name: str
    invoice: str
    days_late: int
    interest_cents: int
    fee_cents: int
    principal_cents: int = 0
    until: date | None = None
    is_declared: bool = False

    @property
    def total_cents(self) -> int:
        """Principal, interest and fee."""
        return self.principal_cents + self.interest_cents + self.fee_cents


@dataclass(frozen=True)
class SkillLine:
    """One line of the summary by skill: a French label, moments judged, their summed loss, accuracy 0–100."""

    label: str
    decisions: int
    loss_cents: int
    accuracy_percent: int


@dataclass(frozen=True)
class Debrief:
    """The whole run, judged. `collected + outstanding + lost = initial + interest`, in cents.

    `initial_cents` is everything invoiced, `interest_cents` the part of what was collected that paid interest.

    `expected_cents − loss_cents + luck_cents` is what the run was worth: decisions and luck stay apart.
    """

    initial_cents: int
    collected_cents: int
    outstanding_cents: int
    lost_cents: int
    mean_delay_days: int | None
    """Mean lateness of what was paid, weighted by invoice; None when nothing was paid."""
    customers_total: int
    customers_paid: int
    customers_kept: int
    moments: tuple[MomentReview, ...]
    """Every decision, in the order of play."""
    key_numbers: tuple[int, ...]
    """Numbers of the moments that mattered, three at most, costliest first."""
    curve: tuple[CurvePoint, ...]
    claims: tuple[LateClaim, ...]
    causes: tuple[Fact, ...]
    """What was hidden, told at last: customer, cause."""
    expected_cents: int
    loss_cents: int
    luck_cents: int
    takeaway: str
    notice: str
    """Where the numbers come from, and what they are not."""
    skills: tuple[SkillLine, ...] = ()
    """Summary by skill, skills never met left out; empty when the engine keeps none."""
    interest_cents: int = 0
    reference: str = ""
    """What the curve is compared with, in French; empty for « le meilleur jeu, en moyenne »."""

    @property
    def grades(self) -> tuple[tuple[Grade, int], ...]:
        """How many decisions received each grade, best first, zeros included."""
        return tuple((grade, sum(moment.grade is grade for moment in self.moments)) for grade in Grade)

    @property
    def key_moments(self) -> tuple[MomentReview, ...]:
        """The moments that mattered, costliest first."""
        by_number = {moment.number: moment for moment in self.moments}
        return tuple(by_number[number] for number in self.key_numbers)

    @property
    def red_lines(self) -> tuple[MomentReview, ...]:
        """Moments where a red line was crossed."""
        return tuple(moment for moment in self.moments if moment.red_line)


def grade(loss_cents: Fraction | int, stake_cents: int) -> Grade:
    """Return the grade of an expected loss ≥ 0 against what was owed > 0 (cuts: simulator.md §5)."""
    if loss_cents < NEGLIGIBLE_LOSS_CENTS:
        return Grade.GOOD
    share = Fraction(loss_cents) / stake_cents
    return list(Grade)[sum(share > cut for cut in LOSS_CUTS)]


def is_near_cut(loss_cents: Fraction | int, stake_cents: int) -> bool:
    """Tell whether a loss lies so close to a cut that its grade is given as « ≈ »."""
    share = Fraction(loss_cents) / stake_cents
    return loss_cents >= NEGLIGIBLE_LOSS_CENTS and any(abs(share - cut) < NEAR_CUT for cut in LOSS_CUTS)


def bond(lost_permille: int) -> Bond:
    """Return what a decision did to the relationship, from the share of yearly margin it puts at risk.

    Cuts are ours: 20 ‰ is a firm letter at its time, 60 ‰ chasing a customer who has paid (simulator.md §3).
    """
    if lost_permille < 20:
        return Bond.INTACT
    return Bond.STRAINED if lost_permille < 60 else Bond.DAMAGED
