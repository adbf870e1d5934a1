"""Work done in a copy of the process gives what it would have given here."""

import os
import threading

import pytest

from course_app.library.forked import at_once, beside


def test_the_copy_gives_the_same_result():
    """The result comes back whole, and was made by another process."""
    waited = beside(lambda: (os.getpid(), ["trouvé"] * 100_000))
    pid, found = waited()
    assert found == ["trouvé"] * 100_000
    assert pid != os.getpid()


def test_an_error_of_the_copy_is_raised_here():
    """Work that fails in the copy fails here, with its own error."""

    def work():
        raise ValueError("mal écrit")

    with pytest.raises(ValueError, match="mal écrit"):
        beside(work)()


def test_nothing_is_copied_beside_threads():
    """A process that runs threads works by itself: a copy could wait for ever for a lock that one of them holds."""
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert beside(os.getpid)() == os.getpid()
    finally:
        stop.set()
        thread.join()


def test_at_once_works_before_anybody_waits():
    """What is done at once is done once, when asked."""
    done = []
    waited = at_once(lambda: done.append(1))
    assert done == [1]
    waited()
    assert done == [1]
