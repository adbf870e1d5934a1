"""Properties 14 and 15: recovered euros of the reference policies, recovery by age."""

import numpy as np
import pytest

from course_app.exercise.engine.calibration import recovery_by_age, root_mean_square_error
from course_app.exercise.engine.campaign import simulate
from course_app.exercise.engine.policies import REFERENCES
from course_app.exercise.engine.sampled import STANDARD

BANDS = {"rien": (0.20, 0.27), "pme-du-billet": (0.28, 0.35), "recommandee": (0.76, 0.83)}


@pytest.mark.parametrize("name", sorted(BANDS))
def test_p14_recovered_share_lies_in_its_band(kernel, name):
    """Property 14: on fresh portfolios the whole 95 % interval lies in the band of the policy."""
    low, high = BANDS[name]
    found = simulate(kernel, STANDARD, REFERENCES[name], 1500, seed=2026)
    assert low <= found.recovered_share_ci[0] <= found.recovered_share_ci[1] <= high


def test_p14_policies_come_in_order(kernel):
    """Property 14: doing nothing, the article's company, average dunning and the recommended scenario, in order."""
    shares = [simulate(kernel, STANDARD, policy, 600, seed=3).recovered_share for policy in REFERENCES.values()]
    assert shares == sorted(shares)
    assert min(np.diff(shares)) > 0.05


def test_p15_recovery_falls_with_age_as_published(kernel):
    """Property 15: files untouched until an age, then worked well, follow the published curve within 3.5 points."""
    found = recovery_by_age(kernel, REFERENCES["recommandee"], 150, seed=17)
    assert root_mean_square_error(found) <= 0.035
    assert list(found.values()) == sorted(found.values(), reverse=True)
