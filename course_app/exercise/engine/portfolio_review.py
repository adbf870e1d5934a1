"""The debrief of a portfolio game: the model's judgement told in the words of the contract.

Every figure comes from `judgement`, `debrief` and `sensitivity`. This module puts them together, counts forbidden
moves apart, and plays the reference on the same customers with the same fortune.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from course_app.core.french import typeset
from course_app.core.money import round_cents
from course_app.exercise.engine.board import Board
from course_app.exercise.engine.campaign import affordable, first_beliefs, update_beliefs, view_of
from course_app.exercise.engine.contract_desk import Decision, Fact, session_label
from course_app.exercise.engine.contract_review import (
    LOSS_CUTS,
    Bond,
    CurvePoint,
    Debrief,
    Grade,
    MomentReview,
    SkillLine,
)
from course_app.exercise.engine.costly_kinds import costly, of_portfolio
from course_app.exercise.engine.debrief import Skill, moments_of, skills
from course_app.exercise.engine.game import Plan, Record, Replay, of_customer, replay
from course_app.exercise.engine.judgement import Judgement, identity, judge_all
from course_app.exercise.engine.policies import best_by
from course_app.exercise.engine.portfolio_calendar import half_day
from course_app.exercise.engine.portfolio_claims import claims
from course_app.exercise.engine.portfolio_desk import people
from course_app.exercise.engine.portfolio_doubts import contested
from course_app.exercise.engine.portfolio_moments import SERIOUS, Told, chances, place, told
from course_app.exercise.engine.portfolio_play import RunState, played_action
from course_app.exercise.engine.portfolio_red_lines import AFTER_JUDGMENT, red_line
from course_app.exercise.engine.portfolio_words import CAUSES
from course_app.exercise.engine.reporting import NOTICE, cents
from course_app.exercise.engine.vocabulary import PROFILES, Action, Event

KEY_MOMENTS = 3
FINE_CUT, NEAREST = LOSS_CUTS[1], 5
"""Where « Correct » ends; how many moments near it are tried against the estimates, some 50 ms each."""
KEPT_BELOW_SHARE = 0.1
"""A customer stays while the decisions cost less than a tenth of the yearly margin, as in the scripted engine."""
REFERENCE = "Le meilleur jeu du simulateur : mêmes clients, même chance, mêmes minutes"
SKILLS = {
    Skill.REACTIVITY: "Réactivité",
    Skill.FOLLOW_UP: "Suivi des promesses",
    Skill.ORGANISATION: "Organisation",
    Skill.PROOF: "Preuve",
    Skill.PROPORTION: "Proportion",
    Skill.LAW: "Droit",
}


def debrief(state: RunState, decisions: Sequence[Decision]) -> Debrief:
    """Return the debrief of a finished run."""
    kernel, stored = state.kernel, state.exercise.tables.stored
    replayed = replay(kernel, record_of(state), state.files)
    judged = judge_all(kernel, stored.values, replayed)
    found = moments_of(kernel, judged)
    gap = float(stored.report["decision_gap_mean"])
    moments = _numbered(state, [told(state, moment, decisions, gap) for moment in found], decisions)
    keys = _keys(moments)
    moments = _with_doubts(state, replayed, moments, keys)
    reviews, board = tuple(one.review for one in moments), state.board
    penalties = sum(_penalty(decision) for decision in decisions)
    parts = identity(kernel, stored.values, replayed, judged)
    expected, loss = cents(parts.start), cents(parts.losses) + penalties
    lost = board.conceded + board.fee + board.lost + board.written_off
    return Debrief(
        initial_cents=int(state.files.amount.sum()),
        collected_cents=int(board.collected.sum()),
        outstanding_cents=int(board.outstanding.sum()),
        lost_cents=int(lost.sum()),
        mean_delay_days=_mean_delay(state),
        customers_total=len(state.entries),
        customers_paid=sum(_paid_on(state, number) is not None for number in range(len(state.entries))),
        customers_kept=int((board.goodwill_lost < KEPT_BELOW_SHARE * state.files.stake).sum()),
        moments=reviews,
        key_numbers=keys,
        curve=_curve(state, replayed),
        claims=tuple(claims(state)),
        causes=_causes(state),
        expected_cents=expected,
        loss_cents=loss,
        luck_cents=cents(parts.realised) - penalties - expected + loss,
        takeaway=_takeaway(state, reviews, keys),
        notice=typeset(NOTICE),
        skills=tuple(
            SkillLine(SKILLS[line.skill], line.decisions, cents(line.loss), round(line.accuracy))
            for line in skills(found)
        ),
        reference=typeset(REFERENCE),
    )


def costly_kinds(state: RunState, decisions: Sequence[Decision]) -> tuple[str, ...]:
    """Return the kinds of decision that cost a finished run dearly, as its debrief grades them, without its doubts.

    The doubts and the reference are most of what a debrief computes; grades need neither (a tenth of the time).
    """
    kernel, stored = state.kernel, state.exercise.tables.stored
    judged = judge_all(kernel, stored.values, replay(kernel, record_of(state), state.files))
    gap = float(stored.report["decision_gap_mean"])
    found = [told(state, moment, decisions, gap) for moment in moments_of(kernel, judged)]
    return costly([one.review for one in _numbered(state, found, decisions)])


def record_of(state: RunState) -> Record:
    """Return a run as the model's own record: what it replays and judges."""
    plans: list[dict[int, Action]] = [{} for _ in range(state.session_index)]
    for number, entries in enumerate(state.entries):
        for entry in entries:
            seen = state.kernel.states[entry.before]
            action = played_action(seen, entry.action, state.kernel)
            if action is not Action.WAIT:
                plans[entry.session][number] = action
    made = tuple(Plan(moves, session in state.readings) for session, moves in enumerate(plans))
    return Record(state.exercise.body.scenario(), state.seed, 0, made)


def _penalty(decision: Decision) -> int:
    forbidden = red_line(decision.action)
    return forbidden.penalty_cents if forbidden else 0


def _numbered(state: RunState, found: Sequence[Told], decisions: Sequence[Decision]) -> tuple[Told, ...]:
    """Number the moments in the order of play; waiting that nobody decided and that cost nothing is left out."""
    kept = [one for one in found if not one.review.is_implicit or one.review.grade is not Grade.GOOD]
    kept += [
        Told(_after_judgment(state, decision, decisions), None)
        for decision in decisions
        if decision.action == AFTER_JUDGMENT.kind.value
    ]
    kept.sort(key=lambda one: (one.review.session_index, one.review.is_implicit, one.review.sequence))
    return tuple(replace(one, review=replace(one.review, number=number)) for number, one in enumerate(kept, 1))


def _after_judgment(state: RunState, decision: Decision, decisions: Sequence[Decision]) -> MomentReview:
    """Return the moment of a claim made after the insolvency judgment: outside the model, judged on its penalty."""
    number = state.customer_ids.index(decision.customer_id)
    on, penalty = state.exercise.on(decision.session_index), AFTER_JUDGMENT.penalty_cents
    return MomentReview(
        number=0,
        sequence=place(decisions, decision.session_index, decision.customer_id),
        session_index=decision.session_index,
        session_label=session_label(decision.session_index, on, half_day(decision.session_index)),
        on=on,
        customer_id=decision.customer_id,
        customer_name=people(state)[number].name,
        action=decision.action,
        action_label=typeset(AFTER_JUDGMENT.label),
        until=None,
        is_implicit=False,
        waits=0,
        stake_cents=int(state.files.amount[number]),
        loss_cents=penalty,
        gap_cents=0,
        cash_loss_cents=0,
        cost_loss_cents=penalty,
        bond_loss_cents=0,
        grade=Grade.COSTLY,
        near_cut=False,
        bond=Bond.INTACT,
        red_line=typeset(AFTER_JUDGMENT.reason),
        options=(),
        known=("Une procédure collective est ouverte.",),
        beliefs=(),
        outcome="Le mandataire vous rappelle que toute relance doit cesser.",
        why=AFTER_JUDGMENT.why,
        kind=of_portfolio(Skill.LAW, decision.action),
    )


def _keys(moments: Sequence[Told]) -> tuple[int, ...]:
    """Return the moments that mattered: red lines, then the costliest, one per customer and skill; three at most.

    When all was well played, the choice where most was at stake.
    """
    serious = [one for one in moments if one.review.red_line or one.review.grade in SERIOUS]
    serious.sort(key=lambda one: (not one.review.red_line, -one.review.loss_cents))
    kept: dict[tuple[str, str], int] = {}
    for one in serious:
        kept.setdefault((one.review.customer_id, one.review.why.rule), one.review.number)
    if kept:
        return tuple(kept.values())[:KEY_MOMENTS]
    widest = max((one.review for one in moments if one.review.options), key=_widest, default=None)
    return (widest.number,) if widest else ()


def _widest(review: MomentReview) -> int:
    return max(option.loss_cents for option in review.options)


def _with_doubts(state: RunState, replayed: Replay, moments: Sequence[Told], keys: Sequence[int]) -> tuple[Told, ...]:
    """Add what is contested to the moments where it could be; to every moment, what could be thought in one sentence."""
    tried = _tried(moments, keys)
    return tuple(_doubted(state, replayed, one, is_tried=one.review.number in tried) for one in moments)


def _tried(moments: Sequence[Told], keys: Sequence[int]) -> frozenset[int]:
    """Return the moments whose verdict is tried: the key ones, and those nearest to the limit of the good grades."""
    single = [
        one.review
        for one in moments
        if one.moment is not None and not one.review.red_line and len(one.moment.judgements) == 1
    ]
    close = sorted(single, key=lambda review: abs(Fraction(review.loss_cents, review.stake_cents) - FINE_CUT))
    return frozenset(review.number for review in close[:NEAREST]).union(
        review.number for review in single if review.number in keys
    )


def _doubted(state: RunState, replayed: Replay, one: Told, *, is_tried: bool) -> Told:
    review = one.review
    if review.beliefs:
        review = replace(review, known=(*review.known, chances(review.beliefs[0])))
    if is_tried and one.moment is not None:
        review = replace(review, contested=_contested(state, replayed, one.moment.first))
    return replace(one, review=review)


def _contested(state: RunState, replayed: Replay, judged: Judgement) -> str:
    """Return which estimates could turn the verdict on a decision, empty when none does."""
    last = judged.decision
    history = [row for row in of_customer(replayed.decisions, last.customer) if row.session <= last.session]
    age = int(state.files.age[last.customer])
    return contested(state.kernel, state.exercise.tables.stored.values, history, age, judged.loss)


def _takeaway(state: RunState, reviews: Sequence[MomentReview], keys: Sequence[int]) -> str:
    first = next((review for review in reviews if keys and review.number == keys[0]), None)
    is_serious = first is not None and (first.red_line or first.grade in SERIOUS)
    return first.why.rule if first is not None and is_serious else state.exercise.body.takeaway


def _paid_on(state: RunState, number: int) -> tuple[int, int] | None:
    """Return lateness in days, weighted by amount, and the amount, of a customer who paid all; None otherwise."""
    entries = state.entries[number]
    last = next((entry for entry in reversed(entries) if entry.event is Event.PAID), None)
    if last is None:
        return None
    lines = people(state)[number].lines
    late = sum(max(0, (last.on - line.due_on).days) * line.amount_cents for line in lines)
    return late, sum(line.amount_cents for line in lines)


def _mean_delay(state: RunState) -> int | None:
    """Return the mean lateness of what was paid in full, in days, weighted by amount."""
    found = [paid for number in range(len(state.entries)) if (paid := _paid_on(state, number)) is not None]
    return round_cents(Fraction(sum(late for late, _ in found), sum(owed for _, owed in found))) if found else None


def _causes(state: RunState) -> tuple[Fact, ...]:
    """Return what was hidden: the cause at the start, and what it had become when it changed."""
    facts = []
    for number, who in enumerate(people(state)):
        first, last = (CAUSES[PROFILES[int(codes[number])]] for codes in (state.files.profile, state.board.profile))
        facts.append(Fact(who.name, first if first == last else f"{first}, devenu avec le temps {last}"))
    return tuple(facts)


def _curve(state: RunState, replayed: Replay) -> tuple[CurvePoint, ...]:
    """Return the cash received before each séance and at the end, beside the reference's."""
    mine, reference = (0, *replayed.collected), (0, *_reference(state))
    return tuple(
        CurvePoint(state.exercise.on(session), mine[session], reference[session]) for session in range(len(mine))
    )


def _reference(state: RunState) -> list[int]:
    """Return the cash the best policy of the table receives by the end of each séance, in cents."""
    kernel, policy = state.kernel, best_by(state.exercise.tables.stored.values)
    board, mix, cash = Board(kernel, state.files), first_beliefs(kernel, state.files), []
    for _ in range(state.session_index):
        board.check_statement()
        listed = board.known_open()
        if len(listed):
            made = policy.choose(view_of(board, listed, mix))
            made = affordable(board, listed, np.asarray(made), float(state.exercise.body.minutes))
            update_beliefs(kernel, mix, board.play(listed, made))
        cash.append(int(board.collected.sum()))
    return cash
