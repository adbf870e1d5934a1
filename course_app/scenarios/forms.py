"""Forms of a scenario: starting, choosing, going back, replaying a moment.

They check the shape of what arrives; whether a choice is offered is the rules' word.
"""

from typing import Any

from wtforms import HiddenField, SelectMultipleField
from wtforms.validators import ValidationError

from course_app.core.errors import Invalid
from course_app.library.scenario_play import Position, Story
from course_app.scenarios import rules
from course_app.web.forms import KeyedForm
from course_app.web.i18n import _, lazy_


class StartForm(KeyedForm):
    """Starts an attempt, or resumes the open one."""


class ReplayForm(KeyedForm):
    """Plays one moment of a finished attempt again, in a new attempt."""


class ChoiceForm(KeyedForm):
    """One choice at one moment. `position` is where it is made; None where no choice can be."""

    choice = SelectMultipleField(lazy_("Votre décision"), validate_choice=False)

    def __init__(self, story: Story, position: Position | None, **values: Any) -> None:
        super().__init__(**values)
        self.story, self.position = story, position

    def validate_choice(self, field: SelectMultipleField) -> None:
        """Refuse several choices, and what the rules refuse where the learner stands."""
        sent = field.data or []
        if len(sent) > 1:
            raise ValidationError(_("Choisissez une seule réponse."))
        if self.position is None:
            return
        try:
            rules.judged(self.story, self.position, self.chosen)
        except Invalid as error:
            raise ValidationError(_(error.message)) from error

    @property
    def chosen(self) -> str:
        """The id sent; empty when none was."""
        return str((self.choice.data or [""])[0])


class BackForm(KeyedForm):
    """Goes back before a choice: `moment` is its sequence, `at` the moment on the screen."""

    moment = HiddenField()
    at = HiddenField()

    def validate_moment(self, field: HiddenField) -> None:
        """Accept a short number."""
        _number(field)

    def validate_at(self, field: HiddenField) -> None:
        """Accept a short number."""
        _number(field)


def _number(field: HiddenField) -> None:
    text = str(field.data or "")
    if not (text.isascii() and text.isdecimal() and len(text) <= 4):
        raise ValidationError(_("Rechargez la page, puis recommencez."))
