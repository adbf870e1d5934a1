"""Documents that wait for somebody: earned and not asked for, or issued by another. Takes a session, never commits."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.rules import Actor
from course_app.certificates import rules, service
from course_app.certificates.models import Certificate
from course_app.certificates.rules import CertificateKind
from course_app.certificates.service import Office
from course_app.progress.models import ItemProgress, LearningEvent
from course_app.progress.rules import EventKind


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
