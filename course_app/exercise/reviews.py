"""Judged runs, kept for this process: the same finished moves on the same version give the same debrief.

A review of a long game takes half a second and each page of its debrief needs it. What identifies it (version, content,
seed, moves) never changes, so what is kept cannot lie; it is never stored.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable

from course_app.exercise.engine.contract import Debrief

MOST_KEPT = 64
_kept: OrderedDict[Hashable, Debrief] = OrderedDict()


def reviewed(identity: Hashable, judge: Callable[[], Debrief]) -> Debrief:
    """Return the debrief of these moves, judged now unless it was a moment ago."""
    found = _kept.get(identity)
    if found is None:
        found = _kept[identity] = judge()
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found
