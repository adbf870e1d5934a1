"""From judged decisions to a debrief: moments, key moments, skills, red lines.

Owns what is shown and in what order; every figure comes from `judgement`. Successive waits after one trigger are one
moment, judged once on their summed loss. Red lines stand apart from money.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from course_app.exercise.engine import moves
from course_app.exercise.engine.contract_review import Grade, grade
from course_app.exercise.engine.judgement import Judgement, accuracy
from course_app.exercise.engine.kernel import Kernel
from course_app.exercise.engine.vocabulary import (
    DEADLINES,
    EXPIRED,
    LAPSED,
    NOT_DUE,
    PENDING,
    PROMISED,
    Action,
    State,
)

KEY_MOMENTS = 3


class Skill(StrEnum):
    """What a decision trains."""

    REACTIVITY = "reactivite"
    FOLLOW_UP = "suivi-des-promesses"
    ORGANISATION = "organisation"
    PROOF = "preuve"
    PROPORTION = "proportion"
    LAW = "droit"


@dataclass(frozen=True)
class Rule:
    """The rule of the trade behind a verdict.

    `source` is its number in the field guide, `sentence` one French sentence, `lesson` and `anchor` the lesson that
    teaches it and the title to read there.
    """

    source: str
    sentence: str
    lesson: str
    anchor: str


RULES: dict[Skill, Rule] = {
    Skill.REACTIVITY: Rule(
        "O-01",
        "Une facture échue se relance dans la semaine : chaque semaine perdue coûte.",
        "scenario-de-relance",
        "s-le-calendrier-ecrit-au-calme",
    ),
    Skill.FOLLOW_UP: Rule(
        "C-10",
        "Une promesse se contrôle le lendemain ; non tenue, elle appelle un appel le jour même.",
        "scenario-de-relance",
        "s-chaque-action-cree-la-suivante",
    ),
    Skill.ORGANISATION: Rule(
        "O-01",
        "On lit le relevé bancaire avant de relancer : un client qui a payé ne se relance pas.",
        "avant-de-decrocher",
        "s-minute-1-l-argent",
    ),
    Skill.PROOF: Rule(
        "P-07",
        "On traite la cause et on réunit les pièces avant de durcir le ton.",
        "oubli-et-facture-perdue",
        "s-avant-d-ecrire-trois-coups-d-oeil",
    ),
    Skill.PROPORTION: Rule(
        "C-15",
        "Chaque étape est plus ferme que la précédente, annoncée avec une date, puis exécutée.",
        "mise-en-demeure",
        "s-decider-d-abord-ecrire-ensuite",
    ),
    Skill.LAW: Rule(
        "C-06",
        "On ne réclame rien à qui a payé, et on ne parle de la dette qu'au débiteur.",
        "avant-de-decrocher",
        "s-minute-1-l-argent",
    ),
}


@dataclass(frozen=True, eq=False)
class Moment:
    """One judged moment: a move, or several waits in a row after one trigger. `loss` in euros."""

    judgements: tuple[Judgement, ...]
    skill: Skill
    red_line: bool

    @property
    def first(self) -> Judgement:
        """The decision that opens the moment."""
        return self.judgements[0]

    @property
    def loss(self) -> float:
        """Summed loss, euros."""
        return sum(judgement.loss for judgement in self.judgements)

    @property
    def grade(self) -> Grade:
        """Class of the summed loss."""
        return grade(round(self.loss * 100), round(self.first.decision.amount * 100))

    @property
    def rule(self) -> Rule:
        """The rule behind the verdict."""
        return RULES[self.skill]


@dataclass(frozen=True)
class SkillResult:
    """One line of the summary by skill."""

    skill: Skill
    decisions: int
    loss: float
    accuracy: float


def moments_of(kernel: Kernel, judged: Sequence[Judgement]) -> tuple[Moment, ...]:
    """Group the decisions of a game in moments, in order of their first decision; forced waits are left out."""
    by_customer: dict[int, list[Judgement]] = {}
    for judgement in judged:
        if kernel.states[judgement.decision.state].stage not in PENDING:
            by_customer.setdefault(judgement.decision.customer, []).append(judgement)
    found = [moment for rows in by_customer.values() for moment in _runs(kernel, rows)]
    return tuple(sorted(found, key=lambda moment: (moment.first.decision.session, moment.first.decision.customer)))


def _runs(kernel: Kernel, rows: list[Judgement]) -> list[Moment]:
    found: list[list[Judgement]] = []
    for judgement in rows:
        waits = judgement.decision.action is Action.WAIT
        if waits and found and _same_trigger(kernel, found[-1][-1], judgement):
            found[-1].append(judgement)
        else:
            found.append([judgement])
    return [_moment(kernel, tuple(run)) for run in found]


def _same_trigger(kernel: Kernel, before: Judgement, now: Judgement) -> bool:
    """Whether a wait only continues the wait before it: nothing new was announced, promised or missed."""
    if before.decision.action is not Action.WAIT:
        return False
    old, new = (kernel.states[row.decision.state] for row in (before, now))
    return _trigger(new) in {None, _trigger(old)}


def _trigger(state: State) -> str | None:
    for name, stages in (("lapsed", LAPSED), ("expired", EXPIRED), ("promised", PROMISED), ("deadline", DEADLINES)):
        if state.stage in stages:
            return name
    return None


def _moment(kernel: Kernel, rows: tuple[Judgement, ...]) -> Moment:
    chased = any(row.decision.chased for row in rows)
    return Moment(rows, skill_of(kernel.states[rows[0].decision.state], rows), chased)


def skill_of(state: State, rows: tuple[Judgement, ...]) -> Skill:
    """What a moment trains, from its first decision and where its loss comes from."""
    if any(row.decision.chased for row in rows):
        return Skill.LAW
    action, best = rows[0].decision.action, rows[0].best(0.0)[0]
    proof = {Action.CONFORM, Action.TREAT_DISPUTE, Action.GATHER_DOCUMENTS}
    harsh = moves.THREATS | moves.COERCION | {Action.BAD_CALL, Action.WRITE_OFF}
    if sum(row.unchecked for row in rows) > sum(row.loss for row in rows) / 2 > 0:
        return Skill.ORGANISATION
    if action in proof or best in proof or state.stage in NOT_DUE:
        return Skill.PROOF
    if action in harsh:
        return Skill.PROPORTION
    return Skill.FOLLOW_UP if state.stage in LAPSED | PROMISED | EXPIRED | DEADLINES else Skill.REACTIVITY


def key_moments(moments: Sequence[Moment]) -> tuple[Moment, ...]:
    """The three costliest moments that are not well played, one per customer and skill, costliest first."""
    kept: dict[tuple[int, Skill], Moment] = {}
    for moment in sorted(moments, key=lambda moment: -moment.loss):
        if moment.grade is not Grade.GOOD:
            kept.setdefault((moment.first.decision.customer, moment.skill), moment)
    return tuple(list(kept.values())[:KEY_MOMENTS])


def skills(moments: Sequence[Moment]) -> tuple[SkillResult, ...]:
    """Summary by skill, in the order of `Skill`, skills never met left out."""
    found = []
    for skill in Skill:
        mine = [moment for moment in moments if moment.skill is skill]
        if mine:
            rows = [row for moment in mine for row in moment.judgements]
            found.append(SkillResult(skill, len(mine), sum(moment.loss for moment in mine), accuracy(rows)))
    return tuple(found)
