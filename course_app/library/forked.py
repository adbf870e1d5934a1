"""Work done beside this process, in a copy of it: a check of all content then uses two processors instead of one."""

import os
import pickle
import threading
from collections.abc import Callable
from typing import TypeVar, cast

_Result = TypeVar("_Result")


def at_once(work: Callable[[], _Result]) -> Callable[[], _Result]:
    """Do some work here and now; return what gives its result."""
    result = work()
    return lambda: result


def beside(work: Callable[[], _Result]) -> Callable[[], _Result]:
    """Start some work in a copy of this process; return what waits for its result, which must be picklable.

    The work must be pure. Where a process cannot be copied (no `fork`, or threads that would not survive it) it is
    done at once; where the copy fails, it is done again here, so that its error is raised here.
    """
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return at_once(work)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _answer(work, writer)
    os.close(writer)

    def result() -> _Result:
        with os.fdopen(reader, "rb") as pipe:
            answer = pipe.read()
        _child, status = os.waitpid(child, 0)
        return cast(_Result, pickle.loads(answer)) if status == 0 else work()  # noqa: S301 - our own copy wrote it

    return result


def _answer(work: Callable[[], object], writer: int) -> None:
    """Write the result of the work and end this process there: nothing of what it copied may run twice."""
    status = 1
    try:
        with os.fdopen(writer, "wb") as pipe:
            pickle.dump(work(), pipe)
        status = 0
    finally:
        os._exit(status)
