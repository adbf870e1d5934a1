"""A reviewed game as plain values with stable keys.

Owns the shape of the JSON only: losses and gaps in integer cents, dates left to the caller.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from course_app.exercise.engine.debrief import RULES, Moment, Rule, Skill, key_moments, moments_of, skill_of, skills
from course_app.exercise.engine.game import Replay
from course_app.exercise.engine.judgement import Identity, Judgement, accuracy
from course_app.exercise.engine.kernel import Kernel
from course_app.exercise.engine.parameters import Vector
from course_app.exercise.engine.schedule import HALF_DAYS_PER_SESSION
from course_app.exercise.engine.value_file import Stored
from course_app.exercise.engine.vocabulary import PROFILES

NOTICE = (
    "Les constantes du modèle sont calées sur des chiffres publiés, non estimées sur des données : "
    "chacune a sa source et sa bande dans le fichier des paramètres."
)


def cents(euros: float) -> int:
    """Euros as integer cents."""
    return round(euros * 100)


def as_json(
    kernel: Kernel, stored: Stored, replayed: Replay, judged: Sequence[Judgement], parts: Identity
) -> dict[str, Any]:
    """Reviewed game: one entry per decision, then the moments, the key moments, the skills and the identity."""
    moments = moments_of(kernel, judged)
    gap = float(stored.report["decision_gap_mean"])
    return {
        "engine_version": stored.version,
        "notice": NOTICE,
        "decisions": [decision_json(row, gap, skill_of(kernel.states[row.decision.state], (row,))) for row in judged],
        "moments": [moment_json(moment) for moment in moments],
        "key_moments": [moment_json(moment) for moment in key_moments(moments)],
        "skills": [
            {
                "skill": line.skill.value,
                "decisions": line.decisions,
                "loss_cents": cents(line.loss),
                "accuracy": round(line.accuracy, 1),
            }
            for line in skills(moments)
        ],
        "accuracy": round(accuracy(judged), 1),
        "expected_cents": cents(parts.start),
        "loss_cents": cents(parts.losses),
        "luck_cents": cents(parts.luck),
        "realised_cents": cents(parts.realised),
        "collected_cents": replayed.collected[-1] if replayed.collected else 0,
        "red_lines": sum(judgement.decision.chased for judgement in judged),
    }


def decision_json(judgement: Judgement, gap_share: float, skill: Skill) -> dict[str, Any]:
    """One decision; `day` is its business day from the start, `gap_cents` the mean certified gap of decisions."""
    decision = judgement.decision
    cash, costs, relationship = judgement.parts
    return {
        "session": decision.session,
        "day": decision.session * HALF_DAYS_PER_SESSION / 2,
        "customer": decision.customer,
        "action": decision.action.value,
        "loss_cents": cents(judgement.loss),
        "loss_parts_cents": {"cash": cents(cash), "costs": cents(costs), "relationship": cents(relationship)},
        "gap_cents": cents(gap_share * decision.amount),
        "grade": judgement.grade.value,
        "near_cut": judgement.near_cut,
        "best_actions": [action.value for action in judgement.best()],
        "belief": belief_json(decision.mix),
        "paid_unseen": round(decision.paid, 4),
        "red_line": decision.chased,
        "why": why_json(RULES[skill]),
    }


def belief_json(mix: Vector) -> dict[str, float]:
    """Chances of the profiles, most likely first, those under 0.5 % left out."""
    order = np.argsort(-mix, kind="stable")
    return {PROFILES[code].value: round(float(mix[code]), 4) for code in order if mix[code] >= 0.005}


def why_json(rule: Rule) -> dict[str, str]:
    """Rule behind a verdict: numbered source, sentence, and the title of the lesson that teaches it."""
    return {"source": rule.source, "rule": rule.sentence, "lesson": rule.lesson, "anchor": rule.anchor}


def moment_json(moment: Moment) -> Mapping[str, Any]:
    """One moment, with the rule of the trade behind its verdict."""
    decision = moment.first.decision
    return {
        "session": decision.session,
        "customer": decision.customer,
        "action": decision.action.value,
        "sessions": len(moment.judgements),
        "loss_cents": cents(moment.loss),
        "grade": moment.grade.value,
        "best_actions": [action.value for action in moment.first.best()],
        "skill": moment.skill.value,
        "red_line": moment.red_line,
        "why": why_json(moment.rule),
    }
