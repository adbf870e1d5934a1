"""A measured figure beside its limit; how figures are kept, compared with those of the last time, and printed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

LATEST = Path(__file__).with_name("results") / "latest.json"
PREVIOUS = LATEST.with_name("previous.json")


@dataclass(frozen=True)
class Figure:
    """One line of the results; `goal` is None for a figure that only informs."""

    id: str
    what: str
    value: float
    limit: float | None = None
    ratio: float | None = None
    goal: str | None = None
    met: bool | None = None


def against(name: str, what: str, value: float, limit: float, goal: str) -> Figure:
    """Return a figure judged as a ratio to a limit of the same run; `goal` reads « <= 2.0 » or « >= 0.5 »."""
    ratio = value / limit
    comparison, bound = goal.split()
    met = ratio <= float(bound) if comparison == "<=" else ratio >= float(bound)
    return Figure(name, what, round(value, 6), round(limit, 6), round(ratio, 3), f"ratio {goal}", met)


def below(name: str, what: str, value: float, most: float) -> Figure:
    """Return a figure judged against a bound that does not depend on the run."""
    return Figure(name, what, round(value, 4), most, round(value / most, 3), f"<= {most:g}", value <= most)


def keep(figures: Sequence[Figure], *, is_whole: bool = True) -> Mapping[str, Figure]:
    """Write the results; return the last ones by id. A whole run sets those aside, a partial one replaces its own lines."""
    before: dict[str, Figure] = {}
    if LATEST.is_file():
        before = {line["id"]: Figure(**line) for line in json.loads(LATEST.read_text(encoding="utf-8"))}
        if is_whole:
            LATEST.replace(PREVIOUS)
    kept = figures if is_whole else list({**before, **{figure.id: figure for figure in figures}}.values())
    LATEST.parent.mkdir(exist_ok=True)
    LATEST.write_text(json.dumps([asdict(figure) for figure in kept], ensure_ascii=False, indent=1) + "\n")
    return before


def table(figures: Iterable[Figure], before: Mapping[str, Figure]) -> str:
    """Return the figures as text, those with a goal first; what each was the last time stands beside it."""
    ordered = sorted(figures, key=lambda figure: figure.goal is None)
    return "\n".join(_line(figure, before.get(figure.id)) for figure in ordered)


def _line(figure: Figure, before: Figure | None) -> str:
    mark = {True: "met", False: "MISSED", None: "·"}[figure.met]
    shown = figure.value if figure.ratio is None else figure.ratio
    was = "" if before is None else f"{before.value if before.ratio is None else before.ratio:>12g}"
    limit = "" if figure.limit is None else f"{figure.limit:>14g}"
    return f"{mark:7} {figure.id:16}{figure.value:>14g}{limit:14}{shown:>12g}{was:12}  {figure.goal or '':14} {figure.what}"
