"""Signing in: what it tells, what it counts, where it leads."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select
from structlog.testing import capture_logs

from course_app.accounts import passwords, service
from course_app.accounts.models import AttemptCount
from course_app.web.clock import now
from tests.support.browsers import browser, user_at
from tests.support.hostile import OFF_SITE_DESTINATIONS
from tests.support.people import PASSWORD

WRONG = "un-autre-mot-de-passe"
UNKNOWN = "personne@exemple.fr"
FULL_COST = passwords.HASHER


@pytest.fixture
def full_cost(monkeypatch):
    """Hash as in production; other tests hash at the lowest cost."""
    monkeypatch.setattr(passwords, "HASHER", FULL_COST)
    passwords._decoy.cache_clear()
    yield
    passwords._decoy.cache_clear()


@pytest.fixture
def visitor(app, session):
    """A browser nobody is signed in with."""
    return browser(app, None, session)


def _try(visitor, email, password=WRONG, **more):
    return visitor.post("/connexion", email=email, password=password, **more)


def _shown(answer, email):
    """Return what a person sees and a machine reads, the address they typed and the page's nonce aside."""
    nonce = answer.headers["Content-Security-Policy"].partition("nonce-")[2].partition("'")[0]
    text = answer.get_data(as_text=True).replace(email, "ADRESSE").replace(nonce, "NONCE")
    body = "\n".join(line for line in text.splitlines() if "csrf_token" not in line)
    headers = {name: value.replace(nonce, "NONCE") for name, value in answer.headers if name != "Set-Cookie"}
    headers.pop("Content-Length", None)
    return answer.status_code, body, headers


@pytest.mark.parametrize("path", ["/connexion", "/mot-de-passe-oublie"])
def test_s31_known_and_unknown_addresses_read_the_same(app, session, make_person, path):
    """Status, body and headers do not tell whether an address has an account (S31)."""
    known = make_person().email
    answers = []
    for email in (known, UNKNOWN):
        fresh = browser(app, None, session)
        answers.append(_shown(fresh.post(path, email=email, password=WRONG), email))
    assert answers[0] == answers[1]


def test_s31_a_deactivated_account_reads_like_an_unknown_one(app, session, make_person):
    """The right password of a deactivated account is refused in the words of any wrong one (S31)."""
    person = make_person()
    service.deactivate(session, person.actor.organisation_id, person.actor.user_id, now())
    first = _shown(_try(browser(app, None, session), person.email, PASSWORD), person.email)
    assert first == _shown(_try(browser(app, None, session), UNKNOWN, PASSWORD), UNKNOWN)
    assert first[0] == 422


def test_s31_an_unknown_address_costs_a_password_check(full_cost):
    """Without an account, as much work is done as with one: medians of interleaved checks stay close (S31)."""
    stored, times = passwords.hashed(PASSWORD), {True: [], False: []}
    for turn in range(24):
        began = time.perf_counter()
        passwords.check(WRONG, stored if turn % 2 else None)
        times[bool(turn % 2)].append(time.perf_counter() - began)
    known, unknown = statistics.median(times[True][1:]), statistics.median(times[False][1:])
    assert 0.5 < unknown / known < 2


def test_s33_signing_in_upgrades_an_older_hash(session, visitor, make_person, full_cost):
    """A hash made with weaker settings is replaced when its owner signs in (S33)."""
    person = make_person()
    older = Argon2Hasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    user_at(session, person.email).password_hash = older
    assert _try(visitor, person.email, PASSWORD).status_code == 303
    upgraded = user_at(session, person.email).password_hash
    assert upgraded.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.check(PASSWORD, upgraded).right


def test_s34_five_failures_close_the_door_for_a_quarter(clock, visitor, make_person):
    """After five failures even the right password waits; a quarter of an hour later it opens (S34)."""
    person = make_person()
    assert [_try(visitor, person.email).status_code for _turn in range(6)] == [422] * 5 + [429]
    refused = _try(visitor, person.email, PASSWORD)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 15 * 60
    assert "Réessayez dans" in refused.get_data(as_text=True)
    clock.shift(timedelta(minutes=15, seconds=1))
    assert _try(visitor, person.email, PASSWORD).status_code == 303


def test_s34_the_limit_slides(clock, visitor, make_person):
    """Failures leave the count one by one: no burst of nine around the turn of a window (S34)."""
    person = make_person()
    for _turn in range(5):
        assert _try(visitor, person.email).status_code == 422
        clock.shift(timedelta(minutes=3))
    clock.shift(timedelta(seconds=1))
    assert [_try(visitor, person.email).status_code for _turn in range(2)] == [422, 429]


def test_s34_hammering_does_not_prolong_the_wait(clock, visitor, make_person):
    """Attempts made while the door is closed are not counted: never a permanent lock (S34)."""
    person = make_person()
    for _turn in range(30):
        _try(visitor, person.email)
        clock.shift(timedelta(seconds=20))
    clock.shift(timedelta(minutes=6))
    assert _try(visitor, person.email, PASSWORD).status_code == 303


@pytest.mark.parametrize("disguise", [str.upper, "  {}".format, "{}\t".format, str.title])
def test_s34_case_and_padding_are_one_account(visitor, make_person, disguise):
    """Writing the address otherwise gives no further attempt (S34, CVE-2020-7245 elsewhere)."""
    person = make_person()
    for _turn in range(5):
        _try(visitor, person.email)
    assert _try(visitor, disguise(person.email), PASSWORD).status_code == 429


def test_s34_an_unknown_address_is_limited_alike(visitor):
    """The limit does not tell accounts from others (S34)."""
    assert [_try(visitor, UNKNOWN).status_code for _turn in range(6)] == [422] * 5 + [429]


def test_s34_success_clears_the_failures(app, session, make_person):
    """Somebody who ends up remembering starts afresh (S34)."""
    person = make_person()
    for _round in range(3):
        visitor = browser(app, None, session)
        assert [_try(visitor, person.email).status_code for _turn in range(4)] == [422] * 4
        assert _try(visitor, person.email, PASSWORD).status_code == 303


def test_s34_fifty_failures_per_address_whatever_the_accounts(visitor, make_person):
    """One network address gets fifty failures in a quarter of an hour, over all accounts (S34)."""
    statuses = [_try(visitor, f"personne{turn}@exemple.fr", "x").status_code for turn in range(51)]
    assert statuses == [422] * 50 + [429]
    assert _try(visitor, make_person().email, PASSWORD).status_code == 429


def test_s34_parallel_attempts_cannot_slip_by(app, session, make_person):
    """Of twenty wrong passwords sent at once, five are looked at (S34)."""
    person = make_person()
    session.commit()
    visitors = [browser(app, None, None) for _number in range(20)]
    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(lambda visitor: _try(visitor, person.email).status_code, visitors))
    assert sorted(statuses) == [422] * 5 + [429] * 15


def test_s34_a_whole_class_enters_at_once(app, session, make_person):
    """People of one company, behind one network address, sign in at the same moment: all enter (S34)."""
    people = [make_person() for _number in range(10)]
    session.commit()
    browsers = [browser(app, None, None) for _person in people]
    with ThreadPoolExecutor(8) as threads:
        answers = threads.map(lambda each, person: _try(each, person.email, PASSWORD).status_code, browsers, people)
        assert list(answers) == [303] * len(people)


def test_s34_the_count_survives_a_restart(make_app, session, visitor, make_person):
    """Another process, or the same one started again, goes on counting (S34)."""
    person = make_person()
    for _turn in range(5):
        _try(visitor, person.email)
    session.commit()
    assert _try(browser(make_app(), None, session), person.email, PASSWORD).status_code == 429


def test_s34_no_address_is_stored_with_the_counts(session, visitor):
    """The counts hold neither e-mail nor network address, and the latest sign-in sweeps old ones out (G3)."""
    _try(visitor, UNKNOWN)
    session.commit()
    kept = session.scalars(select(AttemptCount.subject)).all()
    assert kept
    assert not [subject for subject in kept if UNKNOWN in subject or "127.0.0.1" in subject]


def test_counts_nobody_needs_are_swept_out(clock, app, session, visitor, make_person):
    """A day later, the next successful sign-in deletes old counts; no limit looks further back."""
    _try(visitor, UNKNOWN)
    clock.shift(timedelta(hours=26))
    person = make_person()
    assert _try(browser(app, None, session), person.email, PASSWORD).status_code == 303
    session.commit()
    assert set(session.scalars(select(AttemptCount.touched_at))) == {now()}


@pytest.mark.parametrize("destination", OFF_SITE_DESTINATIONS)
def test_s49_signing_in_never_leaves_the_site(app, session, shared_person, destination):
    """Whatever `next` says, the answer is a page of this site, never an error (S49)."""
    visitor = browser(app, None, session)
    shown = visitor.client.get("/connexion", query_string={"next": destination})
    assert shown.status_code == 200
    answer = _try(visitor, shared_person.email, PASSWORD, next=destination)
    assert (answer.status_code, answer.location) == (303, "/parcours")


@pytest.fixture
def shared_person(make_person):
    """Somebody with an account."""
    return make_person()


def test_s49_a_page_of_this_site_is_reached(app, visitor, make_person):
    """A visitor asked to sign in comes back where they were, query included."""
    asked = visitor.client.get("/reglages?vue=1")
    assert (asked.status_code, asked.location) == (302, "/connexion?next=/reglages?vue%3D1")
    page = visitor.client.get(asked.location).get_data(as_text=True)
    assert 'value="/reglages?vue=1"' in page
    answer = _try(visitor, make_person().email, PASSWORD, next="/reglages?vue=1")
    assert answer.location == "/reglages?vue=1"


def test_s32_a_password_of_128_signs_enters_and_one_more_does_not(app, session, make_person):
    """Nothing is cut on the way from the form to the hash (S32)."""
    person, longest = make_person(), "é" * 100 + "x7 " * 9 + "!"
    user_at(session, person.email).password_hash = passwords.hashed(longest)
    assert len(longest) == 128
    assert _try(browser(app, None, session), person.email, longest + "!").status_code == 422
    assert _try(browser(app, None, session), person.email, longest[:-1]).status_code == 422
    assert _try(browser(app, None, session), person.email, longest).status_code == 303


def test_s64_logs_say_who_entered_and_nothing_secret(app, session, make_person):
    """One line per event, by account id: no e-mail address, password or token in the log (S64)."""
    person = make_person()
    visitor = browser(app, None, session)
    with capture_logs() as lines:
        _try(visitor, person.email)
        _try(visitor, person.email, PASSWORD)
    with visitor.client.session_transaction() as held:
        token = held["_user_id"]
    assert [line["event"] for line in lines] == ["sign-in refused", "signed in"]
    assert {line["user"] for line in lines} == {str(person.actor.user_id)}
    assert not [secret for secret in (PASSWORD, WRONG, token, person.email) if secret in str(lines)]
