"""What a document may say, and logos to put at its head."""

import base64
import hashlib
import io

from PIL import Image

from course_app.certificates import rules

CODE = rules.written_code(bytes(range(100, 116)))
FACTS = rules.Facts(
    holder="Samira Benali",
    title="Intérimaires : prêts pour les premiers appels",
    issuer="Menuiserie Bocage",
    achieved_on="2026-12-08",
    minutes=229,
    modules=[{"title": "Avant de décrocher", "objectives": ["Lire un dossier en trois minutes"]}],
    code=CODE,
    check=f"https://reglo.exemple.fr/verifier/{CODE}",
)
COMPLETION = rules.Facts(
    **FACTS,
    completion={
        "employer": "Menuiserie Bocage",
        "provider": "Atelier du Levant",
        "declaration": "11 22 33333 44",
        "nature": "action-de-formation",
        "began_on": "2026-11-02",
        "ended_on": "2026-12-08",
        "signatory": "Claire Martin",
        "signatory_role": "gérante",
        "place": "Nantes",
        "issued_on": "2026-12-09",
    },
)
HEAD = {
    "has_letterhead": True,
    "address": "4 rue des Scieries, 38250 Lans-en-Vercors",
    "signatory": "Claire Martin, gérante",
}
LOGO = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAADAAAAAQCAYAAABQrvyxAAAAP0lEQVR42mPcoiz1n2EIAyaGIQ5GPTDQgAVdwPvOU0Z8GraqSP8f"
    "jYFRD4x6YNQDox4YNh5gHG0LjXpghHsAALPLCAEgPRwkAAAAAElFTkSuQmCC"
)
"""A PNG of 48 × 16 dots whose bytes depend on no library of today."""


def logo_of(width: int, height: int) -> bytes:
    """Return a PNG of so many dots, see-through but for a line around."""
    made = io.BytesIO()
    picture = Image.new("RGBA", (width, height), "navy")
    picture.paste((0, 0, 0, 0), (2, 2, max(3, width - 2), max(3, height - 2)))
    picture.save(made, "PNG")
    return made.getvalue()


def headed(facts: rules.Facts, logo: bytes = b"", **changed: object) -> rules.Facts:
    """Return facts under a company's letterhead, with the logo if any."""
    named = {"logo": hashlib.sha256(logo).hexdigest()} if logo else {}
    return {**facts, **HEAD, **named, **changed}  # type: ignore[typeddict-item]
