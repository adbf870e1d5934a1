"""Asking for a dossier: whose, on which path."""

from collections.abc import Iterable

from wtforms import SelectField
from wtforms.validators import InputRequired

from course_app.web.forms import KeyedForm
from course_app.web.i18n import lazy_

CHOOSE = lazy_("Choisissez dans la liste.")


class DossierForm(KeyedForm):
    """A team or a person, a path; choices are those the asker sees."""

    whom = SelectField(lazy_("Pour qui"), validators=[InputRequired(CHOOSE)], validate_choice=True)
    path = SelectField(lazy_("Parcours"), validators=[InputRequired(CHOOSE)], validate_choice=True)

    def offer(self, whom: Iterable[tuple[str, str]], paths: Iterable[tuple[str, str]]) -> None:
        """Set what may be chosen."""
        self.whom.choices, self.path.choices = list(whom), list(paths)


class OwnForm(KeyedForm):
    """Asks for one's own dossier."""
