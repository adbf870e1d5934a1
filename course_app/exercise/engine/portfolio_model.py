"""The script of a portfolio exercise, checked: what `library` passes through and the portfolio engine plays.

Says what a portfolio is drawn from and how long one has; every customer, amount and cause is drawn from the seed of
the run. Knows neither files nor positions: `library` gives each fault its line.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StrictInt, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from course_app.exercise.engine.sampled import Scenario
from course_app.exercise.engine.scripted_parts import Percent, PositiveCents, Strict
from course_app.library.model import Day, Text

LONGEST_ACTION = 60
"""Minutes of the longest action (the référé, simulator.md §3): a shorter séance would forbid it for ever."""


class Level(StrEnum):
    """How hard a portfolio is, as authors judge it."""

    EASY = "facile"
    USUAL = "courant"
    HARD = "difficile"


class PortfolioBody(Strict):
    """What a portfolio is drawn from.

    `late_from`..`late_to` are séances since the due date at the start (two a week, ends included); −1 is an invoice
    due in two séances. Amounts are lognormal, `spread_percent` being a hundred times the standard deviation of the
    logarithm; `margin_percent` is the yearly margin of a customer in percent of what they owe, on average;
    `late_rate_bp` the yearly late interest rate of the invoices in hundredths of a percent, None to count none.
    """

    level: Level
    company: Annotated[str, Field(min_length=2, max_length=60)]
    brief: Annotated[tuple[Text, ...], Field(min_length=1, max_length=6)]
    takeaway: Text
    starts_on: Day
    sessions: Annotated[StrictInt, Field(ge=2, le=36)]
    minutes: Annotated[StrictInt, Field(ge=LONGEST_ACTION, le=240)]
    customers: Annotated[StrictInt, Field(ge=2, le=30)]
    late_from: Annotated[StrictInt, Field(ge=-1, le=100)]
    late_to: Annotated[StrictInt, Field(ge=-1, le=100)]
    median_cents: PositiveCents = 280_000
    spread_percent: Annotated[StrictInt, Field(ge=0, le=200)] = 100
    lowest_cents: Annotated[StrictInt, Field(ge=10_000)] = 20_000
    highest_cents: Annotated[StrictInt, Field(le=100_000_000)] = 6_000_000
    documented_percent: Percent = 80
    electronic_percent: Percent = 40
    credibility: Annotated[StrictInt, Field(ge=0, le=2)] = 2
    margin_percent: Annotated[StrictInt, Field(ge=10, le=400)] = 80
    late_rate_bp: Annotated[StrictInt, Field(ge=0, le=10000)] | None = None

    @model_validator(mode="after")
    def _check_across(self) -> Self:
        """Report every fault across keys at once, each at its own place."""
        found = [
            InitErrorDetails(
                type=PydanticCustomError("intervalle_vide", "{text}", {"text": text}), loc=(key,), input=None
            )
            for key, text in _faults(self)
        ]
        if found:
            raise ValidationError.from_exception_data("script", found)
        return self

    def scenario(self) -> Scenario:
        """Return what the model draws a portfolio from."""
        return Scenario(
            name=self.level.value,
            files=self.customers,
            sessions=self.sessions,
            age_from=self.late_from,
            age_to=self.late_to,
            median=self.median_cents / 100,
            spread=self.spread_percent / 100,
            lowest=self.lowest_cents / 100,
            highest=self.highest_cents / 100,
            documented=self.documented_percent / 100,
            credibility=self.credibility,
            stake=self.margin_percent / 100,
        )


def _faults(body: PortfolioBody) -> Iterator[tuple[str, str]]:
    """Yield the keys that contradict another one, with what to do."""
    if body.late_to < body.late_from:
        yield "late_to", f"le retard le plus long est plus court que « late_from » ({body.late_from})"
    if not body.lowest_cents <= body.median_cents <= body.highest_cents:
        yield "median_cents", "le montant médian doit tenir entre « lowest_cents » et « highest_cents »"
