"""Two notices: a message waits for you. Never its text, never more than one a day for a thread."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from course_app.accounts.mail import notice
from course_app.outbox import service as outbox
from course_app.outbox.rules import Recipient
from course_app.web.clock import PARIS

TO_LEARNER = notice("message-du-tuteur", "Un message de votre tuteur", "tutor_wrote", "tutoring.mine")
TO_TUTOR = notice("message-d-apprenant", "Un message d'une personne que vous suivez", "learner_wrote", "tutoring.inbox")
KINDS = (TO_LEARNER, TO_TUTOR)


def tell(session: Session, organisation_id: UUID, person_id: UUID, learner_id: UUID, now: datetime) -> None:
    """Have a person told, once the caller has committed, that a message waits in a learner's thread."""
    kind = TO_LEARNER if person_id == learner_id else TO_TUTOR
    key = f"{person_id}-{learner_id}-{now.astimezone(PARIS).date()}"
    outbox.write(session, kind.name, Recipient(organisation_id, person_id), {}, now, key)
