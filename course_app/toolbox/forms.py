"""What people type into the calculators: read as French, refused in French, kept as typed.

Calculators are asked by GET: a result has an address, can be printed and sent, and nothing is written.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from flask import request
from wtforms import BooleanField, Field, IntegerField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError
from wtforms.widgets import DateInput, TextInput

from course_app.core.french_input import Unreadable, read_cents, read_day, read_percent
from course_app.toolbox.rules.dates import Claim
from course_app.toolbox.rules.plan import MOST_PAYMENTS
from course_app.web.forms import Form
from course_app.web.i18n import _, lazy_

TYPED_LIMIT = 500
MOST_LINES = 24

_CLAIMS = [
    SelectChoice(Claim.BUSINESS.value, lazy_("Une entreprise")),
    SelectChoice(Claim.CONSUMER.value, lazy_("Un particulier")),
    SelectChoice(Claim.TRANSPORT.value, lazy_("Une entreprise, pour un transport")),
]
_needed = InputRequired(lazy_("Remplissez ce champ."))


class _Typed(Field):
    """A text that stands for a value: `data` is the value, None when it cannot be read; the text is shown again."""

    widget = TextInput()
    read: Callable[[str], Any]

    def _value(self) -> str:
        return str(self.raw_data[0])[:TYPED_LIMIT] if self.raw_data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = type(self).read(valuelist[0])
            except Unreadable as error:
                raise ValueError(_(str(error))) from None


class EuroField(_Typed):
    """An amount; `data` in cents."""

    read = staticmethod(read_cents)
    data: int | None


class PercentField(_Typed):
    """A yearly rate; `data` a share of one."""

    read = staticmethod(read_percent)
    data: Decimal | None


class DayField(_Typed):
    """A day. The browser's date field sends « 2026-10-12 »; typed by hand, « 12/10/2026 » is read too."""

    widget = DateInput()
    read = staticmethod(read_day)
    data: date | None

    def _value(self) -> str:
        return self.data.isoformat() if self.data else super()._value()


class Question(Form):
    """A calculator's form: asked by GET, so that it needs no token and writes nothing."""

    class Meta(Form.Meta):
        """No token: nothing is changed by asking."""

        csrf = False

    @property
    def is_asked(self) -> bool:
        """Whether somebody sent the form, rather than opened the page."""
        return any(field.name in request.args for field in self)


class InterestForm(Question):
    """Late interest on one invoice."""

    montant = EuroField(lazy_("Montant de la facture, toutes taxes comprises"), [_needed])
    echeance = DayField(lazy_("Échéance"), [_needed])
    jusqu_au = DayField(lazy_("Payée le, ou calcul jusqu'au"), [_needed])
    taux = PercentField(lazy_("Taux écrit dans vos conditions, en % par an"), [Optional()])
    factures = IntegerField(
        lazy_("Nombre de factures en retard"),
        [Optional(), NumberRange(1, 1000, lazy_("Écrivez un nombre entre 1 et 1 000."))],
    )
    verse = EuroField(lazy_("Déjà versé sur cette facture"), [Optional()])
    verse_le = DayField(lazy_("Versé le"), [Optional()])
    particulier = BooleanField(lazy_("Le client est un particulier"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse an end before the due date, and a payment without its day."""
        valid = super().validate(extra_validators)
        if self.echeance.data and self.jusqu_au.data and self.jusqu_au.data < self.echeance.data:
            self.jusqu_au.errors = [_("Cette date vient avant l'échéance : il n'y a pas de retard.")]
            valid = False
        if bool(self.verse.data) != bool(self.verse_le.data) and not (self.verse.errors or self.verse_le.errors):
            lacking = self.verse_le if self.verse.data else self.verse
            lacking.errors = [_("Donnez le montant versé et sa date, ou laissez les deux vides.")]
            valid = False
        return valid


class DueDateForm(Question):
    """The due date of an invoice."""

    depart = DayField(lazy_("Date de la facture, ou de la livraison sans accord"), [_needed])


class DsoForm(Question):
    """Days of sales outstanding, two ways."""

    creances = EuroField(lazy_("Créances clients à la fin de la période"), [_needed])
    ventes = TextAreaField(lazy_("Ventes de chaque mois, la plus récente d'abord"), [_needed], render_kw={"rows": 6})
    non_echu = EuroField(lazy_("Part des créances non échue"), [Optional()])
    fin = DayField(lazy_("Dernier jour de la période"), [_needed])
    months: tuple[int, ...] = ()

    def validate_ventes(self, field: TextAreaField) -> None:
        """Read one amount a line."""
        lines = [line for line in (field.data or "")[:2000].splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise ValidationError(_("Écrivez %(most)d mois au plus, un par ligne.", most=MOST_LINES))
        try:
            self.months = tuple(read_cents(line) for line in lines)
        except Unreadable:
            raise ValidationError(_("Écrivez un montant par ligne, par exemple 180 000,00.")) from None
        if not sum(self.months):
            raise ValidationError(_("Il faut au moins un mois de ventes."))


class EffectivenessForm(Question):
    """Effectiveness of collection."""

    debut = EuroField(lazy_("Créances au début de la période"), [_needed])
    ventes = EuroField(lazy_("Ventes de la période, toutes taxes comprises"), [_needed])
    fin = EuroField(lazy_("Créances à la fin de la période"), [_needed])
    fin_non_echu = EuroField(lazy_("Dont non échues"), [_needed])


class PlanForm(Question):
    """An instalment plan."""

    montant = EuroField(lazy_("Somme due"), [_needed])
    comptant = EuroField(lazy_("Versé tout de suite"), [_needed])
    premier = DayField(lazy_("Date du premier versement"), [_needed])
    versements = IntegerField(
        lazy_("Nombre de versements mensuels ensuite"),
        [
            InputRequired(lazy_("Écrivez un nombre de versements.")),
            NumberRange(1, MOST_PAYMENTS, lazy_("Écrivez un nombre entre 1 et %(most)d.", most=MOST_PAYMENTS)),
        ],
    )

    def validate_comptant(self, field: EuroField) -> None:
        """Refuse a first payment that leaves nothing to divide."""
        if field.data is not None and self.montant.data is not None and field.data >= self.montant.data:
            raise ValidationError(_("Ce versement couvre toute la somme : il n'y a plus rien à étaler."))


class LimitationForm(Question):
    """Until when one may sue."""

    creance = SelectField(lazy_("Qui vous doit cet argent ?"), choices=_CLAIMS)
    exigible = DayField(lazy_("Échéance de la facture"), [_needed])
    interrompue = DayField(lazy_("Dernière reconnaissance de dette ou demande en justice"), [Optional()])


class InsolvencyForm(Question):
    """Deadlines once a customer is in insolvency proceedings."""

    publication = DayField(lazy_("Date de parution au BODACC"), [_needed])
    outre_mer = BooleanField(lazy_("Votre entreprise est hors de France métropolitaine"))


class OrderForm(Question):
    """Deadlines of an order to pay."""

    ordonnance = DayField(lazy_("Date de l'ordonnance"), [_needed])
    signifiee = DayField(lazy_("Signifiée au débiteur le"), [Optional()])

    def validate_signifiee(self, field: DayField) -> None:
        """Refuse a service before the order."""
        if field.data and self.ordonnance.data and field.data < self.ordonnance.data:
            raise ValidationError(_("Cette date vient avant l'ordonnance."))
