"""What a company may say of its ways, how it is read from a form, and how it is told to learners. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

LINE_LIMIT = 120
ADDRESS_LIMIT = 400
MOST_CONTACTS = 4
MOST_REMINDERS = 8
FIRST_DAY, LAST_DAY = -30, 120
"""Days around the due date in which a reminder makes sense: a month before, four months after."""
LOGO_BYTES = 1_000_000
LOGO_PIXELS = 4_000_000
LOGO_WIDTH, LOGO_HEIGHT = 600, 240


class PaymentTerms(StrEnum):
    """When invoices of the company are due."""

    ON_RECEIPT = "comptant"
    THIRTY_DAYS = "30-jours"
    FORTY_FIVE_END_OF_MONTH = "45-jours-fin-de-mois"
    SIXTY_DAYS = "60-jours"


class Tone(StrEnum):
    """How the company writes and speaks to late customers."""

    CORDIAL = "cordial"
    NEUTRAL = "neutre"
    FIRM = "ferme"


@dataclass(frozen=True)
class Contact:
    """Whom to tell when a case goes up: what they decide, their name, possibly how to reach them."""

    role: str
    name: str
    reach: str = ""


@dataclass(frozen=True)
class Ways:
    """A company's ways, each possibly unsaid. `reminder_days` counts from the due date, in order; negative: before."""

    name: str = ""
    address: str = ""
    phone: str = ""
    signatory: str = ""
    terms: PaymentTerms | None = None
    tone: Tone | None = None
    reminder_days: tuple[int, ...] = ()
    contacts: tuple[Contact, ...] = ()
    has_logo: bool = False

    @property
    def are_told(self) -> bool:
        """Whether there is anything to show learners beside a lesson."""
        return bool(self.terms or self.tone or self.reminder_days or self.contacts)

    @property
    def calendar(self) -> str:
        """The reminders as the trade writes them: « J-7, J+3, J+15 »."""
        return ", ".join(f"J{day:+d}" if day else "J" for day in self.reminder_days)


class Unreadable(ValueError):
    """A list that cannot be read; the message is French and says what to correct."""


_DAY = re.compile(r"(?:[jJ]\s*)?([+-]?\s*\d{1,3})|[jJ]")


def read_days(text: str) -> tuple[int, ...]:
    """Return the days of « J-7, J+3, 15 », sorted, each once; raise `Unreadable` naming the first wrong one."""
    found = set()
    for part in filter(None, (piece.strip() for piece in re.split(r"[,;\n]", text.replace("\u2212", "-")))):
        match = _DAY.fullmatch(part)
        if match is None:
            raise Unreadable(f"« {part[:20]} » n'est pas un jour. Écrivez par exemple : J-7, J+3, J+15.")
        day = int((match[1] or "0").replace(" ", ""))
        if not FIRST_DAY <= day <= LAST_DAY:
            raise Unreadable(f"« {part} » est trop loin de l'échéance : restez entre J{FIRST_DAY} et J+{LAST_DAY}.")
        found.add(day)
    if len(found) > MOST_REMINDERS:
        raise Unreadable(f"Gardez {MOST_REMINDERS} relances au plus : au-delà, personne ne suit.")
    return tuple(sorted(found))


def read_contacts(text: str) -> tuple[Contact, ...]:
    """Return the contacts of « rôle ; nom ; téléphone » lines; raise `Unreadable` naming the first wrong line."""
    found = []
    for number, line in enumerate(filter(None, (each.strip() for each in text.splitlines())), 1):
        parts = [part.strip() for part in line.split(";")]
        if len(parts) not in (2, 3) or not all(parts[:2]) or max(map(len, parts)) > LINE_LIMIT:
            raise Unreadable(
                f"Ligne {number} : écrivez le rôle, un point-virgule, le nom, puis si vous voulez le téléphone."
            )
        found.append(Contact(*parts))
    if len(found) > MOST_CONTACTS:
        raise Unreadable(f"Gardez {MOST_CONTACTS} personnes au plus.")
    return tuple(found)


def written_contacts(contacts: Sequence[Contact]) -> str:
    """Return contacts as the form shows them, one a line."""
    return "\n".join(" ; ".join(filter(None, (each.role, each.name, each.reach))) for each in contacts)
