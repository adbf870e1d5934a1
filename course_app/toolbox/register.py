"""What the calculators take from the register of facts: rates by semester, delays, fees, and the facts to show.

Reads the catalogue; a figure that the register no longer holds raises KeyError, and a test holds that all are there.
"""

import re
from decimal import Decimal

from course_app.library.catalog import Catalog
from course_app.library.registers import Fact
from course_app.toolbox.rules.dates import Claim, InsolvencyMonths, OrderMonths
from course_app.toolbox.rules.interest import Rates, Semester

_RATE = re.compile(r"taux-(?P<kind>bce|legal-pro)-(?P<year>\d{4})-s(?P<half>[12])")
LIMITATION = {
    Claim.BUSINESS: "prescription-commerciale",
    Claim.CONSUMER: "prescription-consommateur",
    Claim.TRANSPORT: "prescription-transport",
}


def figure(catalog: Catalog, fact_id: str) -> Decimal:
    """Return the number of a fact; raise KeyError when the register lacks it."""
    number = catalog.facts[fact_id].number
    if number is None:
        raise KeyError(fact_id)
    return number


def whole(catalog: Catalog, fact_id: str) -> int:
    """Return the number of a fact counted in whole units."""
    return int(figure(catalog, fact_id))


def facts(catalog: Catalog, *ids: str) -> tuple[Fact, ...]:
    """Return the facts a result stands on, in this order."""
    return tuple(catalog.facts[each] for each in ids)


def rates(catalog: Catalog) -> Rates:
    """Return the rates of every semester that the register holds."""
    found: dict[str, dict[Semester, Decimal]] = {"bce": {}, "legal-pro": {}}
    for fact_id in catalog.facts:
        if match := _RATE.fullmatch(fact_id):
            semester = Semester(int(match["year"]), int(match["half"]))
            found[match["kind"]][semester] = figure(catalog, fact_id) / 100
    return Rates(
        bank=found["bce"],
        legal=found["legal-pro"],
        margin=figure(catalog, "marge-bce") / 100,
        floor_multiple=figure(catalog, "multiple-plancher"),
    )


def fee_cents(catalog: Catalog) -> int:
    """Return the fixed fee of one late invoice between businesses."""
    return whole(catalog, "indemnite-forfaitaire") * 100


def insolvency_months(catalog: Catalog) -> InsolvencyMonths:
    """Return the delays that run from the publication of the judgment."""
    return InsolvencyMonths(
        declare=whole(catalog, "delai-declaration-creance"),
        declare_overseas=whole(catalog, "delai-declaration-outre-mer"),
        claim_goods=whole(catalog, "delai-revendication"),
        relief=whole(catalog, "releve-forclusion"),
    )


def order_months(catalog: Catalog) -> OrderMonths:
    """Return the delays around an order to pay; the new rule holds from the first day of its fact."""
    serve = catalog.facts["signification-ordonnance"]
    if serve.valid_from is None:
        raise KeyError("signification-ordonnance")
    return OrderMonths(
        serve=whole(catalog, "signification-ordonnance"),
        serve_before=whole(catalog, "signification-ancienne"),
        oppose=whole(catalog, "delai-opposition"),
        enforce=whole(catalog, "execution-ordonnance"),
        new_rule_from=serve.valid_from,
    )
