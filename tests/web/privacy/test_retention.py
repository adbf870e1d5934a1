"""Every row about a person has an end: declared here, and met by the chore with a moved clock (security.md G4)."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from course_app.privacy import keeping
from course_app.store.base import Base
from course_app.store.session import db
from tests.support import rows

MONTH = timedelta(days=31)
ACCOUNT, UNSETTLED = "as long as the account", "as long as it is not done"
RETENTION = {
    "sign_in_session": 12,
    "password_reset": 12,
    "address_change": 12,
    "entry_code": 0,
    "code_application": ACCOUNT,
    "passkey": ACCOUNT,
    "recovery_code": ACCOUNT,
    "company_account": ACCOUNT,
    "mail_choice": ACCOUNT,
    "demonstration_person": ACCOUNT,
    "company_ways": "as long as the company: they are its own",
    "path_choice": ACCOUNT,
    "team_member": 36,
    "invitation": 36,
    "assignment": 36,
    "learning_event": 36,
    "item_progress": 36,
    "ledger_line": "for ever, emptied of whom it is about after 36 months",
    "quiz_attempt": 36,
    "regrading": 36,
    "exam_result": 36,
    "clearance_entry": 36,
    "tutor_message": 36,
    "team_standing": 36,
    "heat_counted": 36,
    "information_read": 36,
    "survey_answer": 36,
    "learner_request": 36,
    "certificate": 60,
    "scenario_attempt": 12,
    "call_attempt": 12,
    "difficult_client": 12,
    "exercise_run": 12,
    "placement_taken": 36,
    "job": 12,
    "outgoing_mail": 36,
    "erasure_request": 12,
}
"""For how many months (0: a day) after it ended a row with a key to a person is kept, or why it has no end of its own.

A new table needs a line here, and an `expire` in its room; what stays as long as the account leaves with its erasure
(test_erasure.py), which the account's silence brings about after 24 months.
"""
NO_PERSON = {"heat_topic": 12, "attempt_count": 12, "audit_entry": 12, "certificate_logo": 60}
"""Tables that hold no key to a person, and say something of people all the same."""


def _tables_about_people():
    return {
        table.name
        for table in Base.metadata.sorted_tables
        if any(key.column.table.name == "user" for key in table.foreign_keys)
    }


@pytest.fixture
def filled(clock, app, session):
    """A database with rows of today in every table; returns how many rows each table holds now."""
    session.commit()
    with app.app_context():
        engine = db.engine
    with engine.begin() as connection:
        rows.populate(connection, 0)
        users = Base.metadata.tables["user"]
        connection.execute(users.update().values(deactivated_at=rows.MOMENT))

    def held():
        with engine.connect() as connection:
            return {
                table.name: connection.scalar(select(func.count()).select_from(table))
                for table in Base.metadata.sorted_tables
            }

    return held


@pytest.fixture
def months_later(clock, app, session):
    """`months_later(n)`: forget what is too old, n months of 31 days and a day after the rows were written."""

    def moved(number):
        clock.move_to(rows.MOMENT + number * MONTH + timedelta(days=1))
        session.commit()
        with app.app_context():
            keeping.forget_old(is_applied=True)

    return moved


def test_every_table_about_a_person_declares_how_long_it_is_kept():
    """A table with a key to a person that no period names fails here, on the day it is added (G4)."""
    assert _tables_about_people() == set(RETENTION)


@pytest.mark.parametrize("months", [12, 36, 60])
def test_rows_leave_when_they_said_they_would(filled, months_later, months):
    """One month before its period a row is there; one month after, the chore has deleted it (G4)."""
    declared = {name: period for name, period in (RETENTION | NO_PERSON).items() if isinstance(period, int)}
    months_later(months - 2)
    early = {name for name, period in declared.items() if period >= months and filled()[name] == 0}
    assert not early, "gone before their time"
    months_later(months + 1)
    late = {name for name, period in declared.items() if period <= months and filled()[name] > 0}
    assert late == {"sign_in_session"}, "a person's last session says since when they are silent; nothing else stays"


def test_what_has_no_end_of_its_own_stays(filled, months_later):
    """Five years later, rows kept as long as an account or a company are still there: erasing is what takes them (G4)."""
    months_later(62)
    kept = {name for name, period in RETENTION.items() if isinstance(period, str)}
    held = filled()
    assert {name for name in kept if held[name]} == kept
    assert held["user"] == rows.ROWS
