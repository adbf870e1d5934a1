"""Appending learning events and keeping places; the only writer of the log.

Takes a session, never commits. Nothing here updates or deletes an event; `records.carry` alone re-homes a guest's.
"""

import itertools
import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Table, bindparam, insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor
from course_app.core.errors import NotFound
from course_app.library.catalog import AnyItem as Item
from course_app.library.catalog import restore
from course_app.library.model import ItemKind, Quiz
from course_app.progress.following import Telling, followers_of
from course_app.progress.models import IS_EXAM, ContentVersion, ItemProgress, LearningEvent
from course_app.progress.rules import FINISHING_EVENT, EventKind, Exam, ItemKey, ItemState
from course_app.store.prepared import Inserting, Prepared

_AT_ONCE = 500
"""Hashes in one query: SQLite takes 32,766 parameters, PostgreSQL's driver 65,535."""

KEPT_VERSIONS = 128
"""Archived versions that stay in memory, the last read: an open attempt asks for its own at every page."""
_versions: dict[str, Item] = {}
_EVENTS, _PLACES = cast(Table, LearningEvent.__table__), cast(Table, ItemProgress.__table__)
_APPEND = Prepared(insert(_EVENTS))


def _insert(session: Session, model: type[Any]) -> Any:
    """Return an insert that can give way to a row already there, in the words of the database at hand."""
    return (postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert)(model)


def _insert_missing(session: Session, model: type[Any], values: dict[str, Any], unique: list[str]) -> bool:
    """Insert a row unless its unique key is taken; return whether it was inserted. Safe under concurrency."""
    statement = _insert(session, model).values(**values).on_conflict_do_nothing(index_elements=unique)
    return cast("CursorResult[Any]", session.execute(statement)).rowcount == 1


def pin(session: Session, item: Item, now: datetime) -> None:
    """Archive this version of the item, so that what points to its hash stays readable."""
    known = session.scalar(select(ContentVersion.content_hash).where(ContentVersion.content_hash == item.content_hash))
    if known is None:
        values = {
            "content_hash": item.content_hash,
            "kind": item.kind,
            "item_id": item.id,
            "title": item.title,
            "body": item.model_dump_json(),
            "archived_at": now,
        }
        _insert_missing(session, ContentVersion, values, ["content_hash"])


def pinned(session: Session, content_hash: str) -> Item:
    """Return the item as it was worded under this hash; raise `NotFound` when no attempt ever used it.

    The hash is that of all the item says: a version read once is the same in every database, and stays in memory.
    """
    kept = _versions.get(content_hash)
    if kept is None:
        version = session.get(ContentVersion, content_hash)
        if version is None:
            raise NotFound
        kept = restore(version.kind, version.body)
        _keep_versions({content_hash: kept})
    return kept


def pinned_all(session: Session, content_hashes: Collection[str]) -> dict[str, Item]:
    """Return the items worded under these hashes, one query for five hundred; unknown hashes are absent."""
    found = {each: _versions[each] for each in set(content_hashes) if each in _versions}
    wanted = sorted(set(content_hashes) - set(found))
    for at in range(0, len(wanted), _AT_ONCE):
        query = select(ContentVersion).where(ContentVersion.content_hash.in_(wanted[at : at + _AT_ONCE]))
        read = {version.content_hash: restore(version.kind, version.body) for version in session.scalars(query)}
        _keep_versions(read)
        found |= read
    return found


def _keep_versions(read: Mapping[str, Item]) -> None:
    """Keep versions in memory, the last `KEPT_VERSIONS` read."""
    _versions.update(read)
    for oldest in list(_versions)[:-KEPT_VERSIONS]:
        _versions.pop(oldest, None)


def record(
    session: Session,
    actor: Actor,
    item: Item,
    kind: EventKind,
    now: datetime,
    *,
    key: str | None = None,
    payload: dict[str, Any] | None = None,
) -> LearningEvent:
    """Append one event; with a key, a second call by the same learner returns the first event."""
    if key is not None and (first := _event_by_key(session, actor, key)) is not None:
        return first
    telling = Telling(actor, kind, item.kind, item.id, payload or {}, now)
    followers = followers_of(session)
    for ask in followers.asked:
        ask(session, telling)
    pin(session, item, now)
    appended = session.scalar(
        _insert(session, LearningEvent)
        .values(**_event(actor, item, kind, now, payload), key=key)
        .on_conflict_do_nothing(index_elements=["learner_id", "key"])
        .returning(LearningEvent)
    )
    if appended is None:  # a parallel request told the same event meanwhile, and has committed it
        return cast(LearningEvent, _event_by_key(session, actor, cast(str, key)))
    for tell in followers.told:
        tell(session, telling)
    return cast(LearningEvent, appended)


def append(session: Session, actor: Actor, item: Item, kind: EventKind, now: datetime, payload: dict[str, Any]) -> None:
    """Append one event about an item that was read from the archive: nothing to archive, nobody to wait for or to tell.

    Only for steps inside an attempt; what starts or ends one goes through `record`, which tells the followers.
    """
    _APPEND.run(session, _event(actor, item, kind, now, payload))


def _event(actor: Actor, item: Item, kind: EventKind, now: datetime, payload: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "organisation_id": actor.organisation_id,
        "learner_id": actor.user_id,
        "kind": kind,
        "item_kind": item.kind,
        "item_id": item.id,
        "content_hash": item.content_hash,
        "payload": payload or {},
        "occurred_at": now,
    }


def is_told(session: Session, actor: Actor, key: str) -> bool:
    """Tell whether the person's log has an event under this key."""
    return _event_by_key(session, actor, key) is not None


def _event_by_key(session: Session, actor: Actor, key: str) -> LearningEvent | None:
    return session.scalar(
        select(LearningEvent).where(
            LearningEvent.organisation_id == actor.organisation_id,
            LearningEvent.learner_id == actor.user_id,
            LearningEvent.key == key,
        )
    )


def _row(session: Session, actor: Actor, item: Item, now: datetime) -> ItemProgress:
    """Return the person's row for an item, made if absent."""
    query = select(ItemProgress).where(
        ItemProgress.organisation_id == actor.organisation_id,
        ItemProgress.learner_id == actor.user_id,
        ItemProgress.item_kind == item.kind,
        ItemProgress.item_id == item.id,
    )
    query = query.execution_options(populate_existing=True)  # `keep_place` writes behind the session's back
    row = session.scalar(query)
    if row is None:
        values = {**_fresh(actor, item), "updated_at": now}
        _insert_missing(session, ItemProgress, values, ["learner_id", "item_kind", "item_id"])
        row = session.scalars(query).one()
    return row


def _fresh(actor: Actor, item: Item) -> dict[str, Any]:
    """Return the values of the row of somebody who has just opened an item."""
    return {
        "organisation_id": actor.organisation_id,
        "learner_id": actor.user_id,
        "item_kind": item.kind,
        "item_id": item.id,
        "content_hash": item.content_hash,
        "place": {},
        "label": "",
        "done_at": None,
    }


def _keeping(insert: Inserting) -> Any:
    """Return what makes or moves a place."""
    statement = insert(_PLACES)
    kept = {name: statement.excluded[name] for name in ("place", "label", "updated_at", "content_hash")}
    return statement.on_conflict_do_update(index_elements=["learner_id", "item_kind", "item_id"], set_=kept)


_KEEP = Prepared(_keeping)


def keep_place(session: Session, actor: Actor, item: Item, place: dict[str, Any], label: str, now: datetime) -> None:
    """Keep where the person is in an item, in one statement; `label` names the place in French (« question 3 »)."""
    values = {**_fresh(actor, item), "place": place, "label": label, "updated_at": now}
    _KEEP.run(session, values)
    _moved(session, actor, now)


def _moved(session: Session, actor: Actor, now: datetime) -> None:
    for move in followers_of(session).moved:
        move(session, actor, now)


def finish(
    session: Session,
    actor: Actor,
    item: Item,
    now: datetime,
    *,
    key: str | None = None,
    payload: dict[str, Any] | None = None,
) -> None:
    """Mark an item as done and forget the kept place; the first date of success stays."""
    record(session, actor, item, FINISHING_EVENT[item.kind], now, key=key, payload=payload)
    row = _row(session, actor, item, now)
    row.place, row.label, row.updated_at, row.content_hash = {}, "", now, item.content_hash
    row.done_at = row.done_at or now
    _moved(session, actor, now)


def reopen(
    session: Session,
    actor: Actor,
    item: Item,
    place: dict[str, Any],
    label: str,
    now: datetime,
    *,
    key: str,
) -> None:
    """Take back that a lesson was read: the log keeps both, the place is kept at `place`; once per key.

    Said on purpose, soon after: the room that offers it decides until when.
    """
    record(session, actor, item, EventKind.LESSON_OPENED, now, key=key, payload={"reopened": True})
    row = _row(session, actor, item, now)
    row.place, row.label, row.updated_at, row.content_hash, row.done_at = place, label, now, item.content_hash, None
    _moved(session, actor, now)


def tell_exam(session: Session, actor: Actor, test: Quiz, told: Exam) -> None:
    """Append what a sent test was worth; the same sending told again with the same verdict counts once."""
    kind = EventKind.EXAM_PASSED if told.passed else EventKind.EXAM_FAILED
    payload = {name: getattr(told, name) for name in _EXAM_FIELDS}
    record(session, actor, test, kind, told.told_at, key=f"{kind.value}-{told.attempt}", payload=payload)


_EXAM_FIELDS = ("attempt", "receipt", "percent", "red_lines")
"""What the payload of a test's event holds; the rest stands in the event's own columns."""


def exams(session: Session, organisation_id: uuid.UUID, learner_ids: Collection[uuid.UUID]) -> list[Exam]:
    """Return every test these people of one organisation have sent, oldest first, in one query for five hundred."""
    wanted = sorted(learner_ids)
    found: list[Exam] = []
    for at in range(0, len(wanted), _AT_ONCE):
        query = (
            select(LearningEvent)
            .where(
                LearningEvent.organisation_id == organisation_id,
                LearningEvent.learner_id.in_(wanted[at : at + _AT_ONCE]),
                IS_EXAM,
            )
            .order_by(LearningEvent.occurred_at, LearningEvent.id)
        )
        found += [_exam(event) for event in session.scalars(query)]
    return found


def _exam(event: LearningEvent) -> Exam:
    return Exam(
        learner_id=event.learner_id,
        test_id=event.item_id,
        content_hash=event.content_hash,
        passed=event.kind is EventKind.EXAM_PASSED,
        told_at=event.occurred_at,
        **{name: event.payload[name] for name in _EXAM_FIELDS},
    )


_C = _PLACES.c
_STANDING = select(
    _C.item_kind, _C.item_id, _C.content_hash, _C.place, _C.label, _C.updated_at, _C.done_at
).where(_C.organisation_id == bindparam("organisation_id"), _C.learner_id == bindparam("learner_id"))  # fmt: skip
_JOURNEY = Prepared(_STANDING)
_STATE = Prepared(_STANDING.where(_C.item_kind == bindparam("kind"), _C.item_id == bindparam("item")))
"""Statements of every page of a signed-in person; their rows are those of `ItemState`."""


def journey(session: Session, actor: Actor) -> dict[ItemKey, ItemState]:
    """Return the person's state for every item they touched, in one query."""
    mine = {"organisation_id": actor.organisation_id, "learner_id": actor.user_id}
    states = itertools.starmap(ItemState, _JOURNEY.rows(session, mine))
    return {(state.kind, state.item_id): state for state in states}


def state_of(session: Session, actor: Actor, item: Item) -> ItemState | None:
    """Return the person's state for one item; None when they never touched it. One query."""
    mine = {"organisation_id": actor.organisation_id, "learner_id": actor.user_id}
    found = _STATE.rows(session, {**mine, "kind": item.kind, "item": item.id})
    return ItemState(*found[0]) if found else None


def has_event_on(session: Session, actor: Actor, kind: ItemKind, item_id: str, content_hash: str) -> bool:
    """Tell whether the person met this very version of an item."""
    found = session.scalar(
        select(LearningEvent.id)
        .where(
            LearningEvent.organisation_id == actor.organisation_id,
            LearningEvent.learner_id == actor.user_id,
            LearningEvent.item_kind == kind,
            LearningEvent.item_id == item_id,
            LearningEvent.content_hash == content_hash,
        )
        .limit(1)
    )
    return found is not None
