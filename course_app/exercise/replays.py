"""States of runs, kept for this process: a move more is played on the state before it, not from the start.

A state is a value that follows from the engine's version, the content, the seed and the moves; what identifies it never
changes, so what is kept cannot lie. Nothing here is stored: after a restart the moves are played again.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from typing import Any

from course_app.exercise.engine.contract import Decision, Engine, play, played_on

MOST_KEPT = 256
LOOK_BACK = 8
"""Moves taken off, one by one, before a run is played again from its start: an undo or a lost race takes one or two."""
_kept: OrderedDict[Hashable, Any] = OrderedDict()
_one_at_a_time = threading.Lock()


def state_after(
    identity: Hashable, engine: Engine[Any, Any], exercise: Any, seed: int, moves: Sequence[Decision]
) -> Any:
    """Return the state after these moves; `identity` names the engine's version, the content and the seed.

    Raises `IllegalAction` as `contract.play`.
    """
    moves = tuple(moves)
    for shorter in range(min(LOOK_BACK, len(moves)) + 1):
        known = _found((identity, moves[: len(moves) - shorter]))
        if known is not None:
            state = played_on(engine, known, moves[len(moves) - shorter :])
            break
    else:
        state = play(engine, exercise, seed, moves)
    keep(identity, moves, state)
    return state


def keep(identity: Hashable, moves: Sequence[Decision], state: Any) -> None:
    """Keep a state that is known already; the states unused for longest leave."""
    with _one_at_a_time:
        _kept[identity, tuple(moves)] = state
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)


def _found(key: tuple[Hashable, tuple[Decision, ...]]) -> Any | None:
    with _one_at_a_time:
        if key not in _kept:
            return None
        _kept.move_to_end(key)
        return _kept[key]
