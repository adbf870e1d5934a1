"""The calculators, on the worked examples of the field guide and on any figures."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_app.toolbox.rules import dates, indicators, interest, plan
from course_app.toolbox.rules.interest import Payment, Rates, Semester, UnknownRate, statement

FIRST, SECOND = Semester(2026, 1), Semester(2026, 2)
RATES = Rates(
    bank={FIRST: Decimal("0.0215"), SECOND: Decimal("0.0240")},
    legal={FIRST: Decimal("0.0262"), SECOND: Decimal("0.0275")},
    margin=Decimal("0.10"),
    floor_multiple=Decimal(3),
)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
CENTS = st.integers(1, 10_000_000_00)


def owed(amount, due_on, until, **more):
    """Return the statement of an invoice given in euros."""
    return statement(round(amount * 100), due_on, until, RATES, fee_cents=4000, **more)


def test_a_delay_across_two_semesters_has_two_rates():
    """P-32: 10 000 € from 15 May to 15 September 2026: 46 days, then 77 days, then the fixed fee."""
    told = owed(10_000, date(2026, 5, 15), date(2026, 9, 15))
    assert [(line.days, line.rate, line.interest_cents) for line in told.periods] == [
        (46, Decimal("0.1215"), 15312),
        (77, Decimal("0.1240"), 26159),
    ]
    assert told.total_cents == 1_000_000 + 15312 + 26159 + 4000


def test_case_1_comes_out():
    """Case 1: 14 880 € paid 26 days late: 131,43 €."""
    assert owed(14_880, date(2026, 9, 29), date(2026, 10, 25)).interest_cents == 13143


def test_case_2_comes_out():
    """Case 2: three invoices at the contract's 10 %: 12 116,95 € on 22 November."""
    invoices = [(6240, date(2026, 7, 12)), (3480, date(2026, 8, 9)), (1920, date(2026, 9, 27))]
    told = [owed(amount, due, date(2026, 11, 22), agreed=Decimal("0.10")) for amount, due in invoices]
    assert [one.interest_cents for one in told] == [22738, 10011, 2946]
    assert sum(one.total_cents for one in told) == 12_116_95
    assert not any(line.below_floor for one in told for line in one.periods)


def test_case_3_comes_out():
    """Case 3: a payment takes interest first; the claim declared is 26 902,78 €."""
    first = owed(9300, date(2026, 9, 13), date(2026, 11, 2), payments=[Payment(date(2026, 9, 25), 300_000)])
    second = owed(12_450, date(2026, 10, 11), date(2026, 11, 2))
    not_due = owed(7860, date(2026, 11, 9), date(2026, 11, 2))
    assert (first.principal_cents, first.interest_cents) == (633_791, 8182)
    assert second.interest_cents == 9305
    assert (not_due.interest_cents, not_due.fee_cents) == (0, 0)
    assert first.total_cents + second.total_cents + not_due.total_cents == 26_902_78


def test_a_rate_under_the_floor_is_told():
    """A contract under three times the legal rate is marked on each semester it is under."""
    told = owed(1000, date(2026, 6, 1), date(2026, 8, 1), agreed=Decimal("0.08"))
    assert [line.below_floor for line in told.periods] == [False, True]


def test_an_unknown_semester_is_refused():
    """No rate is guessed for a half-year that the register does not hold."""
    with pytest.raises(UnknownRate) as refused:
        owed(1000, date(2025, 12, 1), date(2026, 2, 1))
    assert refused.value.semester == Semester(2025, 2)


@given(CENTS, DAYS, st.integers(0, 200), st.lists(st.tuples(DAYS, CENTS), max_size=4))
def test_money_is_conserved(cents, due_on, late, paid):
    """What was paid plus what is left equals the principal plus the interest that ran, to the cent."""
    until = min(due_on + timedelta(days=late), date(2026, 12, 31))
    payments = [Payment(*one) for one in paid]
    told = statement(cents, due_on, until, RATES, payments=payments, fee_cents=4000)
    counted = sum(payment.cents for payment in payments if payment.on <= until)
    ran = sum(line.interest_cents for line in told.periods)
    assert cents + ran + told.overpaid_cents == counted + told.principal_cents + told.interest_cents
    assert min(told.principal_cents, told.interest_cents, told.overpaid_cents) >= 0


@given(CENTS, DAYS, st.integers(0, 300))
def test_periods_cover_the_delay_once(cents, due_on, late):
    """The lines follow each other without hole or overlap, and their days sum to the delay."""
    until = min(due_on + timedelta(days=late), date(2026, 12, 31))
    lines = interest.periods(cents, due_on, until, RATES, None)
    assert sum(line.days for line in lines) == (until - due_on).days
    assert all(one.end + timedelta(days=1) == two.start for one, two in pairwise(lines))


@pytest.mark.parametrize(
    ("rule", "start", "due_on"),
    [
        ("30-jours", date(2026, 1, 31), date(2026, 3, 2)),
        ("60-jours", date(2026, 7, 31), date(2026, 9, 29)),
        ("45-jours-puis-fin-de-mois", date(2026, 1, 20), date(2026, 3, 31)),
        ("fin-de-mois-puis-45-jours", date(2026, 1, 20), date(2026, 3, 17)),
        ("facture-periodique", date(2026, 1, 20), date(2026, 3, 6)),
    ],
)
def test_due_dates(rule, start, due_on):
    """Each rule gives its day, both readings of « 45 jours fin de mois » included."""
    assert dates.due_date(dates.DueRule(rule), start).on == due_on


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 12), 2, date(2027, 1, 12)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 5, 31), 0, date(2026, 5, 31)),
    ],
)
def test_months_end_on_the_same_day(day, months, expected):
    """The same day some months later, or the last day of a shorter month."""
    assert dates.add_months(day, months) == expected


def test_insolvency_deadlines_count_from_the_publication():
    """Case 3: published on 12 November 2026: declare by 12 January, claim by 12 February, relief by 12 May."""
    months = dates.InsolvencyMonths(declare=2, declare_overseas=4, claim_goods=3, relief=6)
    told = dates.insolvency(date(2026, 11, 12), months)
    assert (told.declare_by, told.claim_goods_by, told.relief_by) == (
        date(2027, 1, 12),
        date(2027, 2, 12),
        date(2027, 5, 12),
    )
    assert dates.insolvency(date(2026, 11, 12), months, overseas=True).declare_by == date(2027, 3, 12)


def test_an_order_follows_the_rule_of_its_own_date():
    """An order of 3 September 2026 is served within three months, one of 31 August within six."""
    months = dates.OrderMonths(serve=3, serve_before=6, oppose=1, enforce=2, new_rule_from=date(2026, 9, 1))
    assert dates.payment_order(date(2026, 9, 3), months).serve_by == date(2026, 12, 3)
    assert dates.payment_order(date(2026, 8, 31), months).serve_by == date(2027, 2, 28)
    served = dates.payment_order(date(2026, 10, 20), months, date(2026, 11, 5))
    assert (served.oppose_by, served.enforce_from) == (date(2026, 12, 5), date(2027, 1, 5))
    with pytest.raises(ValueError, match="after"):
        dates.payment_order(date(2026, 10, 20), months, date(2026, 10, 19))


def test_an_interruption_starts_the_delay_again():
    """Five years from the due date; an acknowledgement starts five new years, unless it comes too late."""
    assert dates.limitation(date(2024, 2, 29), 5) == date(2029, 2, 28)
    assert dates.limitation(date(2024, 2, 29), 5, date(2026, 3, 1)) == date(2031, 3, 1)
    with pytest.raises(ValueError, match="inside"):
        dates.limitation(date(2020, 1, 1), 5, date(2026, 1, 1))


def test_dso_by_count_back_is_84_days():
    """O-05: 420 k€ on October 180, September 150, August 120: 31 + 30 + 90/120 of 31, so 84 days."""
    months = [indicators.Month(180, 31), indicators.Month(150, 30), indicators.Month(120, 31)]
    counted = indicators.count_back(420, months)
    assert [line.days for line in counted.lines] == [31, 30, Fraction(93, 4)]
    assert (round(counted.days), counted.left_cents) == (84, 0)


def test_effectiveness_is_81_percent():
    """O-05: (300 + 500 − 320) / (300 + 500 − 210) is 81 %."""
    assert round(indicators.effectiveness(300, 500, 320, 210) * 100) == 81


@pytest.mark.parametrize("figures", [(0, 0, 0, 0), (-1, 5, 0, 0), (10, 10, 5, 6), (10, 10, 30, 0)])
def test_figures_that_cannot_stand_together_are_refused(figures):
    """Nothing to collect, a negative figure, more not due than due: no percentage is made up."""
    with pytest.raises(ValueError, match=r"collected|follow"):
        indicators.effectiveness(*figures)


@given(st.integers(1, 10**9), st.integers(0, 100), st.integers(1, 36), DAYS)
def test_a_plan_sums_to_the_debt(total, percent, payments, first_on):
    """Payments sum to the debt to the cent, end at zero, and come in order of date."""
    at_once = plan.share_of(total, percent)
    if total - at_once < payments:
        with pytest.raises(ValueError, match="divide"):
            plan.instalments(total, at_once, first_on, payments)
        return
    lines = plan.instalments(total, at_once, first_on, payments)
    assert sum(line.cents for line in lines) == total
    assert lines[-1].left_cents == 0
    assert [line.on for line in lines] == sorted(line.on for line in lines)
