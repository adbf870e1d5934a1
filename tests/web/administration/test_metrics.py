"""Figures for watchers: totals, never a person; from this machine or to an administrator only."""

import re

import pytest

from course_app.accounts.rules import Role
from course_app.administration import service
from course_app.administration.keeping import Keeper
from course_app.store.session import db
from course_app.web.clock import today
from course_app.web.counters import Counters, counters_of
from tests.support.browsers import enter_as, enter_as_guest

LINE = re.compile(r'(# (HELP|TYPE) reglo_\w+ .+|reglo_\w+(\{le="[\d.+Inf]+"\})? \d+(\.\d+)?)')
FAR = {"X-Forwarded-For": "203.0.113.9"}


def _value(text, name):
    return float(next(line.split()[1] for line in text.splitlines() if line.startswith(f"{name} ")))


def test_every_line_is_prometheus_text(client):
    """The page is Prometheus' text format to the last line, and holds the figures a watcher needs."""
    answer = client.get("/metrics")
    text = answer.get_data(as_text=True)
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    assert [line for line in text.splitlines() if not LINE.fullmatch(line)] == []
    assert _value(text, "reglo_database_up") == 1
    assert _value(text, "reglo_jobs_waiting") == 0
    assert _value(text, "reglo_disk_free_bytes") > 0


def test_answers_are_counted_by_what_became_of_them(app, client):
    """A page, a refusal: each moves its own total."""
    before = counters_of(app).totals()
    client.get("/programme")
    client.get("/nulle-part")
    after = counters_of(app).totals()
    assert (after.answered - before.answered, after.refused - before.refused) == (2, 1)
    assert after.crashed == before.crashed
    assert after.seconds >= before.seconds


@pytest.mark.parametrize(("role", "status"), [(None, 404), (Role.MANAGER, 404), (Role.ADMINISTRATOR, 200)])
def test_only_this_machine_and_administrators_read_them(app, session, role, status):
    """Through a proxy, a visitor and a manager find nothing; an administrator reads."""
    held = enter_as(app, session, role) if role else enter_as_guest(app, session)
    assert held.client.get("/metrics", headers=FAR).status_code == status


def test_figures_name_nobody(app, session):
    """No address, name or identifier of anybody is in the figures (S64)."""
    held = enter_as(app, session, first_name="Ysaline")
    text = held.client.get("/metrics").get_data(as_text=True)
    assert "Ysaline" not in text
    assert "@" not in text
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", text)


def test_processes_count_in_rows_of_their_own():
    """Two processes of a server share one total; a process that takes a row long used adds to it."""
    shared = Counters()
    shared.note(200, 0.02)
    shared.take_row(1)
    shared.note(503, 2.0)
    shared.take_row(65)
    shared.note(500, 0.2)
    totals = shared.totals()
    assert (totals.answered, totals.crashed, totals.unavailable) == (3, 1, 1)
    assert totals.buckets == (1, 1, 2, 2, 3)
    assert shared.own()[0] == 2


def test_totals_of_the_day_are_added_once(app, session):
    """What was answered since the last minute joins the day's total once, whichever server writes; zeros stand for quiet days."""
    shared = Counters()
    with app.app_context():
        first, second = Keeper(db.engine, shared), Keeper(db.engine, shared)
    for status in (200, 404, 500, 503, 503):
        shared.note(status, 0.1)
    assert first.keep()
    assert first.keep()
    assert second.keep()
    found = service.days(session, today(), 3)
    assert [each.answered for each in found] == [0, 0, 10]
    assert (found[2].refused, found[2].crashed, found[2].unavailable) == (2, 2, 4)
