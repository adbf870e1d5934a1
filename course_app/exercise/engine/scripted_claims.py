"""What each invoice of a finished run owes or has cost, beyond its principal: interest, fixed fee, lateness.

Interest runs from the day after the due date, without reminder, and the fee is due once for each late invoice
(domaine.md P-30 and P-33: C. com. L441-10 II and D441-5). With an insolvency judgment, everything is counted up
to the day before, invoices not due yet included, and an invoice that falls due from the judgment on owes no fee
(I-01, I-02, P-33). Interest already received is not claimed again.
"""

from collections.abc import Iterator
from datetime import date

from course_app.exercise.engine.contract_review import LateClaim
from course_app.exercise.engine.scripted_files import PlayedFile
from course_app.exercise.engine.scripted_ledger import Account, claimed, eve, settled
from course_app.exercise.engine.scripted_parts import InvoiceScript, Script


def claims(script: Script, file: PlayedFile) -> Iterator[LateClaim]:
    """Yield what may be asked for each late invoice; in an insolvency, what must be declared for each."""
    customer, account = file.customer, settled(file.customer, file.account)
    judgment = customer.insolvency_on if account.principal_cents else None
    until = eve(judgment) if judgment else script.ends_on
    for bill, debt, interest, late in claimed(customer, account, until):
        days = late if debt.principal_cents else _days_late(bill, debt.since)
        owes_fee = days > 0 and not (judgment and bill.due_on >= judgment)
        if days or (judgment and debt.principal_cents):
            yield LateClaim(
                customer_name=customer.name,
                invoice=bill.number,
                days_late=days,
                interest_cents=interest,
                fee_cents=bill.fee_cents if owes_fee else 0,
                principal_cents=debt.principal_cents,
                until=until,
                is_declared=judgment is not None,
            )


def delays(file: PlayedFile) -> Iterator[int]:
    """Yield how late each paid invoice was paid, in days."""
    account: Account = settled(file.customer, file.account)
    for bill, debt, _interest, _late in claimed(file.customer, account, date.min):
        if not debt.principal_cents:
            yield _days_late(bill, debt.since)


def _days_late(bill: InvoiceScript, paid_on: date) -> int:
    return max(0, (paid_on - bill.due_on).days)
