"""`python -m benchmarks.certificates`: what making and checking an attestation costs, processor time, as JSON.

The limit is that of the issue: 50 ms of CPU for a certificate. It is also told as a ratio to drawing a letter's PDF with
the same printer, so that a slower machine changes little.
"""

import hashlib
import io
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from PIL import Image

from course_app.certificates import rules
from course_app.certificates.documents.drawing import CURRENT, draw
from course_app.certificates.rules import CertificateKind
from course_app.printing.pdf import pdf
from course_app.signing import keys, seals

LIMIT_MS = 50.0
ROUNDS = 40
_BARE = b'#set document(title: "Lettre")\n#set text(lang: "fr")\n= Lettre\n#sys.inputs.data'


def facts() -> rules.Facts:
    """Return an attestation as long as that of the longest path: six modules, four aims each."""
    aims = [f"Savoir faire la chose numéro {rank} sans perdre le client ni son calme" for rank in range(4)]
    code = rules.written_code(bytes(range(16)))
    return rules.Facts(
        holder="Samira Benali",
        title="Équipe : se faire payer ensemble",
        issuer="Menuiserie Bocage",
        achieved_on="2026-12-08",
        minutes=900,
        modules=[{"title": f"Module {rank}", "objectives": aims} for rank in range(6)],
        code=code,
        check=f"https://reglo.exemple.fr/verifier/{code}",
    )


def logo() -> bytes:
    """Return a logo as large as one may be, with the many shades of a photograph."""
    made = io.BytesIO()
    Image.linear_gradient("L").resize((600, 240)).convert("RGBA").save(made, "PNG")
    return made.getvalue()


def headed(told: rules.Facts, picture: bytes) -> rules.Facts:
    """Return the same attestation under a company's letterhead."""
    return {
        **told,
        "has_letterhead": True,
        "address": "4 rue des Scieries, 38250 Lans-en-Vercors",
        "signatory": "Claire Martin, gérante",
        "logo": hashlib.sha256(picture).hexdigest(),
    }


def _median_ms(work: Callable[[], object]) -> float:
    work()
    spent = []
    for _round in range(ROUNDS):
        started = time.process_time()
        work()
        spent.append((time.process_time() - started) * 1000)
    return round(statistics.median(spent), 2)


def measured() -> dict[str, float]:
    """Return milliseconds of CPU, medians: a certificate drawn and sealed, without and with a logo; a bare page, a check."""
    told, picture = facts(), logo()
    with tempfile.TemporaryDirectory() as folder:
        key = keys.signing_key(Path(folder))
        public = keys.public_keys(Path(folder))

        def make(said: rules.Facts = told, borne: bytes = b"") -> bytes:
            drawn = draw(CURRENT[CertificateKind.SKILLS], said, borne)
            return seals.seal(drawn, rules.PURPOSE, rules.public_facts(CertificateKind.SKILLS, said), key)[0]

        file = make()
        return {
            "certificate": _median_ms(make),
            "with_logo": _median_ms(lambda: make(headed(told, picture), picture)),
            "bare_page": _median_ms(lambda: pdf(_BARE, {"name": "Samira"}, date(2026, 12, 8))),
            "check": _median_ms(lambda: seals.open_sealed(file, public)),
            "bytes": float(len(file)),
        }


def main() -> None:
    """Measure and print."""
    figures = measured()
    shown = {**figures, "limit_ms": LIMIT_MS, "ratio_to_limit": round(figures["with_logo"] / LIMIT_MS, 3)}
    print(json.dumps(shown, indent=2))


if __name__ == "__main__":
    main()
