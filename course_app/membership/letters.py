"""Mails of membership: an invitation, and « they ask for another link ». Each holds one action.

The link of an invitation is made when its mail leaves: the database never holds what opens an account (S14). Sending
the mail again, after a failure, therefore makes the former link worth nothing.
"""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from course_app.accounts import sessions
from course_app.accounts.mail import addressee
from course_app.membership import invitations, joining, pages
from course_app.membership.invitations import InvitationState
from course_app.membership.models import Invitation
from course_app.membership.rules import ASKED_AGAIN_MAIL, INVITATION_MAIL
from course_app.outbox.delivery import MailKind, link
from course_app.outbox.rules import Letter, Mail
from course_app.web.i18n import _
from course_app.web.library import catalog


def _invitation(session: Session, mail: Mail) -> Invitation | None:
    if mail.to.organisation_id is None:
        return None
    return invitations.known(session, mail.to.organisation_id, uuid.UUID(mail.values["invitation"]))


def _write_invitation(session: Session, mail: Mail, now: datetime) -> Letter | None:
    """Write the mail of an invitation that still waits, under a link of its own."""
    row = _invitation(session, mail)
    if row is None or invitations.state_of(row, now) is not InvitationState.OPEN:
        return None
    token = sessions.new_token()
    row.token_hash = sessions.token_hash(token)
    shown = joining.welcome(session, row, None)
    values = {
        "first_name": row.first_name,
        "inviter": shown.inviter,
        "company": shown.company,
        "path": pages.path_title(catalog(), row.path_id),
        "minutes": str(pages.path_minutes(catalog(), row.path_id)) if row.path_id else "0",
        "deadline": pages.day(row.deadline_on),
        "until": pages.paris_day(row.expires_at),
        "link": link("joining.show", token=token),
    }
    inviter = shown.inviter
    subject = _("%(name)s vous invite sur Réglo", name=inviter) if inviter else _("Votre invitation sur Réglo")
    return Letter(row.email, subject, "membership/mail/invitation", values)


def _write_asked_again(session: Session, mail: Mail, _now: datetime) -> Letter | None:
    """Tell an inviter who is still here that the link they sent is dead, and that another is wanted."""
    inviter, row = addressee(session, mail), _invitation(session, mail)
    if inviter is None or row is None:
        return None
    values = {
        "first_name": inviter.first_name,
        "asker": row.email,
        "link": f"{link('membership.index')}#pending-title",
    }
    subject = _("Un nouveau lien d'invitation vous est demandé")
    return Letter(inviter.email or "", subject, "membership/mail/asked_again", values)


KINDS = (
    MailKind(INVITATION_MAIL, "Votre invitation", _write_invitation),
    MailKind(ASKED_AGAIN_MAIL, "Un nouveau lien d'invitation vous est demandé", _write_asked_again),
)
