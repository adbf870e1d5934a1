"""Who may do what: roles, permissions, the person behind a request, addresses and devices.

Pure: knows neither the web framework nor the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from email_validator import EmailNotValidError, validate_email

EMAIL_LIMIT = 254  # RFC 5321, section 4.5.3.1.3: a path of 256 octets, angle brackets included
FIRST_NAME_LIMIT = 60
ORGANISATION_NAME_LIMIT = 120


class Role(StrEnum):
    """What a person is in the organisation."""

    LEARNER = "apprenant"
    MANAGER = "responsable"
    AUTHOR = "auteur"
    ADMINISTRATOR = "administrateur"


class Permission(StrEnum):
    """What a view may require."""

    LEARN = "apprendre"
    KEEP_ACCOUNT = "tenir-son-compte"
    SEE_TEAM = "voir-equipe"
    INVITE = "inviter"
    SEE_CONTENT_FINDINGS = "voir-constats"
    TEST_SCENARIOS = "tester-scenarios"
    REGRADE = "reevaluer"
    ADMINISTER = "administrer"


# An author reads no learner's data and gives no role (security.md S08): regrading shows counts. A manager edits no content.
PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.LEARNER: frozenset({Permission.LEARN, Permission.KEEP_ACCOUNT}),
        Role.MANAGER: frozenset(
            {Permission.LEARN, Permission.KEEP_ACCOUNT, Permission.SEE_TEAM, Permission.INVITE}
            | {Permission.TEST_SCENARIOS}
        ),
        Role.AUTHOR: frozenset(
            {Permission.LEARN, Permission.KEEP_ACCOUNT, Permission.SEE_CONTENT_FINDINGS, Permission.TEST_SCENARIOS}
            | {Permission.REGRADE}
        ),
        Role.ADMINISTRATOR: frozenset(Permission),
    }
)
# Who sees others' work, writes what all read, or administers shows a second factor: one stolen password must not open
# the company (security.md S39). Learners see their own work alone, often on a shared phone: they choose.
ROLES_WITH_FACTOR = frozenset({Role.MANAGER, Role.AUTHOR, Role.ADMINISTRATOR})
# A visitor on trial practises; having no password, they keep no account yet.
GUEST_PERMISSIONS = frozenset({Permission.LEARN})
# Least privilege: whoever signs up alone learns. Seeing a team is granted, never taken.
FOUNDER_ROLE = Role.LEARNER


class Theme(StrEnum):
    """Colours of the pages; `SYSTEM` follows the device."""

    SYSTEM = "systeme"
    LIGHT = "clair"
    DARK = "sombre"


DEFAULT_TIMEZONE = "Europe/Paris"
# French territories, one entry per distinct clock (IANA names).
TIMEZONES: Mapping[str, str] = MappingProxyType(
    {
        "Europe/Paris": "France métropolitaine, Belgique, Suisse, Luxembourg",
        "America/Martinique": "Guadeloupe, Martinique, Saint-Barthélemy, Saint-Martin",
        "America/Cayenne": "Guyane",
        "America/Miquelon": "Saint-Pierre-et-Miquelon",
        "Indian/Reunion": "La Réunion",
        "Indian/Mayotte": "Mayotte",
        "Pacific/Noumea": "Nouvelle-Calédonie",
        "Pacific/Wallis": "Wallis-et-Futuna",
        "Pacific/Tahiti": "Polynésie française (Tahiti)",
        "Pacific/Marquesas": "Polynésie française (Marquises)",
    }
)


@dataclass(frozen=True)
class Actor:
    """The person behind a request, as the database knew them when the request began."""

    user_id: UUID
    organisation_id: UUID
    role: Role
    first_name: str
    is_guest: bool
    theme: str
    timezone: str
    session_id: UUID
    factor_due: bool = False
    """Their role asks for a second factor that this session has not shown: until then they may what a learner may."""

    def may(self, permission: Permission) -> bool:
        """Tell whether this person holds a permission, here and now."""
        if self.is_guest:
            return permission in GUEST_PERMISSIONS
        return permission in PERMISSIONS[Role.LEARNER if self.factor_due else self.role]

    def waits_for_factor(self, permission: Permission) -> bool:
        """Tell whether a second factor is all that a permission lacks."""
        return self.factor_due and permission in PERMISSIONS[self.role] and not self.may(permission)


def owes_factor(role: Role, factor_verified_at: datetime | None) -> bool:
    """Tell whether a session of this role still has to show a second factor."""
    return role in ROLES_WITH_FACTOR and factor_verified_at is None


def normalised_email(raw: str) -> str | None:
    """Return the one form under which an address is stored, looked up and counted; None when it is not one.

    Lower case, no padding, domain in its ASCII form. The part before @ is ASCII only: accepting look-alike
    letters is how one mailbox has answered for another (security.md S37).
    """
    written = raw.strip()
    if len(written) > EMAIL_LIMIT:  # judging a quarter of a megabyte takes half a second
        return None
    try:
        address = validate_email(written, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    lowered = (address.ascii_email or "").lower()
    return lowered if 0 < len(lowered) <= EMAIL_LIMIT else None


CODE_DIGITS = 6


def typed_digits(raw: str) -> str | None:
    """Return the six digits of what was typed, spaces left out; None when it is something else."""
    digits = "".join(raw.split())
    return digits if len(digits) == CODE_DIGITS and digits.isascii() and digits.isdigit() else None


def account_name(raw: str) -> str:
    """Return what counts attempts on an account: the normalised address, or the folded text when it is not one."""
    return normalised_email(raw) or raw.strip().casefold()[:EMAIL_LIMIT]


# Order matters: every Chromium browser also says Chrome and Safari, and Chrome also says Safari.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("SamsungBrowser", "Samsung Internet"),
             ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
            ("Mac OS", "Mac"), ("Macintosh", "Mac"), ("Linux", "Linux"))  # fmt: skip


def device_family(user_agent: str) -> str:
    """Return a coarse French name of a device, such as « Firefox sur Windows »: no version, no fingerprint."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), None)
    if browser and system:
        return f"{browser} sur {system}"
    return browser or system or "Appareil inconnu"


@dataclass(frozen=True)
class Cutoffs:
    """How far back the site remembers (security.md G4): what ended before these moments is deleted."""

    answers: datetime
    """What people answered and wrote."""
    results: datetime
    """What they achieved, with the log that proves it."""
    certificates: datetime
    """Certificates, whose check page must answer for longer."""
    invitations: datetime
    """Invitations that nobody used."""
    logs: datetime
    """The register of acts, and what was left of sessions."""
    codes: datetime
    """Codes to enter that nobody typed."""
