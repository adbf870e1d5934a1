"""What people may send to accounts: fields, French refusals, nothing else (security.md S06).

Every field that holds a secret has "password" in its name: error pages never show such a field again.
"""

import unicodedata
from typing import Any

from wtforms import BooleanField, EmailField, HiddenField, PasswordField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from course_app.accounts import passwords, service
from course_app.accounts.destinations import local_path
from course_app.accounts.rules import (
    EMAIL_LIMIT,
    FIRST_NAME_LIMIT,
    ORGANISATION_NAME_LIMIT,
    TIMEZONES,
    Theme,
    normalised_email,
)
from course_app.web.forms import Form
from course_app.web.i18n import _, lazy_

_THEME_LABELS = {
    Theme.SYSTEM: lazy_("Comme mon appareil"),
    Theme.LIGHT: lazy_("Clair"),
    Theme.DARK: lazy_("Sombre"),
}


def _without_edge_spaces(text: str | None) -> str | None:
    """Drop spaces typed around a name; a line break is not a space, and is refused (S59)."""
    return text.strip(" \u00a0\u202f") if text else text


def _one_line(_form: Form, field: StringField) -> None:
    if any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") for sign in field.data or ""):
        raise ValidationError(_("Écrivez sur une seule ligne, sans caractère invisible."))


def plausible_address(_form: Form, field: EmailField) -> None:
    """Refuse what is not a whole address."""
    if normalised_email(field.data or "") is None:
        raise ValidationError(_(service.EMAIL_WRONG))


def _at_most(limit: int) -> Length:
    return Length(max=limit, message=lazy_("Raccourcissez : %(limit)s caractères au plus.", limit=limit))


def email_field(*, autocomplete: str, validators: tuple[Any, ...] = ()) -> EmailField:
    """Return the address field, the same on every page."""
    return EmailField(
        lazy_("Adresse e-mail"),
        validators=[DataRequired(lazy_("Écrivez votre adresse e-mail.")), _at_most(EMAIL_LIMIT), *validators],
        render_kw={"autocomplete": autocomplete, "spellcheck": "false", "autocapitalize": "none"},
    )


def first_name_field() -> StringField:
    """Return the first-name field, the same on every page."""
    return StringField(
        lazy_("Prénom"),
        filters=[_without_edge_spaces],
        validators=[DataRequired(lazy_("Écrivez votre prénom.")), _at_most(FIRST_NAME_LIMIT), _one_line],
        render_kw={"autocomplete": "given-name"},
    )


def new_password_field(label: str) -> PasswordField:
    """Return the field in which a password is chosen: pasting and password keepers welcome."""
    return PasswordField(
        lazy_(label),
        validators=[InputRequired(lazy_("Choisissez un mot de passe."))],
        render_kw={"autocomplete": "new-password"},
    )


def current_password_field(label: str) -> PasswordField:
    """Return the field in which the password of today is written."""
    return PasswordField(
        lazy_(label),
        validators=[InputRequired(lazy_("Écrivez votre mot de passe."))],
        render_kw={"autocomplete": "current-password"},
    )


def _refuse_weak(password: str | None, about: tuple[str | None, ...]) -> None:
    found = passwords.weakness(password or "", [known for known in about if known])
    if found is not None:
        raise ValidationError(_(service.PASSWORD_WRONG[found]))


class SignUpForm(Form):
    """Opening an account."""

    next = HiddenField(filters=[local_path])
    first_name = first_name_field()
    email = email_field(autocomplete="email", validators=(plausible_address,))
    password = new_password_field("Mot de passe")
    company = StringField(
        lazy_("Entreprise"),
        filters=[_without_edge_spaces],
        validators=[_at_most(ORGANISATION_NAME_LIMIT), _one_line],
        render_kw={"autocomplete": "organization"},
    )

    def validate_password(self, field: PasswordField) -> None:
        """Refuse a password that one's name, address or company gives away."""
        _refuse_weak(field.data, (self.first_name.data, self.email.data, self.company.data))


class SignInForm(Form):
    """Signing in."""

    next = HiddenField(filters=[local_path])
    email = email_field(autocomplete="username")
    password = current_password_field("Mot de passe")
    remember = BooleanField(lazy_("Garder ma session 30 jours sur cet appareil"))


class ForgottenForm(Form):
    """Asking for a link to choose a new password."""

    email = email_field(autocomplete="username")


class ResetForm(Form):
    """Choosing a new password from a link; `about` holds what others know of the person."""

    about: tuple[str | None, ...] = ()
    new_password = new_password_field("Nouveau mot de passe")

    def validate_new_password(self, field: PasswordField) -> None:
        """Apply the policy."""
        _refuse_weak(field.data, self.about)


class PasswordForm(Form):
    """Changing one's password while signed in; `about` holds what others know of the person."""

    about: tuple[str | None, ...] = ()
    current_password = current_password_field("Mot de passe actuel")
    new_password = new_password_field("Nouveau mot de passe")

    def validate_new_password(self, field: PasswordField) -> None:
        """Apply the policy."""
        _refuse_weak(field.data, self.about)


class DisplayForm(Form):
    """How pages look and which clock they follow."""

    theme = RadioField(
        lazy_("Couleurs"),
        choices=[SelectChoice(theme.value, label) for theme, label in _THEME_LABELS.items()],
        validators=[InputRequired(lazy_("Choisissez l'un des trois thèmes."))],
    )
    timezone = SelectField(
        lazy_("Fuseau horaire"),
        choices=[SelectChoice(name, lazy_(label)) for name, label in TIMEZONES.items()],
        validators=[InputRequired(lazy_("Choisissez un fuseau horaire de la liste."))],
    )


class DemonstrationForm(Form):
    """Entering as one of the demonstration's people."""

    person = HiddenField()
