"""A comparison as the JSON kept with its job, and back. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from course_app.exercise.engine.comparison import Comparison, Lead, Outcome


def stored(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON values."""
    return {
        "mine": asdict(comparison.mine),
        "references": [asdict(line) for line in comparison.references],
        "leads": {name: asdict(lead) for name, lead in comparison.leads.items()},
    }


def restored(raw: Mapping[str, Any]) -> Comparison:
    """Return the comparison that `stored` wrote."""
    leads = {name: Lead(lead["share"], _pair(lead["ci"])) for name, lead in raw["leads"].items()}
    return Comparison(_outcome(raw["mine"]), tuple(_outcome(line) for line in raw["references"]), leads)


def _outcome(raw: Mapping[str, Any]) -> Outcome:
    return Outcome(**{**raw, "share_ci": _pair(raw["share_ci"]), "net_cents_ci": _pair(raw["net_cents_ci"])})


def _pair(raw: Any) -> tuple[float, float]:
    low, high = raw
    return low, high
