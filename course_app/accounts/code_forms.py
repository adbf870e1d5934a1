"""What people send to keep their work, or come back, by a code of six digits."""

from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import DataRequired, ValidationError

from course_app.accounts.destinations import local_path
from course_app.accounts.forms import email_field, first_name_field, plausible_address
from course_app.accounts.rules import typed_digits
from course_app.web.forms import Form
from course_app.web.i18n import _, lazy_

SIX_DIGITS = "Écrivez les six chiffres du courriel."


class KeepForm(Form):
    """Keeping what one did: a first name, and where the code is sent."""

    next = HiddenField(filters=[local_path])
    first_name = first_name_field()
    email = email_field(autocomplete="email", validators=(plausible_address,))


class ComeBackForm(Form):
    """Coming back without password: where the code is sent."""

    next = HiddenField(filters=[local_path])
    email = email_field(autocomplete="username", validators=(plausible_address,))


class CodeForm(Form):
    """The code, with the address that received it: it may be typed on another device."""

    next = HiddenField(filters=[local_path])
    email = email_field(autocomplete="username", validators=(plausible_address,))
    code = StringField(
        lazy_("Code à six chiffres"),
        validators=[DataRequired(lazy_(SIX_DIGITS))],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "9", "class": "code-box"},
    )
    remember = BooleanField(lazy_("Garder ma session 30 jours sur cet appareil"))

    def validate_code(self, field: StringField) -> None:
        """Refuse what is not six digits, before it costs a try."""
        if typed_digits(field.data or "") is None:
            raise ValidationError(_(SIX_DIGITS))
