"""Every address answers every kind of person as declared in routes_table.py (S01)."""

import re

import pytest

from course_app.accounts.rules import Role
from course_app.web.clock import now
from tests.support.browsers import browser, enter_as, enter_as_guest, user_of
from tests.web.security.belongings import belongings
from tests.web.security.routes_table import ACTORS, EXAMPLES, EXPECTED, STRANGERS

ROLES = {"learner": Role.LEARNER, "manager": Role.MANAGER, "author": Role.AUTHOR, "administrator": Role.ADMINISTRATOR}


def _served(app):
    """Return « METHOD rule » for everything the application answers, HEAD and OPTIONS left out: they follow GET."""
    return {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def _enter(app, session, actor):
    if actor == "anonymous":
        return browser(app, None, session)
    if actor == "guest":
        return enter_as_guest(app, session)
    held = enter_as(app, session, ROLES.get(STRANGERS.get(actor, actor), Role.ADMINISTRATOR))
    if actor == "former":
        user_of(session, held.actor).deactivated_at = now()
        session.commit()
    return held


def path_of(rule, owned=None):
    """Return an address of a rule, its variable parts filled with what exists, else with the examples of the table."""
    examples = {**EXAMPLES, **(owned.of(rule) if owned else {})}
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: examples[found[1]], rule)


@pytest.fixture
def theirs(app, session):
    """What exists in another company than the strangers', for a route that names a thing by its id."""
    return lambda rule: belongings(app, session) if "<uuid:" in rule else None


def test_s01_every_route_is_declared(app):
    """A route without declared answers fails, and so does a declaration without route (S01)."""
    served = _served(app)
    assert not sorted(served - set(EXPECTED)), "add these to routes_table.py"
    assert not sorted(set(EXPECTED) - served), "these no longer exist"


def test_s01_every_actor_is_declared():
    """Each line says what each kind of person gets (S01)."""
    assert not [route for route, answers in EXPECTED.items() if set(answers) != set(ACTORS)]


@pytest.mark.parametrize("route", EXPECTED)
def test_s01_everybody_gets_the_declared_answer(app, session, theirs, route):
    """Visitor, guest, learner, manager, author, administrator, former person and strangers each get their status (S01)."""
    method, _space, rule = route.partition(" ")
    got, owned = {}, theirs(rule)
    for actor in ACTORS:
        held = _enter(app, session, actor)
        path = path_of(rule, owned if actor in STRANGERS else None)
        sent = {} if method == "GET" else {"data": {"csrf_token": held.csrf}}
        got[actor] = held.client.open(path, method=method, **sent).status_code
    assert got == dict(EXPECTED[route])


@pytest.mark.parametrize("route", [route for route in EXPECTED if route.startswith("GET ")])
def test_s01_head_follows_get(app, session, route):
    """Asking for the head only opens no door that reading keeps closed (S01)."""
    visitor, path = browser(app, None, session), path_of(route.removeprefix("GET "))
    assert visitor.client.head(path).status_code == EXPECTED[route]["anonymous"]
