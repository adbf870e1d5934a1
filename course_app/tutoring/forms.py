"""Writing a message."""

from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from course_app.tutoring.rules import MESSAGE_LIMIT, SUBJECT_LENGTH
from course_app.web.forms import Form, KeyedForm
from course_app.web.i18n import lazy_


class MessageForm(KeyedForm):
    """A text, and what it is about."""

    text = TextAreaField(
        lazy_("Votre message"),
        validators=[
            DataRequired(lazy_("Écrivez votre message, puis envoyez-le.")),
            Length(max=MESSAGE_LIMIT, message=lazy_("Gardez 2 000 caractères au plus : dites l'essentiel.")),
        ],
        render_kw={"rows": 5},
    )
    about = HiddenField(validators=[Length(max=SUBJECT_LENGTH)])


class ReadForm(Form):
    """Marks a thread as read."""
