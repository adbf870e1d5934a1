"""Sealing real events, on a real database."""

from datetime import UTC, datetime

from sqlalchemy import delete, select, update

from course_app.ledger import service
from course_app.ledger.models import LedgerLine
from course_app.progress import service as progress
from course_app.progress.models import LearningEvent
from course_app.web.library import catalog

NOW = datetime(2026, 12, 8, 8, tzinfo=UTC)


def _read(app, session, actor, *ids):
    with app.app_context():
        for lesson_id in ids:
            progress.finish(session, actor, catalog().lessons[lesson_id], NOW)
    session.flush()


def test_every_event_is_sealed_once(app, session, actor, monkeypatch):
    """Sealing twice changes nothing, and goes on where it stopped, batch after batch."""
    monkeypatch.setattr(service, "BATCH", 1)
    _read(app, session, actor, "oubli-et-facture-perdue", "trois-facons-de-perdre")
    first = service.seal(session, actor.organisation_id, NOW)
    assert service.seal(session, actor.organisation_id, NOW) == first == service.head(session, actor.organisation_id)
    _read(app, session, actor, "politique-une-page")
    last = service.seal(session, actor.organisation_id, NOW)
    assert last.number > first.number >= 2
    assert service.faults(session, actor.organisation_id, [first, last]) == []


def test_what_an_operator_changes_in_the_log_is_told(app, session, actor):
    """An event moved by a day, or deleted, is a fault of its line."""
    _read(app, session, actor, "oubli-et-facture-perdue", "trois-facons-de-perdre")
    service.seal(session, actor.organisation_id, NOW)
    events = session.scalars(
        select(LearningEvent.id).where(LearningEvent.organisation_id == actor.organisation_id)
    ).all()
    mine = LearningEvent.organisation_id == actor.organisation_id
    session.execute(
        update(LearningEvent).where(mine, LearningEvent.id == events[0]).values(occurred_at=NOW.replace(day=1))
    )
    session.execute(delete(LearningEvent).where(mine, LearningEvent.id == events[-1]))
    assert len(service.faults(session, actor.organisation_id)) == 2


def test_an_erased_person_leaves_commitments_that_say_nothing(app, session, actor):
    """Forgetting a person takes their salts; their events may then go, and the chain holds."""
    _read(app, session, actor, "oubli-et-facture-perdue")
    head = service.seal(session, actor.organisation_id, NOW)
    service.erase(session, actor, NOW)
    session.execute(delete(LearningEvent).where(LearningEvent.organisation_id == actor.organisation_id))
    lines = session.scalars(select(LedgerLine).where(LedgerLine.organisation_id == actor.organisation_id)).all()
    assert {(line.salt, line.learner_id) for line in lines} == {(None, None)}
    assert service.faults(session, actor.organisation_id, [head]) == []


def test_organisations_have_chains_of_their_own(app, session, make_person):
    """What one company does moves no line of another."""
    here, there = make_person().actor, make_person().actor
    _read(app, session, here, "oubli-et-facture-perdue")
    head = service.seal(session, here.organisation_id, NOW)
    _read(app, session, there, "oubli-et-facture-perdue")
    service.seal(session, there.organisation_id, NOW)
    assert service.head(session, here.organisation_id) == head
