"""What holds at every address there is, those of tomorrow included: forged forms, reading, caches."""

import re
import uuid

import pytest
from sqlalchemy import select

from course_app.accounts.rules import Role
from course_app.store.base import Base
from tests.support.browsers import browser, enter_as, enter_as_guest
from tests.web.security.belongings import belongings
from tests.web.security.routes_table import EXPECTED
from tests.web.security.test_s01_routes import path_of

READ = [route.removeprefix("GET ") for route in EXPECTED if route.startswith("GET ")]
SENT = [route.removeprefix("POST ") for route in EXPECTED if route.startswith("POST ")]
OPEN_BY_ITS_LINK = "/courriels/arret/<token>"  # RFC 8058: the signed link is the right to stop, and stops nothing else
NUMBERED = [route for route in EXPECTED if "<uuid:" in route]
_EACH_TIME = re.compile(
    r'nonce="[^"]+"|name="csrf[_-]token"[^>]+|\b[0-9A-F]{8}\b|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
)
COUNTED = {"attempt_count"}  # the check page of certificates counts its looks (S27)
PUBLIC_FILES = re.compile(r"/static/|/\.well-known/|/healthz|/readyz|/metrics")
"""What is the same for everybody, and names nobody."""


def _rows(session):
    """Return every row of every table, as text; counts of looks aside."""
    session.commit()
    held = {
        table.name: sorted(map(str, session.execute(select(table)).all()))
        for table in Base.metadata.sorted_tables
        if table.name not in COUNTED
    }
    session.commit()
    return held


@pytest.fixture
def owned(app, session):
    """One of each thing that addresses name, its owner an administrator who holds the browser."""
    return belongings(app, session)


@pytest.mark.parametrize("token", [None, "", "x", "another"])
def test_s47_no_form_of_the_site_is_obeyed_without_its_token(app, session, owned, token):
    """Every form, for the owner of what it acts on: no token, a made-up one or another's is 400, in JSON too (S47)."""
    other = enter_as(app, session, Role.ADMINISTRATOR)
    value = other.csrf if token == "another" else token
    before, obeyed = _rows(session), []
    for rule in SENT:
        path = path_of(rule, owned)
        for headers in ({}, {"Accept": "application/json"}, {"X-CSRFToken": value or ""}):
            sent = {} if value is None else {"csrf_token": value}
            body = {"key": str(uuid.uuid4()), "option": "a", "path": "equipe", **sent}
            answer = owned.owner.client.post(path, data=body, headers=headers)
            if answer.status_code != 400 and rule != OPEN_BY_ITS_LINK:
                obeyed.append((rule, answer.status_code))
    assert not obeyed
    assert _rows(session) == before


def test_s47_json_is_a_form_too(app, session, owned):
    """A body of JSON, which no form of another site can send without asking, needs the token all the same (S47)."""
    before = _rows(session)
    statuses = {rule: owned.owner.client.post(path_of(rule, owned), json={"a": 1}).status_code for rule in SENT}
    assert not {rule: status for rule, status in statuses.items() if status != 400 and rule != OPEN_BY_ITS_LINK}
    assert _rows(session) == before


def _said(answer):
    """Return a page without what differs each time: nonce, token, reference, and the address that was asked."""
    text = answer.get_data(as_text=True).replace(answer.request.path, "")
    return answer.status_code, answer.location, _EACH_TIME.sub("", text)


@pytest.mark.parametrize("role", [Role.LEARNER, Role.MANAGER, Role.ADMINISTRATOR])
def test_s02_whatever_has_a_number_reads_elsewhere_like_what_never_was(app, session, owned, role):
    """Every address with an id, by somebody of another company: the very answer of a made-up id, nothing changed (S02)."""
    stranger, told, before = enter_as(app, session, role), {}, _rows(session)
    for route in NUMBERED:
        method, _space, rule = route.partition(" ")
        sent = {} if method == "GET" else {"data": {"csrf_token": stranger.csrf, "key": str(uuid.UUID(int=9))}}
        ours, none = path_of(rule, owned), path_of(rule)
        assert ours != none, f"belongings.py makes nothing for {rule}"
        there, nothing = (stranger.client.open(path, method=method, **sent) for path in (ours, none))
        if _said(there) != _said(nothing) or there.status_code not in {403, 404}:
            told[route] = there.status_code, nothing.status_code
    assert not told
    assert _rows(session) == before


@pytest.mark.parametrize("role", [*Role, "guest", "visitor"])
def test_s48_a_crawl_of_every_page_leaves_the_database_identical(app, session, owned, role):
    """Every address, GET and HEAD, one's own things and made-up ones, by each kind of person: no row changes (S48)."""
    if role == Role.ADMINISTRATOR:
        held = owned.owner
    elif role == "visitor":
        held = browser(app, None, session)
    else:
        held = enter_as_guest(app, session) if role == "guest" else enter_as(app, session, role)
    before = _rows(session)
    for rule in READ:
        for path in (path_of(rule, owned), path_of(rule)):
            held.client.get(path).close()
            held.client.head(path).close()
    assert _rows(session) == before


def test_s46_no_page_of_a_person_is_kept(app, session, owned):
    """Every page, file and refusal that somebody signed in reads says no-store, but files that are everybody's (S46)."""
    kept = {}
    for rule in READ:
        answer = owned.owner.client.get(path_of(rule, owned))
        if not PUBLIC_FILES.match(rule) and answer.headers.get("Cache-Control") != "no-store":
            kept[rule] = answer.status_code, answer.headers.get("Cache-Control")
        answer.close()
    assert not kept
