"""Documents that wait for somebody: earned and not asked for, or issued by another. Takes a session, never commits."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.rules import Actor
from course_app.certificates import rules, service
from course_app.certificates.models import Certificate
from course_app.certificates.rules import CertificateKind, Standing
from course_app.certificates.service import Office
from course_app.progress import service as progress
from course_app.progress.models import ItemProgress, LearningEvent
from course_app.progress.rules import EventKind, Exam, ItemKey, ItemState

_AT_ONCE = 500


def documents(session: Session, person: Actor, office: Office) -> list[tuple[str, str, datetime]]:
    """Return the attestations of skills earned and not issued yet: path, its version, when it was earned."""
    held = {
        (row.path_id, row.path_version)
        for row in service.issued_to(session, person)
        if row.kind is CertificateKind.SKILLS and not row.may_be_reissued
    }
    found = [
        (each.path.id, rules.version(each.path), each.skills_at) for each in service.standings(session, person, office)
    ]
    return [
        (path_id, version, at) for path_id, version, at in found if at is not None and (path_id, version) not in held
    ]


def to_certify(
    session: Session, organisation_id: UUID, people: Sequence[UUID], office: Office
) -> dict[UUID, list[Standing]]:
    """Return, by person, the paths followed to the end whose certificate of completion nobody issued yet.

    Four queries for five hundred of those who ever sent a test, whatever the number of the others.
    """
    exams: dict[UUID, list[Exam]] = {}
    for exam in progress.exams(session, organisation_id, people):
        exams.setdefault(exam.learner_id, []).append(exam)
    sat, found = sorted(exams), {}
    for at in range(0, len(sat), _AT_ONCE):
        some = sat[at : at + _AT_ONCE]
        states, issued = _states(session, organisation_id, some), _certified(session, organisation_id, some)
        skipped = office.skipped(session, organisation_id, some)
        for name in some:
            stands = service.standings_from(office.catalog, name, states.get(name, {}), exams[name], skipped)
            found[name] = [each for each in stands if each.completed_at and (name, each.path.id) not in issued]
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


def _certified(session: Session, organisation_id: UUID, people: Sequence[UUID]) -> set[tuple[UUID | None, str]]:
    rows = session.execute(
        select(Certificate.learner_id, Certificate.path_id).where(
            Certificate.organisation_id == organisation_id,
            Certificate.learner_id.in_(people),
            Certificate.kind == CertificateKind.COMPLETION,
            Certificate.may_be_reissued.is_(False),
        )
    )
    return {(learner_id, path_id) for learner_id, path_id in rows}


def lately_busy(session: Session, since: datetime) -> Sequence[User]:
    """Return the people of every organisation who have passed a test, and did or passed something since."""
    passed = select(LearningEvent.learner_id).where(LearningEvent.kind == EventKind.EXAM_PASSED)
    did = select(ItemProgress.learner_id).where(ItemProgress.done_at > since)
    told = passed.where(LearningEvent.occurred_at > since)
    query = select(User).where(
        User.id.in_(passed), or_(User.id.in_(did), User.id.in_(told)), User.deactivated_at.is_(None), ~User.is_guest
    )
    return session.scalars(query.execution_options(across_organisations=True)).all()


def issued_by_others(session: Session, since: datetime) -> Sequence[Certificate]:
    """Return the documents of every organisation that somebody issued for another since, and that still stand."""
    query = select(Certificate).where(
        Certificate.issued_at > since,
        Certificate.issued_by != Certificate.learner_id,
        Certificate.revoked_at.is_(None),
        Certificate.erased_at.is_(None),
    )
    return session.scalars(query.execution_options(across_organisations=True)).all()
