"""The forms of a lesson: marking it as read, taking that back."""

from wtforms import StringField

from course_app.web.forms import KeyedForm


class FinishForm(KeyedForm):
    """Marks the lesson as read; `onward` is the card pressed at its end, if any."""

    onward = StringField()


class ReopenForm(KeyedForm):
    """Takes back that the lesson was read."""
