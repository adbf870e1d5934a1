"""The mistakes of everyday dunning, each played consistently, and what it costs against the recommended scenario.

Owns one variant of the recommended policy per mistake and the paired comparison (same files, same fortunes).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from course_app.exercise.engine.campaign import Ledger, ledger_of, run
from course_app.exercise.engine.kernel import Kernel
from course_app.exercise.engine.parameters import Vector
from course_app.exercise.engine.policies import REFERENCES, Policy, View, first_of, nothing, recommended
from course_app.exercise.engine.portfolio import Ints, draw_files
from course_app.exercise.engine.sampled import STANDARD
from course_app.exercise.engine.vocabulary import (
    ACTION_CODE,
    DEADLINES,
    LAPSED,
    OBSERVATION_CODE,
    PENDING,
    PROMISED,
    Action,
    Documents,
    Observation,
)

SESSIONS = 120
WEEKS_15 = 30
THREE_WEEKS = 6
NEVER_HEARD = OBSERVATION_CODE[Observation.NONE]


@dataclass(frozen=True)
class Mistake:
    """A consistent mistake: a stable name, its French label, the policy that makes it."""

    name: str
    label: str
    policy: Policy


@dataclass(frozen=True)
class Cost:
    """Cost of a mistake against the recommended scenario: euros lost per file, their error, their share of the amount.

    The same on the files it changes anything to: their share of all files, euros lost per file and their error.
    """

    name: str
    label: str
    euros: float
    error: float
    share: float
    concerned: float
    concerned_euros: float
    concerned_error: float


def _instead(wrong: Action, done: Action) -> Callable[[View], Ints]:
    """Do one move instead of another, waiting where it is illegal."""

    def choose(view: View) -> Ints:
        made = recommended(view)
        return np.where(made == ACTION_CODE[wrong], first_of(view, [(made >= 0, done)]), made)

    return choose


def _idle(view: View) -> np.ndarray:
    return np.asarray(~(view.at(PROMISED) | view.at(DEADLINES) | view.at(PENDING)))


def _notice_at_once(view: View) -> Ints:
    first = first_of(view, [(view.field("ladder") < 4, Action.FORMAL_NOTICE)])
    return np.where(_idle(view) & (view.field("ladder") < 4), first, recommended(view))


def _late(sessions: int) -> Callable[[View], Ints]:
    return lambda view: nothing(view) if view.session < sessions else recommended(view)


def _lapses_late(view: View) -> Ints:
    left = view.at(LAPSED) | (_idle(view) & (view.field("broken") == 1) & (view.session % THREE_WEEKS != 0))
    return np.where(left & (view.field("ladder") < 4), ACTION_CODE[Action.WAIT], recommended(view))


def _empty_threats(view: View) -> Ints:
    made = recommended(view)
    threat = (made == ACTION_CODE[Action.FORMAL_NOTICE]) & (view.field("credibility") > 0)
    return np.where(threat, ACTION_CODE[Action.ULTIMATUM], made)


def _never_diagnosed(view: View) -> Ints:
    return recommended(replace(view, heard=np.full(len(view.state), NEVER_HEARD)))


def _never_proved(view: View) -> Ints:
    """Gather nothing and go on as if every document were there, up to the court."""
    kernel = view.kernel
    numbers, place = np.unique(view.state, return_inverse=True)
    proved = [kernel.index[kernel.states[number]._replace(documents=Documents.PRESENT)] for number in numbers.tolist()]
    return recommended(replace(view, state=np.array(proved, dtype=np.int64)[place]))


def _no_escalation(view: View) -> Ints:
    made = recommended(view)
    harder = (made == ACTION_CODE[Action.FORMAL_NOTICE]) | (made == ACTION_CODE[Action.GATHER_DOCUMENTS])
    softer = first_of(view, [(_idle(view), Action.CALL)])
    made = np.where(harder, softer, made)
    return np.where(_idle(view) & (view.session >= WEEKS_15), first_of(view, [(made >= 0, Action.AGENCY)]), made)


def _agency_at_once(view: View) -> Ints:
    return first_of(view, [(_idle(view), Action.AGENCY), (_idle(view), Action.MAIL)])


def _mistake(name: str, label: str, choose: Callable[[View], Ints], statement_every: int = 1) -> Mistake:
    return Mistake(name, label, Policy(name, statement_every, choose))


MISTAKES = (
    _mistake("lrar-tout-de-suite", "Mise en demeure d'emblée", _notice_at_once),
    _mistake("retard-5", "Commencer 5 jours ouvrés plus tard", _late(2)),
    _mistake("retard-20", "Commencer 20 jours ouvrés plus tard", _late(8)),
    _mistake("retard-40", "Commencer 40 jours ouvrés plus tard", _late(16)),
    _mistake("retard-62", "Commencer 62 jours ouvrés plus tard", _late(25)),
    _mistake("promesses-oubliees", "Promesses rompues revues toutes les trois semaines", _lapses_late),
    _mistake("menaces-vides", "Ultimatums répétés avant d'agir", _empty_threats),
    _mistake("appelant-non-forme", "Appels mal conduits", _instead(Action.CALL, Action.BAD_CALL)),
    _mistake("releve-mensuel", "Relevé bancaire lu une fois par mois", recommended, 8),
    _mistake("cause-ignoree", "Cause jamais traitée", _never_diagnosed),
    _mistake("sans-pieces", "Pièces jamais réunies, procédure engagée quand même", _never_proved),
    _mistake("mails-seulement", "Des mails, jamais d'appel", _instead(Action.CALL, Action.MAIL)),
    _mistake("sans-suite", "Ni mise en demeure ni suite, agence à la 15e semaine", _no_escalation),
    _mistake("agence-tout-de-suite", "Agence après un seul mail", _agency_at_once),
    _mistake(
        "abandon", "Passage en pertes au lieu de la mise en demeure", _instead(Action.FORMAL_NOTICE, Action.WRITE_OFF)
    ),
    Mistake("pme-du-billet", "Toute la façon de travailler de la PME du billet", REFERENCES["pme-du-billet"]),
    Mistake("rien", "Ne rien faire", REFERENCES["rien"]),
)


def costs(kernel: Kernel, portfolios: int, seed: int, mistakes: Sequence[Mistake] = MISTAKES) -> tuple[Cost, ...]:
    """Cost of these mistakes on the same portfolios of the standard scenario, over 300 business days."""
    files = draw_files(kernel, STANDARD, seed, 0, portfolios)
    best = ledger_of(run(kernel, files, REFERENCES["recommandee"], SESSIONS))
    return tuple(_cost(mistake, best, ledger_of(run(kernel, files, mistake.policy, SESSIONS))) for mistake in mistakes)


def _cost(mistake: Mistake, best: Ledger, found: Ledger) -> Cost:
    lost: Vector = (best.net_value - found.net_value) / 100
    met = lost[lost != 0]
    return Cost(
        mistake.name,
        mistake.label,
        float(lost.mean()),
        _error(lost),
        float(lost.mean() / best.amount.mean() * 100),
        len(met) / len(lost),
        float(met.mean()),
        _error(met),
    )


def _error(values: Vector) -> float:
    return float(values.std() / np.sqrt(len(values)))
