"""The two kinds of long work of this room: a laboratory trial, and a learner's whole way of working."""

import uuid
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

from course_app.accounts import service as accounts
from course_app.accounts.sessions import actor_of
from course_app.core.errors import NotFound
from course_app.exercise.compare.results import stored
from course_app.exercise.engine.comparison import OPTIMAL, Field, Totals, compared
from course_app.exercise.engine.game import replay
from course_app.exercise.engine.laboratory import policy_from
from course_app.exercise.engine.policies import REFERENCES
from course_app.exercise.engine.portfolio_engine import PortfolioEngine
from course_app.exercise.engine.portfolio_play import RunState
from course_app.exercise.engine.portfolio_review import record_of
from course_app.exercise.engine.portfolio_tables import Tables
from course_app.exercise.engine.sampled import SCENARIOS
from course_app.exercise.engine.way_of_working import habits_of, whole_way
from course_app.exercise.runs import ENGINES, NotFinished, load
from course_app.jobs.work import Kind, Work

TRIAL_PORTFOLIOS = 10_000
TRIAL_SEED, WAY_SEED = 2026, 2027
"""The same portfolios for every trial: two trials differ by their rules, never by their customers; so for ways of working."""


MOST_KEPT = 40


class _Totals(OrderedDict[Hashable, Totals]):
    """What references did on fields already met, for this process; the oldest leave."""

    def __setitem__(self, key: Hashable, value: Totals) -> None:
        super().__setitem__(key, value)
        while len(self) > MOST_KEPT:
            self.popitem(last=False)


_KEPT = _Totals()


def _current() -> Tables:
    """Return the model as it is now, the one that the desk plays."""
    engine = ENGINES["portfolio"]
    if not isinstance(engine, PortfolioEngine):
        raise NotFound
    return engine.tables


def _try_policy(work: Work) -> dict[str, Any]:
    raw, tables = work.parameters, _current()
    policy = policy_from(raw["policy"])
    scenario = SCENARIOS[raw["scenario"]]
    field = Field(tables.kernel, tables.stored.values, scenario, raw["portfolios"], raw["seed"])
    found = compared(field, policy, (*REFERENCES, OPTIMAL), work.report, _KEPT)
    return {**stored(found), "version": tables.version, "sessions": scenario.sessions}


TRIAL = Kind("laboratoire", "Tester un scénario de relance", _try_policy)


def _whole_way(work: Work) -> dict[str, Any]:
    with work.reading() as session:
        person = accounts.person(session, work.organisation_id, work.person_id)
        run = load(session, actor_of(person, work.id), uuid.UUID(work.parameters["run"]))
        if not run.is_finished:
            raise NotFinished
    state = run.state
    if not isinstance(state, RunState):
        raise NotFound
    body, tables = state.exercise.body, state.exercise.tables
    replayed = replay(tables.kernel, record_of(state), state.files)
    habits = habits_of(tables.kernel, replayed, len(state.readings), body.sessions)
    values, scenario = tables.stored.values, body.scenario()
    field = Field(tables.kernel, values, scenario, work.parameters["portfolios"], WAY_SEED, float(body.minutes))
    found = whole_way(field, habits, work.report, kept=_KEPT)
    told = {"coverage": found.coverage, "decisions": found.decisions, "is_shown": found.is_shown}
    return {**stored(found.comparison), **told, "version": tables.version, "sessions": body.sessions}


WHOLE_WAY = Kind("facon-de-travailler", "Votre façon de travailler", _whole_way)
