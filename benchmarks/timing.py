"""Processor time of works done in turn, so that what slows the machine slows them all."""

import statistics
import time
from collections.abc import Callable


def spent(work: Callable[[], object]) -> float:
    """Return the processor seconds of this process that a work takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


def interleaved(*works: Callable[[], object], rounds: int) -> tuple[float, ...]:
    """Return the median processor seconds of each work, all done once in each round."""
    taken: list[list[float]] = [[] for _ in works]
    for _round in range(rounds):
        for mine, work in zip(taken, works, strict=True):
            mine.append(spent(work))
    return tuple(statistics.median(mine) for mine in taken)
