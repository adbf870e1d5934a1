"""Kinds of reminder: adding one is a `Reminder` in a room's list and a name in the factory's.

```python
SURVEY = Reminder("etapes.enquete", "Votre avis, un mois après", Topic.ACHIEVEMENT, _due, _say)
```

`due` yields the occasions of now, whoever they are for; `say` reads the database when the mail leaves and returns what
it says, or None when it has no object any more. No result, no link that opens an account, one action (security.md S80).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from course_app.accounts.access import settings
from course_app.accounts.mail import addressee
from course_app.accounts.models import User
from course_app.outbox.delivery import MailKind, link
from course_app.outbox.rules import Letter, Mail
from course_app.reminders import service
from course_app.reminders.rules import Occasion, Topic

_SALT = "courriels-arret"


class Remindable(Protocol):
    """What the scheduler asks of a kind: the occasions of now, and how the outbox writes their mails."""

    @property
    def name(self) -> str:
        """Return the name of its mails in the outbox."""

    @property
    def due(self) -> Callable[[Session, datetime], Iterable[Occasion]]:
        """Return what yields the occasions of now."""

    def mail_kind(self) -> MailKind:
        """Return how the outbox writes it."""


@dataclass(frozen=True)
class Words:
    """What a reminder says: a French subject, one or two sentences, the one action and the page it leads to."""

    subject: str
    message: str
    action: str
    link: str


@dataclass(frozen=True)
class Reminder:
    """A kind of reminder. `label` is what people call it, in French.

    `name` is that of its mails in the outbox: its topic's, then a dot and more when the topic has several kinds.
    """

    name: str
    label: str
    topic: Topic
    due: Callable[[Session, datetime], Iterable[Occasion]]
    say: Callable[[Session, User, Mail, datetime], Words | None]

    def mail_kind(self) -> MailKind:
        """Return how the outbox writes it: to people still here, who still want it, and to whom it still matters."""
        return MailKind(self.name, self.label, self._write)

    def _write(self, session: Session, mail: Mail, now: datetime) -> Letter | None:
        user = addressee(session, mail)
        if user is None or not service.wants(session, user.organisation_id, user.id, self.topic):
            return None
        words = self.say(session, user, mail, now)
        if words is None:
            return None
        stop = link("reminders.stop", token=stop_token(user.organisation_id, user.id, self.topic))
        values = {
            "first_name": user.first_name,
            "subject": words.subject,
            "message": words.message,
            "action": words.action,
            "link": words.link,
            "stop": stop,
            "choices": link("reminders.preferences"),
        }
        return Letter(user.email or "", words.subject, "reminders/mail/reminder", values, stop_headers(stop))


def _signers() -> list[URLSafeSerializer]:
    return [URLSafeSerializer(key, salt=_SALT) for key in settings().secret_keys]


def stop_token(organisation_id: UUID, about_id: UUID, topic: Topic) -> str:
    """Return what lets whoever holds a mail stop those of its kind, and nothing else; it does not expire.

    `about_id` is the person's, or the invitation's when the topic is one for people without account.
    """
    return str(_signers()[0].dumps([str(organisation_id), str(about_id), topic.value]))


def stop_headers(stop: str) -> dict[str, str]:
    """Return the headers by which a mail program shows its own button to stop (RFC 8058)."""
    return {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def read_stop_token(token: str) -> tuple[str, str, Topic] | None:
    """Return the organisation, the person or invitation, and the topic of a link, None when it is not ours."""
    for signer in _signers():
        try:
            organisation_id, about_id, topic = signer.loads(token)
            return str(organisation_id), str(about_id), Topic(topic)
        except (BadSignature, ValueError, TypeError):
            continue
    return None
