"""A PDF that carries its own proof: the signature covers every byte of the file but itself, and its own bytes are bound.

After the PDF come lines that readers of PDF skip (comments, ISO 32000-1 §7.2.3) and the ending they look for, repeated:

    %Reglo-Sceau {"alg":…,"facts":…,"kid":…,"purpose":…}
    %Reglo-Signature 128 hexadecimal digits
    startxref / the PDF's own offset / %%EOF

What is signed is all that stands before the digits. What follows them has one possible spelling, so that no byte of the
file can change unnoticed. Pure.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from course_app.signing.rules import ED25519, NotGenuine, PublicKey, Signature, SigningKey, canonical, sign, verify

_SEAL = b"\n%Reglo-Sceau "
_MARK = b"\n%Reglo-Signature "
_ENDING = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF\s*\Z")
_LONGEST_ENDING = 200


class NoSeal(NotGenuine):
    """A file without a seal of ours."""

    code = "sans-sceau"
    message = "Ce fichier ne porte pas de signature d'attestation, ou elle a été abîmée."


@dataclass(frozen=True)
class Opened:
    """What a genuine file says of itself, and the key that signed it."""

    purpose: str
    facts: Mapping[str, Any]
    key: PublicKey


def seal(pdf: bytes, purpose: str, facts: Mapping[str, Any], key: SigningKey) -> tuple[bytes, Signature]:
    """Return the sealed file, and its signature; `facts` are JSON values. The same file for the same key."""
    covered = _covered(pdf, purpose, facts, key.public.key_id)
    signature = sign(key, purpose, covered)
    return covered + _closing(pdf, signature.value), signature


def sealed(pdf: bytes, purpose: str, facts: Mapping[str, Any], signature: Signature) -> bytes:
    """Return the sealed file again, from the signature that was kept: the key may be gone since."""
    return _covered(pdf, purpose, facts, signature.key_id) + _closing(pdf, signature.value)


def open_sealed(file: bytes, keys: Mapping[str, PublicKey]) -> Opened:
    """Return what a file says, once every byte of it is proved; raise `NotGenuine` (French) otherwise."""
    at, mark = file.rfind(_SEAL), file.rfind(_MARK)
    if not 0 < at < mark:
        raise NoSeal
    head = _head(file[at + len(_SEAL) : mark])
    covered = file[: mark + len(_MARK)]
    digits = file[len(covered) : len(covered) + 128]
    if re.fullmatch(rb"[0-9a-f]{128}", digits) is None:
        raise NoSeal
    value = bytes.fromhex(digits.decode("ascii"))
    if file[len(covered) :] != _closing(file[: at + 1], value):
        raise NotGenuine
    key = verify(keys, head["purpose"], covered, Signature(head["alg"], head["kid"], value))
    return Opened(head["purpose"], head["facts"], key)


def _covered(pdf: bytes, purpose: str, facts: Mapping[str, Any], key_id: str) -> bytes:
    head = canonical({"alg": ED25519, "kid": key_id, "purpose": purpose, "facts": dict(facts)})
    return pdf.removesuffix(b"\n") + _SEAL + head + _MARK


def _closing(pdf: bytes, value: bytes) -> bytes:
    ending = _ENDING.search(pdf[-_LONGEST_ENDING:])
    if ending is None:
        raise NoSeal
    return value.hex().encode("ascii") + b"\nstartxref\n" + ending[1] + b"\n%%EOF\n"


def _head(raw: bytes) -> dict[str, Any]:
    """Return the head of a seal: only what `canonical` writes is read."""
    try:
        head = json.loads(raw)
    except (ValueError, RecursionError):
        raise NoSeal from None
    shape = {"alg": str, "kid": str, "purpose": str, "facts": dict}
    if not isinstance(head, dict) or head.keys() != shape.keys() or canonical(head) != raw:
        raise NoSeal
    if not all(isinstance(head[name], kind) for name, kind in shape.items()) or not head["purpose"].isascii():
        raise NoSeal
    return head
