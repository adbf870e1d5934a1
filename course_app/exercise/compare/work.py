"""The two kinds of long work of this room: a laboratory trial, and a learner's whole way of working."""

from collections import OrderedDict
from collections.abc import Hashable
from functools import cache
from typing import Any

from course_app.exercise.compare.results import stored
from course_app.exercise.engine.comparison import OPTIMAL, Field, Totals, compared
from course_app.exercise.engine.kernel import Kernel, compile_kernel
from course_app.exercise.engine.laboratory import policy_from
from course_app.exercise.engine.parameters import default_parameters
from course_app.exercise.engine.policies import REFERENCES
from course_app.exercise.engine.portfolio import SCENARIOS
from course_app.exercise.engine.value_file import shipped
from course_app.jobs.work import Kind, Work

TRIAL_PORTFOLIOS = 10_000
TRIAL_SEED = 2026
"""The same portfolios for every trial: two trials differ by their rules, never by their customers."""


MOST_KEPT = 40


class _Totals(OrderedDict[Hashable, Totals]):
    """What references did on fields already met, for this process; the oldest leave."""

    def __setitem__(self, key: Hashable, value: Totals) -> None:
        super().__setitem__(key, value)
        while len(self) > MOST_KEPT:
            self.popitem(last=False)


_KEPT = _Totals()


@cache
def _kernel() -> Kernel:
    return compile_kernel(default_parameters())


def _try_policy(work: Work) -> dict[str, Any]:
    raw = work.parameters
    policy = policy_from(raw["policy"])
    field = Field(_kernel(), shipped(_kernel()).values, SCENARIOS[raw["scenario"]], raw["portfolios"], raw["seed"])
    found = compared(field, policy, (*REFERENCES, OPTIMAL), work.report, _KEPT)
    return {**stored(found), "version": default_parameters().version, "sessions": field.scenario.sessions}


TRIAL = Kind("laboratoire", "Tester un scénario de relance", _try_policy)
