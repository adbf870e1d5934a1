"""The form that chooses a path."""

from wtforms import RadioField

from course_app.web.forms import Form
from course_app.web.i18n import lazy_


class PathForm(Form):
    """Which path to follow; choices come from the catalogue."""

    path = RadioField(lazy_("Votre parcours"), validate_choice=False)
