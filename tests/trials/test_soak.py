"""Hours of ordinary work: the memory of the server stays, and it keeps no connection nor file (security.md R19)."""

import os

from benchmarks.processes import children
from tests.support.soaking import soak
from tests.support.survival import learners_of

MINUTES = float(os.environ.get("SOAK_MINUTES", "120"))
REQUESTS_A_SECOND = 20
THREADS = 8
"""Of each process: as many connections stay in its pool (`store.session.engine_options`)."""
WARM_UP = 6000
"""Five minutes of that work: what databases and Python keep at hand is filled by then."""


def test_r19_two_hours_leak_nothing(site, told):
    """Two hours (SOAK_MINUTES) at 20 requests a second: a tenth more memory at most, no file more, a pool's connections."""
    found = soak(site, lambda: learners_of(site, 24), seconds=MINUTES * 60, rate=REQUESTS_A_SECOND, warm_up=WARM_UP)
    told(f"{MINUTES:.0f} min, {found.requests} requests: {found.describe()}")
    assert found.growth <= 1.10
    assert found.files_after <= found.files_before + 2
    assert found.connections <= len(children(site.pid)) * THREADS
