"""Forms of a call: dialling, saying a sentence, taking it back, hanging up, replaying, describing one's own customer."""

from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import HiddenField, IntegerField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from course_app.calls.clients import Description
from course_app.calls.engine.choices import Choice
from course_app.calls.intents import Intent
from course_app.calls.rules import SAID_LENGTH, SpokenHow
from course_app.library.calls import LARGEST_AMOUNT_CENTS, OBJECTION_COUNT, Answerer, Persona, Temperature
from course_app.web.forms import Form, KeyedForm
from course_app.web.i18n import _, lazy_

GUIDED, FREE = "guide", "libre"
MOST_OBJECTIONS = 3
LONGEST_DELAY_DAYS = 365
HISTORY_LENGTH = 300
NAME_LENGTH = 80


class StartForm(KeyedForm):
    """Dials the number, at a temperature, with or without help."""

    temperature = RadioField(lazy_("Température de l'appel"), validate_choice=False)
    mode = RadioField(lazy_("Votre façon de jouer"), validate_choice=False)

    def validate_temperature(self, field: RadioField) -> None:
        """Accept one of the three temperatures."""
        if field.data not in set(Temperature):
            raise ValidationError(_("Choisissez une température."))

    def validate_mode(self, field: RadioField) -> None:
        """Accept guided or free."""
        if field.data not in {GUIDED, FREE}:
            raise ValidationError(_("Choisissez avec ou sans aide."))

    @property
    def is_guided(self) -> bool:
        """Whether hints and taking back are offered."""
        return bool(self.mode.data == GUIDED)


class SayForm(KeyedForm):
    """One sentence: the turn it is for, and which of those offered."""

    turn = IntegerField(validators=[NumberRange(1, 99)])
    choice = RadioField(lazy_("Que dites-vous ?"), validate_choice=False)

    def __init__(self, offered: tuple[Choice, ...], **values: Any) -> None:
        super().__init__(**values)
        self.offered = offered

    def validate_choice(self, field: RadioField) -> None:
        """Accept one of the sentences offered, when there are any."""
        known = {each.id for each in self.offered}
        if self.offered and (len(field.raw_data or ()) > 1 or field.data not in known):
            raise ValidationError(_("Choisissez une réplique, puis dites-la."))

    @property
    def chosen(self) -> Choice:
        """The sentence chosen, once validated."""
        return next(each for each in self.offered if each.id == self.choice.data)


class OwnWordsForm(KeyedForm):
    """One sentence of one's own; `intent` is empty until the learner has confirmed what was understood."""

    turn = IntegerField(validators=[NumberRange(1, 99)])
    said = TextAreaField(
        lazy_("Vos mots à vous"), [InputRequired(lazy_("Écrivez ce que vous diriez.")), Length(max=SAID_LENGTH)]
    )
    how = HiddenField()
    intent = HiddenField()

    def validate_said(self, field: TextAreaField) -> None:
        """Refuse blank sentences."""
        if not str(field.data or "").strip():
            raise ValidationError(_("Écrivez ce que vous diriez."))

    def validate_intent(self, field: HiddenField) -> None:
        """Accept nothing, or one meaning."""
        if len(field.raw_data or ()) > 1 or (field.data and field.data not in set(Intent)):
            raise ValidationError(_("Choisissez l'une des trois propositions."))

    @property
    def text(self) -> str:
        """The sentence, on one line."""
        return " ".join(str(self.said.data or "").split())

    @property
    def meaning(self) -> Intent | None:
        """The meaning confirmed by the learner, None before."""
        return Intent(self.intent.data) if self.intent.data else None

    @property
    def spoken_how(self) -> SpokenHow:
        """Whether it was typed or dictated."""
        return SpokenHow.DICTATED if self.how.data == SpokenHow.DICTATED.value else SpokenHow.TYPED


class TurnForm(Form):
    """Takes back a turn, named by its number."""

    turn = HiddenField()

    @property
    def number(self) -> int:
        """The turn named; 0 when it is no number."""
        raw = str(self.turn.data or "")
        return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 4 else 0


class HangUpForm(Form):
    """Ends a call where it stands."""


class ReplayForm(KeyedForm):
    """Plays a moment again."""


class ForgetForm(Form):
    """Erases a customer of one's own."""


def _cents(text: str) -> int:
    """Return an amount typed the French way in cents; raise ValueError when it is none."""
    kept = "".join(text.replace("€", "").split()).replace(",", ".")
    try:
        amount = Decimal(kept)
    except InvalidOperation:
        raise ValueError(text) from None
    if not amount.is_finite() or amount.adjusted() > 8:
        raise ValueError(text)
    return int((amount * 100).to_integral_value())


class ClientForm(KeyedForm):
    """Describes a customer of one's own to practise on."""

    customer = StringField(lazy_("L'entreprise (un nom inventé suffit)"), [InputRequired(), Length(max=NAME_LENGTH)])
    contact = StringField(
        lazy_("La personne à joindre, par exemple « Mme Martin »"), [InputRequired(), Length(max=NAME_LENGTH)]
    )
    amount = StringField(lazy_("Montant dû, en euros"), [InputRequired(), Length(max=20)])
    days_late = IntegerField(
        lazy_("Jours de retard"),
        [InputRequired(lazy_("Indiquez un nombre de jours.")), NumberRange(1, LONGEST_DELAY_DAYS)],
    )
    history = TextAreaField(lazy_("Ce qui s'est passé jusqu'ici"), [Length(max=HISTORY_LENGTH)])
    persona = RadioField(lazy_("Ce qui retient le paiement, selon vous"), validate_choice=False)
    temperature = RadioField(lazy_("Température de l'appel"), validate_choice=False)
    answerer = RadioField(lazy_("Qui décroche ?"), validate_choice=False)
    objections = SelectMultipleField(lazy_("Ce que ce client vous répond"), validate_choice=False)

    def validate_amount(self, field: StringField) -> None:
        """Accept « 2 480,00 » and its like, up to a million."""
        try:
            cents = _cents(str(field.data or ""))
        except ValueError:
            raise ValidationError(_("Écrivez un montant, par exemple 2 480,00.")) from None
        if not 0 < cents <= LARGEST_AMOUNT_CENTS:
            raise ValidationError(_("Écrivez un montant entre 0,01 et 1 000 000 euros."))

    def validate_persona(self, field: RadioField) -> None:
        """Accept one of the ten kinds of customer."""
        if field.data not in set(Persona):
            raise ValidationError(_("Choisissez un profil."))

    def validate_temperature(self, field: RadioField) -> None:
        """Accept one of the three temperatures."""
        if field.data not in set(Temperature):
            raise ValidationError(_("Choisissez une température."))

    def validate_answerer(self, field: RadioField) -> None:
        """Accept one of those who pick up."""
        if field.data not in set(Answerer):
            raise ValidationError(_("Choisissez qui décroche."))

    def validate_objections(self, field: SelectMultipleField) -> None:
        """Accept one to three of the twenty-seven objections, each once."""
        chosen = list(field.data or [])
        known = {str(number) for number in range(1, OBJECTION_COUNT + 1)}
        if not 1 <= len(chosen) <= MOST_OBJECTIONS or len(set(chosen)) != len(chosen) or not set(chosen) <= known:
            raise ValidationError(_("Choisissez une à trois réponses de ce client."))

    def description(self) -> Description:
        """Return the validated description."""
        return Description(
            customer=str(self.customer.data).strip(),
            contact=str(self.contact.data).strip(),
            amount_cents=_cents(str(self.amount.data)),
            days_late=int(self.days_late.data or 1),
            history=str(self.history.data or "").strip(),
            persona=Persona(self.persona.data),
            temperature=Temperature(self.temperature.data),
            answerer=Answerer(self.answerer.data),
            objections=tuple(int(number) for number in self.objections.data or ()),
        )
