"""S31: the time that each door takes does not tell whether an address has an account."""

import statistics
import time

import pytest

from course_app.accounts.models import User
from tests.support.browsers import browser

CALLS, APART = 200, 0.010
FORMS = {
    "/connexion": {"password": "un-autre-mot-de-passe"},
    "/mot-de-passe-oublie": {},
    "/connexion/par-code": {},
    "/garder": {"first_name": "Camille"},
}


@pytest.fixture
def known(session, make_person):
    """Addresses of accounts, one for each call: limits count by address, and all of them have the same password."""
    person = make_person()
    session.flush()
    found = [person.email]
    for number in range(CALLS // 2):
        user = session.get_one(User, person.actor.user_id, execution_options={"across_organisations": True})
        other = User(
            organisation_id=user.organisation_id, first_name="Samira", role=user.role, created_at=user.created_at
        )
        other.email, other.password_hash = f"connue{number}@exemple.fr", user.password_hash
        session.add(other)
        found.append(other.email)
    session.commit()
    return found[1:]


@pytest.mark.parametrize("path", FORMS)
def test_s31_no_door_takes_longer_for_a_known_address(app, session, known, path):
    """Two hundred interleaved calls at each door: medians of known and unknown addresses within ten milliseconds (S31).

    At the lowest cost of a password, which would hide nothing else; test_sign_in.py times the password itself.
    """
    visitor, times = browser(app, None, session), {True: [], False: []}
    for number in range(CALLS):
        is_known = number % 2 == 0
        email = known[number // 2] if is_known else f"inconnue{number}@exemple.fr"
        network = {"REMOTE_ADDR": f"10.0.{number % 2}.{number // 2}"}
        form = {"email": email, "csrf_token": visitor.csrf, **FORMS[path]}
        began = time.perf_counter()
        answer = visitor.client.post(path, data=form, environ_base=network)
        times[is_known].append(time.perf_counter() - began)
        assert answer.status_code in (303, 422)
    assert abs(statistics.median(times[True]) - statistics.median(times[False])) < APART
