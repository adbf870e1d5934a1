"""Issuing, finding, withdrawing, erasing documents. Takes a session, never commits.

A document is written once: a second click, or a parallel one, finds the first.
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.rules import Actor, Cutoffs, Permission
from course_app.accounts.sessions import actor_of
from course_app.audit import service as audit
from course_app.audit.rules import Act, Entry
from course_app.certificates import letterheads, logos, rules
from course_app.certificates.issuing import Press, local_day, new_code, printed
from course_app.certificates.letterheads import Letterhead
from course_app.certificates.models import Certificate
from course_app.certificates.rules import CertificateKind, CompletionFacts, Facts, Standing
from course_app.core.errors import NotFound, Stale
from course_app.library.catalog import Catalog
from course_app.membership import people
from course_app.progress import service as progress
from course_app.progress.models import LearningEvent
from course_app.progress.rules import EventKind, Exam, ItemKey, ItemState

Skipped = Callable[[Session, uuid.UUID, Collection[uuid.UUID]], Mapping[tuple[uuid.UUID, str], frozenset[ItemKey]]]
"""Items that people of an organisation may skip, by person and path; told by the room of placements, through the factory."""


class AlreadyRevoked(Stale):
    """A withdrawal of what is withdrawn already."""

    code = "deja-retiree"
    message = "Ce document est déjà retiré. Il n'y a rien à refaire."


@dataclass(frozen=True)
class Office:
    """What issuing needs beside the database: the press, the catalogue, and what a person may skip."""

    press: Press
    catalog: Catalog
    skipped: Skipped


@dataclass(frozen=True)
class Withdrawal:
    """A decision to withdraw: why, and whether another document may take the place (an error of name)."""

    why: str
    may_be_reissued: bool


@dataclass(frozen=True)
class Filled:
    """A form of a certificate of completion: its words by the names of the facts, the logo to print or nothing."""

    words: Mapping[str, str]
    logo: bytes = b""


def standings(session: Session, person: Actor, office: Office) -> list[Standing]:
    """Return where somebody stands with every path, in the catalogue's order; three queries."""
    states = progress.journey(session, person)
    exams = progress.exams(session, person.organisation_id, [person.user_id])
    skipped = office.skipped(session, person.organisation_id, [person.user_id])
    return standings_from(office.catalog, person.user_id, states, exams, skipped)


def standings_from(
    catalog: Catalog,
    person_id: uuid.UUID,
    states: Mapping[ItemKey, ItemState],
    exams: Sequence[Exam],
    skipped: Mapping[tuple[uuid.UUID, str], frozenset[ItemKey]],
) -> list[Standing]:
    """Return where somebody stands with every path, from what was read of them."""
    return [
        rules.standing(
            path,
            catalog.test_of(path),
            [
                ref.key
                for ref in path.items
                if ref.key not in skipped.get((person_id, path.id), ()) and catalog.item(*ref.key) is not None
            ],
            states,
            exams,
        )
        for path in catalog.paths.values()
    ]


def earned(session: Session, person: Actor, office: Office, path_id: str, kind: CertificateKind) -> Standing:
    """Return the standing of somebody who has earned a document; `NotFound` before its rule is met (S25)."""
    for each in standings(session, person, office):
        if each.path.id == path_id and each.earned_at(kind) is not None:
            return each
    raise NotFound


def issue_skills(
    session: Session, actor: Actor, office: Office, path_id: str, holder: str, now: datetime
) -> Certificate:
    """Issue one's own attestation of skills, under the name given; a second call returns the first document.

    Raises `NotFound` before the rule is met, and when it was withdrawn for good.
    """
    standing = earned(session, actor, office, path_id, CertificateKind.SKILLS)
    head = letterheads.of_company(session, actor)
    facts = _facts(actor, office, standing, CertificateKind.SKILLS, holder, head)
    return _issue(session, actor, actor, office.press, (standing, CertificateKind.SKILLS, facts, head.logo), now)


def issue_completion(
    session: Session,
    issuer: Actor,
    person: Actor,
    office: Office,
    standing: Standing,
    filled: Filled,
    now: datetime,
) -> Certificate:
    """Issue somebody's certificate of completion.

    `standing` is what `earned` returned for this person. The dates are those of the first and of the last thing done.
    """
    written, logo = filled.words, filled.logo
    head = Letterhead(written["provider"], written["address"], logo=logo)
    facts = _facts(person, office, standing, CertificateKind.COMPLETION, written["holder"], head)
    facts["completion"] = CompletionFacts(
        employer=written["employer"],
        provider=written["provider"],
        declaration=written["declaration"],
        nature=written["nature"],
        began_on=local_day(_began_at(session, person, standing), person.timezone),
        ended_on=facts["achieved_on"],
        signatory=written["signatory"],
        signatory_role=written["signatory_role"],
        place=written["place"],
        issued_on=local_day(now, person.timezone),
    )
    return _issue(session, issuer, person, office.press, (standing, CertificateKind.COMPLETION, facts, logo), now)


def _began_at(session: Session, person: Actor, standing: Standing) -> datetime:
    """Return when the first required item was met."""
    asked = {kind for kind, _ in standing.required}, {name for _, name in standing.required}
    rows = session.execute(
        select(LearningEvent.item_kind, LearningEvent.item_id, func.min(LearningEvent.occurred_at))
        .where(
            LearningEvent.organisation_id == person.organisation_id,
            LearningEvent.learner_id == person.user_id,
            LearningEvent.item_kind.in_(asked[0]),
            LearningEvent.item_id.in_(asked[1]),
        )
        .group_by(LearningEvent.item_kind, LearningEvent.item_id)
    )
    wanted = set(standing.required)
    return min((at for kind, name, at in rows if (kind, name) in wanted), default=_at(standing))


def _at(standing: Standing) -> datetime:
    at = standing.completed_at
    if at is None:
        raise NotFound
    return at


def _facts(
    person: Actor, office: Office, standing: Standing, kind: CertificateKind, holder: str, head: Letterhead
) -> Facts:
    at = standing.earned_at(kind) or _at(standing)
    items = [office.catalog.item(*key) for key in (*standing.required, *_test_key(standing))]
    code = new_code()
    facts = Facts(
        holder=holder,
        title=standing.path.title,
        issuer=head.issuer,
        has_letterhead=bool(head.name),
        address=head.address,
        signatory=head.signatory,
        achieved_on=local_day(at, person.timezone),
        minutes=sum(item.minutes for item in items if item is not None),
        modules=rules.modules_of(standing.path),
        code=code,
        check=office.press.check_url(code),
    )
    if head.logo:
        facts["logo"] = logos.print_of(head.logo)
    return facts


def _test_key(standing: Standing) -> tuple[ItemKey, ...]:
    return ((standing.test.kind, standing.test.id),) if standing.test else ()


def _issue(
    session: Session,
    issuer: Actor,
    person: Actor,
    press: Press,
    made: tuple[Standing, CertificateKind, Facts, bytes],
    now: datetime,
) -> Certificate:
    standing, kind, facts, logo = made
    version = rules.version(standing.path)
    if (found := _living(session, person, standing.path.id, kind, version)) is not None:
        return found
    row_id = uuid.uuid4()
    values = {
        "id": row_id,
        "organisation_id": person.organisation_id,
        "learner_id": person.user_id,
        "kind": kind,
        "path_id": standing.path.id,
        "path_version": version,
        "code": facts["code"],
        "facts": facts,
        "achieved_at": standing.earned_at(kind),
        "issued_at": now,
        "issued_by": issuer.user_id,
        "logo_id": logos.keep(session, person.organisation_id, logo, now) if logo else None,
        "revoked_why": "",
        "may_be_reissued": False,
        **asdict(printed(press, kind, facts, logo)),
    }
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    session.execute(insert(Certificate).values(**values).on_conflict_do_nothing())
    row = _living(session, person, standing.path.id, kind, version)
    if row is None:
        raise NotFound
    if row.id == row_id:
        _tell(session, issuer, person, standing, row, now)
    return row


def _living(session: Session, person: Actor, path_id: str, kind: CertificateKind, version: str) -> Certificate | None:
    """Return the document that holds the place; `NotFound` when it was withdrawn for good."""
    row = session.scalar(
        select(Certificate).where(
            Certificate.organisation_id == person.organisation_id,
            Certificate.learner_id == person.user_id,
            Certificate.path_id == path_id,
            Certificate.kind == kind,
            Certificate.path_version == version,
            Certificate.may_be_reissued.is_(False),
        )
    )
    if row is not None and row.revoked_at is not None:
        raise NotFound
    return row


def _tell(session: Session, issuer: Actor, person: Actor, standing: Standing, row: Certificate, now: datetime) -> None:
    """Say it in the log of learning, beside the test that it rests on, and in the register of acts."""
    if (exam := standing.passed or standing.sent) is not None:
        item = progress.pinned(session, exam.content_hash)
        payload = {"certificate": str(row.id), "kind": row.kind.value, "path": row.path_id}
        key = f"{EventKind.CERTIFICATE_ISSUED.value}-{row.id}"
        progress.record(session, person, item, EventKind.CERTIFICATE_ISSUED, now, key=key, payload=payload)
    details = {"kind": row.kind.value, "path": row.path_id, "person": str(person.user_id)}
    _audit(session, issuer, Act.CERTIFICATE_ISSUED, row, now, details)


def _audit(
    session: Session, actor: Actor, act: Act, row: Certificate, now: datetime, details: Mapping[str, str | bool]
) -> None:
    entry = Entry(row.organisation_id, act, actor.user_id, f"attestation:{row.id}", dict(details))
    audit.record(session, entry, now)


def issued_to(session: Session, person: Actor) -> Sequence[Certificate]:
    """Return the documents of one person, the latest first, those withdrawn included."""
    return session.scalars(
        select(Certificate)
        .where(Certificate.organisation_id == person.organisation_id, Certificate.learner_id == person.user_id)
        .order_by(Certificate.issued_at.desc(), Certificate.id)
    ).all()


def seen(session: Session, actor: Actor, certificate_id: uuid.UUID) -> Certificate:
    """Return a document that the actor may open: their own, or one of somebody whom they see; else `NotFound` (S02)."""
    row = session.scalar(
        select(Certificate).where(
            Certificate.organisation_id == actor.organisation_id, Certificate.id == certificate_id
        )
    )
    if row is None or row.learner_id is None or row.erased_at is not None:
        raise NotFound
    if row.learner_id != actor.user_id:
        if not actor.may(Permission.SEE_TEAM):
            raise NotFound
        person_seen(session, actor, row.learner_id)
    return row


def person_seen(session: Session, actor: Actor, user_id: uuid.UUID) -> Actor:
    """Return, as an actor, somebody whom the actor sees, or whose access is closed since; else `NotFound` (S05)."""
    people.followed(session, actor, user_id)
    user = session.scalar(select(User).where(User.organisation_id == actor.organisation_id, User.id == user_id))
    if user is None:
        raise NotFound
    return actor_of(user, uuid.UUID(int=0))


def by_code(session: Session, code: str) -> Certificate | None:
    """Return the document that bears a code, whatever the organisation: whoever holds the code holds the paper."""
    return session.scalar(
        select(Certificate).where(Certificate.code == code).execution_options(across_organisations=True)
    )


def revoke(
    session: Session, actor: Actor, certificate_id: uuid.UUID, decision: Withdrawal, now: datetime
) -> Certificate:
    """Withdraw a document of the actor's organisation; raise `NotFound`, or `AlreadyRevoked` the second time."""
    row = session.scalar(
        select(Certificate)
        .where(Certificate.organisation_id == actor.organisation_id, Certificate.id == certificate_id)
        .with_for_update()
    )
    if row is None or row.erased_at is not None:
        raise NotFound
    if row.revoked_at is not None:
        raise AlreadyRevoked
    row.revoked_at, row.revoked_by, row.revoked_why = now, actor.user_id, decision.why
    row.may_be_reissued = decision.may_be_reissued
    session.flush()
    _audit(session, actor, Act.CERTIFICATE_REVOKED, row, now, {"may_be_reissued": decision.may_be_reissued})
    return row


def export(session: Session, actor: Actor) -> dict[str, Any]:
    """Return the person's documents, ready for JSON; the files themselves are downloaded from their page."""
    return {
        "certificates": [
            {
                "kind": row.kind.value,
                "path": row.path_id,
                "code": row.code,
                "facts": row.facts,
                "achieved_at": row.achieved_at.isoformat(),
                "issued_at": row.issued_at.isoformat(),
                "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
                "revoked_why": row.revoked_why,
            }
            for row in issued_to(session, actor)
        ]
    }


def carry(_session: Session, _guest: Actor, _to: Actor) -> None:
    """Do nothing: a document needs an account, so a guest has none to bring."""


def erase(session: Session, actor: Actor, now: datetime) -> None:
    """Take the person out of their documents: code, kind, path and dates stay, so that a check can say « erased »."""
    session.execute(
        update(Certificate)
        .where(Certificate.organisation_id == actor.organisation_id, Certificate.learner_id == actor.user_id)
        .values(erased_at=now, facts={}, learner_id=None, issued_by=None, logo_id=None, revoked_why="")
        .execution_options(synchronize_session=False)
    )


def forget(session: Session, issued_before: datetime, most: int = 500) -> int:
    """Delete documents older than their retention (security.md G4: five years), `most` at a time; return how many."""
    old = session.scalars(
        select(Certificate.id)
        .where(Certificate.issued_at < issued_before)
        .limit(most)
        .execution_options(across_organisations=True)
    ).all()
    _delete(session, old)
    return len(old)


def _delete(session: Session, ids: Iterable[uuid.UUID]) -> None:
    session.execute(
        delete(Certificate)
        .where(Certificate.id.in_(list(ids)))
        .execution_options(across_organisations=True, synchronize_session=False)
    )


def expire(session: Session, cutoffs: Cutoffs) -> dict[str, int]:
    """Delete certificates older than they are kept, then the logos that none bears any more."""
    gone = forget(session, cutoffs.certificates)
    return {"attestations": gone, "logos d'attestations": logos.forget_unused(session)}
