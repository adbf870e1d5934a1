"""A company is never left without somebody to administer it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import select

from course_app.accounts import service
from course_app.accounts.rules import Role
from course_app.core.errors import Stale
from course_app.membership import people as membership
from course_app.outbox.models import OutgoingMail
from course_app.privacy import keeping
from course_app.privacy import service as privacy
from course_app.store.session import db
from course_app.store.tenancy import TenantSession
from course_app.web.clock import now
from tests.support.browsers import user_of

COMPANY = "Fonderie du Gave"


def _leave(session, person):
    service.deactivate(session, person.actor.organisation_id, person.actor.user_id, now())


def test_s12_the_last_administrator_stays(session, make_person):
    """Of two administrators one may go; the other cannot, however many other people there are (S12)."""
    first, second = (make_person(Role.ADMINISTRATOR, COMPANY) for _each in range(2))
    learner = make_person(Role.LEARNER, COMPANY)
    make_person(Role.ADMINISTRATOR, "Une autre entreprise")
    _leave(session, first)
    with pytest.raises(Stale):
        _leave(session, second)
    _leave(session, learner)


def _demote(session, person):
    membership.change_role(session, person.actor, person.actor.user_id, Role.LEARNER, now())


def _ask(session, person):
    privacy.ask(session, person.actor, now())


WAYS = pytest.mark.parametrize("lose", [_leave, _demote, _ask])
"""Each way an administrator may be lost: access closed, role changed, erasure asked for."""


@WAYS
def test_s12_who_is_to_be_erased_no_longer_counts(session, make_person, lose):
    """One of two administrators asked to be erased: the other stays, and reads what to do; taken back, they may go."""
    leaving, other = (make_person(Role.ADMINISTRATOR, COMPANY) for _each in range(2))
    make_person(Role.LEARNER, COMPANY)
    _ask(session, leaving)
    with pytest.raises(Stale, match="demandé l'effacement"):
        lose(session, other)
    privacy.take_back(session, leaving.actor, now())
    lose(session, other)


@WAYS
def test_s12_who_is_to_be_erased_may_go_sooner(session, make_person, lose):
    """Somebody who asked to be erased may lose the role before that, since another administrator stays (S12)."""
    leaving, _other = (make_person(Role.ADMINISTRATOR, COMPANY) for _each in range(2))
    _ask(session, leaving)
    lose(session, leaving)


@WAYS
def test_s12_two_administrators_who_leave_at_once(app, session, make_person, lose):
    """Of two administrators, one asks to be erased or is closed as the other goes: one of them stays (S12)."""
    both = [make_person(Role.ADMINISTRATOR, COMPANY) for _each in range(2)]
    make_person(Role.LEARNER, COMPANY)
    session.commit()
    start = Barrier(2)

    def go(way, person):
        with app.app_context(), TenantSession(db.engine) as own:
            start.wait()
            try:
                way(own, person)
                own.commit()
            except Stale:
                return False
            return True

    for first in (_leave, _ask):
        with ThreadPoolExecutor(2) as threads:
            done = [each.result() for each in [threads.submit(go, first, both[0]), threads.submit(go, lose, both[1])]]
        assert sorted(done) == [False, True]
        _come_back(session, both)


def _come_back(session, both):
    """Give each administrator the role, the access and the account again."""
    for person in both:
        session.expire_all()
        user = user_of(session, person.actor)
        user.deactivated_at, user.role = None, Role.ADMINISTRATOR
        privacy.take_back(session, person.actor, now())
    session.commit()


def test_s12_nobody_comes_back_to_a_company_that_goes(session, make_person):
    """Alone, the only administrator may go; then nobody else's access opens, who would be left alone (S12)."""
    boss, learner = make_person(Role.ADMINISTRATOR, COMPANY), make_person(Role.LEARNER, COMPANY)
    second = make_person(Role.ADMINISTRATOR, COMPANY)
    for person in (learner, second):
        _leave(session, person)
    _ask(session, boss)
    reopen = partial(membership.reopen, session, boss.actor, now=now())
    with pytest.raises(Stale, match="demandé l'effacement"):
        reopen(user_id=learner.actor.user_id)
    with pytest.raises(Stale, match="demandé l'effacement"):
        make_person(Role.LEARNER, COMPANY)
    reopen(user_id=second.actor.user_id)
    reopen(user_id=learner.actor.user_id)


def test_s12_a_silent_administrator_stays_when_the_other_is_to_be_erased(clock, app, session, make_person):
    """Silence erases no administrator when the only other one asked to be erased (S12)."""
    silent, leaving = (make_person(Role.ADMINISTRATOR, COMPANY) for _each in range(2))
    clock.shift(timedelta(days=735))
    make_person(Role.LEARNER, COMPANY)
    _ask(session, leaving)
    session.commit()
    with app.app_context():
        keeping.erase_silent()
    assert silent.actor.user_id not in _told(session)
    privacy.take_back(session, leaving.actor, now())
    session.commit()
    with app.app_context():
        keeping.erase_silent()
    assert silent.actor.user_id in _told(session)


def _told(session):
    """Return who was written to."""
    session.commit()
    return session.scalars(select(OutgoingMail.person_id).execution_options(across_organisations=True)).all()
