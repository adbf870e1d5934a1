"""What was mailed during a test."""

import re

from flask import Flask
from flask_mailman import EmailMultiAlternatives

from course_app.outbox.delivery import send_due

HELD = "tests.session"
"""Where `conftest.session` tells which session a test holds open."""


def sent_to(app: Flask, address: str) -> list[EmailMultiAlternatives]:
    """Return the mails this address received, oldest first, once all those due are sent."""
    if HELD in app.extensions:
        app.extensions[HELD].commit()  # the sender writes, and SQLite lets one writer in at a time
    with app.app_context():
        send_due()
    return [mail for mail in getattr(app.extensions["mailman"], "outbox", []) if mail.recipients() == [address]]


def link_in(mail: EmailMultiAlternatives) -> str:
    """Return the address, on this site or not, of the link that a mail holds."""
    found = re.search(r"https?://\S+/(?:reinitialiser|invitation)/\S+", mail.body)
    assert found, mail.body
    return found[0]


def path_in(mail: EmailMultiAlternatives) -> str:
    """Return the path of the link that a mail holds."""
    return "/" + link_in(mail).split("/", 3)[3]
