"""Which questions an author asks to see. Asked by GET, so that a choice has an address."""

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from course_app.library.catalog import Catalog
from course_app.quizzes.reviewing.pages import WITHIN, quizzes_of
from course_app.web.forms import Form
from course_app.web.i18n import _, lazy_


class ReviewForm(Form):
    """A path or one of its modules, and a quiz; nothing chosen means all."""

    class Meta(Form.Meta):
        """Nothing is changed by choosing."""

        csrf = False

    parcours = SelectField(lazy_("Parcours ou module"), validate_choice=True)
    quiz = SelectField(lazy_("Quiz"), validate_choice=True)

    def offer(self, catalog: Catalog) -> None:
        """Give the form what is published, and leave out what is not chosen."""
        self.parcours.choices = [SelectChoice("", _("Tous les parcours"))]
        for path in catalog.paths.values():
            self.parcours.choices.append(SelectChoice(path.id, _("%(path)s : tout", path=path.door)))
            self.parcours.choices += [
                SelectChoice(f"{path.id}{WITHIN}{module.id}", f"{path.door} · {rank}. {module.title}")
                for rank, module in enumerate(path.modules, 1)
            ]
        quizzes = quizzes_of(catalog, "", "").values()
        self.quiz.choices = [
            SelectChoice("", _("Tous les quiz")),
            *(SelectChoice(quiz.id, quiz.title) for quiz in sorted(quizzes, key=lambda each: each.title.casefold())),
        ]
        for field in (self.parcours, self.quiz):
            field.data = field.data or ""

    @property
    def chosen(self) -> dict[str, str]:
        """What is chosen, as an address says it."""
        return {field.name: field.data for field in (self.parcours, self.quiz) if field.data}
