"""A company is never left without somebody to administer it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from course_app.accounts import service
from course_app.accounts.rules import Role
from course_app.core.errors import Stale
from course_app.store.session import db
from course_app.store.tenancy import TenantSession
from course_app.web.clock import now

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


def test_s12_two_administrators_who_leave_at_once(app, session, make_person):
    """Two administrators who close each other's access at the same moment leave one of them in place (S12)."""
    both = [make_person(Role.ADMINISTRATOR, COMPANY) for _each in range(2)]
    session.commit()
    start = Barrier(2)

    def leave(person):
        with app.app_context(), TenantSession(db.engine) as own:
            start.wait()
            try:
                _leave(own, person)
                own.commit()
            except Stale:
                return False
            return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(leave, both)) == [False, True]
