"""What the toolbox hands out: letters and e-mails to fill, checklists to print.

Frozen values, as `library.model`. A letter's body is plain text: paragraphs parted by an empty line, lists of lines
that begin with « - », titles that begin with « ## », and tables named alone on their line. A blank is written
`{like_this}`: a field that the reader fills, or a value that is computed (`COMPUTED`). A paragraph, a list item or a
table whose blank stays empty is left out of the letter.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from course_app.library.model import Day, Frozen, Line, Reference, Slug, Stage, Text

BLANK = re.compile(r"(?<!\{)\{([^{}]*)\}(?!\})")
"""A blank of a letter, its name in the first group; `{{fait:…}}` is no blank."""


LETTERS, CHECKLISTS = "/outils/lettres/", "/outils/listes/"
"""Where letters and checklists are shown; lessons link to them."""
FieldId = Annotated[str, Field(pattern=r"^[a-z]+(?:_[a-z]+)*$", max_length=40)]


class LetterMoment(StrEnum):
    """When a letter is of use; members in the order of the toolbox."""

    BEFORE_DUE = "avant-echeance"
    REMINDING = "relancer"
    AGREEING = "convenir"
    DISPUTE = "litige"
    FIRMNESS = "fermete"
    INSOLVENCY = "procedure-collective"


class Channel(StrEnum):
    """How a letter leaves."""

    MAIL = "mail"
    LETTER = "lettre"
    REGISTERED = "recommande"


class FieldKind(StrEnum):
    """What a field holds, which decides how it is typed, read, bounded and printed."""

    LINE = "ligne"
    TEXT = "texte"
    AMOUNT = "montant"
    DAY = "jour"
    PERCENT = "taux"
    WHOLE = "nombre"
    TICK = "case"
    INVOICES = "factures"


class LetterField(Frozen):
    """Something a reader fills in; declared once for all letters.

    `help` says what to type; `example` is a value as it would be typed, for the filled example and for tests: for
    invoices, one a line, « numéro ; échéance ; montant ; versé ; versé le ».
    """

    id: FieldId
    label: Line
    kind: FieldKind
    help: Line | None = None
    example: Annotated[str, Field(min_length=1, max_length=600)]


class LetterHeader(Frozen):
    """What a file of `content/letters/` and a letter share.

    `fields` are asked in this order; those of `optional` may stay empty; `recipient`
    names those of the address that a paper letter shows. `never` says what this letter must not say.
    """

    id: Slug
    title: Line
    moment: LetterMoment
    stage: Stage
    channel: Channel
    summary: Line
    when: Text
    never: Annotated[tuple[Line, ...], Field(min_length=2, max_length=6)]
    lesson: Slug | None = None
    sources: tuple[Reference, ...]
    reviewed_on: Day
    fields: Annotated[tuple[FieldId, ...], Field(min_length=1, max_length=24)]
    optional: tuple[FieldId, ...] = ()
    recipient: Annotated[tuple[FieldId, ...], Field(min_length=1, max_length=2)] = ("client", "adresse_client")
    subject: Line
    body: Annotated[str, Field(min_length=1, max_length=6000)]

    @property
    def is_mail(self) -> bool:
        """Whether it leaves by e-mail, without addresses."""
        return self.channel is Channel.MAIL

    @property
    def around(self) -> frozenset[str]:
        """The fields that it shows around its text: it must ask them."""
        return SIGNED if self.is_mail else LETTERHEAD | set(self.recipient)


class Letter(LetterHeader):
    """A letter ready to be filled. `asked` are its fields in order; `facts` the ids of the facts that it quotes."""

    asked: tuple[LetterField, ...]
    facts: tuple[Slug, ...] = ()

    def asks(self, field_id: str) -> bool:
        """Tell whether a field is asked."""
        return field_id in self.fields


LETTERHEAD = frozenset({"entreprise", "adresse", "ville", "date", "signataire"})
"""Fields that every paper letter shows around its text, beside its recipient: who writes, where, when, who signs."""

SIGNED = frozenset({"entreprise", "signataire"})
"""Fields that an e-mail shows around its text."""

COMPUTED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "bonjour": frozenset({"interlocuteur"}),
        "des_factures": frozenset({"factures"}),
        "les_factures": frozenset({"factures"}),
        "principal": frozenset({"factures"}),
        "tableau": frozenset({"factures"}),
        "interets": frozenset({"factures", "date"}),
        "indemnites": frozenset({"factures", "date"}),
        "total": frozenset({"factures", "date"}),
        "taux_applique": frozenset({"factures", "date"}),
        "arrete_au": frozenset({"factures", "date"}),
        "decompte": frozenset({"factures", "date"}),
        "calcul": frozenset({"factures", "date"}),
        "non_conteste": frozenset({"factures", "part_contestee"}),
        "echeancier": frozenset({"somme_due", "comptant", "premier", "versements"}),
        "nombre_paiements": frozenset({"somme_due", "comptant", "premier", "versements"}),
        "date_fin": frozenset({"somme_due", "comptant", "premier", "versements"}),
    }
)
"""Blanks that are computed, and the fields they need."""

TABLES = frozenset({"tableau", "decompte", "calcul", "echeancier"})
"""Computed blanks that are tables: they stand alone in their paragraph."""

UNWRITTEN = frozenset({"taux", "particulier", "jugement", "telephone"})
"""Fields that a text need not hold: they change what is computed, or stand under the signature."""


def blanks(text: str) -> Iterator[tuple[int, str]]:
    """Yield the blanks of a text in order: their offset and their name."""
    return ((match.start(), match.group(1)) for match in BLANK.finditer(text))


class ChecklistPart(Frozen):
    """A titled part of a checklist."""

    title: Line
    items: Annotated[tuple[Line, ...], Field(min_length=1, max_length=20)]


class Checklist(Frozen):
    """A list to print and tick. `blanks` are lines to fill by hand at the top; `after` is what to do once it is full."""

    id: Slug
    title: Line
    summary: Line
    when: Text
    sources: tuple[Reference, ...]
    reviewed_on: Day
    blanks: tuple[Line, ...] = ()
    parts: Annotated[tuple[ChecklistPart, ...], Field(min_length=1, max_length=8)]
    after: Line | None = None
