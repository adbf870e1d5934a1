"""What people type into a letter: one form for each letter, made of the fields that the letter asks.

Read as French, refused in French, kept as typed. A form is sent by POST because it holds names and amounts, which an
address would spread; nothing of it is stored.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, FieldList, FormField, IntegerField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from course_app.library.letters import FieldKind, Letter, LetterField
from course_app.toolbox.forms import DayField, EuroField, PercentField
from course_app.toolbox.rules.interest import Payment
from course_app.toolbox.rules.owed import Invoice
from course_app.toolbox.rules.plan import MOST_PAYMENTS
from course_app.web.forms import TEXT_LIMIT, Form
from course_app.web.i18n import _, lazy_

LINE_LIMIT = 200
NUMBER_LIMIT = 40
MOST_INVOICES = 12
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_INVOICE_KEYS = ("numero", "echeance", "montant", "verse", "verse_le")


def _printable(value: Any) -> Any:
    """Drop what no document can hold or show: control characters, changes of direction. Every break becomes one.

    NUL stays, and is refused with a message, as everywhere.
    """
    if not isinstance(value, str):
        return value
    return _UNPRINTABLE.sub("", _BREAKS.sub("\n", value))


def _one_line(value: Any) -> Any:
    """Return a line without breaks nor doubled spaces."""
    text = _printable(value)
    return re.sub(r"[\n\t ]+", " ", text).strip() if isinstance(text, str) else text


def _length(most: int) -> Length:
    return Length(max=most, message=lazy_("Raccourcissez ce texte : %(most)d caractères au plus.", most=most))


class _Needed:
    """A field that must be filled: tells the page; the form itself checks it, once everything is read."""

    field_flags: Mapping[str, bool] = {"required": True}

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse nothing: a typed value that cannot be read already has its own message."""


class InvoiceForm(Form):
    """One invoice of a letter; a row left wholly empty is no invoice."""

    class Meta(Form.Meta):
        """The letter's own form carries the token."""

        csrf = False

    numero = StringField(lazy_("Numéro de facture"), [_Needed(), _length(NUMBER_LIMIT)], filters=[_one_line])
    echeance = DayField(lazy_("Échéance"), [_Needed(), Optional()])
    montant = EuroField(lazy_("Montant TTC"), [_Needed(), Optional()])
    verse = EuroField(lazy_("Déjà versé"), [Optional()])
    verse_le = DayField(lazy_("Versé le"), [Optional()])

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed in this row."""
        return not any((field.raw_data or [""])[0].strip() for field in self)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask the number, the due date and the amount together, and a payment with its day."""
        valid = super().validate(extra_validators)
        if self.is_empty:
            return valid
        for field in (self.numero, self.echeance, self.montant):
            if not field.data and not field.errors:
                field.errors = [_("Complétez cette facture : numéro, échéance et montant.")]
                valid = False
        if bool(self.verse.data) != bool(self.verse_le.data) and not (self.verse.errors or self.verse_le.errors):
            lacking = self.verse_le if self.verse.data else self.verse
            lacking.errors = [_("Donnez le montant versé et sa date, ou laissez les deux vides.")]
            valid = False
        if self.verse.data and self.montant.data and self.verse.data >= self.montant.data:
            self.verse.errors = [_("Cette facture est soldée : retirez-la.")]
            valid = False
        return valid

    @property
    def invoice(self) -> Invoice:
        """The invoice of a validated row."""
        if self.echeance.data is None or self.montant.data is None:
            raise ValueError("the row was not validated")
        paid = Payment(self.verse_le.data, self.verse.data) if self.verse.data and self.verse_le.data else None
        return Invoice(str(self.numero.data), self.echeance.data, self.montant.data, paid)


class LetterForm(Form):
    """Base of the letters' forms: every field asked is there under its id."""

    letter: Letter

    @property
    def rows(self) -> list[InvoiceForm]:
        """The invoices' rows, in order; none when the letter asks no invoice."""
        return [entry.form for entry in self["factures"]] if self.letter.asks("factures") else []

    @property
    def invoices(self) -> tuple[Invoice, ...]:
        """The invoices typed, in order."""
        return tuple(row.invoice for row in self.rows if not row.is_empty)

    def value(self, field_id: str) -> Any:
        """Return what a field holds, None when the letter does not ask it."""
        return self[field_id].data if field_id in self else None

    def add_row(self) -> None:
        """Give the form one more empty invoice, if there is room, and the focus to it."""
        if self.letter.asks("factures") and len(self["factures"]) < MOST_INVOICES:
            self["factures"].append_entry().form.numero.render_kw = {"autofocus": True}

    @property
    def faults(self) -> list[tuple[str | None, str]]:
        """Every message with the id of its field, in the order of the form; None for those of no field."""
        found: list[tuple[str | None, str]] = []
        for field in self:
            rows = [each for row in self.rows for each in row] if field.name == "factures" else [field]
            found += [(each.id, message) for each in rows for message in each.errors if isinstance(message, str)]
            if field.name == "factures" and not any(row.errors for row in self.rows):
                first = self.rows[0].numero.id
                found += [(first, message) for message in field.errors if isinstance(message, str)]
        return [*found, *((None, message) for message in self.form_errors)]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, then what the fields owe to one another."""
        valid = super().validate(extra_validators)
        for asked in self.letter.asked:
            field = self[asked.id]
            is_empty = field.data is None or (isinstance(field.data, str) and not field.data.strip())
            if asked.id not in self.letter.optional and is_empty and not field.errors:
                valid = self._refuse(asked.id, _("Remplissez « %(label)s ».", label=asked.label))
        if self.letter.asks("factures") and all(row.is_empty for row in self.rows):
            valid = self._refuse("factures", _("Donnez au moins une facture."))
        return valid and self._together()

    def _refuse(self, field_id: str, message: str) -> bool:
        self[field_id].errors = [*self[field_id].errors, message]
        return False

    def _together(self) -> bool:
        """Check the days and the sums that must follow one another."""
        written, limit = self.value("date"), self.value("date_limite")
        if written and limit and limit <= written:
            return self._refuse("date_limite", _("La date limite vient après la date de la lettre."))
        if self.value("jugement") and written and self.value("jugement") > written:
            return self._refuse("jugement", _("Le jugement vient avant la date de la lettre."))
        due, at_once = self.value("somme_due"), self.value("comptant")
        if due is not None and at_once is not None and at_once >= due:
            return self._refuse("comptant", _("Ce versement couvre toute la somme : il n'y a plus rien à étaler."))
        disputed = self.value("part_contestee")
        if disputed is not None and self.invoices and disputed >= sum(one.left_cents for one in self.invoices):
            return self._refuse("part_contestee", _("La part contestée doit rester plus petite que le total dû."))
        return True


_MAKERS: Mapping[FieldKind, Callable[[str, list[Any]], Field]] = {
    FieldKind.LINE: lambda label, due: StringField(label, [*due, _length(LINE_LIMIT)], filters=[_one_line]),
    FieldKind.TEXT: lambda label, due: TextAreaField(
        label, [*due, _length(TEXT_LIMIT)], filters=[_printable], render_kw={"rows": 3}
    ),
    FieldKind.AMOUNT: EuroField,
    FieldKind.DAY: DayField,
    FieldKind.PERCENT: PercentField,
    FieldKind.WHOLE: lambda label, due: IntegerField(
        label,
        [*due, NumberRange(1, MOST_PAYMENTS, lazy_("Écrivez un nombre entre 1 et %(most)d.", most=MOST_PAYMENTS))],
    ),
    FieldKind.TICK: lambda label, _due: BooleanField(label),
    FieldKind.INVOICES: lambda label, _due: FieldList(
        FormField(InvoiceForm), label, min_entries=1, max_entries=MOST_INVOICES
    ),
}


def form_class(letter: Letter) -> type[LetterForm]:
    """Return the form of a letter."""
    fields = {asked.id: _made(asked, optional=asked.id in letter.optional) for asked in letter.asked}
    return cast("type[LetterForm]", type("FilledLetter", (LetterForm,), {"letter": letter, **fields}))


def _made(asked: LetterField, *, optional: bool) -> Field:
    return _MAKERS[asked.kind](asked.label, [Optional()] if optional else [_Needed()])


def example(letter: Letter) -> MultiDict[str, str]:
    """Return the letter's example as a browser would send it."""
    typed: MultiDict[str, str] = MultiDict()
    for asked in letter.asked:
        if asked.kind is FieldKind.INVOICES:
            for rank, line in enumerate(asked.example.splitlines()):
                for key, value in zip(_INVOICE_KEYS, line.split(";"), strict=False):
                    typed[f"factures-{rank}-{key}"] = value.strip()
        elif asked.kind is not FieldKind.TICK:
            typed[asked.id] = asked.example.strip()
    return typed
