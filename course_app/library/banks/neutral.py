"""What GIFT and Moodle XML have in common: a question with weighted answers. Values only.

A question of ours travels with its full text beside the visible one (`seal`), and the hash of what was visible: while
nobody touches it, it comes back exactly; once edited elsewhere, what is visible is what counts.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

MAX_BYTES = 5_000_000
SEAL = "reglo:"
ANYTHING = "*"
"""The answer that stands for all those not listed."""


@dataclass(frozen=True)
class Answer:
    """One answer: `percent` of the mark, its feedback; `match` is the other half of a pair, `tolerance` a number's."""

    text: str
    percent: Decimal = Decimal(0)
    feedback: str = ""
    match: str = ""
    tolerance: str = ""


@dataclass(frozen=True)
class Native:
    """One question as both formats can say it; `line` is where it starts in its file.

    `kind`: multichoice, matching, numerical, shortanswer, essay or truefalse. `text` is Markdown.
    """

    kind: str
    name: str
    text: str
    answers: tuple[Answer, ...] = ()
    single: bool = True
    unit: str = ""
    general: str = ""
    seal: str = ""
    line: int = 1


@dataclass(frozen=True)
class Refused:
    """One question that cannot be taken without losing something: where it is, and what would be lost."""

    line: int
    name: str
    reason: str


def short_name(text: str) -> str:
    """Return what a question is called in messages, when its bank gives it no name: the start of its text, one line."""
    return " ".join(text.split())[:60].strip()


class Lost(ValueError):
    """What a foreign question holds and ours cannot: French, said as the reason of a refusal."""


class Unreadable(ValueError):
    """A file that is not the format it claims to be; French message, `line` from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def visible_hash(native: Native) -> str:
    """Return the hash of what a person sees of a question; GIFT has no place for a unit."""
    seen = asdict(native)
    del seen["seal"], seen["line"], seen["unit"]
    return hashlib.sha256(json.dumps(seen, sort_keys=True, default=str).encode()).hexdigest()


def sealed(native: Native, question: dict[str, Any]) -> str:
    """Return the seal of a question of ours: one line, safe in a comment of both formats."""
    told = json.dumps({"hash": visible_hash(native), "question": question}, ensure_ascii=True, default=str)
    return SEAL + told.replace("--", "-\\u002d")


def unsealed(native: Native) -> dict[str, Any] | None:
    """Return the question a seal holds; None without seal, or when what is visible was changed since."""
    if not native.seal.startswith(SEAL):
        return None
    try:
        told = json.loads(native.seal.removeprefix(SEAL))
        return told["question"] if told["hash"] == visible_hash(native) else None
    except (ValueError, KeyError, TypeError):
        return None
