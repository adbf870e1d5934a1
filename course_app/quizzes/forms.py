"""Forms of a quiz: starting an attempt, answering a question, giving a reason, hanging up.

A question's form has the same two fields whatever its kind: what is chosen (`option`, several values) and what is
typed. Things to place have a field each besides, whose values join what is chosen. `quizzes.kinds` is the only judge.
"""

from typing import Any

from flask import request
from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from course_app.core.errors import Invalid
from course_app.library.model import Question
from course_app.library.questions import FreeTextQuestion, NumericQuestion, PlacingQuestion
from course_app.quizzes.kinds import judging, ordering, placing
from course_app.quizzes.kinds.answers import Response
from course_app.quizzes.rules import Certainty
from course_app.quizzes.service import Submission
from course_app.web.forms import Form, KeyedForm
from course_app.web.i18n import _, lazy_


class StartForm(KeyedForm):
    """Starts (or resumes) an attempt."""


class HangUpForm(Form):
    """Ends an attempt before its last question."""


class ReasonForm(Form):
    """« La raison ? » of an answered question; the service knows which reasons there are."""

    reason = RadioField(validate_choice=False)


class AnswerForm(KeyedForm):
    """One answer to one question, with an optional certainty."""

    option = SelectMultipleField(lazy_("Votre réponse"), validate_choice=False)
    typed = StringField(lazy_("Votre réponse"))
    certainty = RadioField(lazy_("Votre certitude (facultatif)"), validate_choice=False)
    move = StringField()

    def __init__(self, question: Question, **values: Any) -> None:
        super().__init__(**values)
        self.question = question
        if isinstance(question, PlacingQuestion) and self.is_submitted():
            fields = (request.form.getlist(f"{placing.FIELD}{thing.id}") for thing in question.things)
            self.option.data = [*(self.option.data or ()), *(value for field in fields for value in field)]

    @property
    def sent(self) -> Response:
        """What the form carries, not yet judged."""
        return Response(tuple(self.option.data or ()), self.typed.data or "")

    def moved(self) -> str | None:
        """Apply « Monter » or « Descendre » to the order the form carries; return the step that moved, None if none."""
        way, _colon, step = (self.move.data or "").partition(":")
        if way not in {"up", "down"} or not self.option.data:
            return None
        self.option.data = list(ordering.moved(self.option.data, step, -1 if way == "up" else 1))
        return step

    def _judge(self) -> None:
        try:
            judging.parse(self.question, self.sent)
        except Invalid as error:
            raise ValidationError(_(error.message)) from error

    def validate_option(self, _field: SelectMultipleField) -> None:
        """Refuse what the kind of question refuses, in its words."""
        if not isinstance(self.question, NumericQuestion | FreeTextQuestion):
            self._judge()

    def validate_typed(self, _field: StringField) -> None:
        """Refuse what the kind of question refuses, in its words."""
        if isinstance(self.question, NumericQuestion | FreeTextQuestion):
            self._judge()

    def validate_certainty(self, field: RadioField) -> None:
        """Accept a blank or one of the three degrees."""
        if field.data and field.data not in set(Certainty):
            raise ValidationError(_("Choisissez une des trois certitudes, ou aucune."))

    def answer(self) -> Submission:
        """Return the validated submission."""
        certainty = Certainty(self.certainty.data) if self.certainty.data else None
        return Submission(self.submission, self.sent.chosen, certainty, self.sent.typed)
