"""One judged moment of a portfolio game in the words of the contract.

A moment is a move, or several waits in a row after one trigger (`debrief`). Its loss is the model's; a forbidden move
adds its fixed penalty. Two moves nearer than the certified gap cannot be told apart: both are well played.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course_app.core.french import typeset, weekday_date
from course_app.exercise.engine.contract_desk import Decision, session_label
from course_app.exercise.engine.contract_review import (
    Belief,
    Grade,
    MomentReview,
    OptionReview,
    Why,
    bond,
    grade,
    is_near_cut,
)
from course_app.exercise.engine.costly_kinds import of_portfolio
from course_app.exercise.engine.debrief import RULES, Moment, Skill
from course_app.exercise.engine.judgement import Judgement
from course_app.exercise.engine.portfolio_calendar import half_day
from course_app.exercise.engine.portfolio_desk import people
from course_app.exercise.engine.portfolio_journal import seen_at, story
from course_app.exercise.engine.portfolio_play import WAIT, Entry, RunState, customer_id
from course_app.exercise.engine.portfolio_red_lines import CHASED_REASON, RedLine, red_line
from course_app.exercise.engine.portfolio_rules import label_of
from course_app.exercise.engine.portfolio_words import CAUSES, known
from course_app.exercise.engine.reporting import cents
from course_app.exercise.engine.vocabulary import ACTION_CODE, PROFILES, Action

SERIOUS = frozenset({Grade.IMPRECISE, Grade.MISTAKE, Grade.COSTLY})
LEAST_BELIEF = 0.03
"""Causes less likely than this are left out of what one could think."""
MOST_BELIEFS = 5


@dataclass(frozen=True)
class Told:
    """A moment of the review beside what it was made from; `moment` None for a move outside the model."""

    review: MomentReview
    moment: Moment | None


def graded(loss_cents: int, stake_cents: int, gap_cents: int) -> Grade:
    """Return the grade of a loss; within the certified gap of the values, moves are equally good."""
    return Grade.GOOD if loss_cents <= gap_cents else grade(loss_cents, stake_cents)


def told(state: RunState, moment: Moment, decisions: Sequence[Decision], gap_share: float) -> Told:
    """Return one moment, not numbered yet."""
    first = moment.first.decision
    entry = state.entries[first.customer][first.session]
    stake, gap = cents(first.amount), cents(gap_share * first.amount)
    forbidden = red_line(entry.action)
    penalty = forbidden.penalty_cents if forbidden else 0
    cash, costs, relationship = _parts(moment)
    loss = cash + costs + relationship + penalty
    on = state.exercise.on(first.session)
    review = MomentReview(
        number=0,
        sequence=place(decisions, first.session, customer_id(first.customer)),
        session_index=first.session,
        session_label=session_label(first.session, on, half_day(first.session)),
        on=on,
        customer_id=customer_id(first.customer),
        customer_name=people(state)[first.customer].name,
        action=entry.action,
        action_label=_worded(state, entry),
        until=entry.until,
        is_implicit=_is_implicit(entry),
        waits=len(moment.judgements) if first.action is Action.WAIT and forbidden is None else 0,
        stake_cents=stake,
        loss_cents=loss,
        gap_cents=gap,
        cash_loss_cents=cash,
        cost_loss_cents=costs + penalty,
        bond_loss_cents=relationship,
        grade=Grade.COSTLY if forbidden else graded(loss, stake, gap),
        near_cut=forbidden is None and loss > gap and is_near_cut(loss, stake),
        bond=bond(_lost_permille(state, moment.first)),
        red_line=_reason(moment, forbidden),
        options=_options(state, moment.first, gap, forbidden),
        known=known(seen_at(state, first.customer, first.session)),
        beliefs=beliefs(moment.first),
        outcome=_outcome(state, moment),
        why=forbidden.why if forbidden else why(moment.skill),
        kind=of_portfolio(moment.skill, entry.action),
    )
    return Told(review, moment)


def why(skill: Skill) -> Why:
    """Return where the verdict on a skill comes from."""
    rule = RULES[skill]
    return Why(rule.lesson, rule.anchor, typeset(rule.sentence), rule.source)


def place(decisions: Sequence[Decision], session: int, customer: str) -> int:
    """Return how many recorded moves a replay of this moment keeps."""
    for sequence, decision in enumerate(decisions):
        if decision.session_index == session and decision.customer_id == customer:
            return sequence
    return sum(decision.session_index < session for decision in decisions)


def _is_implicit(entry: Entry) -> bool:
    return entry.action == WAIT and entry.until is None


def _worded(state: RunState, entry: Entry) -> str:
    if _is_implicit(entry):
        return "Rien de prévu"
    until = f" jusqu'au {weekday_date(entry.until)}" if entry.until else ""
    return typeset(label_of(state.kernel, entry.action) + until)


def _parts(moment: Moment) -> tuple[int, int, int]:
    """Return the loss in cash, costs and relationship, in cents; they add up to the loss of the moment."""
    total = cents(moment.loss)
    sums = [sum(row.parts[rank] for row in moment.judgements if row.loss) for rank in range(3)]
    parts = [cents(part) for part in sums]
    parts[max(range(3), key=lambda rank: abs(parts[rank]))] += total - sum(parts)
    return parts[0], parts[1], parts[2]


def _reason(moment: Moment, forbidden: RedLine | None) -> str:
    if forbidden is not None:
        return typeset(forbidden.reason)
    return typeset(CHASED_REASON) if moment.red_line else ""


def _lost_permille(state: RunState, judgement: Judgement) -> int:
    decision, kernel = judgement.decision, state.kernel
    if decision.chased:
        return round(kernel.parameters.number("paid_chased_loss") * 1000)
    pair = kernel.pair_of[decision.state, ACTION_CODE[decision.action]]
    return round(float(kernel.relationship[pair] @ decision.mix) * 1000)


def _options(state: RunState, judgement: Judgement, gap: int, forbidden: RedLine | None) -> tuple[OptionReview, ...]:
    """Return every lawful move of the moment, the best first, then the forbidden one that was chosen."""
    top, stake = max(judgement.worth.values()), cents(judgement.decision.amount)
    found = []
    for action, worth in sorted(judgement.worth.items(), key=lambda pair: -pair[1]):
        loss = cents((1.0 - judgement.decision.paid) * (top - worth))
        label = typeset(label_of(state.kernel, action.value))
        found.append(OptionReview(action.value, label, loss, graded(loss, stake, gap), red_line=False))
    if forbidden is not None:
        loss = forbidden.penalty_cents + cents(judgement.loss)
        crossed = OptionReview(forbidden.kind.value, typeset(forbidden.label), loss, Grade.COSTLY, red_line=True)
        found.append(crossed)
    return tuple(found)


def beliefs(judgement: Judgement) -> tuple[Belief, ...]:
    """Return what could be thought of the customer then, likeliest first, in whole percent; unlikely causes left out."""
    decision = judgement.decision
    shares = [(CAUSES[PROFILES[code]], (1.0 - decision.paid) * float(share)) for code, share in enumerate(decision.mix)]
    shares.append(("un paiement déjà arrivé, pas encore vu", decision.paid))
    likely = sorted((pair for pair in shares if pair[1] >= LEAST_BELIEF), key=lambda pair: -pair[1])
    return tuple(Belief(cause, round(100 * share)) for cause, share in likely[:MOST_BELIEFS])


def chances(first: Belief) -> str:
    """Return « À ce moment-là, tout laissait penser à un oubli : 6 chances sur 10 »."""
    tenths = int(np.clip(round(first.percent / 10), 1, 9))
    lead = "tout laissait penser à" if first.percent >= 50 else "le plus probable était"
    plural = "chance" if tenths == 1 else "chances"
    return typeset(f"À ce moment-là, {lead} {first.label} : {tenths} {plural} sur 10.")


def _outcome(state: RunState, moment: Moment) -> str:
    """Return what followed, in the words of the file."""
    sessions = {row.decision.session for row in moment.judgements}
    customer = moment.first.decision.customer
    lines = [line for line in story(state, customer) if not line.mine and line.known_from - 1 in sessions]
    paid = [entry for entry in state.entries[customer] if entry.session in sessions and entry.is_unseen]
    words = [line.text for line in lines if line.subject != "Paiement"]
    words += [f"Le paiement est arrivé le {weekday_date(entry.on)}." for entry in paid]
    return typeset(" ".join(words)) or "Rien de nouveau ensuite."
