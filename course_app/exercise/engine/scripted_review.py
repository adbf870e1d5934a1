"""The debrief of a scripted run: every decision against the best one, on what could be known then.

Losses come from `scripted_values`; what really happened only serves to tell the story, to update beliefs, and to
measure luck apart. Successive waits in one situation are one decision, judged once (simulator.md §5).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache

from course_app.core.french import typeset, weekday_date
from course_app.core.money import round_cents
from course_app.exercise.engine.contract import (
    Belief,
    CurvePoint,
    Debrief,
    Decision,
    Fact,
    Grade,
    MomentReview,
    OptionReview,
    Standing,
    Why,
    bond,
    grade,
    is_near_cut,
    session_label,
)
from course_app.exercise.engine.costly_kinds import costly, of_script
from course_app.exercise.engine.scripted_claims import claims, delays
from course_app.exercise.engine.scripted_files import (
    Happening,
    PlayedFile,
    Step,
    option_of,
    outcome_of,
    outcomes_of,
    true_cause,
)
from course_app.exercise.engine.scripted_ledger import billed_cents, interest_received_cents, settled
from course_app.exercise.engine.scripted_parts import WAIT_ID, CustomerScript, Option, Script, WhyScript
from course_app.exercise.engine.scripted_values import NOTHING, Node, Solver, Value

KEPT_BELOW_PERMILLE = 100
"""A customer stays while the decisions cost less than a tenth of the yearly margin; a choice of ours."""
KEY_MOMENTS = 3
_LOST = frozenset({Standing.WRITTEN_OFF})
"""Given up. What an insolvent customer owes is still owed: it is declared, and a part of it may come back."""
_SERIOUS = frozenset({Grade.IMPRECISE, Grade.MISTAKE, Grade.COSTLY})


@dataclass(frozen=True)
class Judged:
    """A step with what was known before it and the values of every action then."""

    file: PlayedFile
    step: Step
    node: Node
    option: Option
    values: dict[str, Value]

    @property
    def best(self) -> Value:
        """Value of the best action."""
        return max(self.values.values(), key=lambda value: value.total)

    @property
    def loss(self) -> Fraction:
        """Expected loss of the decision, in cents."""
        return self.best.total - self.values[self.step.action].total


@dataclass(frozen=True)
class JudgedFile:
    """A file from end to end: its judged steps, what it was expected to bring, what it brought, in cents."""

    steps: tuple[Judged, ...]
    expected: Fraction
    realised: Fraction


@dataclass(frozen=True)
class _Text:
    """A script that compares by its text, so that values computed once serve every debrief of it."""

    text: str
    script: Script = field(compare=False)


@lru_cache(maxsize=8)
def _solvers(key: _Text) -> Mapping[str, Solver]:
    return {customer.id: Solver(key.script, customer) for customer in key.script.customers}


def solvers_of(script: Script) -> Mapping[str, Solver]:
    """Return the solver of each customer of a script, in order."""
    return _solvers(_Text(script.model_dump_json(), script))


def debrief(script: Script, seed: int, files: Sequence[PlayedFile], decisions: Sequence[Decision]) -> Debrief:
    """Return the debrief of a finished run; `files` are as the last séance left them."""
    files = [replace(file, account=settled(file.customer, file.account)) for file in files]
    solvers = solvers_of(script)
    judged = [judge(solvers[file.customer.id], script, file) for file in files]
    moments = _moments(script, judged, decisions)
    keys = _key_numbers(moments)
    expected = sum((file.expected for file in judged), Fraction(0))
    realised = sum((file.realised for file in judged), Fraction(0))
    loss = sum((judged_step.loss for file in judged for judged_step in file.steps), Fraction(0))
    lost = [file for file in files if file.customer.by_state[file.state].standing in _LOST]
    late = [days for file in files for days in delays(file)]
    return Debrief(
        initial_cents=sum(billed_cents(file.customer, file.account) for file in files),
        collected_cents=sum(file.collected_cents for file in files),
        outstanding_cents=sum(file.outstanding_cents for file in files if file not in lost),
        lost_cents=sum(file.outstanding_cents for file in lost),
        mean_delay_days=round_cents(Fraction(sum(late), len(late))) if late else None,
        customers_total=len(files),
        customers_paid=sum(bool(file.payments) and not file.outstanding_cents for file in files),
        customers_kept=sum(file.bond_permille < KEPT_BELOW_PERMILLE for file in files),
        moments=moments,
        key_numbers=keys,
        curve=_curve(script, files),
        claims=tuple(claim for file in files for claim in claims(script, file)),
        causes=tuple(Fact(file.customer.name, _cause_label(file.customer, seed)) for file in files),
        expected_cents=round_cents(expected),
        loss_cents=round_cents(loss),
        luck_cents=round_cents(realised) - round_cents(expected) + round_cents(loss),
        takeaway=_takeaway(script, moments, keys),
        notice=script.notice,
        interest_cents=sum(interest_received_cents(file.customer, file.account) for file in files),
    )


def costly_kinds(script: Script, files: Sequence[PlayedFile], decisions: Sequence[Decision]) -> tuple[str, ...]:
    """Return the kinds of decision that cost a finished run dearly, as its debrief grades them."""
    solvers = solvers_of(script)
    settled_files = [replace(file, account=settled(file.customer, file.account)) for file in files]
    judged = [judge(solvers[file.customer.id], script, file) for file in settled_files]
    return costly(_moments(script, judged, decisions))


def judge(solver: Solver, script: Script, file: PlayedFile) -> JudgedFile:
    """Return a played file with the value of every choice it met, and of what came of it."""
    node = solver.start()
    expected, realised, judged = solver.best(0, node).total, NOTHING, []
    for step in file.steps:
        option = option_of(file, step)
        if option is not None:
            values = dict(solver.options(step.session_index, node))
            judged.append(Judged(file, step, node, option, values))
            realised = realised.plus(solver.price(option))
        for happening in step.happenings:
            outcome = outcome_of(file, step, happening)
            realised = realised.plus(solver.gain(outcome, node, happening.on))
            node = _after(solver, node, file, step, happening)
    realised = realised.plus(solver.best(len(script.sessions), node))
    return JudgedFile(tuple(judged), expected, realised.total)


def _after(solver: Solver, node: Node, file: PlayedFile, step: Step, happening: Happening) -> Node:
    """Return what is known once a happening is seen."""
    outcomes = outcomes_of(file, step, happening)
    return next(
        reached
        for rank, _probability, reached in solver.outcomes(node, outcomes, happening.on)
        if rank == happening.rank
    )


def _moments(script: Script, files: Sequence[JudgedFile], decisions: Sequence[Decision]) -> tuple[MomentReview, ...]:
    """Return every judged decision in the order of play: first what was recorded, then what was left alone."""
    found = [
        (_place(group[0], decisions), _moment(script, group, _place(group[0], decisions)))
        for file in files
        for group in _grouped(file.steps)
    ]
    found.sort(key=lambda pair: (pair[1].session_index, pair[1].is_implicit, pair[0]))
    return tuple(replace(moment, number=number) for number, (_place_, moment) in enumerate(found, 1))


def _grouped(steps: Sequence[Judged]) -> Iterator[list[Judged]]:
    """Yield runs of steps judged as one: a wait, and the waits after it while nothing happens."""
    group: list[Judged] = []
    for judged in steps:
        same = group and judged.step.action == group[-1].step.action == WAIT_ID and judged.node == group[-1].node
        if group and not same:
            yield group
            group = []
        group.append(judged)
    if group:
        yield group


def _place(judged: Judged, decisions: Sequence[Decision]) -> int:
    """Return how many recorded moves a replay of this moment keeps."""
    step, customer_id = judged.step, judged.file.customer.id
    for sequence, decision in enumerate(decisions):
        if decision.session_index == step.session_index and decision.customer_id == customer_id:
            return sequence
    return sum(decision.session_index < step.session_index for decision in decisions)


def _moment(script: Script, group: Sequence[Judged], sequence: int) -> MomentReview:
    first, customer = group[0], group[0].file.customer
    loss = sum((judged.loss for judged in group), Fraction(0))
    stake = _stake(first)
    state = customer.by_state[first.step.state]
    on = script.sessions[first.step.session_index].on
    parts = _parts(group)
    session = script.sessions[first.step.session_index]
    return MomentReview(
        number=0,
        sequence=sequence,
        session_index=first.step.session_index,
        session_label=session_label(first.step.session_index, on, session.half_day),
        on=on,
        customer_id=customer.id,
        customer_name=customer.name,
        action=first.option.id,
        action_label=_worded(first),
        until=first.step.until,
        is_implicit=_is_implicit(first),
        waits=len(group) if first.option.id == WAIT_ID else 0,
        stake_cents=stake,
        loss_cents=sum(parts),
        gap_cents=0,
        cash_loss_cents=parts[0],
        cost_loss_cents=parts[1],
        bond_loss_cents=parts[2],
        grade=grade(loss, stake),
        near_cut=is_near_cut(loss, stake),
        bond=bond(first.option.bond_permille),
        red_line=first.option.red_line,
        options=_options(first),
        known=state.known,
        beliefs=_beliefs(customer, first.node.beliefs),
        outcome=_outcome(group),
        why=_why(script, first.option.why or state.why),
        kind=of_script(customer.id, state.id, first.option.id),
    )


def _stake(judged: Judged) -> int:
    """Return what was at stake: what is owed; before anything is invoiced, what may be."""
    return judged.node.outstanding_cents or sum(bill.amount_cents for bill in judged.file.customer.bills)


def _parts(group: Sequence[Judged]) -> tuple[int, int, int]:
    """Return the loss in cash, costs and relationship; the largest takes the rounding, so that they add up."""
    exact = [
        sum(
            (getattr(judged.best, part) - getattr(judged.values[judged.step.action], part) for judged in group),
            Fraction(0),
        )
        for part in ("cash", "cost", "bond")
    ]
    rounded = [round_cents(part) for part in exact]
    rounded[max(range(3), key=lambda rank: abs(exact[rank]))] += round_cents(sum(exact, Fraction(0))) - sum(rounded)
    return rounded[0], rounded[1], rounded[2]


def _is_implicit(judged: Judged) -> bool:
    return judged.option.id == WAIT_ID and judged.step.until is None


def _worded(judged: Judged) -> str:
    if judged.step.until is not None:
        return typeset(f"{judged.option.label} jusqu'au {weekday_date(judged.step.until)}")
    return "Rien de prévu" if _is_implicit(judged) else judged.option.label


def _options(judged: Judged) -> tuple[OptionReview, ...]:
    """Return every action of the moment, the best first."""
    state, stake = judged.file.customer.by_state[judged.step.state], _stake(judged)
    reviews = []
    for option in state.moves:
        if option.id in judged.values:
            loss = judged.best.total - judged.values[option.id].total
            review = OptionReview(option.id, option.label, round_cents(loss), grade(loss, stake), bool(option.red_line))
            reviews.append((loss, review))
    return tuple(review for _loss, review in sorted(reviews, key=lambda pair: pair[0]))


def _beliefs(customer: CustomerScript, beliefs: Sequence[Fraction]) -> tuple[Belief, ...]:
    """Return the beliefs in whole percent that sum to 100 (largest remainders), likeliest first.

    Nothing when one cause is as good as certain.
    """
    shares = [belief * 100 for belief in beliefs]
    whole = [int(share) for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda rank: whole[rank] - shares[rank])
    for rank in by_remainder[: 100 - sum(whole)]:
        whole[rank] += 1
    if max(whole) == 100:
        return ()
    told = [Belief(cause.label, percent) for cause, percent in zip(customer.causes, whole, strict=True)]
    return tuple(sorted(told, key=lambda belief: -belief.percent))


def _outcome(group: Sequence[Judged]) -> str:
    """Return what followed, in the script's words."""
    said = [
        outcome.says
        for judged in group
        for happening in judged.step.happenings
        for outcome in [outcome_of(judged.file, judged.step, happening)]
        if outcome.says
    ]
    return " ".join(said) or "Rien de nouveau ensuite."


def _why(script: Script, why: WhyScript | None) -> Why:
    return Why(why.lesson, why.anchor, why.rule, why.source) if why else Why("", "", script.takeaway, "")


def _key_numbers(moments: Sequence[MomentReview]) -> tuple[int, ...]:
    """Return the moments that mattered: red lines, then the costliest; else the choice where most was at stake."""
    serious = [moment for moment in moments if moment.red_line or moment.grade in _SERIOUS]
    if serious:
        serious.sort(key=lambda moment: (not moment.red_line, -moment.loss_cents))
        return tuple(moment.number for moment in serious[:KEY_MOMENTS])
    widest = max(moments, key=lambda moment: max(option.loss_cents for option in moment.options), default=None)
    return (widest.number,) if widest else ()


def _takeaway(script: Script, moments: Sequence[MomentReview], keys: Sequence[int]) -> str:
    first = next((moment for moment in moments if keys and moment.number == keys[0]), None)
    is_serious = first is not None and (first.red_line or first.grade in _SERIOUS)
    return first.why.rule if first is not None and is_serious else script.takeaway


def _curve(script: Script, files: Sequence[PlayedFile]) -> tuple[CurvePoint, ...]:
    """Return cash entered in the books before each séance and at the end, beside the average of the best play."""
    vectors = [solver.reference for solver in solvers_of(script).values()]
    references = [Fraction(0), *(sum(column, Fraction(0)) for column in zip(*vectors, strict=True))]
    days = [session.on for session in script.sessions] + [script.ends_on]
    return tuple(
        CurvePoint(day, sum(_collected_before(file, session) for file in files), round_cents(reference))
        for session, (day, reference) in enumerate(zip(days, references, strict=True))
    )


def _collected_before(file: PlayedFile, session_index: int) -> int:
    """Return what a file had paid, in cents, when a séance opened."""
    then = next((step.collected_cents for step in file.steps if step.session_index >= session_index), None)
    return file.collected_cents if then is None else then


def _cause_label(customer: CustomerScript, seed: int) -> str:
    truth = true_cause(customer, seed)
    return next(cause.label for cause in customer.causes if cause.id == truth)
