"""Making a document: facts, drawing, print, signature; and making the same file again.

Knows the press of an installation (its keys, its public address), no database.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from course_app.certificates import badges
from course_app.certificates.documents.drawing import CURRENT, draw
from course_app.certificates.models import Certificate
from course_app.certificates.rules import CODE_BYTES, PURPOSE, CertificateKind, Facts, public_facts, written_code
from course_app.signing import keys, seals
from course_app.signing.rules import ED25519, Signature


@dataclass(frozen=True)
class Press:
    """What an installation prints with: the folder that holds its keys, the address where anybody checks."""

    data_dir: Path
    base_url: str

    def check_url(self, code: str) -> str:
        """Return the address of the check page of a code."""
        return f"{self.base_url}/verifier/{code}"

    @property
    def keys_url(self) -> str:
        """Where the public keys are, for people."""
        return f"{self.base_url}/attestations/cle-publique"


def new_code() -> str:
    """Return a code that nobody can guess."""
    return written_code(secrets.token_bytes(CODE_BYTES))


@dataclass(frozen=True)
class Printed:
    """What a row keeps of a file: the template, the print of the PDF, the key and its signature."""

    template: str
    pdf_hash: str
    key_id: str
    signature: str


def printed(press: Press, kind: CertificateKind, facts: Facts, logo: bytes = b"") -> Printed:
    """Draw and sign a document, with the logo that its facts name; about twenty milliseconds."""
    name = CURRENT[kind]
    pdf = draw(name, facts, logo)
    _file, signature = seals.seal(pdf, PURPOSE, public_facts(kind, facts), keys.signing_key(press.data_dir))
    return Printed(name, hashlib.sha256(pdf).hexdigest(), signature.key_id, signature.value.hex())


def file_of(press: Press, row: Certificate, logo: bytes = b"") -> bytes:
    """Return the sealed file of a document, the same bytes each time; `logo`: the one kept with it (`logos.of`).

    Should a later typst draw other bytes from the same facts, that drawing is signed by the key in use: every file that
    left here stays genuine, and nothing is reissued.
    """
    facts = facts_of(row)
    pdf, said = draw(row.template, facts, logo), public_facts(row.kind, facts)
    if hashlib.sha256(pdf).hexdigest() == row.pdf_hash:
        return seals.sealed(pdf, PURPOSE, said, Signature(ED25519, row.key_id, bytes.fromhex(row.signature)))
    return seals.seal(pdf, PURPOSE, said, keys.signing_key(press.data_dir))[0]


def badge_of(press: Press, row: Certificate) -> str:
    """Return the Open Badges credential of an attestation of skills, signed by the key in use."""
    content = badges.credential(
        facts_of(row), row.achieved_at, press.keys_url, f"{press.base_url}/programme#{row.path_id}"
    )
    return badges.token(content, row.achieved_at, keys.signing_key(press.data_dir), press.keys_url)


def facts_of(row: Certificate) -> Facts:
    """Return what a document says."""
    return cast(Facts, row.facts)


def local_day(moment: datetime, timezone: str) -> str:
    """Return the day of a moment, ISO, where somebody lives."""
    return moment.astimezone(ZoneInfo(timezone)).date().isoformat()
