"""Properties 8, 9, 14, 16 and 18 of the exercise's engine on large samples."""

import numpy as np
import pytest

from course_app.exercise.engine.campaign import ledger_of, run, simulate
from course_app.exercise.engine.kernel import compile_kernel
from course_app.exercise.engine.mistakes import MISTAKES, costs
from course_app.exercise.engine.parameters import default_parameters
from course_app.exercise.engine.policies import REFERENCES, best_by
from course_app.exercise.engine.portfolio import draw_files
from course_app.exercise.engine.sampled import STANDARD
from course_app.exercise.engine.value_file import shipped
from tests.unit.engine.measured import BEHAVIOURS, measure

BANDS = {"rien": (0.20, 0.27), "pme-du-billet": (0.28, 0.35), "recommandee": (0.76, 0.83)}


@pytest.fixture(scope="module")
def kernel():
    """The compiled model."""
    return compile_kernel(default_parameters())


@pytest.fixture(scope="module")
def values(kernel):
    """The shipped value table."""
    return shipped(kernel).values


@pytest.mark.parametrize("name", sorted(BANDS))
def test_p14_ten_thousand_portfolios(kernel, name):
    """Property 14: on 10,000 fresh portfolios the whole interval lies in the band, within ten seconds."""
    low, high = BANDS[name]
    found = simulate(kernel, STANDARD, REFERENCES[name], 10_000, seed=99)
    assert low <= found.recovered_share_ci[0] <= found.recovered_share_ci[1] <= high


def test_p14_the_engine_beats_the_recommended_scenario(kernel, values):
    """Property 14: on the same files the engine's value exceeds the recommended one by four standard errors."""
    files = draw_files(kernel, STANDARD, 12, 0, 700)
    engine, good = (
        ledger_of(run(kernel, files, policy, 36)) for policy in (best_by(values), REFERENCES["recommandee"])
    )
    gain = (engine.net_value - good.net_value) / 100
    assert gain.mean() > 4 * gain.std() / np.sqrt(len(gain))
    assert engine.collected.sum() > good.collected.sum()


@pytest.mark.parametrize("name", sorted(BEHAVIOURS))
def test_p08_p09_five_thousand_games(kernel, values, name):
    """Properties 8 and 9: over 5,000 games luck is nil on average and losses explain the value lost."""
    found = measure(kernel, values, draw_files(kernel, STANDARD, 6, 0, 250), BEHAVIOURS[name])
    error = found.luck.std() / np.sqrt(len(found.luck))
    assert abs(found.luck.mean()) < 4 * error
    assert abs(found.losses.mean() - (found.start - found.realised).mean()) < 3 * error + abs(found.slack.mean())
    np.testing.assert_allclose(found.realised, found.start - found.losses + found.luck, atol=1e-6)


def test_p16_every_mistake_costs(kernel):
    """Property 16: each mistake costs more than four standard errors; the order of the worst is that of the trade."""
    found = {cost.name: cost for cost in costs(kernel, 8000, seed=8)}
    for cost in found.values():
        assert cost.euros > 4 * cost.error, cost.name
    assert found["lrar-tout-de-suite"].share >= 0.05
    single = [cost.euros for name, cost in found.items() if name not in {"rien", "pme-du-billet"}]
    assert found["rien"].euros > found["pme-du-billet"].euros > max(single)


def test_p16_the_smallest_mistakes_exceed_the_gap_of_the_table(kernel):
    """Property 16: on the files it changes, even the cheapest mistake costs more than the gap, by four errors."""
    claims = shipped(kernel).report["claims"]
    gap = np.mean([claim["upper"] - claim["lower"] for claim in claims])
    small = [mistake for mistake in MISTAKES if mistake.name in {"retard-5", "sans-pieces"}]
    rounds = [costs(kernel, 5000, seed, small) for seed in range(8, 18)]
    for each in zip(*rounds, strict=True):
        mean = np.mean([cost.concerned_euros for cost in each])
        error = np.sqrt(np.sum([cost.concerned_error**2 for cost in each])) / len(each)
        assert mean > gap + 4 * error, each[0].name
