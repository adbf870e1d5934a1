"""Writing to a thread, reading it, listing those that wait. Takes a session, never commits.

A learner's tutors are those who see them today (`membership.service`): the leaders of their teams, and administrators.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.rules import Actor, Cutoffs, Role
from course_app.core.errors import NotFound, Stale
from course_app.core.french import typeset
from course_app.library.catalog import Catalog
from course_app.membership import service as membership
from course_app.membership.models import Team, TeamMember
from course_app.progress.evidence import Piece, Sheet, Wanted, day_of
from course_app.store.deleting import deleted
from course_app.tutoring.models import TutorMessage
from course_app.tutoring.rules import EXCERPT_LIMIT, About, Message, Thread, read_about


def tutors(session: Session, learner: Actor) -> Sequence[User]:
    """Return who follows a learner today: leaders of their teams, else the administrators; never the learner."""
    mine = select(TeamMember.team_id).where(
        TeamMember.organisation_id == learner.organisation_id,
        TeamMember.user_id == learner.user_id,
        TeamMember.left_at.is_(None),
    )
    leading = (
        select(TeamMember.user_id)
        .join(Team, Team.id == TeamMember.team_id)
        .where(
            TeamMember.organisation_id == learner.organisation_id,
            Team.organisation_id == learner.organisation_id,
            Team.archived_at.is_(None),
            TeamMember.team_id.in_(mine),
            TeamMember.leads,
            TeamMember.left_at.is_(None),
        )
    )
    active = select(User).where(
        User.organisation_id == learner.organisation_id, User.deactivated_at.is_(None), User.id != learner.user_id
    )
    leaders = active.where(User.id.in_(leading), User.role.in_((Role.MANAGER, Role.ADMINISTRATOR)))
    found = session.scalars(leaders.order_by(User.first_name, User.id)).all()
    administrators = active.where(User.role == Role.ADMINISTRATOR)
    return found or session.scalars(administrators.order_by(User.first_name, User.id)).all()


def write(
    session: Session,
    author: Actor,
    learner_id: uuid.UUID,
    text: str,
    about: About | None,
    key: uuid.UUID,
    now: datetime,
) -> bool:
    """Add a message to a learner's thread; tell whether it is new: the same form sent twice is one message.

    The caller has checked that the author is the learner, or sees them. Raises `Stale` when the key was spent on
    another text.
    """
    _take_turn(session, author)
    spent = session.scalar(
        select(TutorMessage).where(
            TutorMessage.organisation_id == author.organisation_id,
            TutorMessage.author_id == author.user_id,
            TutorMessage.key == key,
        )
    )
    if spent is not None:
        if (spent.text, spent.learner_id) != (text, learner_id):
            raise Stale
        return False
    session.add(
        TutorMessage(
            organisation_id=author.organisation_id,
            learner_id=learner_id,
            author_id=author.user_id,
            from_learner=author.user_id == learner_id,
            text=text,
            about=about.slug if about else "",
            key=key,
            written_at=now,
        )
    )
    session.flush()
    return True


def _take_turn(session: Session, author: Actor) -> None:
    """Two sendings of one person come one after the other; on SQLite `BEGIN IMMEDIATE` already does it."""
    mine = User.organisation_id == author.organisation_id, User.id == author.user_id
    session.execute(select(User.id).where(*mine).with_for_update(key_share=True))


def thread(session: Session, organisation_id: uuid.UUID, learner_id: uuid.UUID, catalog: Catalog) -> list[Message]:
    """Return a learner's messages, oldest first."""
    rows = session.execute(
        select(TutorMessage, User.first_name)
        .outerjoin(User, (User.id == TutorMessage.author_id) & (User.organisation_id == organisation_id))
        .where(TutorMessage.organisation_id == organisation_id, TutorMessage.learner_id == learner_id)
        .order_by(TutorMessage.written_at, TutorMessage.id)
        .execution_options(across_organisations=True)  # both sides are compared, one of them in the join
    )
    return [
        Message(
            row.id,
            first_name or "",
            row.from_learner,
            row.text,
            read_about(row.about, catalog),
            row.written_at,
            row.read_at,
        )
        for row, first_name in rows
    ]


def unread(session: Session, organisation_id: uuid.UUID, learner_id: uuid.UUID, *, by_learner: bool) -> int:
    """Return how many messages wait for the learner, or for their tutors."""
    return session.scalar(_waiting(organisation_id, by_learner=by_learner, of=[learner_id])) or 0


def _waiting(organisation_id: uuid.UUID, *, by_learner: bool, of: Iterable[uuid.UUID]) -> Any:
    return (
        select(func.count())
        .select_from(TutorMessage)
        .where(
            TutorMessage.organisation_id == organisation_id,
            TutorMessage.learner_id.in_(of),
            TutorMessage.from_learner.is_(not by_learner),
            TutorMessage.read_at.is_(None),
        )
    )


def mark_read(
    session: Session, organisation_id: uuid.UUID, learner_id: uuid.UUID, now: datetime, *, by_learner: bool
) -> None:
    """Note that the learner, or a tutor, has read what the other side wrote."""
    session.execute(
        update(TutorMessage)
        .where(
            TutorMessage.organisation_id == organisation_id,
            TutorMessage.learner_id == learner_id,
            TutorMessage.from_learner.is_(not by_learner),
            TutorMessage.read_at.is_(None),
        )
        .values(read_at=now)
    )


def threads(session: Session, tutor: Actor) -> list[Thread]:
    """Return the threads of the people a tutor sees: those that wait for an answer first, then the latest; one query.

    Of each thread comes its last message, cut to an excerpt, and a count: a long exchange costs what a short one does.
    Raises `Forbidden` when the tutor's role sees no team.
    """
    waits = TutorMessage.from_learner & TutorMessage.read_at.is_(None)
    thread_of = TutorMessage.learner_id
    latest = TutorMessage.written_at.desc(), TutorMessage.id.desc()
    ranked = (
        select(
            TutorMessage.learner_id,
            TutorMessage.written_at,
            func.substr(TutorMessage.text, 1, EXCERPT_LIMIT).label("excerpt"),
            func.row_number().over(partition_by=thread_of, order_by=latest).label("rank"),
            func.sum(case((waits, 1), else_=0)).over(partition_by=thread_of).label("unread"),
        )
        .where(
            TutorMessage.organisation_id == tutor.organisation_id,
            TutorMessage.learner_id != tutor.user_id,
            TutorMessage.learner_id.in_(membership.select_seen(tutor)),
        )
        .subquery()
    )
    rows = session.execute(
        select(User.id, User.first_name, User.email, ranked.c.excerpt, ranked.c.written_at, ranked.c.unread)
        .join(ranked, ranked.c.learner_id == User.id)
        .where(User.organisation_id == tutor.organisation_id, ranked.c.rank == 1)
        .order_by(ranked.c.unread == 0, ranked.c.written_at.desc(), User.id)
    )
    return [
        Thread(learner_id, first_name or email or "", excerpt, written_at, int(unread))
        for learner_id, first_name, email, excerpt, written_at, unread in rows
    ]


def evidence(session: Session, wanted: Wanted) -> Iterable[Piece]:
    """Yield the exchanges of a learner with their tutors: to a manager, dates and subjects; the texts are the learner's."""
    learner = wanted.learner
    written = thread(session, learner.organisation_id, learner.user_id, wanted.catalog)
    if not written:
        return
    rows = tuple(
        (
            day_of(each.written_at),
            "apprenant" if each.from_learner else f"tuteur ({each.author})" if each.author else "tuteur",
            title(wanted.catalog, each.about),
            *((each.text,) if wanted.own else ()),
        )
        for each in written
    )
    columns = ("Le", "De", "À propos de", *(("Message",) if wanted.own else ()))
    note = typeset("Messages échangés dans Réglo, du plus ancien au plus récent.")
    yield Sheet("echanges-tuteur", "Échanges avec le tuteur", note, columns, rows)


def title(catalog: Catalog, about: About | None) -> str:
    """Return the French name of what a message is about, empty for nothing in particular."""
    item = catalog.item(about.kind, about.item_id) if about else None
    if item is None or about is None:
        return ""
    return f"{item.title}, question {about.number}" if about.number is not None else item.title


def export(session: Session, learner: Actor) -> dict[str, Any]:
    """Return the messages of a learner's thread, and those they wrote to others."""
    rows = session.scalars(
        select(TutorMessage)
        .where(
            TutorMessage.organisation_id == learner.organisation_id,
            (TutorMessage.learner_id == learner.user_id) | (TutorMessage.author_id == learner.user_id),
        )
        .order_by(TutorMessage.written_at, TutorMessage.id)
    )
    return {
        "tutor_messages": [
            {
                "written_by_me": row.author_id == learner.user_id,
                "about": row.about,
                "text": row.text,
                "written_at": row.written_at.isoformat(),
                "read_at": row.read_at.isoformat() if row.read_at else None,
            }
            for row in rows
        ]
    }


def carry(session: Session, guest: Actor, to: Actor) -> None:
    """Do nothing: a guest has no tutor."""


def require_tutors(session: Session, learner: Actor) -> Sequence[User]:
    """Return a learner's tutors; raise `NotFound` when nobody follows them: there is no thread then."""
    found = tutors(session, learner)
    if not found:
        raise NotFound
    return found


def erase(session: Session, learner: Actor, _now: datetime) -> None:
    """Forget the words of a learner's thread, both sides, and what they wrote to others; who wrote when stays as proof."""
    session.execute(
        update(TutorMessage)
        .where(
            TutorMessage.organisation_id == learner.organisation_id,
            (TutorMessage.learner_id == learner.user_id) | (TutorMessage.author_id == learner.user_id),
        )
        .values(text="")
    )


def expire(session: Session, cutoffs: Cutoffs) -> dict[str, int]:
    """Delete messages once results of their time are: written exchanges prove that somebody was followed."""
    return {"messages du tuteur": deleted(session, TutorMessage, TutorMessage.written_at < cutoffs.results)}
