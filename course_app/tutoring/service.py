"""Writing to a thread, reading it, listing those that wait. Takes a session, never commits.

A learner's tutors are those who see them today (`membership.service`): the leaders of their teams, and administrators.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.rules import Actor, Cutoffs, Role
from course_app.core import paging
from course_app.core.errors import NotFound, Stale
from course_app.core.french import typeset
from course_app.core.paging import Part
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
    """Return all of a learner's messages, oldest first."""
    return _messages(session, _written(organisation_id, learner_id).order_by(*_OLDEST_FIRST), catalog)


def latest(
    session: Session, organisation_id: uuid.UUID, learner_id: uuid.UUID, catalog: Catalog, number: int
) -> Part[Message]:
    """Return one page of a learner's messages, oldest first in each; the first page holds the latest."""
    ids = session.scalars(
        select(TutorMessage.id)
        .where(TutorMessage.organisation_id == organisation_id, TutorMessage.learner_id == learner_id)
        .order_by(TutorMessage.written_at.desc(), TutorMessage.id.desc())
    ).all()
    page = paging.part(ids, number)
    shown = _written(organisation_id, learner_id).where(TutorMessage.id.in_(page.shown)).order_by(*_OLDEST_FIRST)
    return page.of(_messages(session, shown, catalog))


_OLDEST_FIRST = (TutorMessage.written_at, TutorMessage.id)


def _written(organisation_id: uuid.UUID, learner_id: uuid.UUID) -> Any:
    return (
        select(TutorMessage, User.first_name)
        .outerjoin(User, (User.id == TutorMessage.author_id) & (User.organisation_id == organisation_id))
        .where(TutorMessage.organisation_id == organisation_id, TutorMessage.learner_id == learner_id)
        .execution_options(across_organisations=True)  # both sides are compared, one of them in the join
    )


def _messages(session: Session, query: Any, catalog: Catalog) -> list[Message]:
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
        for row, first_name in session.execute(query)
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


def inbox(session: Session, tutor: Actor, asked: str = "", number: int = 1) -> Part[Thread]:
    """Return one page of the people a tutor sees: who waits for an answer first, then the latest, then who never wrote.

    `asked`: words to find in a name or an address. Of each thread comes its last message, cut to an excerpt, and a
    count; three queries, whatever the number of people and the length of an exchange. Raises `Forbidden` when the
    tutor's role sees no team.
    """
    waits = TutorMessage.from_learner & TutorMessage.read_at.is_(None)
    known = {
        learner_id: (last_at, int(unread))
        for learner_id, last_at, unread in session.execute(
            select(TutorMessage.learner_id, func.max(TutorMessage.written_at), func.sum(case((waits, 1), else_=0)))
            .where(
                TutorMessage.organisation_id == tutor.organisation_id,
                TutorMessage.learner_id.in_(membership.select_seen(tutor)),
            )
            .group_by(TutorMessage.learner_id)
        )
    }
    people = session.execute(
        select(User.id, User.first_name, User.email)
        .where(*membership.seen_conditions(tutor), User.id != tutor.user_id)
        .order_by(User.email, User.id)
    )
    holds = paging.finder(asked)
    found = [
        Thread(learner_id, first_name or email or "", "", *known.get(learner_id, (None, 0)))
        for learner_id, first_name, email in people
        if holds(f"{first_name} {email or ''}")
    ]
    found.sort(
        key=lambda each: (
            not each.unread,
            -each.last_at.timestamp() if each.last_at else 0.0,
            paging.folded(each.first_name),
        )
    )
    page = paging.part(found, number, asked)
    last = _excerpts(session, tutor.organisation_id, [each.learner_id for each in page.shown if each.last_at])
    return page.of(replace(each, last=last.get(each.learner_id, "")) for each in page.shown)


def _excerpts(session: Session, organisation_id: uuid.UUID, learners: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return how the last message of each of these threads begins."""
    latest = TutorMessage.written_at.desc(), TutorMessage.id.desc()
    ranked = (
        select(
            TutorMessage.learner_id,
            func.substr(TutorMessage.text, 1, EXCERPT_LIMIT).label("excerpt"),
            func.row_number().over(partition_by=TutorMessage.learner_id, order_by=latest).label("rank"),
        )
        .where(TutorMessage.organisation_id == organisation_id, TutorMessage.learner_id.in_(learners))
        .subquery()
    )
    rows = session.execute(select(ranked.c.learner_id, ranked.c.excerpt).where(ranked.c.rank == 1))
    return {row.learner_id: row.excerpt for row in rows}


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
