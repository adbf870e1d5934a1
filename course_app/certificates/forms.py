"""What people may send: the name to print, what the ministry's model asks, why a document is withdrawn."""

import unicodedata
from typing import Any

from wtforms import BooleanField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from course_app.certificates.rules import NAME_LIMIT, REASON_LIMIT, ActionNature
from course_app.printing.pdf import is_printable
from course_app.web.forms import Form
from course_app.web.i18n import _, lazy_

PLACE_LIMIT = 80
DECLARATION_LIMIT = 30
ADDRESS_LIMIT = 200


def _trimmed(text: str | None) -> str | None:
    """Drop spaces typed around a text; a line break is not a space, and is refused (S59)."""
    return text.strip(" \u00a0\u202f") if text else text


def _one_line(_form: Form, field: StringField) -> None:
    if any(unicodedata.category(sign) in {"Cc", "Cf", "Zl", "Zp"} for sign in field.data or ""):
        raise ValidationError(_("Écrivez sur une seule ligne, sans caractère invisible."))


def _printable(_form: Form, field: StringField) -> None:
    if not is_printable(field.data or ""):
        raise ValidationError(
            _("Écrivez en lettres latines, grecques ou cyrilliques : le document n'en imprime pas d'autres.")
        )


def _line(label: Any, missing: Any, limit: int = NAME_LIMIT, autocomplete: str = "off") -> StringField:
    return StringField(
        label,
        filters=[_trimmed],
        validators=[
            DataRequired(missing),
            Length(max=limit, message=lazy_("Raccourcissez : %(limit)s caractères au plus.", limit=limit)),
            _one_line,
            _printable,
        ],
        render_kw={"autocomplete": autocomplete},
    )


class SkillsForm(Form):
    """Asks for one's own attestation of skills."""

    holder = _line(
        lazy_("Prénom et nom, tels qu'ils seront imprimés"),
        lazy_("Écrivez votre prénom et votre nom."),
        autocomplete="name",
    )


class CompletionForm(Form):
    """Fills somebody's certificate of completion."""

    holder = _line(lazy_("Prénom et nom de la personne formée"), lazy_("Écrivez le prénom et le nom de la personne."))
    employer = _line(lazy_("Employeur"), lazy_("Écrivez le nom de l'employeur."), autocomplete="organization")
    provider = _line(
        lazy_("Qui dispense la formation"), lazy_("Écrivez le nom de qui dispense la formation."),
        autocomplete="organization",
    )  # fmt: skip
    address = StringField(
        lazy_("Son adresse"),
        filters=[_trimmed],
        validators=[
            Optional(),
            Length(
                max=ADDRESS_LIMIT, message=lazy_("Raccourcissez : %(limit)s caractères au plus.", limit=ADDRESS_LIMIT)
            ),
            _one_line,
            _printable,
        ],
        render_kw={"autocomplete": "off"},
    )
    with_logo = BooleanField(lazy_("Imprimer notre logo en tête"), default=True)
    declaration = StringField(
        lazy_("Numéro de déclaration d'activité"),
        filters=[_trimmed],
        validators=[Optional(), Length(max=DECLARATION_LIMIT), _one_line, _printable],
        render_kw={"autocomplete": "off"},
    )
    nature = RadioField(
        lazy_("Nature de l'action"),
        choices=[
            SelectChoice(ActionNature.TRAINING.value, lazy_("Action de formation")),
            SelectChoice(ActionNature.APPRENTICESHIP.value, lazy_("Action de formation par apprentissage")),
        ],
        default=ActionNature.TRAINING.value,
        validators=[DataRequired(lazy_("Choisissez la nature de l'action."))],
    )
    signatory = _line(lazy_("Qui signe"), lazy_("Écrivez le nom de qui signe."), autocomplete="name")
    signatory_role = _line(
        lazy_("Sa fonction"), lazy_("Écrivez la fonction de qui signe."), PLACE_LIMIT, "organization-title"
    )
    place = _line(lazy_("Fait à"), lazy_("Écrivez la ville."), PLACE_LIMIT, "address-level2")

    def written(self) -> dict[str, str]:
        """Return what was typed, by the names that the facts use."""
        return {name: str(self[name].data or "") for name in WRITTEN}


WRITTEN = ("holder", "employer", "provider", "address", "declaration", "nature", "signatory", "signatory_role", "place")


class RevokeForm(Form):
    """Withdraws a document."""

    why = _line(lazy_("Pourquoi le retirer ?"), lazy_("Écrivez la raison : elle reste au registre."), REASON_LIMIT)
    may_be_reissued = BooleanField(
        lazy_("Un nouveau document peut être établi à sa place (une erreur de nom, par exemple)")
    )
