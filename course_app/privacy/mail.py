"""Mails about a person's data."""

from course_app.accounts.mail import notice
from course_app.privacy import silence

ERASURE_ASKED = notice(
    "effacement-demande", "Vous avez demandé l'effacement de votre compte", "erasure_asked", "privacy.show"
)
KINDS = (ERASURE_ASKED, *silence.KINDS)
