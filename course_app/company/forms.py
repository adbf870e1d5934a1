"""A company's ways as one short form."""

from typing import Any

from flask import request
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, ValidationError

from course_app.company.logo import redrawn
from course_app.company.rules import (
    ADDRESS_LIMIT,
    LINE_LIMIT,
    LOGO_BYTES,
    PaymentTerms,
    Tone,
    Unreadable,
    Ways,
    read_contacts,
    read_days,
    written_contacts,
)
from course_app.printing.pdf import is_printable
from course_app.web.forms import Form
from course_app.web.i18n import _, lazy_

TOO_LONG = lazy_("Raccourcissez ce texte.")
TERMS = (
    SelectChoice("", lazy_("Je ne dis rien ici")),
    SelectChoice(PaymentTerms.ON_RECEIPT.value, lazy_("Comptant, à réception")),
    SelectChoice(PaymentTerms.THIRTY_DAYS.value, lazy_("30 jours date de facture")),
    SelectChoice(PaymentTerms.FORTY_FIVE_END_OF_MONTH.value, lazy_("45 jours fin de mois")),
    SelectChoice(PaymentTerms.SIXTY_DAYS.value, lazy_("60 jours date de facture")),
)
TONES = (
    SelectChoice("", lazy_("Je ne dis rien ici")),
    SelectChoice(Tone.CORDIAL.value, lazy_("Cordial : on se connaît")),
    SelectChoice(Tone.NEUTRAL.value, lazy_("Neutre : les faits, rien que les faits")),
    SelectChoice(Tone.FIRM.value, lazy_("Ferme : une date, une suite")),
)


def _printable(_form: Form, field: StringField) -> None:
    """Refuse what our fonts do not hold: it is printed on certificates."""
    if not is_printable(field.data or ""):
        raise ValidationError(
            _("Écrivez en lettres latines, grecques ou cyrilliques : les certificats n'en impriment pas d'autres.")
        )


def _line(label: Any, *more: Any) -> StringField:
    return StringField(label, validators=[Length(max=LINE_LIMIT, message=TOO_LONG), *more], filters=[_stripped])


def _stripped(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


class WaysForm(Form):
    """Everything is optional: what is unsaid is shown nowhere."""

    class Meta(Form.Meta):
        """Reads the picture beside the texts."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Read the text of the form and its file."""
            if request.method == "POST" and (formdata is None or not hasattr(formdata, "getlist")):
                return request.form
            return super().wrap_formdata(form, formdata)

    name = _line(lazy_("Nom de l'entreprise, comme sur vos factures"), _printable)
    address = TextAreaField(
        lazy_("Adresse"), validators=[Length(max=ADDRESS_LIMIT, message=TOO_LONG), _printable], render_kw={"rows": 3}
    )
    phone = _line(lazy_("Téléphone"))
    signatory = _line(lazy_("Qui signe les lettres"), _printable)
    terms = SelectField(lazy_("Votre délai de paiement"), choices=TERMS)
    tone = SelectField(lazy_("Votre ton"), choices=TONES)
    days = StringField(lazy_("Vos jours de relance"), validators=[Length(max=LINE_LIMIT, message=TOO_LONG)])
    contacts = TextAreaField(
        lazy_("Qui prévenir quand un dossier monte"),
        validators=[Length(max=2_000, message=TOO_LONG)],
        render_kw={"rows": 3},
    )
    logo = FileField(lazy_("Logo"))
    without_logo = BooleanField(lazy_("Retirer le logo"))

    def validate_days(self, field: StringField) -> None:
        """Refuse a list of days that cannot be read."""
        _readable(read_days, field.data or "")

    def validate_contacts(self, field: TextAreaField) -> None:
        """Refuse contacts that cannot be read."""
        _readable(read_contacts, field.data or "")

    def validate_logo(self, _field: FileField) -> None:
        """Refuse what is no small picture."""
        if self._sent():
            _readable(redrawn, self._sent())

    def _sent(self) -> bytes:
        file = request.files.get("logo")
        if file is None or not file.filename:
            return b""
        read = file.stream.read(LOGO_BYTES + 1)
        file.stream.seek(0)
        return read

    @property
    def told(self) -> Ways:
        """What a validated form says, but for the logo."""
        return Ways(
            name=self.name.data or "",
            address=(self.address.data or "").strip(),
            phone=self.phone.data or "",
            signatory=self.signatory.data or "",
            terms=PaymentTerms(self.terms.data) if self.terms.data else None,
            tone=Tone(self.tone.data) if self.tone.data else None,
            reminder_days=read_days(self.days.data or ""),
            contacts=read_contacts(self.contacts.data or ""),
        )

    @property
    def new_logo(self) -> bytes | None:
        """The picture to keep from now on, b"" to take it off, None to leave it."""
        if self.without_logo.data:
            return b""
        return redrawn(self._sent()) if self._sent() else None

    @classmethod
    def showing(cls, ways: Ways) -> "WaysForm":
        """Return the form filled with what is kept."""
        return cls(
            formdata=None,
            data={
                "name": ways.name,
                "address": ways.address,
                "phone": ways.phone,
                "signatory": ways.signatory,
                "terms": ways.terms.value if ways.terms else "",
                "tone": ways.tone.value if ways.tone else "",
                "days": ways.calendar,
                "contacts": written_contacts(ways.contacts),
            },
        )


def _readable(read: Any, value: Any) -> None:
    try:
        read(value)
    except Unreadable as fault:
        raise ValidationError(_(str(fault))) from None
