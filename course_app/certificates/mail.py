"""The mail that says a document waits: earned and not asked for yet, or issued by a manager.

It says neither which document nor any result (security.md S80): the page does, once signed in.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.sessions import actor_of
from course_app.certificates import service, waiting
from course_app.certificates.access import office
from course_app.certificates.rules import version
from course_app.outbox.delivery import link
from course_app.outbox.rules import Mail
from course_app.reminders.kinds import Reminder, Words
from course_app.reminders.rules import NEWS_WINDOW, Occasion, Topic
from course_app.web.i18n import _

_NO_SESSION = uuid.UUID(int=0)
_EARNED, _ISSUED = "attestation", "certificat"


def _due(session: Session, now: datetime) -> Iterable[Occasion]:
    """Yield the documents earned, or issued by a manager, in the last two days."""
    for organisation_id, person_id, stands in waiting.lately_earned(session, now - NEWS_WINDOW, office()):
        if stands.skills_at is not None and stands.skills_at <= now:
            key = f"{_EARNED}/{person_id}/{stands.path.id}/{version(stands.path)[:16]}"
            yield Occasion(organisation_id, person_id, key)
    for row in waiting.issued_by_others(session, now - NEWS_WINDOW):
        if row.learner_id is not None and row.issued_at <= now:
            yield Occasion(row.organisation_id, row.learner_id, f"{_ISSUED}/{row.id}")


def _say(session: Session, user: User, mail: Mail, _now: datetime) -> Words | None:
    """Say that a document waits, unless it was asked for, read or withdrawn meanwhile."""
    what, *told = mail.key.split("/")
    title = _still_earned(session, user, told[1]) if what == _EARNED else _still_issued(session, user, told[0])
    if title is None:
        return None
    message = (
        _("Vous avez fait toutes les étapes du parcours « %(path)s ». Un document à votre nom est prêt.", path=title)
        if what == _EARNED
        else _("Votre responsable a établi un document à votre nom pour le parcours « %(path)s ».", path=title)
    )
    return Words(
        _("Un document à votre nom vous attend"), message, _("Ouvrir mes documents"), link("certificates.mine")
    )


def _still_earned(session: Session, user: User, path_id: str) -> str | None:
    found = waiting.attestations(session, actor_of(user, _NO_SESSION), office())
    return next((each.path.title for each in found if each.path.id == path_id), None)


def _still_issued(session: Session, user: User, certificate_id: str) -> str | None:
    rows = service.issued_to(session, actor_of(user, _NO_SESSION))
    return next((str(row.facts["title"]) for row in rows if str(row.id) == certificate_id and not row.revoked_at), None)


REMINDERS = (Reminder(f"{Topic.ACHIEVEMENT.value}.document", "Document à votre nom", Topic.ACHIEVEMENT, _due, _say),)
