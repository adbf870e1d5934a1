"""Facts and a kept logo in, a PDF out: A4, PDF/UA-1, a QR code to the check page; the same bytes for the same facts.

A template is never edited once a document was issued from it: a new look is a new file and a new name in `CURRENT`.
"""

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course_app.certificates.documents.pictures import as_svg, size_on_paper
from course_app.certificates.rules import CertificateKind, Facts, day, shown_code
from course_app.core.french import duration, long_date, typeset
from course_app.printing.pdf import pdf, template

_HERE = Path(__file__).parent
CURRENT: Mapping[CertificateKind, str] = {
    CertificateKind.SKILLS: "skills-2",
    CertificateKind.COMPLETION: "completion-2",
}
"""The template that new documents are drawn with."""
NATURES = {"action-de-formation": "action de formation", "apprentissage": "action de formation par apprentissage"}


class AnotherLogo(Exception):
    """The picture given is not the one that the facts name: a fault of the program, or of a restored backup."""


def draw(name: str, facts: Facts, logo: bytes = b"") -> bytes:
    """Return the PDF of a document, before its seal; `name` is a template, version included.

    `logo` is the picture whose print the facts hold; raise `AnotherLogo` for any other, or for none.
    """
    if facts.get("logo", "") != (hashlib.sha256(logo).hexdigest() if logo else ""):
        raise AnotherLogo
    achieved_on = day(facts["achieved_on"])
    data: dict[str, Any] = {
        "holder": facts["holder"],
        "title": typeset(facts["title"]),
        "issuer": facts["issuer"],
        "achieved_on": long_date(achieved_on),
        "duration": duration(facts["minutes"]),
        "modules": [
            {"title": typeset(each["title"]), "objectives": [typeset(line) for line in each["objectives"]]}
            for each in facts["modules"]
        ],
        "code": shown_code(facts["code"]),
        "check": facts["check"].rpartition("/")[0],
        "qr": qr(facts["check"]),
    }
    data |= _letterhead(facts, logo)
    if added := facts.get("completion"):
        data |= {
            **added,
            "nature": NATURES[added["nature"]],
            "began_on": long_date(day(added["began_on"])),
            "ended_on": long_date(day(added["ended_on"])),
            "issued_on": long_date(day(added["issued_on"])),
        }
    return pdf(template(_HERE / f"{name}.typ"), data, achieved_on)


def _letterhead(facts: Facts, logo: bytes) -> dict[str, Any]:
    """Return what stands at the head and foot of a document in the name of a company; all empty without one."""
    name = facts["issuer"] if facts.get("has_letterhead") else ""
    return {
        "letterhead": name,
        "address": facts.get("address", ""),
        "signatory": facts.get("signatory", ""),
        "logo": as_svg(logo) if logo else "",
        "logo_mm": list(size_on_paper(logo)) if logo else [],
        "logo_alt": f"Logo de {facts['issuer']}",
    }


def qr(address: str) -> str:
    """Return an address as a QR code, SVG: error correction M, the quiet zone of ISO/IEC 18004 (four modules)."""
    import segno  # noqa: PLC0415 - for documents only

    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=4, dark="#14231D", light="#fff", xmldecl=False, svgns=True, nl=False
    )
    return out.getvalue().decode("utf-8")
