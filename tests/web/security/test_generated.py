"""Requests that nobody wrote: drawn at random on every address, for real rows and made-up ones; none may break us (S63)."""

import json
import random
import re
import uuid

import pytest

from tests.support.addresses import DOORS, field_names, open_rows
from tests.support.browsers import browser, enter_as
from tests.web.security.routes_table import EXAMPLES, EXPECTED
from tests.web.security.test_s01_routes import ROLES

SEED, TRIES = 20261128, 3
TEXTS = (
    "", " ", "0", "-1", "1", "2147483648", "9223372036854775808", "9" * 400, "1e309", "NaN", "a\x00b", "\ud800", "é" * 300,
    "x" * 6000, "{{7*7}}", "${7*7}", "' OR 1=1 --", "<script>alert(1)</script>", "\u202e", "\ufeff", "%00", "../../etc",
    "null", "[]", "true", "2026-02-30", "2026-11-28", "0001-01-01", "9999-12-31", "12:60", "1.000,50", "-0", "٣", "²", "a\r\nb",
    str(uuid.UUID(int=0)), str(uuid.UUID(int=2**128 - 1)), "oui", "on", "a", "b", "guide", "libre", "equipe", "Europe/Paris",
)  # fmt: skip


def _address(chance, rule, rows):
    def part(found):
        own = next((row for start, row in rows.items() if rule.startswith(start)), None)
        if own and found[1] in {"attempt_id", "run_id"} and chance.random() < 0.8:
            return own
        return EXAMPLES[found[1]] if chance.random() < 0.6 else chance.choice(TEXTS)

    address = re.sub(r"<(?:\w+:)?(\w+)>", part, rule)
    return address.encode("utf-8", "surrogatepass").decode("latin-1")


def _fields(chance, names):
    chosen = chance.sample(names, chance.randrange(len(names)))
    return {name: [chance.choice(TEXTS) for _each in range(chance.choice((1, 1, 1, 3)))] for name in chosen}


def _sent(chance, held, names, method):
    """Return what goes with a request: a query, a form or JSON."""
    fields = {
        name: [value.encode("utf-8", "surrogatepass") for value in values]
        for name, values in _fields(chance, names).items()
    }
    if method == "GET":
        return {"query_string": {name: [str(value, "latin-1") for value in values] for name, values in fields.items()}}
    if chance.random() < 0.25:
        body = {
            name: chance.choice((value, [value], {"a": value}, 2**70, None))
            for name, value in zip(names, TEXTS * 9, strict=False)
        }
        return {"data": json.dumps(body), "content_type": "application/json", "headers": {"X-CSRFToken": held.csrf}}
    accept = {"headers": {"Accept": "application/json"}} if chance.random() < 0.3 else {}
    key = {"key": [str(uuid.UUID(int=chance.getrandbits(128)))]} if chance.random() < 0.7 else {}
    return {"data": {**fields, **key, "csrf_token": held.csrf}, **accept}


@pytest.mark.parametrize("role", ["learner", "administrator"])
def test_s63_no_generated_request_breaks_the_server(app, session, role):
    """Odd paths, queries, forms and JSON on every address, over rows that exist: always an answer under 500."""
    chance, names = random.Random(SEED), field_names()
    assert len(names) > 40
    held = enter_as(app, session, ROLES[role])
    rows = open_rows(held)
    assert len(rows) == len(DOORS), "a room no longer opens from the door written here"
    broken = []
    for route in EXPECTED:
        method, _space, rule = route.partition(" ")
        for _turn in range(TRIES):
            if route == "POST /deconnexion" or "/fermer" in route:
                continue
            each = held if chance.random() < 0.9 else browser(app, None, session)
            address, sent = _address(chance, rule, rows), _sent(chance, each, names, method)
            with each.client.open(address, method=method, **sent) as answer:
                if answer.status_code >= 500:
                    broken.append(f"{method} {address}: {answer.status_code} {sent!r:.300}")
    assert not broken
    assert held.client.get("/reglages").status_code == 200, "the session did not hold until the end"
