"""Mails that a running site wrote as files instead of sending them."""

import email
import re
import time
from email import policy

from tests.support.site import Site

LINK = re.compile(r"https?://\S+(/invitation/\S+)")
PATIENCE_SECONDS = 20


def link_sent_to(site: Site, address: str) -> str:
    """Return the path of the invitation that an address received, as soon as the mail is there."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for file in (site.folder / "data" / "courriels").glob("*"):
            mail = email.message_from_bytes(file.read_bytes(), policy=policy.default)
            body = mail.get_body(("plain",))
            if mail["To"] == address and body and (found := LINK.search(body.get_content())):
                return found[1]
        time.sleep(0.2)
    raise AssertionError(f"no mail to {address}")
