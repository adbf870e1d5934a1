"""Mails of accounts: written from templates, sent by a thread of their own.

A page never waits for a mail server, and takes the same time whether an address is known or not (S31). Callers post
after their commit. Links are built from the configured public address, never from a request (S35).
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from flask import Flask
from flask_mailman import EmailMultiAlternatives, Mail

from course_app.config import Environment, Settings, SettingsError

log = structlog.get_logger("reglo.mail")

# The thread waits this long, so that its work does not slow down the very page that must not tell (S31).
HEAD_START_SECONDS = 0.2
RETRY_DELAYS_SECONDS = (1, 5)
SERVER_TIMEOUT_SECONDS = 10
FOLDER_NAME = "courriels"
_BACKENDS = {"file": "file", "console": "console", "memory": "locmem", "smtp": "smtp"}


@dataclass(frozen=True)
class Letter:
    """One mail to one person; `template` names a pair of files, .txt and .html, in accounts/mail."""

    to: str
    subject: str
    template: str
    values: dict[str, Any] = field(default_factory=dict)


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


class Post:
    """The outgoing tray of one application: jobs are done one after the other, in the order they were handed over."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app = app
        self._base_url = settings.base_url
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")
        self._pending: set[Future[None]] = set()
        app.config.update(mail_config(settings))
        if app.config["MAIL_BACKEND"] == "file":
            mail_folder(settings).mkdir(mode=0o700, parents=True, exist_ok=True)  # mails hold links that open accounts
        Mail(app)

    def link(self, path: str) -> str:
        """Return the public address of a path of this site."""
        return f"{self._base_url}{path}"

    def send(self, letter: Letter) -> None:
        """Hand a letter over and return at once."""
        self.later(partial(self.deliver, letter))

    def later(self, job: Callable[[], object]) -> None:
        """Have a job that ends in a mail done after the page is answered; `job` runs in an application context."""
        future = self._thread.submit(self._do, job)
        self._pending.add(future)
        future.add_done_callback(self._pending.discard)

    def drain(self, seconds: float = 10) -> None:
        """Wait until what was handed over is done or given up."""
        wait(set(self._pending), timeout=seconds)

    def deliver(self, letter: Letter) -> None:
        """Send a letter now; for jobs."""
        self._compose(letter).send()

    def _do(self, job: Callable[[], object]) -> None:
        """Do a job with two retries; a failure is logged without address or link."""
        time.sleep(HEAD_START_SECONDS)
        for delay in (*RETRY_DELAYS_SECONDS, None):
            failure = self._attempt(job)
            if failure is None:
                return
            log.warning("mail failed", error=type(failure).__name__, last=delay is None)
            if delay is not None:
                time.sleep(delay)

    def _attempt(self, job: Callable[[], object]) -> Exception | None:
        """Do a job in a context of its own; what goes wrong once it is done (at shutdown) is no reason to do it again."""
        with self._app.app_context():
            try:
                job()
            except Exception as failure:  # noqa: BLE001 - whatever a mail server does, the page was answered
                return failure
        return None

    def _compose(self, letter: Letter) -> EmailMultiAlternatives:
        templates = self._app.jinja_env
        values = {**letter.values, "site": self._base_url}
        text = templates.get_template(f"accounts/mail/{letter.template}.txt").render(values)
        html = templates.get_template(f"accounts/mail/{letter.template}.html").render(values)
        mail = EmailMultiAlternatives(letter.subject, text, to=[letter.to])
        mail.attach_alternative(html, "text/html")
        return mail
