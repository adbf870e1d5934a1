"""What people may send to membership: fields, French refusals, nothing else (security.md S06)."""

import unicodedata
import uuid

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from course_app.accounts.rules import FIRST_NAME_LIMIT, Role
from course_app.membership.rules import TEAM_NAME_LIMIT
from course_app.web.forms import Form
from course_app.web.i18n import _, lazy_

NO_CHOICE = ""
PASTE_LIMIT = 1_000_000


def one_line(_form: Form, field: StringField) -> None:
    """Refuse line breaks and control signs: a name goes into pages and into the subjects of mails (S59)."""
    if any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") for sign in field.data or ""):
        raise ValidationError(_("Écrivez sur une seule ligne, sans caractère invisible."))


def without_edge_spaces(text: str | None) -> str | None:
    """Drop spaces typed around a name."""
    return text.strip(" \u00a0\u202f") if text else text


def day_field(label: str) -> DateField:
    """Return the field of a day, empty for none."""
    return DateField(lazy_(label), validators=[Optional()], render_kw={"type": "date"})


class TeamForm(Form):
    """Naming a team."""

    name = StringField(
        lazy_("Nom de l'équipe"),
        filters=[without_edge_spaces],
        validators=[
            DataRequired(lazy_("Donnez un nom à l'équipe.")),
            Length(
                max=TEAM_NAME_LIMIT,
                message=lazy_("Raccourcissez : %(limit)s caractères au plus.", limit=TEAM_NAME_LIMIT),
            ),
            one_line,
        ],
        render_kw={"autocomplete": "off"},
    )


class PlaceForm(Form):
    """In which teams a person is."""

    teams = SelectMultipleField(lazy_("Équipes"), coerce=uuid.UUID, validate_choice=False)
    leads = SelectMultipleField(lazy_("Équipes suivies"), coerce=uuid.UUID, validate_choice=False)


class CompositionForm(Form):
    """Who joins a team and who leaves it."""

    people = TextAreaField(
        lazy_("Adresses à ajouter"),
        validators=[
            Length(max=PASTE_LIMIT, message=lazy_("Ce texte est trop long. Envoyez la liste en plusieurs fois."))
        ],
        render_kw={"rows": 4, "spellcheck": "false", "autocapitalize": "none", "autocomplete": "off"},
    )
    joining = SelectMultipleField(lazy_("À ajouter"), coerce=uuid.UUID, validate_choice=False)
    leaving = SelectMultipleField(lazy_("À retirer"), coerce=uuid.UUID, validate_choice=False)
    back = BooleanField(lazy_("Corriger"))


class RoleForm(Form):
    """What a person is in the company."""

    role = SelectField(lazy_("Rôle"), validators=[InputRequired(lazy_("Choisissez un rôle de la liste."))])


class ErrandForm(Form):
    """Which path is given, and for which day."""

    path = SelectField(lazy_("Parcours"), validators=[InputRequired(lazy_("Choisissez un parcours."))])
    deadline_on = day_field("À finir pour le")


class InviteForm(Form):
    """Whom to invite, and to what."""

    people = TextAreaField(
        lazy_("Adresses e-mail"),
        validators=[
            Length(max=PASTE_LIMIT, message=lazy_("Ce texte est trop long. Envoyez la liste en plusieurs fois."))
        ],
        render_kw={"rows": 6, "spellcheck": "false", "autocapitalize": "none", "autocomplete": "off"},
    )
    file = FileField(lazy_("Ou un fichier CSV ou XLSX"), render_kw={"accept": ".csv,.xlsx,text/csv"})
    team = SelectField(lazy_("Équipe"), default=NO_CHOICE)
    role = SelectField(lazy_("Rôle"), default=Role.LEARNER.value)
    path = SelectField(lazy_("Parcours à suivre"), default=NO_CHOICE)
    deadline_on = day_field("À finir pour le")


class JoinForm(Form):
    """Answering an invitation."""

    first_name = StringField(
        lazy_("Votre prénom"),
        filters=[without_edge_spaces],
        validators=[
            DataRequired(lazy_("Écrivez votre prénom.")),
            Length(
                max=FIRST_NAME_LIMIT,
                message=lazy_("Raccourcissez : %(limit)s caractères au plus.", limit=FIRST_NAME_LIMIT),
            ),
            one_line,
        ],
        render_kw={"autocomplete": "given-name"},
    )
    remember = BooleanField(lazy_("Garder ma session 30 jours sur cet appareil"))


def choices(pairs: list[tuple[str, str]], none: str | None = None) -> list[SelectChoice]:
    """Return the choices of a list, led by « none » when nothing may be chosen."""
    first = [SelectChoice(NO_CHOICE, none)] if none is not None else []
    return first + [SelectChoice(value, label) for value, label in pairs]
