"""The form that confirms a regrading."""

from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from course_app.quizzes.models import WHY_LENGTH
from course_app.web.forms import KeyedForm
from course_app.web.i18n import lazy_


class RegradeForm(KeyedForm):
    """Why answers are judged again, in words that learners read; `previewed` is the version that was shown."""

    why = TextAreaField(
        lazy_("Pourquoi, en une phrase lue par les apprenants"),
        validators=[
            DataRequired(lazy_("Écrivez pourquoi : les apprenants le lisent.")),
            Length(max=WHY_LENGTH, message=lazy_("Raccourcissez : 300 caractères au plus.")),
        ],
    )
    previewed = HiddenField()
