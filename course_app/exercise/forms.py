"""Forms of an exercise: starting, deciding, taking back, closing a séance, replaying, « Demain, je… ».

They check the shape of what arrives; whether a move can be played is the engine's word.
"""

from datetime import date
from typing import Any

from wtforms import Field, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import HiddenInput

from course_app.exercise.engine.contract import CustomerFile, Decision, Desk
from course_app.exercise.models import TAKEAWAY_LIMIT
from course_app.web.forms import Form, KeyedForm
from course_app.web.i18n import _, lazy_

GUIDED, FREE = "guide", "libre"


class OneEach(KeyedForm):
    """A keyed form whose every field comes once: repeated values are refused, not silently dropped (S22)."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate, then refuse any field sent several times."""
        valid = super().validate(extra_validators)
        for field in self:
            if len(field.raw_data or ()) > 1:
                field.errors = [_("Choisissez une seule réponse.")]
                valid = False
        return valid


class StartForm(OneEach):
    """Starts a run, guided or free."""

    mode = RadioField(lazy_("Comment voulez-vous jouer ?"), validate_choice=False)

    def validate_mode(self, field: Field) -> None:
        """Accept the two modes only."""
        if field.data not in (GUIDED, FREE):
            raise ValidationError(_("Choisissez : guidé ou libre."))

    @property
    def is_guided(self) -> bool:
        """Whether hints are wanted; meaningful once validated."""
        return bool(self.mode.data == GUIDED)


class DecisionForm(OneEach):
    """One action on one customer, or on the whole desk (`customer` empty); the date serves only those that ask for it."""

    session = IntegerField(widget=HiddenInput(), validators=[InputRequired(lazy_("Rechargez la page."))])
    customer = HiddenField(filters=[lambda text: text or ""])
    action = RadioField(lazy_("Que faites-vous ?"), validate_choice=False)
    until = SelectField(lazy_("Si vous attendez, jusqu'au"), validate_choice=False)

    def validate_action(self, field: Field) -> None:
        """Refuse an empty choice."""
        if not field.data:
            raise ValidationError(_("Choisissez une action."))

    def validate_until(self, field: Field) -> None:
        """Accept a blank or a date written as in a calendar (2026-10-12)."""
        try:
            self._date()
        except ValueError:
            raise ValidationError(_("Choisissez une date de la liste.")) from None

    def _date(self) -> date | None:
        return date.fromisoformat(self.until.data) if self.until.data else None

    def decision(self, desk: Desk) -> Decision:
        """Return the validated move; a date left beside an action that asks for none is ignored."""
        customer = desk.customer(self.customer.data)
        until = self._date() if customer is None or _needs_date(customer, self.action.data) else None
        return Decision(self.session.data, self.customer.data, self.action.data, until)


def _needs_date(customer: CustomerFile, action_id: str) -> bool:
    return any(action.needs_date for action in customer.actions if action.id == action_id)


class UndoForm(OneEach):
    """Takes back one decision, named by its place in the run."""

    move = IntegerField(widget=HiddenInput(), validators=[InputRequired(lazy_("Rechargez la page."))])


class CloseForm(OneEach):
    """Closes one séance, named by its rank."""

    session = IntegerField(widget=HiddenInput(), validators=[InputRequired(lazy_("Rechargez la page."))])


class ReplayForm(OneEach):
    """Plays one moment again, in a new run."""


class TakeawayForm(Form):
    """One sentence to oneself."""

    text = StringField(
        lazy_("Demain, je…"),
        filters=[lambda text: text.strip() if text else ""],
        validators=[Length(max=TAKEAWAY_LIMIT, message=lazy_("Une phrase suffit : 300 caractères au plus."))],
    )
