"""`python -m benchmarks.engine`: the engine's speed and memory on one core, as JSON on standard output.

Processor seconds. Each work is measured beside its limit, the least that NumPy must do for it, in the same run and
interleaved; medians of the rounds. Absolute figures drift with the machine, ratios do not; a fixed loop timed in each
round says by how much the machine drifted. Goals in milliseconds are those of the issue of the exercise.
"""

import json
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial

import numpy as np

from course_app.exercise.engine.board import Board
from course_app.exercise.engine.campaign import simulate, view_of
from course_app.exercise.engine.comparison import Field
from course_app.exercise.engine.draws import Stream, draws, file_keys
from course_app.exercise.engine.exploration import Walk, walk
from course_app.exercise.engine.game import Plan, Record, replay
from course_app.exercise.engine.judgement import judge_all
from course_app.exercise.engine.kernel import Kernel, compile_kernel
from course_app.exercise.engine.parameters import default_parameters
from course_app.exercise.engine.policies import REFERENCES
from course_app.exercise.engine.portfolio import draw_files
from course_app.exercise.engine.sampled import STANDARD
from course_app.exercise.engine.value_file import DEFAULT_FILE, shipped
from course_app.exercise.engine.values import Nodes, Values, action_values, runs, weighted
from course_app.exercise.engine.vocabulary import ACTIONS
from course_app.exercise.engine.way_of_working import PORTFOLIOS as WAY_PORTFOLIOS
from course_app.exercise.engine.way_of_working import REFERENCE_NAMES, habits_of, whole_way

PORTFOLIOS = 10_000
ROUNDS = 3
POINTS = 80
REVIEWED = 60
LOOP = 2_000_000
DRAWN = (Stream.OBSERVATION, Stream.NATURE, Stream.DRIFT)
"""What the world draws for each open file at each séance."""


@dataclass(frozen=True)
class Timing:
    """Milliseconds of processor of a work and of its limit; `ratio` compares them, `goal_ms` is the issue's."""

    work: str
    limit: str
    value_ms: float
    limit_ms: float
    ratio: float
    goal_ms: float
    met: bool


@dataclass
class Work:
    """A work and the least it could be, with what each round spent on them, in seconds."""

    name: str
    limit_name: str
    goal_ms: float
    do: Callable[[], object]
    least: Callable[[], object]
    spent: list[float] = field(default_factory=list)
    limits: list[float] = field(default_factory=list)

    def measure(self) -> None:
        """Do the work once, then its limit."""
        self.spent.append(_spent(self.do))
        self.limits.append(_spent(self.least))

    def timing(self) -> Timing:
        """Medians of the rounds."""
        value, limit = (1000 * statistics.median(each) for each in (self.spent, self.limits))
        return Timing(
            self.name,
            self.limit_name,
            round(value, 3),
            round(limit, 3),
            round(value / limit, 2),
            self.goal_ms,
            value <= self.goal_ms,
        )


def _spent(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _busy() -> int:
    return sum(range(LOOP))


def _products(kernel: Kernel, values: Values, nodes: Nodes) -> Callable[[], object]:
    """Return the dot products behind the values of all moves at these nodes, everything else prepared."""
    place, branch = runs(kernel.branch_start, nodes.state)
    owner, number = runs(values.start, kernel.branches.following[branch])
    weights = weighted(nodes.mix[place], nodes.amount[place], nodes.stake[place])[owner]
    vectors = values.vectors.reshape(len(values.vectors), -1)
    return lambda: np.einsum("ij,ij->i", vectors[number], weights)


def _drawing(portfolios: int) -> Callable[[], object]:
    """Return the draws alone of a campaign in which no file closes."""
    owner = np.repeat(np.arange(portfolios), STANDARD.files)
    keys = file_keys(7, owner, np.tile(np.arange(STANDARD.files), portfolios))

    def draw() -> None:
        for session in range(STANDARD.sessions):
            for stream in DRAWN:
                draws(keys, session, stream)

    return draw


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


def _debrief(kernel: Kernel, values: Values) -> None:
    """Do the whole debrief of a game: every decision judged, the way of working played beside all the references."""
    record, readings = _recorded(kernel)
    replayed = replay(kernel, record)
    judge_all(kernel, values, replayed)
    habits = habits_of(kernel, replayed, readings, STANDARD.sessions)
    whole_way(Field(kernel, values, STANDARD, WAY_PORTFOLIOS, 2027), habits)


def _reviews(kernel: Kernel, nodes: list[Nodes], values: Values) -> list[Work]:
    replayed = replay(kernel, Record(STANDARD, 3, 0, (Plan({}),) * 3))
    count = len(replayed.decisions)
    kept = nodes[:count]
    products = [_products(kernel, values, node) for node in kept]

    def multiply() -> None:
        for product in products:
            product()

    def review() -> None:
        for node in kept:
            action_values(kernel, values, node)

    game = f"a game of {count} decisions judged"
    return [
        Work(f"all moves of {count} decisions, one by one", "their dot products", 1.0 * count, review, multiply),
        Work(game, "as many dot products", 60.0, lambda: judge_all(kernel, values, replayed), multiply),
    ]


def _campaigns(kernel: Kernel, values: Values) -> list[Work]:
    drawing = _drawing(PORTFOLIOS)
    found = [
        Work(
            f"{PORTFOLIOS} portfolios of 20 files over 90 days, {name}",
            "their draws",
            5000.0,
            partial(simulate, kernel, STANDARD, policy, PORTFOLIOS, 7),
            drawing,
        )
        for name, policy in REFERENCES.items()
    ]
    policies = len(REFERENCE_NAMES) + 1
    debrief = Work(
        f"a debrief with {WAY_PORTFOLIOS} portfolios and {policies} policies",
        "as many draws",
        5000.0,
        lambda: _debrief(kernel, values),
        _drawing(policies * WAY_PORTFOLIOS),
    )
    return [*found, debrief]


def main() -> None:
    """Measure and print."""
    compiled = _spent(lambda: compile_kernel(default_parameters()))
    kernel = compile_kernel(default_parameters())
    values = shipped(kernel).values
    met = walk(kernel, values, Walk(3, POINTS))
    nodes = [met.part(np.array([place])) for place in range(len(met.state))]
    single = [1000 * _spent(partial(action_values, kernel, values, node)) for node in nodes]
    works, loops = [*_reviews(kernel, nodes, values), *_campaigns(kernel, values)], []
    for _ in range(ROUNDS):
        loops.append(_spent(_busy))
        for work in works:
            work.measure()
    memory, size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, DEFAULT_FILE.stat().st_size
    report = {
        "rounds": ROUNDS,
        "drift_of_the_machine": round(max(loops) / min(loops), 2),
        "timings": [asdict(work.timing()) for work in works],
        "one_decision_p99_ms": {"value": round(float(np.quantile(single, 0.99)), 3), "goal": 1},
        "compile_seconds": round(compiled, 2),
        "peak_memory_mb": {"value": round(memory), "goal": 600},
        "value_file_bytes": {"value": size, "goal": 5_000_000},
    }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
