"""What people may send about second factors.

Every field that holds a secret is named so that error pages never show it again (web/errors.py).
"""

from typing import Any

from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from course_app.accounts.destinations import local_path
from course_app.accounts.factors.passkeys import ANSWER_LIMIT
from course_app.accounts.factors.rules import PASSKEY_NAME_LIMIT
from course_app.accounts.proof import ProofForm
from course_app.accounts.rules import typed_digits
from course_app.web.forms import Form
from course_app.web.i18n import _, lazy_

SIX_DIGITS = "Écrivez les six chiffres que l'application montre maintenant."


def _six_digits(_form: Form, field: StringField) -> None:
    if typed_digits(field.data or "") is None:
        raise ValidationError(_(SIX_DIGITS))


def _one_line(_form: Form, field: StringField) -> None:
    if any(not sign.isprintable() for sign in field.data or ""):
        raise ValidationError(_("Écrivez sur une seule ligne, sans caractère invisible."))


def _trimmed(text: str | None) -> str | None:
    return text.strip() if text else text


def _answer_field() -> HiddenField:
    """Return the field that a browser fills with a passkey's answer."""
    return HiddenField(validators=[Length(max=ANSWER_LIMIT)])


class ApplicationForm(ProofForm):
    """Adding an application of codes."""

    next = HiddenField(filters=[local_path])
    secret_token = HiddenField()
    code = StringField(
        lazy_("Code à six chiffres"),
        validators=[DataRequired(lazy_(SIX_DIGITS)), _six_digits],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "9", "class": "code-box"},
    )


class PasskeyForm(ProofForm):
    """Adding a passkey."""

    next = HiddenField(filters=[local_path])
    key_answer = _answer_field()
    name = StringField(
        lazy_("Nom de cette clé"),
        filters=[_trimmed],
        validators=[
            DataRequired(lazy_("Donnez un nom à cette clé.")),
            Length(max=PASSKEY_NAME_LIMIT, message=lazy_("Raccourcissez : 60 caractères au plus.")),
            _one_line,
        ],
    )


class RemovalForm(ProofForm):
    """Removing a factor, or drawing new recovery codes."""


class SecondStepForm(Form):
    """Showing the second factor while signing in: six digits, or a recovery code."""

    code = StringField(
        lazy_("Code à six chiffres"),
        validators=[DataRequired(lazy_("Écrivez un code."))],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "9", "class": "code-box"},
    )

    def for_recovery(self) -> None:
        """Ask for a recovery code instead."""
        self.code.label.text = _("Code de secours")
        self.code.render_kw = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class PasskeyAnswerForm(Form):
    """Showing a passkey, as the second factor or alone."""

    next = HiddenField(filters=[local_path])
    remember = BooleanField()
    key_answer = _answer_field()


class AccessForm(Form):
    """What an administrator does for somebody who cannot come in: nothing to type."""


def fill(form: Any, **values: str | None) -> None:
    """Give a form about to be shown its first values."""
    for name, value in values.items():
        form[name].data = value
