"""What dossiers hold of a person, as a room of records: a dossier asked for by somebody else names them too.

Never commits. One's own dossier is made and sent at once; nothing of it stays.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor
from course_app.evidence.work import KIND
from course_app.jobs import service as jobs


def export(_session: Session, _actor: Actor) -> dict[str, Any]:
    """Return nothing: a dossier is made of what the other rooms export."""
    return {}


def carry(_session: Session, _guest: Actor, _to: Actor) -> None:
    """Do nothing: a guest is in nobody's team."""


def erase(session: Session, actor: Actor, _now: datetime) -> None:
    """Delete the dossiers, made or awaited, that the person is in: names and addresses lie inside, compressed and signed."""
    jobs.remove_about(session, actor.organisation_id, KIND, lambda told: str(actor.user_id) in told["people"])
