"""What people send about reminders: what they want, and the call they want in their calendar."""

from wtforms import BooleanField, DateField, StringField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from course_app.reminders.rules import Topic
from course_app.web.clock import today
from course_app.web.forms import Form
from course_app.web.i18n import _, lazy_

WHAT_LIMIT = 80
NAMES = {
    "deadline": Topic.DEADLINE,
    "inactivity": Topic.INACTIVITY,
    "digest": Topic.DIGEST,
    "achievement": Topic.ACHIEVEMENT,
    "survey": Topic.SURVEY,
    "follow_up": Topic.FOLLOW_UP,
}


class ChoicesForm(Form):
    """Which mails a person wants."""

    deadline = BooleanField(lazy_("Mes échéances, une semaine et un jour avant"))
    inactivity = BooleanField(lazy_("Un rappel après cinq jours sans activité"))
    achievement = BooleanField(lazy_("Les étapes que je franchis, les documents à mon nom"))
    digest = BooleanField(lazy_("Chaque lundi, ma prochaine étape"))
    survey = BooleanField(lazy_("Une enquête, trente jours après un parcours"))
    follow_up = BooleanField(lazy_("Chaque lundi, qui attend un mot de moi dans mes équipes"))


class StopForm(Form):
    """The one press that stops a kind of mail."""


class FollowUpForm(Form):
    """A call to make, for one's own calendar: nothing of it is kept."""

    what = StringField(
        lazy_("Quoi"),
        validators=[
            DataRequired(lazy_("Écrivez ce qu'il faut faire, par exemple : rappeler le client.")),
            Length(max=WHAT_LIMIT, message=lazy_("Raccourcissez : 80 caractères au plus.")),
        ],
    )
    day = DateField(lazy_("Jour"), validators=[InputRequired(lazy_("Choisissez un jour."))])
    hour = TimeField(lazy_("Heure"), validators=[InputRequired(lazy_("Choisissez une heure."))])

    def validate_day(self, field: DateField) -> None:
        """Refuse a day that is past."""
        if field.data is not None and field.data < today():
            raise ValidationError(_("Ce jour est passé. Choisissez une date à venir."))
