"""Memory that a process no longer uses."""

import ctypes
import gc
import sys
from contextlib import suppress


def give_back_memory() -> None:
    """Give the system back what reading the content and compiling the simulator left free: a fifth of a process.

    glibc keeps freed blocks for later; nothing that large is asked for again. Other C libraries do without.
    """
    gc.collect()
    if sys.platform == "linux":
        with suppress(AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
