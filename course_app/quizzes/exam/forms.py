"""Forms of a test: starting, keeping an answer, sending."""

from wtforms import HiddenField

from course_app.quizzes.exam.service import Sent
from course_app.quizzes.forms import AnswerForm
from course_app.web.forms import Form, KeyedForm


class StartForm(KeyedForm):
    """Starts (or resumes) a test."""


class SendForm(Form):
    """Sends a test, once and for all."""


class DraftForm(AnswerForm):
    """One answer of a test under way, with the revision of the answer that the page showed."""

    revision = HiddenField()

    def draft(self) -> Sent:
        """Return the validated sending; a revision that is no small number counts as 0, which no kept answer has."""
        raw = self.revision.data or ""
        revision = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 9 else 0
        return Sent(self.submission, revision, self.sent)
