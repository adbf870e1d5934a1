"""In whose name a document is issued: the company's name, address, signatory and logo, and what fills the next form.

Takes a session, never commits. Must not know Flask.
"""

import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from course_app.accounts import service as accounts
from course_app.accounts.rules import Actor
from course_app.certificates.models import Certificate
from course_app.certificates.rules import CertificateKind, on_one_line, signatory_parts, town_of
from course_app.company import service as company
from course_app.printing.pdf import is_printable

ISSUER_WITHOUT_COMPANY = "Réglo"
"""Who delivers an attestation to somebody without a company: no company is invented."""


@dataclass(frozen=True)
class Letterhead:
    """A company as its documents name it; `name` is empty without a company, `logo` a PNG or nothing."""

    name: str
    address: str = ""
    signatory: str = ""
    logo: bytes = b""

    @property
    def issuer(self) -> str:
        """Who delivers the document."""
        return self.name or ISSUER_WITHOUT_COMPANY


def of_company(session: Session, person: Actor) -> Letterhead:
    """Return the letterhead of a person's company: what it said of itself, else the name it signed up with."""
    ways = company.ways(session, person.organisation_id)
    name = printable(ways.name or accounts.organisation_name(session, person))
    if not name:
        return Letterhead("")
    logo = company.logo(session, person.organisation_id) if ways.has_logo else None
    return Letterhead(name, printable(on_one_line(ways.address)), printable(ways.signatory), logo or b"")


def printable(text: str) -> str:
    """Return a text without the signs that our fonts do not hold: names of companies are older than this room."""
    visible = "".join(sign for sign in text if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    if not visible.strip() or is_printable(visible):
        return visible.strip()
    return " ".join("".join(sign for sign in visible if is_printable(sign)).split())


def suggested(session: Session, actor: Actor) -> Mapping[str, str]:
    """Return what fills the form of a certificate of completion, by the names of its fields.

    The company's own words and those of its last certificate: for each field, the later of the two.
    """
    ways, changed_at = company.ways(session, actor.organisation_id), company.changed_at(session, actor.organisation_id)
    name, role = signatory_parts(ways.signatory)
    own = {
        "employer": ways.name,
        "provider": ways.name,
        "address": on_one_line(ways.address),
        "signatory": name,
        "signatory_role": role,
        "place": town_of(ways.address),
    }
    last = _last(session, actor.organisation_id)
    written = {"address": last.facts.get("address", ""), **last.facts["completion"]} if last else {}
    is_newer = last is None or (changed_at is not None and changed_at > last.issued_at)
    first, then = (written, own) if is_newer else (own, written)
    signed_up_as = accounts.organisation_name(session, actor)
    told = {"employer": signed_up_as, "provider": signed_up_as}
    for words in (first, then):
        told |= {field: text for field, text in words.items() if text}
    return told


def _last(session: Session, organisation_id: uuid.UUID) -> Certificate | None:
    """Return the last certificate of completion that an organisation issued, if its words are still there."""
    return session.scalar(
        select(Certificate)
        .where(
            Certificate.organisation_id == organisation_id,
            Certificate.kind == CertificateKind.COMPLETION,
            Certificate.erased_at.is_(None),
        )
        .order_by(Certificate.issued_at.desc())
        .limit(1)
    )
