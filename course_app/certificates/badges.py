"""An attestation of skills as an Open Badges 3.0 credential: a signed token, alone or baked into a picture. Pure.

Form: W3C Verifiable Credentials 2.0 as 1EdTech Open Badges 3.0 §8.2 writes them in a JWT (the payload is the credential;
`iss`, `jti`, `nbf` repeat its issuer, id and first day). The picture is an SVG with the token inside (§5.3.2).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from course_app.certificates.rules import Facts, day
from course_app.core.french import long_date
from course_app.signing import tokens
from course_app.signing.rules import SigningKey

CONTEXTS = ("https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json")
NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"


def credential(facts: Facts, achieved_at: datetime, issuer_url: str, achievement_url: str) -> dict[str, Any]:
    """Return the credential that says what an attestation of skills says: no score, no answer."""
    narrative = "Le parcours est suivi jusqu’au bout, et son test réussi : 80 % au moins, sans aucune ligne rouge."
    objectives = [line for module in facts["modules"] for line in module["objectives"]]
    return {
        "@context": list(CONTEXTS),
        "id": facts["check"],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": facts["title"],
        "issuer": {"id": issuer_url, "type": ["Profile"], "name": facts["issuer"], "url": issuer_url},
        "validFrom": achieved_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityHash": facts["holder"],
                    "identityType": "name",
                }
            ],
            "achievement": {
                "id": achievement_url,
                "type": ["Achievement"],
                "achievementType": "Certificate",
                "inLanguage": "fr-FR",
                "name": facts["title"],
                "description": " ; ".join(objectives),
                "criteria": {"narrative": narrative},
            },
        },
    }


def token(content: Mapping[str, Any], achieved_at: datetime, key: SigningKey, key_url: str) -> str:
    """Return the credential signed."""
    claims = {"iss": content["issuer"]["id"], "jti": content["id"], "nbf": int(achieved_at.timestamp())}
    return tokens.issue(key, {**content, **claims}, key_url)


def picture(facts: Facts, signed: str) -> str:
    """Return the badge as an SVG that carries its token: the stamp of the pad, the title, the day."""
    title = escape(facts["title"])
    lines = _lines(facts["title"])
    words = "".join(
        f'<text x="200" y="{190 + 34 * rank}" text-anchor="middle" font-size="27" font-weight="700">{escape(line)}</text>'
        for rank, line in enumerate(lines)
    )
    on = escape(long_date(day(facts["achieved_on"])))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:openbadges="{NAMESPACE}" viewBox="0 0 400 400" role="img" aria-label={quoteattr(facts["title"])}>'
        f"<title>{title}</title>"
        f"<openbadges:credential verify={quoteattr(signed)}/>"
        '<path fill="#FBD3D6" d="M48 44h336v340H48z"/><path fill="#FFE89A" d="M32 30h336v340H32z"/>'
        '<path fill="#fff" stroke="#14231D" stroke-width="4" d="M16 16h336v340H16z"/>'
        '<g font-family="sans-serif" fill="#14231D" transform="translate(-16 -10)">'
        '<text x="200" y="76" text-anchor="middle" font-size="22" fill="#4A5A53">Réglo</text>'
        f"{words}"
        '<g transform="rotate(-7 200 300)"><path fill="none" stroke="#B4231A" stroke-width="5" d="M94 268h212v64H94z"/>'
        '<text x="200" y="296" text-anchor="middle" font-size="26" font-weight="700" fill="#B4231A">ACQUIS</text>'
        f'<text x="200" y="320" text-anchor="middle" font-size="17" fill="#B4231A">{on}</text></g></g></svg>\n'
    )


def _lines(title: str, longest: int = 22) -> list[str]:
    """Return a title in lines of so many letters at most, three at most."""
    lines = [""]
    for word in title.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > longest:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines[:3]
