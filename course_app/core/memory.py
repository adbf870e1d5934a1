"""Memory that a process no longer uses."""

import ctypes
import gc
import sys
from contextlib import suppress

_M_ARENA_MAX = -8  # malloc.h of glibc
ARENAS = 2
"""Eight threads that Python lets run one at a time need no more; each arena keeps its own freed blocks."""


def share_memory_between_threads() -> None:
    """Have all threads allocate from two places rather than eight a core; before they start. glibc only."""
    if sys.platform == "linux":
        with suppress(AttributeError):
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS)


def give_back_memory() -> None:
    """Give the system back what reading the content and compiling the simulator left free: a fifth of a process.

    glibc keeps freed blocks for later; nothing that large is asked for again. Other C libraries do without. What is left
    stays, and Python looks for cycles in it no more: looking through a catalogue stops every thread for a moment (1.4 s on a
    loaded machine) and writes in each of its pages, which forked processes then share no longer. A catalogue that is
    replaced holds no cycle: it goes with its last user, frozen or not.
    """
    gc.collect()
    gc.freeze()
    if sys.platform == "linux":
        with suppress(AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
