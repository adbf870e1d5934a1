"""What portfolios are drawn from: numbers alone, so that an exercise is checked without loading the simulator."""

from dataclasses import dataclass, replace

BEFORE_DUE = -1


@dataclass(frozen=True)
class Scenario:
    """What a portfolio is drawn from.

    Ages are in sessions since the due date, ends included; -1 means two sessions before it. Amounts are lognormal
    (median in euros, `spread` the standard deviation of the logarithm), cut to [lowest, highest] euros. The yearly
    margin of a customer is `stake` times the amount times a lognormal of spread 0.5.
    """

    name: str = "standard"
    files: int = 20
    sessions: int = 36
    age_from: int = 16
    age_to: int = 32
    median: float = 2800.0
    spread: float = 1.0
    lowest: float = 200.0
    highest: float = 60_000.0
    documented: float = 0.8
    credibility: int = 2
    stake: float = 0.8
    stake_spread: float = 0.5


STANDARD = Scenario()
SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        STANDARD,
        replace(STANDARD, name="avant-echeance", age_from=BEFORE_DUE, age_to=BEFORE_DUE),
        replace(STANDARD, name="reputation-entamee", credibility=1),
    )
}
