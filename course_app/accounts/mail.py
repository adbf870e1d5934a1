"""Mails of accounts: the kinds, and what writes them when they leave.

The page that asks for a link writes the same row whether the address is known or not, so that it takes the same time
(S31). The link itself is made when the mail leaves: the database never holds what opens an account (S14).
"""

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from course_app.accounts import addresses, entry_codes, resets, service, sessions
from course_app.accounts.access import settings
from course_app.accounts.models import User
from course_app.accounts.rules import Actor
from course_app.core.errors import NotFound
from course_app.outbox import service as outbox
from course_app.outbox.delivery import MailKind, link
from course_app.outbox.rules import Letter, Mail, Recipient
from course_app.web.i18n import _


def addressee(session: Session, mail: Mail) -> User | None:
    """Return whom a mail is for, as the database has them now; None when they left, or have no address (S09, S80)."""
    if mail.to.organisation_id is None or mail.to.person_id is None:
        return None
    try:
        user = service.person(session, mail.to.organisation_id, mail.to.person_id)
    except NotFound:
        return None
    return user if user.email else None


def notice(name: str, subject: str, template: str, page: str) -> MailKind:
    """Return a kind of mail that tells a person of something done to their account; no one opts out of these.

    `subject` is French, also how the kind is called in lists; `template` a pair of files in templates/accounts/mail;
    `page` the endpoint, without parameters, that the mail leads to as `link`. The templates receive `first_name`
    (possibly empty), `link`, and the values given to `notify`.
    """

    def write(session: Session, mail: Mail, _now: datetime) -> Letter | None:
        user = addressee(session, mail)
        if user is None:
            return None
        values = {**mail.values, "first_name": user.first_name, "link": link(page)}
        return Letter(user.email or "", _(subject), f"accounts/mail/{template}", values)

    return MailKind(name, subject, write)


def notify(
    session: Session, user: User, kind: MailKind, now: datetime, values: Mapping[str, str] | None = None
) -> None:
    """Have a notice mailed to a person once the caller has committed."""
    outbox.write(session, kind.name, Recipient(user.organisation_id, user.id), values or {}, now)


def _write_reset(session: Session, mail: Mail, now: datetime) -> Letter | None:
    """Write a link to choose a new password to whoever holds the address, if anybody does."""
    user = service.find(session, mail.to.address or "")
    if user is None or user.email is None:
        return None
    token = sessions.new_token()
    resets.issue(session, user, token, now)
    values = {"first_name": user.first_name, "link": link("accounts.reset", token=token)}
    return Letter(user.email, _("Choisir un nouveau mot de passe"), "accounts/mail/reset", values)


def ask_link(session: Session, name: str, now: datetime) -> None:
    """Have a link mailed to the account of a normalised address, if there is one."""
    outbox.write(session, RESET.name, Recipient(None, None, name), {}, now)


def _write_confirmation(session: Session, mail: Mail, now: datetime) -> Letter | None:
    """Write a link to a new address, unless somebody has it by now, or the person left."""
    user, new_email = addressee(session, mail), mail.values["new_email"]
    token = sessions.new_token()
    if user is None or not addresses.issue(session, user, new_email, token, now):
        return None
    values = {"first_name": user.first_name, "link": link("addresses.confirm", token=token)}
    return Letter(new_email, _("Confirmer votre nouvelle adresse"), "accounts/mail/address", values)


def _write_address_changed(_session: Session, mail: Mail, _now: datetime) -> Letter | None:
    """Tell the old address, which the person's row no longer names."""
    values = {"first_name": mail.values["first_name"]}
    return Letter(mail.to.address or "", _("Votre adresse a changé"), "accounts/mail/address_changed", values)


def ask_confirmation(session: Session, user: User, new_email: str, now: datetime) -> None:
    """Have a link mailed to the address that a person wants; drawn when it leaves, so that no row holds it."""
    to = Recipient(user.organisation_id, user.id)
    outbox.write(session, CONFIRM_ADDRESS.name, to, {"new_email": new_email}, now)


def _write_code(session: Session, mail: Mail, now: datetime) -> Letter | None:
    """Write a code to whoever may open, or come back to, an account by it; tell whoever has a password to use it.

    Nothing is written to a closed access, nor to an unknown address that somebody only wants to come back to. Nor is the
    first name just typed: whoever typed it may be a stranger, who would have us mail their words to anybody.
    """
    address = mail.to.address or ""
    asked = entry_codes.waiting(session, uuid.UUID(mail.values["asked"]), now)
    user = service.find(session, address)
    if asked is None or (user is None and (service.is_taken(session, address) or not asked.first_name)):
        return None
    values = {"first_name": user.first_name if user else ""}
    if user is not None and user.password_hash is not None:
        values["link"] = link("accounts.sign_in")
        return Letter(address, _("Vous avez déjà un compte Réglo"), "accounts/mail/code_known", values)
    values["code"] = entry_codes.draw(asked, settings().secret_key, now)
    return Letter(address, _("Votre code pour Réglo"), "accounts/mail/code", values)


def ask_code(session: Session, address: str, first_name: str, guest: Actor | None, now: datetime) -> None:
    """Have a code mailed to a normalised address; drawn when it leaves, so that no row holds it."""
    asked = entry_codes.ask(session, address, first_name, guest, settings().secret_key, now)
    outbox.write(session, CODE.name, Recipient(None, None, address), {"asked": str(asked)}, now)


RESET = MailKind("mot-de-passe-oublie", "Choisir un nouveau mot de passe", _write_reset)
PASSWORD_CHANGED = notice(
    "mot-de-passe-change", "Votre mot de passe a changé", "password_changed", "accounts.forgotten"
)
SECURITY_CHANGED = notice(
    "securite-du-compte", "La sécurité de votre compte a changé", "security_changed", "accounts.forgotten"
)
"""Its value `what` says in one sentence what has changed."""
CONFIRM_ADDRESS = MailKind("confirmer-adresse", "Confirmer votre nouvelle adresse", _write_confirmation)
ADDRESS_CHANGED = MailKind("adresse-changee", "Votre adresse a changé", _write_address_changed)
CODE = MailKind("code-pour-entrer", "Votre code pour Réglo", _write_code)
KINDS = (RESET, PASSWORD_CHANGED, SECURITY_CHANGED, CONFIRM_ADDRESS, ADDRESS_CHANGED, CODE)
