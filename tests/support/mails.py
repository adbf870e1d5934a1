"""What was mailed during a test."""

import re

from flask import Flask
from flask_mailman import EmailMultiAlternatives

from course_app.accounts.access import accounts


def sent_to(app: Flask, address: str) -> list[EmailMultiAlternatives]:
    """Return the mails this address received, oldest first, once all are sent."""
    with app.app_context():
        accounts().post.drain()
    return [mail for mail in getattr(app.extensions["mailman"], "outbox", []) if mail.recipients() == [address]]


def link_in(mail: EmailMultiAlternatives) -> str:
    """Return the address, on this site or not, of the link that a mail holds."""
    found = re.search(r"https?://\S+/reinitialiser/\S+", mail.body)
    assert found, mail.body
    return found[0]


def path_in(mail: EmailMultiAlternatives) -> str:
    """Return the path of the link that a mail holds."""
    return "/" + link_in(mail).split("/", 3)[3]
