"""What is earned and when, what a document says, and the code that a stranger types. Pure."""

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NotRequired, TypedDict

from course_app.library.model import ItemKind, Module, Path, Quiz, digest
from course_app.progress.rules import Exam, ItemKey, ItemState

NAME_LIMIT = 120
REASON_LIMIT = 300
PURPOSE = "attestation"
"""What sealed files of this room are signed for."""

CODE_BYTES = 16
"""128 random bits (security.md S14, S27)."""
CODE_LENGTH = 26
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O nor U, which are misread or misspelled."""
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_GROUPS = (0, 5, 10, 15, 20, 26)
_TOWN = re.compile(r"\d{5}\s+(.+?)(?:\s+cedex(?:\s+\d+)?)?", re.IGNORECASE)
"""A line of a French postal address: five figures, the town, possibly « CEDEX » and its number."""


class CertificateKind(StrEnum):
    """What a document attests: that one can do, or that one followed."""

    SKILLS = "competences"
    COMPLETION = "realisation"


class ActionNature(StrEnum):
    """What the law calls an action, among those that a distance course may be (Code du travail, art. L6313-1)."""

    TRAINING = "action-de-formation"
    APPRENTICESHIP = "apprentissage"


class ModuleFacts(TypedDict):
    """A module as a document names it."""

    title: str
    objectives: list[str]


class Facts(TypedDict):
    """All that a document says, fixed when it is issued: the file is drawn from it and from nothing else."""

    holder: str
    title: str
    issuer: str
    achieved_on: str
    minutes: int
    modules: list[ModuleFacts]
    code: str
    check: str
    has_letterhead: NotRequired[bool]
    """Whether the issuer is a company, named at the head of the sheet; the three that follow go with it."""
    address: NotRequired[str]
    """On one line."""
    signatory: NotRequired[str]
    """Who answers for the company: name and quality, on an attestation of skills."""
    logo: NotRequired[str]
    """SHA-256 of the picture that was kept for it."""
    completion: NotRequired["CompletionFacts"]


class CompletionFacts(TypedDict):
    """What the certificate of completion adds, on the ministry's model (evidence.md §1)."""

    employer: str
    provider: str
    declaration: str
    nature: str
    began_on: str
    ended_on: str
    signatory: str
    signatory_role: str
    place: str
    issued_on: str


@dataclass(frozen=True)
class Standing:
    """Where somebody stands with one path.

    `required`: what must be done, skipped lessons and the test left out; `missing`: what is not, in order.
    `sent` and `passed`: the first sending of the path's test, and its first success. `began_at`: the first thing done.
    """

    path: Path
    test: Quiz | None
    required: tuple[ItemKey, ...]
    missing: tuple[ItemKey, ...]
    done_at: datetime | None
    sent: Exam | None
    passed: Exam | None

    @property
    def skills_at(self) -> datetime | None:
        """When the attestation of skills was earned: everything done and the test passed; None before."""
        return self._at(self.passed)

    @property
    def completed_at(self) -> datetime | None:
        """When the path was followed to its end: everything done and the test taken, passed or not; None before."""
        return self._at(self.sent)

    def earned_at(self, kind: CertificateKind) -> datetime | None:
        """When a kind of document was earned; None before."""
        return self.skills_at if kind is CertificateKind.SKILLS else self.completed_at

    def _at(self, exam: Exam | None) -> datetime | None:
        if self.missing or self.done_at is None or exam is None:
            return None
        return max(self.done_at, exam.told_at)


def standing(
    path: Path,
    test: Quiz | None,
    required: Iterable[ItemKey],
    states: Mapping[ItemKey, ItemState],
    exams: Sequence[Exam],
) -> Standing:
    """Return where somebody stands; `required` in the path's order, `exams` all they sent, oldest first."""
    test_key = (ItemKind.QUIZ, test.id) if test else None
    wanted = tuple(key for key in dict.fromkeys(required) if key != test_key)
    done = {key: state.done_at for key in wanted if (state := states.get(key)) is not None and state.done_at}
    sent = [each for each in exams if test is not None and each.test_id == test.id]
    return Standing(
        path=path,
        test=test,
        required=wanted,
        missing=tuple(key for key in wanted if key not in done),
        done_at=max(done.values(), default=None),
        sent=next(iter(sent), None),
        passed=next((each for each in sent if each.passed), None),
    )


def version(path: Path) -> str:
    """Return the version of a path that documents name: what it promises and asks, not how its lessons are worded."""
    return digest([path.title, [[each.title, each.objectives, _refs(each)] for each in path.modules]])


def _refs(module: Module) -> list[str]:
    return [f"{ref.kind.value}:{ref.id}" for ref in module.items]


def modules_of(path: Path) -> list[ModuleFacts]:
    """Return the modules of a path as a document lists them."""
    return [{"title": each.title, "objectives": list(each.objectives)} for each in path.modules]


def public_facts(kind: CertificateKind, facts: Facts) -> dict[str, Any]:
    """Return what a sealed file says in clear to a program: no more than its page shows."""
    return {
        "kind": kind.value,
        "holder": facts["holder"],
        "title": facts["title"],
        "issuer": facts["issuer"],
        "achieved_on": facts["achieved_on"],
        "code": facts["code"],
        "check": facts["check"],
    }


def on_one_line(address: str) -> str:
    """Return an address of several lines on one, parts separated by commas."""
    return ", ".join(filter(None, (line.strip(" ,") for line in address.splitlines())))


def town_of(address: str) -> str:
    """Return the town of a French address, from its last line that begins with a postal code; nothing without one."""
    found = [match[1] for line in address.splitlines() if (match := _TOWN.fullmatch(line.strip()))]
    return found[-1] if found else ""


def signatory_parts(told: str) -> tuple[str, str]:
    """Return the name and the quality of « Claire Martin, gérante »; no quality without a comma."""
    name, _comma, quality = told.partition(",")
    return name.strip(), quality.strip()


def written_code(raw: bytes) -> str:
    """Return 16 random bytes as the 26 characters of a code."""
    value = int.from_bytes(raw, "big")
    return "".join(_ALPHABET[value >> shift & 31] for shift in range(5 * (CODE_LENGTH - 1), -1, -5))


def read_code(typed: str) -> str | None:
    """Return a code as it is kept, from however it was typed; None when it cannot be one."""
    code = re.sub(r"[\s\-–]", "", typed[:100]).upper().translate(_MISREAD)
    is_one = len(code) == CODE_LENGTH and all(letter in _ALPHABET for letter in code) and code[0] < "8"
    return code if is_one else None


def shown_code(code: str) -> str:
    """Return a code in groups, easier to read aloud and to type."""
    return "-".join(code[at:end] for at, end in itertools.pairwise(_GROUPS))


def day(text: str) -> date:
    """Return a day that a document holds."""
    return date.fromisoformat(text)
