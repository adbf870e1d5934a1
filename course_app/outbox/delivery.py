"""The sender: takes mails whose turn came, checks them once more, composes them, gives them to the mail server.

Any number of senders may work on one database. Links are built from the configured public address, never from a
request (security.md S35). A failure is logged without address, text or link (S64).
"""

import os
import smtplib
import socket
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import structlog
from flask import Flask, current_app
from flask_mailman import EmailMultiAlternatives
from flask_mailman import Mail as Mailman
from sqlalchemy.orm import Session

from course_app.config import Environment, Settings, SettingsError
from course_app.outbox import service
from course_app.outbox.models import OutgoingMail
from course_app.outbox.rules import SENDER_LENGTH, Letter, Mail, MailState, Recipient
from course_app.store.session import db, reads_only
from course_app.store.tenancy import TenantSession
from course_app.web.clock import now

log = structlog.get_logger("reglo.mail")

_EXTENSION = "reglo.outbox"
SERVER_TIMEOUT_SECONDS = 10
FOLDER_NAME = "courriels"
PERMANENT = 500  # RFC 5321, section 4.2.1: from 500 on, trying the same again is no use
_BACKENDS = {"file": "file", "console": "console", "memory": "locmem", "smtp": "smtp"}


@dataclass(frozen=True)
class MailKind:
    """A kind of mail: its name in the table, what people call it (French), who writes it when its turn comes.

    `write` reads the database as it is now and may write to it (a link's hash, say), in one transaction that is
    committed before the mail leaves. It returns None when the mail has no object any more: the person left, opted
    out, did what it asks. On a second try it is called again.
    """

    name: str
    label: str
    write: Callable[[Session, Mail, datetime], Letter | None]


class NotAccepted(Exception):
    """The server surely did not take the mail. `is_final`: it never will."""

    def __init__(self, problem: str, *, is_final: bool = False) -> None:
        super().__init__(problem)
        self.problem, self.is_final = problem, is_final


@dataclass(frozen=True)
class Outbox:
    """What the outbox keeps on the application."""

    base_url: str
    kinds: dict[str, MailKind]
    sender: str


def mail_config(settings: Settings) -> dict[str, Any]:
    """Return Flask-Mailman's settings for ours; raise `SettingsError` on an unknown kind of MAIL_URL."""
    url = urlsplit(settings.mail_url)
    if url.scheme not in _BACKENDS:
        raise SettingsError("MAIL_URL : commencez par file:, console:, memory: ou smtp://.")
    return {
        "MAIL_BACKEND": _BACKENDS[url.scheme],
        "MAIL_DEFAULT_SENDER": settings.mail_from,
        "MAIL_FILE_PATH": str(mail_folder(settings)),
        "MAIL_SERVER": url.hostname or "localhost",
        "MAIL_PORT": url.port or 25,
        "MAIL_USERNAME": unquote(url.username) if url.username else None,
        "MAIL_PASSWORD": unquote(url.password) if url.password else None,
        "MAIL_USE_TLS": url.port == 587,  # RFC 6409: submission, upgraded by STARTTLS
        "MAIL_USE_SSL": url.port == 465,  # RFC 8314: submission over TLS from the first byte
        "MAIL_TIMEOUT": SERVER_TIMEOUT_SECONDS,
    }


def mail_folder(settings: Settings) -> Path:
    """Return where mails are written when they are kept as files."""
    return settings.data_dir / FOLDER_NAME


def shown_folder(settings: Settings) -> Path | None:
    """Return the folder that pages may name: only where mails do not leave, and visitors are us."""
    is_ours = settings.environment in (Environment.DEMONSTRATION, Environment.DEVELOPMENT)
    return mail_folder(settings) if is_ours and settings.mail_url.startswith("file:") else None


def init_outbox(app: Flask, settings: Settings, kinds: Iterable[MailKind]) -> None:
    """Give an application its kinds of mail and its carrier; sends nothing."""
    app.config.update(mail_config(settings))
    if app.config["MAIL_BACKEND"] == "file":
        mail_folder(settings).mkdir(mode=0o700, parents=True, exist_ok=True)  # mails hold links that open accounts
    Mailman(app)
    sender = f"{socket.gethostname()[:30]}-{os.getpid()}-{uuid.uuid4().hex[:12]}"[:SENDER_LENGTH]
    app.extensions[_EXTENSION] = Outbox(settings.base_url, {kind.name: kind for kind in kinds}, sender)


def outbox() -> Outbox:
    """Return what the outbox keeps on the running application."""
    return cast(Outbox, current_app.extensions[_EXTENSION])


def link(endpoint: str, **values: Any) -> str:
    """Return the public address of a page of this site; needs no request."""
    return outbox().base_url + current_app.url_map.bind("").build(endpoint, values)


def send_next() -> bool:
    """Send the next mail whose turn came; tell whether there was one. Needs an application context, opens sessions."""
    token = reads_only.set(True)
    try:
        with TenantSession(db.engine) as session:
            if not service.has_due(session, now()):
                return False
    finally:
        reads_only.reset(token)
    with TenantSession(db.engine, expire_on_commit=False) as session:
        row = service.take(session, outbox().sender, now())
        session.commit()
    if row is not None:
        _send(row)
    return row is not None


def send_due() -> int:
    """Send everything whose turn came; return how many mails were taken."""
    taken = 0
    while send_next():
        taken += 1
    return taken


def _send(row: OutgoingMail) -> None:
    """Carry one mail from this sender's hand to its end, or back to the queue."""
    try:
        message = _written(row)
    except Exception as failure:
        log.exception("mail not written", kind=row.kind)
        _put_back(row, type(failure).__name__, surely_kept=True)
        return
    if message is None:
        return
    try:
        _give(message)
    except NotAccepted as refusal:
        log.warning("mail not accepted", kind=row.kind, error=refusal.problem, final=refusal.is_final)
        if refusal.is_final:
            _end(row, MailState.REFUSED, refusal.problem)
        else:
            _put_back(row, refusal.problem, surely_kept=True)
    except Exception as failure:  # noqa: BLE001 - whatever a mail server does, the mail is tried again
        log.warning("mail failed", kind=row.kind, error=type(failure).__name__)
        _put_back(row, type(failure).__name__, surely_kept=False)
    else:
        _end(row, MailState.SENT)
        log.info("mail sent", kind=row.kind, person=str(row.person_id) if row.person_id else None)


def _written(row: OutgoingMail) -> EmailMultiAlternatives | None:
    """Return the mail as it leaves, once its writer's transaction is committed; None when it must not leave."""
    to = Recipient(row.organisation_id, row.person_id, row.address)
    mail = Mail(row.kind, row.key, to, row.values, row.written_at)
    with TenantSession(db.engine, expire_on_commit=False) as session:
        kind = outbox().kinds.get(row.kind)
        letter = kind.write(session, mail, now()) if kind else None
        if letter is None:
            service.end(session, row.id, row.sender or "", MailState.DROPPED, now())
            session.commit()
            return None
        message = compose(letter, row.mark)
        is_ours = service.hand_over(session, row.id, row.sender or "", now())
        session.commit()
    return message if is_ours else None


def compose(letter: Letter, mark: uuid.UUID) -> EmailMultiAlternatives:
    """Return a letter as text and HTML; values are escaped in HTML and never read as templates (S58)."""
    templates, values = current_app.jinja_env, {**letter.values, "site": outbox().base_url}
    text = templates.get_template(f"{letter.template}.txt").render(values)
    html = templates.get_template(f"{letter.template}.html").render(values)
    domain = urlsplit(outbox().base_url).hostname or "localhost"
    headers = {"Message-ID": f"<{mark}@{domain}>", "Auto-Submitted": "auto-generated", **letter.headers}  # RFC 3834
    message = EmailMultiAlternatives(letter.subject, text, to=[letter.to], headers=headers)
    message.attach_alternative(html, "text/html")
    return message


def _give(message: EmailMultiAlternatives) -> None:
    """Give a mail to the carrier; raise `NotAccepted` when it surely did not take it, anything else when one cannot know."""
    connection = message.get_connection()
    try:
        message.message()
    except ValueError as failure:  # a line break in an address or a subject
        raise NotAccepted(type(failure).__name__, is_final=True) from None
    try:
        connection.open()
    except OSError as failure:  # also smtplib's exceptions: nothing was said of the mail yet
        raise NotAccepted(type(failure).__name__) from None
    try:
        connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as refusal:
        codes = [code for code, _reason in refusal.recipients.values()]
        raise NotAccepted(f"SMTP {min(codes)}", is_final=min(codes) >= PERMANENT) from None
    except smtplib.SMTPDataError as refusal:
        raise NotAccepted(f"SMTP {refusal.smtp_code}", is_final=refusal.smtp_code >= PERMANENT) from None
    except smtplib.SMTPResponseException as refusal:
        raise NotAccepted(f"SMTP {refusal.smtp_code}") from None
    finally:
        with suppress(Exception):  # a server that hangs up after taking the mail has taken it
            connection.close()


def _end(row: OutgoingMail, state: MailState, problem: str = "") -> None:
    with TenantSession(db.engine) as session:
        service.end(session, row.id, row.sender or "", state, now(), problem)
        session.commit()


def _put_back(row: OutgoingMail, problem: str, *, surely_kept: bool) -> None:
    with TenantSession(db.engine) as session:
        service.put_back(session, row, problem, now(), surely_kept=surely_kept)
        session.commit()
