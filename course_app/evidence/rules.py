"""Observed time, names of files, the manifest, and how a dossier is signed and checked. Pure: bytes in, a verdict out.

A dossier is a ZIP whose comment, its very last bytes, holds a signature: it covers every byte of the file that comes
before its own 128 digits, so that no byte can change unnoticed. Inside, `manifeste.json` lists each file with its
SHA-256, for whoever unpacks.
"""

import hashlib
import json
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import IO, Any, Protocol

from course_app.signing.rules import ED25519, NotGenuine, PublicKey, Signature, SigningKey, sign, verify

LONGEST_PAUSE = timedelta(minutes=10)
"""Between two recorded acts: longer, the person is taken to have been elsewhere. Our choice, told in each dossier."""
PURPOSE = "dossier"
MANIFEST = "manifeste.json"
DIGITS = 128
_BLOCK = 1 << 20
_COMMENT = re.compile(rb"reglo-dossier (Ed25519) ([A-Za-z0-9_-]{43}) ")
_COMMENT_LENGTH = len(b"reglo-dossier Ed25519 ") + 43 + 1 + DIGITS


def active_time(moments: Iterable[datetime]) -> timedelta:
    """Return the time between recorded acts, pauses longer than `LONGEST_PAUSE` left out; nothing for a single act."""
    ordered = sorted(moments)
    gaps = (later - earlier for earlier, later in pairwise(ordered))
    return sum((gap for gap in gaps if gap <= LONGEST_PAUSE), timedelta())


def slug(text: str) -> str:
    """Return a name of file made of what a person typed: ASCII letters, digits and hyphens, « personne » if none."""
    kept = re.sub(r"[^a-z0-9]+", "-", _plain(text).casefold()).strip("-")
    return kept[:40].strip("-") or "personne"


class Named(Protocol):
    """Somebody with a first name, possibly empty, and an address."""

    @property
    def first_name(self) -> str:
        """What they are called."""

    @property
    def email(self) -> str:
        """Where they are written to, which no two people share."""


def told_apart(people: Sequence[Named]) -> list[str]:
    """Return what to call each of these people: a first name, with the address when others bear the same one."""
    bearers = Counter(each.first_name.casefold() for each in people)

    def called(one: Named) -> str:
        if one.first_name and bearers[one.first_name.casefold()] > 1:
            return f"{one.first_name} ({one.email})"
        return one.first_name or one.email

    return [called(each) for each in people]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


@dataclass(frozen=True)
class Filed:
    """One file of a dossier: its name inside, its size in bytes, its SHA-256 (hexadecimal), what it is (French)."""

    name: str
    size: int
    sha256: str
    title: str


def manifest(head: Mapping[str, Any], files: Iterable[Filed]) -> bytes:
    """Return the manifest: `head` (JSON values) then every file of the dossier but the manifest itself."""
    listed = [{"nom": each.name, "octets": each.size, "sha256": each.sha256, "titre": each.title} for each in files]
    return json.dumps({**head, "fichiers": listed}, ensure_ascii=False, indent=2).encode()


def comment(key: PublicKey) -> bytes:
    """Return the comment of a dossier, its digits still zero; always the same length."""
    return b"reglo-dossier Ed25519 " + key.key_id.encode() + b" " + b"0" * DIGITS


def closing(key: SigningKey, digest: bytes) -> bytes:
    """Return the digits that replace the zeros, from the SHA-256 of all that comes before them."""
    return sign(key, PURPOSE, digest).value.hex().encode()


class Spoiled(NotGenuine):
    """A dossier whose contents do not match its own manifest; cannot happen to a signed one that nobody touched."""

    code = "dossier-abime"

    def __init__(self, name: str) -> None:
        super().__init__(f"Ce dossier n'est pas intact : {name} ne correspond pas au manifeste.")


class NoDossier(NotGenuine):
    """A file that is no dossier of ours."""

    code = "pas-un-dossier"
    message = "Ce fichier n'est pas un dossier de preuve signé, ou sa fin a été coupée."


def check(file: IO[bytes], keys: Mapping[str, PublicKey]) -> dict[str, Any]:
    """Return the manifest of a genuine dossier; raise `NotGenuine` (French) otherwise. Memory stays flat.

    The signature is checked before anything inside is read.
    """
    file.seek(0, 2)
    size = file.tell()
    if size < _COMMENT_LENGTH:
        raise NoDossier
    file.seek(size - _COMMENT_LENGTH)
    last = file.read()
    named = _COMMENT.fullmatch(last[:-DIGITS])
    if named is None or re.fullmatch(rb"[0-9a-f]{128}", last[-DIGITS:]) is None:
        raise NoDossier
    value = bytes.fromhex(last[-DIGITS:].decode())
    verify(keys, PURPOSE, _digest(file, size - DIGITS), Signature(ED25519, named[2].decode(), value))
    return _checked_inside(file)


def _digest(file: IO[bytes], length: int) -> bytes:
    found = hashlib.sha256()
    file.seek(0)
    while length > 0:
        block = file.read(min(_BLOCK, length))
        found.update(block)
        length -= len(block)
    return found.digest()


def _checked_inside(file: IO[bytes]) -> dict[str, Any]:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as opened:
            told = json.loads(opened.read(MANIFEST))
            names = {each["nom"]: each["sha256"] for each in told["fichiers"]}
            if set(opened.namelist()) != {*names, MANIFEST} or len(opened.namelist()) != len(names) + 1:
                raise Spoiled(MANIFEST)
            for name, expected in names.items():
                with opened.open(name) as entry:
                    if hashlib.file_digest(entry, "sha256").hexdigest() != expected:  # type: ignore[arg-type]
                        raise Spoiled(name)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError):
        raise NoDossier from None
    return dict(told)
