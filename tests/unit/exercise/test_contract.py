"""The words shared by all engines: grades, bonds, the aging report, séance labels."""

from datetime import date
from fractions import Fraction

import pytest

from course_app.exercise.engine.contract import (
    Bond,
    CustomerFile,
    Decision,
    EInvoiceStatus,
    Grade,
    HalfDay,
    Invoice,
    Standing,
    aging_report,
    bond,
    grade,
    is_near_cut,
    session_label,
)

DAY = date(2026, 10, 8)


@pytest.mark.parametrize(
    ("loss_cents", "expected"),
    [
        (0, Grade.GOOD),
        (5_000, Grade.GOOD),
        (5_001, Grade.FAIR),
        (15_000, Grade.FAIR),
        (15_001, Grade.IMPRECISE),
        (40_000, Grade.IMPRECISE),
        (40_001, Grade.MISTAKE),
        (80_000, Grade.MISTAKE),
        (80_001, Grade.COSTLY),
    ],
)
def test_grades_follow_the_cuts_of_the_model(loss_cents: int, expected: Grade) -> None:
    """A grade is the share of what was owed: 0.5, 1.5, 4 and 8 %, upper ends included."""
    assert grade(loss_cents, 1_000_000) is expected


def test_a_loss_under_five_euros_is_no_fault() -> None:
    """A few euros never lower a grade, however small the invoice."""
    assert grade(499, 1_000) is Grade.GOOD
    assert grade(500, 1_000) is Grade.COSTLY


@pytest.mark.parametrize(("loss_cents", "near"), [(40_000, True), (41_499, True), (41_501, False), (60_000, False)])
def test_a_loss_near_a_cut_is_said_to_be_near(loss_cents: int, near: bool) -> None:
    """A grade whose cut is nearer than 0.15 % of the stake is marked."""
    assert is_near_cut(Fraction(loss_cents), 1_000_000) is near


@pytest.mark.parametrize(
    ("permille", "expected"), [(0, Bond.INTACT), (19, Bond.INTACT), (20, Bond.STRAINED), (60, Bond.DAMAGED)]
)
def test_bonds_follow_what_the_relationship_risks(permille: int, expected: Bond) -> None:
    """A firm letter strains a relationship, chasing a customer who has paid damages it."""
    assert bond(permille) is expected


def test_a_seance_is_named_as_people_say_it() -> None:
    """Séances are numbered from 1, with their day and half-day."""
    assert session_label(1, DAY, HalfDay.MORNING) == "Séance 2, jeudi 8 octobre 2026, matin"


def test_closing_a_seance_is_a_move_of_its_own() -> None:
    """The row that closes a séance names no customer."""
    assert Decision.close(3) == Decision(3, "", "cloture")
    assert Decision.close(3).is_close
    assert not Decision(3, "nordal", "attendre", DAY).is_close


def _file(*debts: tuple[date, int]) -> CustomerFile:
    invoices = tuple(Invoice("F", date(2026, 1, 1), due, 10_000, cents, EInvoiceStatus.OUTSIDE) for due, cents in debts)
    return CustomerFile("c", "C", "", Standing.OVERDUE, "", invoices, (), (), (), (), None, (), None, is_closed=False)


def test_the_aging_report_sorts_what_is_owed_by_lateness() -> None:
    """Each unpaid invoice falls in one band; paid ones fall in none; the bands add up to what is owed."""
    files = [
        _file((date(2026, 10, 9), 100), (DAY, 200), (date(2026, 10, 7), 300)),
        _file((date(2026, 9, 8), 400), (date(2026, 9, 7), 500), (date(2026, 7, 10), 600), (date(2026, 7, 9), 700)),
        _file((date(2025, 1, 1), 0)),
    ]
    rows = aging_report(files, DAY)
    assert [row.outstanding_cents for row in rows] == [300, 700, 500, 600, 700]
    assert [row.invoices for row in rows] == [2, 2, 1, 1, 1]
    assert sum(row.outstanding_cents for row in rows) == sum(file.outstanding_cents for file in files)
    assert files[0].due_on == date(2026, 10, 7)
