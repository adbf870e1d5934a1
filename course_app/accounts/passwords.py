"""Passwords: which ones are refused, how they are hashed and checked.

Knows neither the web framework nor the database. Policy: security.md S32 (length 12 to 128, any characters,
no truncation, common and company words refused), ASVS 5.0 6.2.1 to 6.2.12.
"""

import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 128
# OWASP Password Storage Cheat Sheet (2025), Argon2id: 19 MiB, two passes, one lane; several people sign in at once.
PASSES, MEMORY_KIB, LANES = 2, 19 * 1024, 1
HASHER = PasswordHash((Argon2Hasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES),))

_WORDS_FILE = Path(__file__).with_name("common_passwords.txt")
_LEET = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "€": "e"}
)
_ROWS = (
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiopasdfghjklzxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
)
_SHORTEST_WORD = 3
_FEWEST_SIGNS = 5
_DECORATION = 10


class Weakness(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "trop-court"
    TOO_LONG = "trop-long"
    COMMON = "trop-courant"


@dataclass(frozen=True)
class Verdict:
    """Whether a password was right, and its new hash when the stored one used older settings."""

    right: bool
    upgraded_hash: str | None = None


def weakness(password: str, about: Iterable[str] = ()) -> Weakness | None:
    """Return why a password is refused, or None; lengths in characters, ends included.

    `about` holds what others know of the person (first name, address, company): such words count as common.
    """
    if len(password) < MINIMUM_LENGTH:
        return Weakness.TOO_SHORT
    if len(password) > MAXIMUM_LENGTH:
        return Weakness.TOO_LONG
    folded = _fold(password)
    if len(set(folded)) < _FEWEST_SIGNS or _is_keyboard_run(folded):
        return Weakness.COMMON
    words = common_words() | _personal_words(about)
    return Weakness.COMMON if any(_is_decorated(read, folded, words) for read in _readings(folded)) else None


@cache
def common_words() -> frozenset[str]:
    """Return the words of `common_passwords.txt`: lower case, unaccented."""
    lines = _WORDS_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def hashed(password: str) -> str:
    """Return the Argon2id hash of a password, unpredictable salt included; costs tens of milliseconds."""
    return HASHER.hash(_same_everywhere(password))


def check(password: str, stored_hash: str | None) -> Verdict:
    """Compare a password with a stored hash; without one, work as long and answer no (security.md S31)."""
    if len(password) > MAXIMUM_LENGTH:
        return Verdict(right=False)
    candidate = _same_everywhere(password)
    if stored_hash is None:
        HASHER.verify(candidate, _decoy())
        return Verdict(right=False)
    right, upgraded = HASHER.verify_and_update(candidate, stored_hash)
    return Verdict(right, upgraded)


def _same_everywhere(password: str) -> str:
    """A phone and a computer may code the same « é » differently: RFC 8265 §4.2 composes it (NFC)."""
    return unicodedata.normalize("NFC", password)


@cache
def _decoy() -> str:
    return HASHER.hash(secrets.token_hex())


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def _letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalpha())


def _readings(folded: str) -> set[str]:
    """Return what a password may spell: its letters, and its letters once « leet » signs are read as letters."""
    edges = "".join({sign for sign in folded if not sign.isalpha()} - {"@", "$", "€"})
    return {_letters(folded), _letters(folded.strip(edges).translate(_LEET)), _letters(folded.translate(_LEET))} - {""}


def _personal_words(about: Iterable[str]) -> frozenset[str]:
    parts = {part for text in about for part in "".join(c if c.isalpha() else " " for c in _fold(text)).split()}
    return frozenset(part for part in parts if len(part) >= _SHORTEST_WORD)


def _is_decorated(read: str, folded: str, words: frozenset[str]) -> bool:
    """Tell whether `read` is one or two known words, one repeated, or neighbour keys, with few other signs around."""
    if len(folded) - len(read) > _DECORATION:
        return False
    if _is_repeated_word(read, words) or _is_keyboard_run(read):
        return True
    cuts = range(_SHORTEST_WORD, len(read) - _SHORTEST_WORD + 1)
    return any(read[:cut] in words and read[cut:] in words for cut in cuts)


def _is_repeated_word(read: str, words: frozenset[str]) -> bool:
    """Tell whether `read` is a known word, once or several times."""
    lengths = (length for length in range(1, len(read) + 1) if len(read) % length == 0)
    return any(read[:length] in words and read == read[:length] * (len(read) // length) for length in lengths)


def _is_keyboard_run(folded: str) -> bool:
    """Tell whether the whole password is made of runs of three or more neighbours: « azerty123456 »."""
    position = 0
    while position < len(folded):
        length = max(_run_length(folded[position:], row) for row in (*_ROWS, *(row[::-1] for row in _ROWS)))
        if length < _SHORTEST_WORD:
            return False
        position += length
    return True


def _run_length(text: str, row: str) -> int:
    length = 0
    while length < len(text) and text[: length + 1] in row:
        length += 1
    return length
