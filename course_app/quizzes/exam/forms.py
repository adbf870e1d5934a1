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
    """One answer of a test under way, with the revision of the answer that the page showed, and which sending it is."""

    revision = HiddenField()
    serial = HiddenField(default="0")

    def draft(self) -> Sent:
        """Return the validated sending; what is no small number counts as 0: no kept answer has that revision."""
        return Sent(self.submission, _small_number(self.revision.data), self.sent, _small_number(self.serial.data))


def _small_number(raw: str | None) -> int:
    return int(raw) if raw and raw.isascii() and raw.isdigit() and len(raw) < 9 else 0
