"""Forms of a quiz: starting an attempt, answering a question, hanging up.

The accepted ids come from the question as the learner has it; `rules.validated` is the only judge of them.
"""

from typing import Any

from wtforms import RadioField, SelectMultipleField
from wtforms.validators import ValidationError

from course_app.core.errors import Invalid
from course_app.library.model import Question
from course_app.quizzes import rules
from course_app.quizzes.rules import Certainty
from course_app.quizzes.service import Submission
from course_app.web.forms import Form, KeyedForm
from course_app.web.i18n import _, lazy_


class StartForm(KeyedForm):
    """Starts (or resumes) an attempt."""


class HangUpForm(Form):
    """Ends an attempt before its last question."""


class AnswerForm(KeyedForm):
    """One answer to one question, with an optional certainty."""

    option = SelectMultipleField(lazy_("Votre réponse"), validate_choice=False)
    certainty = RadioField(lazy_("Votre certitude (facultatif)"), validate_choice=False)

    def __init__(self, question: Question, **values: Any) -> None:
        super().__init__(**values)
        self.question = question

    def validate_option(self, field: SelectMultipleField) -> None:
        """Refuse what the grading rules refuse, in their words."""
        try:
            rules.validated(self.question, field.data or [])
        except Invalid as error:
            raise ValidationError(_(error.message)) from error

    def validate_certainty(self, field: RadioField) -> None:
        """Accept a blank or one of the three degrees."""
        if field.data and field.data not in set(Certainty):
            raise ValidationError(_("Choisissez une des trois certitudes, ou aucune."))

    def answer(self) -> Submission:
        """Return the validated submission."""
        certainty = Certainty(self.certainty.data) if self.certainty.data else None
        return Submission(self.submission, tuple(self.option.data or ()), certainty)
