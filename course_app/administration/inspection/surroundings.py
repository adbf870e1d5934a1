"""What the site needs from around it: a mail server that answers, room on the disk, a clock that walks straight."""

import shutil
import smtplib
import ssl
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

from course_app.administration.rules import Remark, disk_remark, good, hole, watch
from course_app.config import Settings
from course_app.store.backup import sqlite
from course_app.store.session import is_sqlite

MAIL_PATIENCE_SECONDS = 8
STEP_SECONDS = 0.5


class Steady:
    """Compares the wall clock with the monotonic one between its making and `remark`."""

    def __init__(self) -> None:
        """Read both clocks."""
        self._wall, self._steady = time.time(), time.monotonic()

    def remark(self) -> Remark:
        """Tell whether the wall clock jumped meanwhile."""
        jump = abs((time.time() - self._wall) - (time.monotonic() - self._steady))
        if jump > STEP_SECONDS:
            return watch("horloge-saut", "L'heure a sauté pendant l'examen : laissez un seul programme la régler.")
        return good("horloge-saut", "L'heure n'a pas sauté pendant l'examen.")


def disk(settings: Settings) -> Remark:
    """Judge the room left where the data lives."""
    place = next(path for path in (settings.data_dir, *settings.data_dir.parents) if path.exists())
    return disk_remark(shutil.disk_usage(place).free, database_bytes(settings))


def database_bytes(settings: Settings) -> int:
    """Return what a SQLite database weighs, -wal included; 0 for another engine."""
    if not is_sqlite(settings.database_url):
        return 0
    path = sqlite.live_path(settings.database_url)
    return sum(part.stat().st_size for part in (path, Path(f"{path}-wal")) if part.exists())


def mail(settings: Settings) -> list[Remark]:
    """Greet the mail server, with TLS and the password where the settings say so; send nothing."""
    url = urlsplit(settings.mail_url)
    if url.scheme != "smtp":
        return []
    port = url.port or 25
    try:
        with _greeted(url.hostname or "localhost", port) as server:
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            server.noop()
    except smtplib.SMTPAuthenticationError:
        return [hole("courriel", "Le serveur de courriel refuse le mot de passe : corrigez MAIL_URL.")]
    except (OSError, smtplib.SMTPException) as error:
        reason = type(error).__name__
        return [hole("courriel", f"Le serveur de courriel ne répond pas ({reason}) : vérifiez MAIL_URL et le réseau.")]
    return [good("courriel", "Le serveur de courriel répond.")]


def _greeted(host: str, port: int) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if port == smtplib.SMTP_SSL_PORT:
        return smtplib.SMTP_SSL(host, port, timeout=MAIL_PATIENCE_SECONDS, context=context)
    server = smtplib.SMTP(host, port, timeout=MAIL_PATIENCE_SECONDS)
    if port == 587:  # RFC 6409: submission, upgraded by STARTTLS
        server.starttls(context=context)
    return server
