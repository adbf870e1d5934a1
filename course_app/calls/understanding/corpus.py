"""The sentences that teach and test the understanding of typed text, by voice.

A voice is one person one can picture: how they speak, spell and lose their temper. `training` voices teach;
`held_out` voices only measure, and no rule may be written from them. `corpus/README.md` says what each intent covers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from course_app.calls.intents import CallPhase, Intent, RedLine

FOLDER = Path(__file__).with_name("corpus")
OFF_TOPIC = "hors-sujet"


@dataclass(frozen=True)
class Sentence:
    """One sentence: `intent` is None when it has nothing to do with the call."""

    voice: str
    intent: Intent | None
    phase: CallPhase
    text: str


def _voice(path: Path) -> Iterator[Sentence]:
    for line in path.read_text(encoding="utf-8").splitlines():
        slug, phase, text = line.split("\t")
        yield Sentence(path.stem, None if slug == OFF_TOPIC else Intent(slug), CallPhase(phase), text)


@cache
def _part(name: str) -> tuple[Sentence, ...]:
    return tuple(sentence for path in sorted((FOLDER / name).glob("*.tsv")) for sentence in _voice(path))


def training() -> tuple[Sentence, ...]:
    """Return the sentences that teach, voice by voice."""
    return _part("training")


def held_out() -> tuple[Sentence, ...]:
    """Return the sentences of the voices that only measure."""
    return _part("held_out")


@cache
def harmful() -> tuple[tuple[RedLine, str], ...]:
    """Return the sentences that cross a red line, each with the line it must be found to cross."""
    lines = (FOLDER / "red_lines" / "harmful.tsv").read_text(encoding="utf-8").splitlines()
    return tuple((RedLine(slug), text) for slug, text in (line.split("\t") for line in lines))


@cache
def harmless() -> tuple[str, ...]:
    """Return the sentences that use the same words lawfully."""
    return tuple((FOLDER / "red_lines" / "harmless.txt").read_text(encoding="utf-8").splitlines())
