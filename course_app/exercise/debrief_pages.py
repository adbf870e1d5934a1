"""What the debrief of an exercise shows: frozen pages built from a judged run.

Pure: no database, no Flask, no arithmetic left to templates. Decisions and luck stay apart; what was better comes after
the offer to play again, and red lines apart from money.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from course_app.exercise.curve import Drawing, drawing
from course_app.exercise.engine.contract import Debrief, Grade, LateClaim, MomentReview, OptionReview
from course_app.exercise.pages import RunLine, run_line
from course_app.exercise.runs import Run
from course_app.library.model import Exercise

RED_LINE = "ligne-rouge"
"""The filter on decisions that crossed a red line, beside the slugs of `Grade`."""
SHORT_LIST = 12
"""Decisions up to which the debrief lists them all; beyond, they have their own page."""
FEW_TO_MARK = 15
"""Moments up to which the first question shows them all open."""
MOST_MARKED = 3
MOST_KEYS = 3
READ_FIRST = "Lire d'abord le relevé bancaire, puis ne rien réclamer à qui a payé"
"""What is better than any move on a customer who has paid: the move itself was no red line, chasing was."""
MOST_EQUALS = 2
"""Other options as good as the best one that are named."""


@dataclass(frozen=True)
class Better:
    """What would have been better at a moment: the best option, and others the calculation cannot tell from it.

    `is_earlier`: waiting was right at first, and lasted too long; acting before its end was better.
    """

    best: str
    equals: tuple[str, ...] = ()
    is_earlier: bool = False


@dataclass(frozen=True)
class KeyCard:
    """One moment that mattered: `is_costliest` for the decision that cost most; `better` None when it was the best."""

    rank: int
    moment: MomentReview
    is_costliest: bool
    is_marked: bool
    better: Better | None


@dataclass(frozen=True)
class Kin:
    """A run of the same situation, same customers and same luck: the first game or one of its replays."""

    id: uuid.UUID
    number: int
    is_first: bool
    is_this: bool
    collected_cents: int
    loss_cents: int
    red_lines: int


@dataclass(frozen=True)
class Account:
    """From what the portfolio was worth to what it brought, in cents: start − decisions + luck = result."""

    start_cents: int
    loss_cents: int
    luck_cents: int

    @property
    def result_cents(self) -> int:
        """What the run was worth in the end."""
        return self.start_cents - self.loss_cents + self.luck_cents

    @property
    def bad_luck_cents(self) -> int:
        """What luck cost, as an amount to read; 0 when it helped."""
        return max(0, -self.luck_cents)


@dataclass(frozen=True)
class ClaimSum:
    """What late invoices allow to ask for, or what an insolvency makes one declare, with its totals in cents."""

    claims: tuple[LateClaim, ...]

    @property
    def customers(self) -> tuple["ClaimSum", ...]:
        """The same, customer by customer."""
        names = dict.fromkeys(claim.customer_name for claim in self.claims)
        return tuple(ClaimSum(tuple(c for c in self.claims if c.customer_name == name)) for name in names)

    @property
    def until(self) -> date | None:
        """Last day of the interest on what is not paid; None when everything is paid."""
        return next((claim.until for claim in self.claims if claim.principal_cents), None)

    @property
    def principal_cents(self) -> int:
        """What the invoices still owe."""
        return sum(claim.principal_cents for claim in self.claims)

    @property
    def interest_cents(self) -> int:
        """Late interest."""
        return sum(claim.interest_cents for claim in self.claims)

    @property
    def fee_cents(self) -> int:
        """Fixed fees."""
        return sum(claim.fee_cents for claim in self.claims)

    @property
    def total_cents(self) -> int:
        """Everything together."""
        return sum(claim.total_cents for claim in self.claims)


@dataclass(frozen=True)
class DebriefPage:
    """The debrief of a run; `marked` are the moments the learner thought mattered, before knowing."""

    run: RunLine
    exercise: Exercise
    debrief: Debrief
    marked: tuple[int, ...]
    cards: tuple[KeyCard, ...]
    drawing: Drawing
    account: Account
    takeaway: str
    kin: tuple[Kin, ...]
    is_comparable: bool

    @property
    def asked(self) -> ClaimSum:
        """What late invoices allow to ask for."""
        return ClaimSum(tuple(claim for claim in self.debrief.claims if not claim.is_declared))

    @property
    def declared(self) -> ClaimSum:
        """What must be declared to the court's representative."""
        return ClaimSum(tuple(claim for claim in self.debrief.claims if claim.is_declared))

    @property
    def found(self) -> int:
        """How many of the moments that mattered the learner had marked."""
        return sum(card.is_marked for card in self.cards)

    @property
    def is_long(self) -> bool:
        """Whether the decisions are too many to be listed here."""
        return len(self.debrief.moments) > SHORT_LIST

    @property
    def is_all_well(self) -> bool:
        """Whether no decision that mattered cost anything worth telling."""
        return not any(card.is_costliest or card.moment.red_line for card in self.cards)


@dataclass(frozen=True)
class MarkingGroup:
    """The moments of one séance, to be marked."""

    label: str
    moments: tuple[MomentReview, ...]


@dataclass(frozen=True)
class MarkingPage:
    """The first question: which moments mattered? `is_folded` when they are many."""

    run: RunLine
    exercise: Exercise
    groups: tuple[MarkingGroup, ...]
    is_folded: bool


@dataclass(frozen=True)
class MomentPage:
    """One judged moment, with the key moments around it."""

    run: RunLine
    exercise: Exercise
    moment: MomentReview
    rank: int | None
    """Its rank among the key moments, from 1."""
    keys: int
    previous: int | None
    following: int | None
    better: Better | None


@dataclass(frozen=True)
class DecisionFilter:
    """What a list of decisions keeps: a customer and a grade (or `RED_LINE`), empty for all."""

    customer: str = ""
    grade: str = ""

    @classmethod
    def of(cls, debrief: Debrief, customer: str, grade: str) -> Self:
        """Return the filter asked for; what names no customer or grade of the run keeps everything."""
        customers = {moment.customer_id for moment in debrief.moments}
        grades = {*Grade, RED_LINE}
        return cls(customer if customer in customers else "", grade if grade in grades else "")

    def keeps(self, moment: MomentReview) -> bool:
        """Tell whether a decision is kept."""
        if self.customer not in ("", moment.customer_id):
            return False
        return not self.grade or self.grade == (RED_LINE if moment.red_line else moment.grade.value)


@dataclass(frozen=True)
class DecisionsPage:
    """All the decisions of a run, or those that a filter keeps, in the order of play."""

    run: RunLine
    exercise: Exercise
    moments: tuple[MomentReview, ...]
    total: int
    filter: DecisionFilter
    customers: tuple[tuple[str, str], ...]
    """Ids and names, in alphabetical order."""
    grades: tuple[tuple[str, int], ...]
    """Slugs and how many decisions have them, those nobody has left out."""


def key_numbers(debrief: Debrief) -> tuple[int, ...]:
    """Return the moments told first, three at most: the costliest, one per customer and rule, then the engine's own.

    An engine may put red lines before money; they are told apart, above, so that the first card always answers which
    decision cost most.
    """
    kept: dict[tuple[str, str], int] = {}
    for moment in sorted(debrief.moments, key=lambda moment: -moment.loss_cents):
        if _costs(moment):
            kept.setdefault((moment.customer_id, moment.why.rule), moment.number)
    return tuple(dict.fromkeys((*kept.values(), *debrief.key_numbers)))[:MOST_KEYS]


def _costs(moment: MomentReview) -> bool:
    return moment.loss_cents > 0 and (moment.grade is not Grade.GOOD or bool(moment.red_line))


def better(moment: MomentReview) -> Better | None:
    """Return what would have been better; None when the decision was as good as any, or nothing is known of others."""
    if moment.grade is Grade.GOOD and not moment.red_line:
        return None
    if moment.red_line and moment.options and not any(option.red_line for option in moment.options):
        return Better(READ_FIRST)
    best = [option for option in moment.options if option.is_best] or list(_least_costly(moment.options))
    if best and best[0].action == moment.action:
        return _sooner(moment)
    if not best:
        return None
    others = [option.label for option in best[1 : MOST_EQUALS + 1]]
    return Better(best[0].label, tuple(others))


def _sooner(moment: MomentReview) -> Better | None:
    """Return what to do instead of waiting on, when waiting was the best choice of its first séance only."""
    acts = [option for option in moment.options if option.action != moment.action and not option.red_line]
    return Better(acts[0].label, is_earlier=True) if moment.waits > 1 and acts else None


def _least_costly(options: Sequence[OptionReview]) -> Sequence[OptionReview]:
    lawful = [option for option in options if not option.red_line]
    return [min(lawful, key=lambda option: option.loss_cents)] if lawful else []


def debrief_page(run: Run, marked: Sequence[int], kin: Sequence[Kin] = ()) -> DebriefPage:
    """Return the debrief of a finished run; `kin` are the runs of the same situation, this one included."""
    debrief = run.debrief
    known = {moment.number for moment in debrief.moments}
    kept = tuple(sorted(dict.fromkeys(number for number in marked if number in known)))[:MOST_MARKED]
    return DebriefPage(
        run=run_line(run.row, run.exercise),
        exercise=run.exercise,
        debrief=debrief,
        marked=kept,
        cards=_cards(debrief, kept),
        drawing=drawing(debrief),
        account=Account(debrief.expected_cents, debrief.loss_cents, debrief.luck_cents),
        takeaway=run.row.takeaway or "",
        kin=tuple(kin),
        is_comparable=run.is_portfolio,
    )


def _cards(debrief: Debrief, marked: Sequence[int]) -> tuple[KeyCard, ...]:
    by_number = {moment.number: moment for moment in debrief.moments}
    moments = [by_number[number] for number in key_numbers(debrief)]
    return tuple(
        KeyCard(rank, moment, rank == 1 and _costs(moment), moment.number in marked, better(moment))
        for rank, moment in enumerate(moments, 1)
    )


def kin_of(run: Run, here: uuid.UUID) -> Kin:
    """Return a finished run beside the others of its situation; `here` is the run whose debrief is read."""
    debrief = run.debrief
    return Kin(
        id=run.row.id,
        number=run.row.number,
        is_first=run.row.replay_of is None,
        is_this=run.row.id == here,
        collected_cents=debrief.collected_cents,
        loss_cents=debrief.loss_cents,
        red_lines=len(debrief.red_lines),
    )


def marking_page(run: Run) -> MarkingPage:
    """Return the question that comes before any figure."""
    moments = run.debrief.moments
    labels = dict.fromkeys(moment.session_label for moment in moments)
    groups = tuple(
        MarkingGroup(label, tuple(moment for moment in moments if moment.session_label == label)) for label in labels
    )
    return MarkingPage(run_line(run.row, run.exercise), run.exercise, groups, len(moments) > FEW_TO_MARK)


def moment_page(run: Run, number: int) -> MomentPage:
    """Return one moment of a finished run; raise `NotFound` outside it."""
    moment, keys = run.moment(number), key_numbers(run.debrief)
    rank = keys.index(number) if number in keys else None
    return MomentPage(
        run=run_line(run.row, run.exercise),
        exercise=run.exercise,
        moment=moment,
        rank=None if rank is None else rank + 1,
        keys=len(keys),
        previous=keys[rank - 1] if rank else None,
        following=keys[rank + 1] if rank is not None and rank + 1 < len(keys) else None,
        better=better(moment),
    )


def decisions_page(run: Run, customer: str, grade: str) -> DecisionsPage:
    """Return the decisions of a finished run that a filter keeps."""
    debrief = run.debrief
    kept = DecisionFilter.of(debrief, customer, grade)
    names = {moment.customer_id: moment.customer_name for moment in debrief.moments}
    lawful = [moment for moment in debrief.moments if not moment.red_line]
    counts = [(each.value, sum(moment.grade is each for moment in lawful)) for each in Grade]
    counts.append((RED_LINE, len(debrief.red_lines)))
    return DecisionsPage(
        run=run_line(run.row, run.exercise),
        exercise=run.exercise,
        moments=tuple(moment for moment in debrief.moments if kept.keeps(moment)),
        total=len(debrief.moments),
        filter=kept,
        customers=tuple(sorted(names.items(), key=lambda pair: pair[1])),
        grades=tuple((slug, count) for slug, count in counts if count),
    )
