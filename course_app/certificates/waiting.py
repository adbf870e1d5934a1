"""Documents that wait for somebody: earned and not asked for, or issued by another. Takes a session, never commits."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.rules import Actor
from course_app.certificates import service
from course_app.certificates.models import Certificate
from course_app.certificates.rules import CertificateKind, Standing
from course_app.certificates.service import Office
from course_app.progress import service as progress
from course_app.progress.models import ItemProgress, LearningEvent
from course_app.progress.rules import EventKind, Exam, ItemKey, ItemState

_AT_ONCE = 500


def attestations(session: Session, person: Actor, office: Office) -> list[Standing]:
    """Return the paths whose attestation of skills somebody has earned and not asked for.

    A path whose attestation stands, or was withdrawn for good, is no longer offered, whatever its version.
    """
    taken = {row.path_id for row in service.issued_to(session, person) if _takes(row, CertificateKind.SKILLS)}
    stands = service.standings(session, person, office)
    return [each for each in stands if each.skills_at is not None and each.path.id not in taken]


def _takes(row: Certificate, kind: CertificateKind) -> bool:
    return row.kind is kind and not row.may_be_reissued


def to_issue(
    session: Session, organisation_id: UUID, people: Iterable[UUID], office: Office, kind: CertificateKind
) -> dict[UUID, list[Standing]]:
    """Return, by person, the paths whose document of a kind is earned and was not issued; who has none is left out.

    Four queries for five hundred of those who ever sent a test, whatever the number of the others.
    """
    exams: dict[UUID, list[Exam]] = {}
    for exam in progress.exams(session, organisation_id, list(people)):
        exams.setdefault(exam.learner_id, []).append(exam)
    sat, found = sorted(exams), {}
    for at in range(0, len(sat), _AT_ONCE):
        some = sat[at : at + _AT_ONCE]
        states, taken = _states(session, organisation_id, some), _taken(session, organisation_id, some, kind)
        skipped = office.skipped(session, organisation_id, some)
        for name in some:
            stands = service.standings_from(office.catalog, name, states.get(name, {}), exams[name], skipped)
            found[name] = [each for each in stands if each.earned_at(kind) and (name, each.path.id) not in taken]
    return {name: stands for name, stands in found.items() if stands}


def _states(session: Session, organisation_id: UUID, people: Sequence[UUID]) -> dict[UUID, dict[ItemKey, ItemState]]:
    rows = session.scalars(
        select(ItemProgress).where(
            ItemProgress.organisation_id == organisation_id,
            ItemProgress.learner_id.in_(people),
            ItemProgress.done_at.is_not(None),
        )
    )
    found: dict[UUID, dict[ItemKey, ItemState]] = {}
    for row in rows:
        state = ItemState(
            row.item_kind, row.item_id, row.content_hash, row.place, row.label, row.updated_at, row.done_at
        )
        found.setdefault(row.learner_id, {})[row.item_kind, row.item_id] = state
    return found


def _taken(
    session: Session, organisation_id: UUID, people: Sequence[UUID], kind: CertificateKind
) -> set[tuple[UUID | None, str]]:
    rows = session.execute(
        select(Certificate.learner_id, Certificate.path_id).where(
            Certificate.organisation_id == organisation_id,
            Certificate.learner_id.in_(people),
            Certificate.kind == kind,
            Certificate.may_be_reissued.is_(False),
        )
    )
    return {(learner_id, path_id) for learner_id, path_id in rows}


def lately_earned(session: Session, since: datetime, office: Office) -> Iterator[tuple[UUID, UUID, Standing]]:
    """Yield the attestations earned since and not asked for, in every organisation: it, the person, the path."""
    for organisation_id, people in _lately_busy(session, since).items():
        found = to_issue(session, organisation_id, people, office, CertificateKind.SKILLS)
        for person_id, stands in found.items():
            for each in stands:
                if each.skills_at is not None and each.skills_at > since:
                    yield organisation_id, person_id, each


def _lately_busy(session: Session, since: datetime) -> dict[UUID, list[UUID]]:
    """Return, by organisation, those who have passed a test, and did or passed something since."""
    passed = select(LearningEvent.learner_id).where(LearningEvent.kind == EventKind.EXAM_PASSED)
    did = select(ItemProgress.learner_id).where(ItemProgress.done_at > since)
    told = passed.where(LearningEvent.occurred_at > since)
    query = select(User.organisation_id, User.id).where(
        User.id.in_(passed), or_(User.id.in_(did), User.id.in_(told)), User.deactivated_at.is_(None), ~User.is_guest
    )
    found: dict[UUID, list[UUID]] = {}
    for organisation_id, person_id in session.execute(query.execution_options(across_organisations=True)):
        found.setdefault(organisation_id, []).append(person_id)
    return found


def issued_by_others(session: Session, since: datetime) -> Sequence[Certificate]:
    """Return the documents of every organisation that somebody issued for another since, and that still stand."""
    query = select(Certificate).where(
        Certificate.issued_at > since,
        Certificate.issued_by != Certificate.learner_id,
        Certificate.revoked_at.is_(None),
        Certificate.erased_at.is_(None),
    )
    return session.scalars(query.execution_options(across_organisations=True)).all()
