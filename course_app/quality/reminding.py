"""The mail that asks for the second survey, thirty days after a path; what it says holds no result."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.sessions import actor_of
from course_app.outbox.delivery import link
from course_app.outbox.rules import Mail
from course_app.quality import service
from course_app.quality.rules import COLD_AFTER, SurveyKind, is_due
from course_app.reminders.kinds import Reminder, Words
from course_app.reminders.rules import Occasion, Topic, survey_window
from course_app.web.i18n import _
from course_app.web.library import catalog


def _due(session: Session, now: datetime) -> Iterable[Occasion]:
    after, before = survey_window(COLD_AFTER, now)
    for person, path_id in service.completed_between(session, catalog(), after, before):
        yield Occasion(person.organisation_id, person.user_id, f"{person.user_id}/{path_id}/{SurveyKind.COLD.value}")


def _say(session: Session, user: User, mail: Mail, now: datetime) -> Words | None:
    path = catalog().paths.get(mail.key.split("/")[1])
    learner = actor_of(user, user.id)
    if path is None or service.given(session, learner, path.id, SurveyKind.COLD) is not None:
        return None
    if not is_due(SurveyKind.COLD, service.completed_at(session, learner, path, catalog()), now):
        return None
    return Words(
        _("Un mois après : vos appels, en cinq questions"),
        _("Il y a un mois, vous suiviez « %(path)s ». Qu'en reste-t-il au téléphone ? Comptez 2 min.", path=path.title),
        _("Répondre à l'enquête"),
        link("quality.survey", path_id=path.id, kind=SurveyKind.COLD.value),
    )


REMINDERS = (Reminder(Topic.SURVEY.value, "Enquête, trente jours après", Topic.SURVEY, _due, _say),)
