"""What an administrator asks of the register: a person, an act, days. Asked by GET, so that a search has an address."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from course_app.audit.rules import Act, Search
from course_app.core.french import typeset
from course_app.web.clock import PARIS
from course_app.web.forms import Form
from course_app.web.i18n import _, lazy_
from course_app.web.library import catalog


class RegisterForm(Form):
    """A search in the register."""

    class Meta(Form.Meta):
        """Nothing is changed by a search."""

        csrf = False

    personne = SelectField(lazy_("Personne"), validate_choice=True)
    acte = SelectField(lazy_("Acte"), validate_choice=True)
    du = DateField(lazy_("Du"), [Optional()])
    au = DateField(lazy_("Au"), [Optional()])

    def offer(self, people: Sequence[tuple[UUID, str]]) -> None:
        """Give the form the people of the organisation and the acts that leave a trace."""
        everybody, everything = SelectChoice("", _("Tout le monde")), SelectChoice("", _("Tous les actes"))
        self.personne.choices = [everybody, *(SelectChoice(str(key), name) for key, name in people)]
        self.acte.choices = [everything, *(SelectChoice(act.value, typeset(catalog().label(act))) for act in Act)]

    def search(self, before_id: int | None = None) -> Search:
        """Return what a valid form asks; days are those of Paris, both included."""
        first, last = self.du.data, self.au.data
        return Search(
            person_id=UUID(self.personne.data) if self.personne.data else None,
            act=Act(self.acte.data) if self.acte.data else None,
            since=datetime.combine(first, time.min, PARIS) if first else None,
            until=datetime.combine(last, time.min, PARIS) + timedelta(days=1) if last else None,
            before_id=before_id,
        )

    def validate_au(self, field: DateField) -> None:
        """Refuse days in the wrong order."""
        if field.data and self.du.data and field.data < self.du.data:
            raise ValidationError(_("Le dernier jour vient avant le premier. Échangez-les."))


class ExportForm(Form):
    """Downloads what a search found."""
