"""The form of a lesson: going on once it is read."""

from course_app.web.forms import KeyedForm


class FinishForm(KeyedForm):
    """Marks the lesson as read."""
