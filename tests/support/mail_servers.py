"""Mail servers on this machine: what a real one may do with a mail, good or bad."""

import socket
import time
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class MailServer:
    """An SMTP server on a port of its own. `received` holds parsed mails, `recipients` who each was for.

    `answers` are given to the next mails instead of taking them (« 451 … », « 550 … »); `before_answer` is called
    once a mail is held, before the client hears of it.
    """

    def __init__(self) -> None:
        self.received, self.recipients, self.answers = [], [], []
        self.before_answer = lambda: None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self._port)

    async def handle_DATA(self, _server: SMTP, _session: object, envelope: object) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail, or answer what was asked."""
        if self.answers:
            return self.answers.pop(0)
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        self.recipients.append(list(envelope.rcpt_tos))
        self.before_answer()
        return "250 OK"

    @property
    def url(self) -> str:
        """The MAIL_URL of this server."""
        return f"smtp://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Listen."""
        self._controller.start()

    def stop(self) -> None:
        """Stop listening."""
        self._controller.stop()


def wait_until(condition, seconds=5.0) -> bool:
    """Tell whether a condition comes true within `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False
