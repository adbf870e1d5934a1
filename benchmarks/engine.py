"""`python -m benchmarks.engine`: the engine's speed and memory on one core, as JSON on standard output.

Processor seconds, so that a shared machine changes little; limits are those of the issue of the exercise.
"""

import json
import resource
import time
from collections.abc import Callable

import numpy as np

from course_app.exercise.engine.board import Board
from course_app.exercise.engine.campaign import simulate, view_of
from course_app.exercise.engine.comparison import Field
from course_app.exercise.engine.exploration import Walk, walk
from course_app.exercise.engine.game import Plan, Record, replay
from course_app.exercise.engine.judgement import judge_all
from course_app.exercise.engine.kernel import Kernel, compile_kernel
from course_app.exercise.engine.parameters import default_parameters
from course_app.exercise.engine.policies import REFERENCES
from course_app.exercise.engine.portfolio import STANDARD, draw_files
from course_app.exercise.engine.value_file import DEFAULT_FILE, shipped
from course_app.exercise.engine.values import Values, action_values
from course_app.exercise.engine.vocabulary import ACTIONS
from course_app.exercise.engine.way_of_working import PORTFOLIOS as WAY_PORTFOLIOS
from course_app.exercise.engine.way_of_working import habits_of, whole_way

PORTFOLIOS = 10_000


def _spent(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _recorded(kernel: Kernel) -> tuple[Record, int]:
    """Return a standard game played by the recommended scenario to its end, and how often it read the statement."""
    policy, files = REFERENCES["recommandee"], draw_files(kernel, STANDARD, 3, 0, 1)
    board, plans = Board(kernel, files), []
    for _ in range(STANDARD.sessions):
        board.check_statement()
        listed = board.known_open()
        made = policy.choose(view_of(board, listed))
        plans.append(Plan({int(file): ACTIONS[code] for file, code in zip(listed, made, strict=True) if code}))
        board.play(listed, made)
    return Record(STANDARD, 3, 0, tuple(plans)), len(plans)


def _debrief(kernel: Kernel, values: Values, record: Record, readings: int) -> None:
    """Do the whole debrief of a game: every decision judged, the way of working played beside all the references."""
    replayed = replay(kernel, record)
    judge_all(kernel, values, replayed)
    habits = habits_of(kernel, replayed, readings, STANDARD.sessions)
    whole_way(Field(kernel, values, STANDARD, WAY_PORTFOLIOS, 2027), habits)


def main() -> None:
    """Measure and print."""
    started = time.process_time()
    kernel = compile_kernel(default_parameters())
    compiled = time.process_time() - started
    values = shipped(kernel).values
    met = walk(kernel, values, Walk(3, 80))
    single = [
        _spent(lambda place=place: action_values(kernel, values, met.part(np.array([place]))))
        for place in range(len(met.state))
    ]
    record = Record(STANDARD, 3, 0, (Plan({}),) * 3)
    replayed = replay(kernel, record)
    debrief = _spent(lambda: _debrief(kernel, values, *_recorded(kernel)))
    game = _spent(lambda: judge_all(kernel, values, replayed)) / len(replayed.decisions) * 60
    campaigns = {
        name: round(_spent(lambda name=name: simulate(kernel, STANDARD, REFERENCES[name], PORTFOLIOS, 7)), 2)
        for name in REFERENCES
    }
    print(
        json.dumps(
            {
                "compile_seconds": round(compiled, 2),
                "review_of_one_decision_ms": {
                    "median": round(1000 * float(np.median(single)), 3),
                    "p99": round(1000 * float(np.quantile(single, 0.99)), 3),
                    "limit": 1,
                },
                "review_of_60_decisions_ms": {"value": round(1000 * game, 1), "limit": 60},
                "debrief_with_2000_portfolios_and_6_policies_seconds": {"value": round(debrief, 2), "limit": 5},
                "portfolios_10000_seconds": {**campaigns, "limit": 5},
                "peak_memory_mb": {
                    "value": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
                    "limit": 600,
                },
                "value_file_bytes": {"value": DEFAULT_FILE.stat().st_size, "limit": 5_000_000},
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
