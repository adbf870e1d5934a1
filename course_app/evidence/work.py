"""The long work of this room: a team's dossier, written piece by piece into the database while its bar moves."""

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path as FilePath
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.rules import Actor
from course_app.accounts.sessions import actor_of
from course_app.core.errors import NotFound
from course_app.evidence import dossier
from course_app.evidence.archive import Archive
from course_app.evidence.models import DossierPiece
from course_app.jobs.work import Kind, Work
from course_app.ledger import service as ledger
from course_app.library.catalog import Catalog
from course_app.progress.evidence import EvidenceRoom
from course_app.signing.keys import signing_key
from course_app.store.tenancy import TenantSession

KIND = "dossier-de-preuve"
PIECE = 256 * 1024
"""Bytes of one row: a few milliseconds of the only writer on SQLite."""


class _Pieces:
    """Keeps the bytes of a dossier, one row of `PIECE` bytes at a time."""

    def __init__(self, work: Work) -> None:
        self._work, self._held, self._number, self.size = work, bytearray(), 0, 0
        with TenantSession(work.engine) as session:  # a runner may have died half-way
            session.execute(_of(work))
            session.commit()

    def write(self, data: bytes) -> None:
        self._held += data
        self.size += len(data)
        while len(self._held) >= PIECE:
            self._store(bytes(self._held[:PIECE]))
            del self._held[:PIECE]

    def finish(self) -> None:
        self._store(bytes(self._held))

    def _store(self, content: bytes) -> None:
        with TenantSession(self._work.engine) as session:
            values = {"organisation_id": self._work.organisation_id, "job_id": self._work.id, "content": content}
            session.execute(insert(DossierPiece).values(id=uuid.uuid4(), number=self._number, **values))
            session.commit()
        self._number += 1


def _of(work: Work) -> Any:
    return delete(DossierPiece).where(
        DossierPiece.organisation_id == work.organisation_id, DossierPiece.job_id == work.id
    )


def kind(
    catalog: Callable[[], Catalog], rooms: Iterable[EvidenceRoom], data_dir: FilePath, now: Callable[[], datetime]
) -> Kind:
    """Return the kind of work that makes dossiers on this installation.

    Parameters of a job: `path`, an id; `people`, the ids of learners the asker saw when asking; `asked_by`, a name.
    Its result: `bytes`, the size, and `people`, how many.
    """
    rooms = tuple(rooms)

    def make(work: Work) -> dict[str, Any]:
        made_at, published = now(), catalog()
        path = published.paths.get(work.parameters["path"])
        if path is None:
            raise NotFound
        with TenantSession(work.engine) as session:
            head = ledger.seal(session, work.organisation_id, made_at)
            session.commit()
        pieces = _Pieces(work)
        with work.reading() as session:
            learners = _learners(session, work)
            name = dossier.organisation_name(session, work.organisation_id)
            order = dossier.Order(
                learners, path, published, name, work.parameters["asked_by"], own=False, head=head, made_at=made_at
            )
            archive = Archive(pieces.write, signing_key(data_dir), made_at)
            dossier.write(session, order, rooms, archive, work.report)
        pieces.finish()
        return {"bytes": pieces.size, "people": len(learners)}

    return Kind(KIND, "Dossier de preuve", make)


def _learners(session: Session, work: Work) -> list[Actor]:
    """Return the people of the job who are still of the organisation, by first name."""
    wanted = [uuid.UUID(each) for each in work.parameters["people"]]
    people = session.scalars(
        select(User)
        .where(User.organisation_id == work.organisation_id, User.id.in_(wanted))
        .order_by(User.first_name, User.email, User.id)
    )
    return [actor_of(person, work.id) for person in people]
