"""The one reminder of an invitation left unanswered: to somebody without account, by address, refused on the invitation."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from course_app.accounts import sessions
from course_app.membership import joining, pages, recalls
from course_app.outbox.delivery import MailKind, link
from course_app.outbox.rules import Letter, Mail
from course_app.reminders.kinds import stop_headers, stop_token
from course_app.reminders.rules import Occasion, Topic, is_invitation_to_recall
from course_app.web.i18n import _
from course_app.web.library import catalog


@dataclass(frozen=True)
class InvitationRecall:
    """A kind of reminder for whoever was invited: its mail holds the invitation again, under a link of its own.

    That link is the invitation's, not a way into an account: it opens a new one, and none that exists (S80, S10).
    """

    name: str = Topic.INVITATION.value
    label: str = "Rappel d'une invitation"

    @staticmethod
    def due(session: Session, now: datetime) -> Iterable[Occasion]:
        """Yield the invitations to recall today, each once whatever happens."""
        for row in recalls.to_recall(session, now):
            if is_invitation_to_recall(row.expires_at, now):
                about = {"invitation": str(row.id)}
                yield Occasion(row.organisation_id, None, str(row.id), address=row.email, about=about)

    def mail_kind(self) -> MailKind:
        """Return how the outbox writes it: to who still has not answered, and did not refuse."""
        return MailKind(self.name, self.label, _write)


def _write(session: Session, mail: Mail, now: datetime) -> Letter | None:
    if mail.to.organisation_id is None:
        return None
    row = recalls.recalled(session, mail.to.organisation_id, uuid.UUID(mail.values["invitation"]), now)
    if row is None:
        return None
    token = sessions.new_token()
    row.recall_token_hash = sessions.token_hash(token)
    shown = joining.welcome(session, row, None)
    stop = link("reminders.stop", token=stop_token(row.organisation_id, row.id, Topic.INVITATION))
    values = {
        "first_name": row.first_name,
        "inviter": shown.inviter,
        "company": shown.company,
        "path": pages.path_title(catalog(), row.path_id),
        "until": pages.paris_day(row.expires_at),
        "link": link("joining.show", token=token),
        "stop": stop,
    }
    subject = _("Votre invitation attend jusqu'au %(day)s", day=values["until"])
    return Letter(row.email, subject, "reminders/mail/invitation", values, stop_headers(stop))


RECALL = InvitationRecall()
