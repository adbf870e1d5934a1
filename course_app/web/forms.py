"""Forms: French messages, text that both databases can store, and the key that makes a double click harmless."""

import uuid
from typing import Any, ClassVar

from flask import request
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.meta import DefaultMeta
from wtforms.validators import ValidationError

from course_app.core.errors import Invalid
from course_app.store.types import is_storable
from course_app.web.i18n import _

TEXT_LIMIT = 5000


class Form(FlaskForm):
    """Base of all forms: CSRF on, French messages, no NUL nor lone surrogate in any text field."""

    class Meta(FlaskForm.Meta):
        """WTForms' own French catalogue, read once: Flask-WTF would read it again at every request."""

        locales: ClassVar[list[str]] = ["fr"]

        def get_translations(self, form: FlaskForm) -> Any:
            """Return the catalogue that WTForms caches."""
            return DefaultMeta.get_translations(self, form)

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """Read the text of a posted form, nothing else: a file, or a JSON number, is no text field."""
            if formdata is None or hasattr(formdata, "getlist"):
                return formdata
            return (request.form or None) if request.method == "POST" else None

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate all fields, then refuse text that PostgreSQL could not store (S62)."""
        valid = super().validate(extra_validators)
        for field in self:
            if isinstance(field.data, str) and not is_storable(field.data):
                field.errors = [*field.errors, _("Retirez les caractères invisibles de ce champ.")]
                valid = False
        return bool(valid)


def submission_key(raw: str | None) -> uuid.UUID:
    """Return the idempotency key of a submission; raise `Invalid` when it is not a UUID."""
    try:
        return uuid.UUID(raw or "")
    except ValueError:
        raise Invalid("Rechargez la page, puis validez à nouveau.", code="cle-absente") from None


def _is_uuid(_form: FlaskForm, field: HiddenField) -> None:
    try:
        uuid.UUID(field.data or "")
    except ValueError:
        raise ValidationError(_("Rechargez la page, puis validez à nouveau.")) from None


class KeyedForm(Form):
    """A form whose submission is stored once, however many times it is sent."""

    key = HiddenField(validators=[_is_uuid])

    def fresh_key(self) -> None:
        """Give a form about to be shown a new key, unless it already carries a valid one."""
        try:
            uuid.UUID(self.key.data or "")
        except ValueError:
            self.key.data = str(uuid.uuid4())

    @property
    def submission(self) -> uuid.UUID:
        """The key of a validated submission."""
        return submission_key(self.key.data)
