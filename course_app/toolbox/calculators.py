"""Results of the calculators, worded: a figure to use, the working behind it, the texts it stands on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from flask_babel import LazyString

from course_app.core.french import decimal, euros, long_date, weekday_date
from course_app.core.money import round_cents
from course_app.library.catalog import Catalog
from course_app.library.registers import Fact
from course_app.toolbox import forms, register
from course_app.toolbox.rules import dates, indicators, interest, plan
from course_app.web.i18n import _, lazy_

T = TypeVar("T")


@dataclass(frozen=True)
class Table:
    """The working: a caption, titles of columns, rows of texts; the last row is a total when `has_total`."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    has_total: bool = False


@dataclass(frozen=True)
class Result:
    """What a calculator answers: `figures` to use (label, value), the working, what to know, the facts behind."""

    figures: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Calculator:
    """One calculator: its address, its words, its form, what computes the answer, the letters it prepares (their ids)."""

    slug: str
    title: LazyString
    summary: LazyString
    form: type[forms.Question]
    answer: Callable[[Catalog, Any], Result]
    hints: Mapping[str, LazyString]
    letters: tuple[str, ...] = ()


class Unanswerable(ValueError):
    """These figures have no answer; the message, in French, says which one to look at again."""


def _given(value: T | None) -> T:
    """Return what a validated form holds."""
    if value is None:
        raise ValueError("the form was not validated")
    return value


def percent(share: Decimal) -> str:
    """Return a share of one as « 12,40 % »."""
    return f"{decimal(share * 100, 2)}\u00a0%"


def _full_date(day: date) -> str:
    return f"{weekday_date(day)} {day.year}"


def _days(number: Fraction) -> str:
    return decimal(Decimal(round_cents(number * 10)) / 10)


def late_interest(catalog: Catalog, form: forms.InterestForm) -> Result:
    """Return interest, fee and total of a late invoice, with each semester's line."""
    rates, is_private = register.rates(catalog), bool(form.particulier.data)
    payments = [interest.Payment(form.verse_le.data, form.verse.data)] if form.verse.data and form.verse_le.data else []
    fee = 0 if is_private else register.fee_cents(catalog) * (form.factures.data or 1)
    amount, due_on, until = _given(form.montant.data), _given(form.echeance.data), _given(form.jusqu_au.data)
    agreed = form.taux.data
    try:
        told = interest.statement(amount, due_on, until, rates, agreed=agreed, payments=payments, fee_cents=fee)
    except interest.UnknownRate as error:
        first = min(rates.bank)
        message = "Aucun taux n'est connu pour %(year)d, semestre %(half)d : les taux vont de %(first)d à aujourd'hui."
        raise Unanswerable(_(message, year=error.semester.year, half=error.semester.half, first=first.year)) from None
    ran = sum(line.interest_cents for line in told.periods)
    figures = [
        (_("Intérêts de retard"), euros(ran)),
        (_("Indemnité forfaitaire"), euros(told.fee_cents)),
        (_("Reste dû sur la facture"), euros(told.principal_cents)),
        (_("Total à réclamer"), euros(told.total_cents)),
    ]
    return Result(tuple(figures), (_interest_table(told, ran),), _interest_notes(told, form), _interest_facts(catalog))


def _interest_table(told: interest.Statement, ran: int) -> Table:
    rows = [
        (
            _("du %(start)s au %(end)s", start=long_date(line.start), end=long_date(line.end)),
            str(line.days),
            percent(line.rate),
            euros(line.principal_cents),
            euros(line.interest_cents),
        )
        for line in told.periods
    ]
    total = (_("Total"), str(sum(line.days for line in told.periods)), "", "", euros(ran))
    columns = (_("Période"), _("Jours"), _("Taux"), _("Sur"), _("Intérêts"))
    return Table(_("Somme × taux × jours ÷ 365, semestre par semestre"), columns, (*rows, total), has_total=True)


def _interest_notes(told: interest.Statement, form: forms.InterestForm) -> tuple[str, ...]:
    notes = []
    if not told.periods:
        notes.append(_("Aucun jour de retard : rien ne s'ajoute à la facture."))
    low = next((line for line in told.periods if line.below_floor), None)
    if low and not form.particulier.data:
        message = "Votre taux est sous le minimum légal de %(floor)s pour une partie du retard : faites relire vos conditions."
        notes.append(_(message, floor=percent(low.floor)))
    if form.particulier.data:
        notes.append(
            _(
                "Avec un particulier, ni indemnité forfaitaire ni pénalités entre professionnels. Vérifiez votre contrat."
            )
        )
    if told.overpaid_cents:
        notes.append(
            _("Le client a versé %(sum)s de trop : rendez-les, ou déduisez-les.", sum=euros(told.overpaid_cents))
        )
    if form.verse.data:
        notes.append(_("Le versement va d'abord sur les intérêts, puis sur la facture."))
    return tuple(notes)


def _interest_facts(catalog: Catalog) -> tuple[Fact, ...]:
    return register.facts(catalog, "depart-penalites", "multiple-plancher", "marge-bce", "indemnite-forfaitaire")


_RULES = {
    dates.DueRule.THIRTY_DAYS: lazy_("Sans accord : 30 jours après réception ou exécution"),
    dates.DueRule.SIXTY_DAYS: lazy_("60 jours, date de facture"),
    dates.DueRule.FORTY_FIVE_THEN_MONTH_END: lazy_("45 jours fin de mois : 45 jours, puis la fin de ce mois"),
    dates.DueRule.MONTH_END_THEN_FORTY_FIVE: lazy_("45 jours fin de mois : la fin du mois, puis 45 jours"),
    dates.DueRule.PERIODIC: lazy_("Facture périodique : 45 jours"),
}


def due_dates(catalog: Catalog, form: forms.DueDateForm) -> Result:
    """Return the due date under each rule."""
    told = [dates.due_date(rule, _given(form.depart.data)) for rule in dates.DueRule]
    rows = tuple((str(_RULES[one.rule]), _full_date(one.on), _full_date(one.late_from)) for one in told)
    columns = (_("Règle"), _("Échéance"), _("En retard à partir du"))
    figures = tuple((str(_RULES[one.rule]), long_date(one.on)) for one in told[:2])
    notes = (
        _("« 45 jours fin de mois » se lit de deux façons. Écrivez la vôtre dans vos conditions."),
        _("Corriger une facture ne repousse pas l'échéance à elle seule."),
    )
    shown = register.facts(
        catalog, "delai-sans-accord", "delai-maximal-convenu", "delai-fin-de-mois", "delai-facture-periodique"
    )
    return Result(figures, (Table(_("Échéance selon la règle"), columns, rows),), notes, shown)


def sales_outstanding(_catalog: Catalog, form: forms.DsoForm) -> Result:
    """Return the DSO two ways, and the best possible one when the part not due is known."""
    receivables = _given(form.creances.data)
    months = _months(_given(form.fin.data), form.months)
    sales, days = sum(form.months), sum(month.days for month in months)
    simple = indicators.dso(receivables, sales, days)
    counted = indicators.count_back(receivables, months)
    figures = [(_("DSO simple, en jours"), _days(simple)), (_("DSO par épuisement, en jours"), _days(counted.days))]
    if form.non_echu.data is not None:
        best = indicators.dso(min(form.non_echu.data, receivables), sales, days)
        figures += [
            (_("Meilleur DSO possible, en jours"), _days(best)),
            (_("Retard moyen, en jours"), _days(simple - best)),
        ]
    rows = tuple(
        (str(rank), euros(line.month.sales_cents), euros(line.taken_cents), _days(line.days))
        for rank, line in enumerate(counted.lines, 1)
    )
    columns = (_("Mois, du plus récent"), _("Ventes"), _("Créances épuisées"), _("Jours"))
    notes = [
        _("Simple : créances ÷ ventes × jours de la période. Par épuisement : on retire les ventes mois par mois.")
    ]
    if counted.left_cents:
        notes.append(
            _("Il reste %(left)s de créances plus anciennes : ajoutez des mois.", left=euros(counted.left_cents))
        )
    return Result(tuple(figures), (Table(_("Épuisement des créances"), columns, rows),), tuple(notes))


def _months(last: date, sales: tuple[int, ...]) -> list[indicators.Month]:
    found, end = [], dates.month_end(last)
    for cents in sales:
        found.append(indicators.Month(cents, end.day))
        end = end.replace(day=1) - timedelta(days=1)
    return found


def effectiveness(_catalog: Catalog, form: forms.EffectivenessForm) -> Result:
    """Return the CEI with its two terms."""
    opening, sales = form.debut.data or 0, form.ventes.data or 0
    closing, not_due = form.fin.data or 0, form.fin_non_echu.data or 0
    try:
        share = indicators.effectiveness(opening, sales, closing, not_due)
    except ValueError:
        message = (
            "Ces quatre montants ne vont pas ensemble : la part non échue ne dépasse pas la fin, ni la fin le total."
        )
        raise Unanswerable(_(message)) from None
    rows = (
        (_("Encaissé : début + ventes − fin"), euros(opening + sales - closing)),
        (_("Encaissable : début + ventes − fin non échue"), euros(opening + sales - not_due)),
    )
    table = Table(_("Le calcul"), (_("Terme"), _("Montant")), rows)
    return Result(((_("CEI"), f"{round(share * 100)}\u00a0%"),), (table,))


def instalment_plan(_catalog: Catalog, form: forms.PlanForm) -> Result:
    """Return the payments of a plan."""
    total, at_once, first_on = _given(form.montant.data), _given(form.comptant.data), _given(form.premier.data)
    try:
        lines = plan.instalments(total, at_once, first_on, _given(form.versements.data))
    except ValueError:
        raise Unanswerable(_("Cette somme est trop petite pour autant de versements.")) from None
    rows = tuple((str(line.rank), long_date(line.on), euros(line.cents), euros(line.left_cents)) for line in lines)
    columns = (_("Versement"), _("Date"), _("Montant"), _("Reste dû"))
    figures = ((_("Nombre de versements"), str(len(lines))), (_("Soldé le"), long_date(lines[-1].on)))
    notes = (
        _(
            "Faites signer la reconnaissance de la dette, les dates, et la clause qui rend tout exigible au premier défaut."
        ),
        _("L'usage du métier : 30 % tout de suite, puis trois à six mois. Au-delà, demandez une garantie."),
    )
    return Result(figures, (Table(_("Calendrier des versements"), columns, rows),), notes)


def limitation(catalog: Catalog, form: forms.LimitationForm) -> Result:
    """Return the last day to sue."""
    claim = dates.Claim(form.creance.data)
    fact = register.LIMITATION[claim]
    try:
        end = dates.limitation(_given(form.exigible.data), register.whole(catalog, fact), form.interrompue.data)
    except ValueError:
        message = "Cette date n'interrompt rien : elle vient avant l'échéance, ou une fois le délai écoulé."
        raise Unanswerable(_(message)) from None
    notes = (_("Une mise en demeure n'arrête pas ce délai. Agissez bien avant la fin."),)
    shown = register.facts(catalog, fact, "interruptions", "mise-en-demeure-prescription")
    return Result(((_("Dernier jour pour agir"), long_date(end)),), (), notes, shown)


def insolvency(catalog: Catalog, form: forms.InsolvencyForm) -> Result:
    """Return the deadlines after the publication of a judgment."""
    overseas = bool(form.outre_mer.data)
    told = dates.insolvency(_given(form.publication.data), register.insolvency_months(catalog), overseas=overseas)
    figures = (
        (_("Déclarer la créance au plus tard le"), long_date(told.declare_by)),
        (_("Revendiquer la marchandise au plus tard le"), long_date(told.claim_goods_by)),
        (_("Demander un relevé de forclusion au plus tard le"), long_date(told.relief_by)),
    )
    notes = (
        _("Arrêtez toute relance pour les factures antérieures au jugement."),
        _(
            "Ces délais partent de la parution au BODACC, pas du jugement. Gardez la preuve de l'envoi et de son contenu."
        ),
    )
    declared = "delai-declaration-outre-mer" if overseas else "delai-declaration-creance"
    return Result(
        figures,
        (),
        notes,
        register.facts(catalog, declared, "delai-revendication", "releve-forclusion", "arret-relances"),
    )


def payment_order(catalog: Catalog, form: forms.OrderForm) -> Result:
    """Return the deadlines of an order to pay."""
    told = dates.payment_order(_given(form.ordonnance.data), register.order_months(catalog), form.signifiee.data)
    figures = [(_("À signifier au plus tard le"), long_date(told.serve_by))]
    if told.oppose_by and told.enforce_from:
        figures += [
            (_("Opposition possible jusqu'au"), long_date(told.oppose_by)),
            (_("Exécution possible à partir du, sans opposition"), long_date(told.enforce_from)),
        ]
    notes = (
        _(
            "C'est la date de l'ordonnance qui décide de la règle. Si elle n'a pas été remise en main propre, l'opposition reste ouverte plus longtemps."
        ),
    )
    former = _given(form.ordonnance.data) < register.order_months(catalog).new_rule_from
    served = "signification-ancienne" if former else "signification-ordonnance"
    return Result(
        tuple(figures), (), notes, register.facts(catalog, served, "delai-opposition", "execution-ordonnance")
    )


CALCULATORS: Mapping[str, Calculator] = {
    each.slug: each
    for each in (
        Calculator(
            "penalites",
            lazy_("Pénalités de retard"),
            lazy_("Les intérêts, semestre par semestre, et l'indemnité due par facture."),
            forms.InterestForm,
            late_interest,
            {
                "taux": lazy_("Laissez vide si vos conditions ne disent rien : le taux légal par défaut s'applique."),
                "factures": lazy_("L'indemnité est due pour chacune."),
                "verse": lazy_("Un versement partiel reçu avant la date du calcul."),
            },
            ("lettre-ferme", "mise-en-demeure"),
        ),
        Calculator(
            "echeance",
            lazy_("Date d'échéance"),
            lazy_("Le jour où l'argent doit être là, selon chaque règle."),
            forms.DueDateForm,
            due_dates,
            {},
        ),
        Calculator(
            "plan",
            lazy_("Plan de paiement"),
            lazy_("Un versement tout de suite, puis des mensualités, au centime."),
            forms.PlanForm,
            instalment_plan,
            {},
            ("echeancier",),
        ),
        Calculator(
            "dso",
            lazy_("DSO, de deux façons"),
            lazy_("Combien de jours de ventes attendent encore d'être payés."),
            forms.DsoForm,
            sales_outstanding,
            {
                "ventes": lazy_("Un montant par ligne, toutes taxes comprises."),
                "non_echu": lazy_("Pour connaître le meilleur DSO possible et le retard moyen."),
            },
        ),
        Calculator(
            "cei",
            lazy_("Efficacité d'encaissement"),
            lazy_("La part de l'encaissable vraiment encaissée."),
            forms.EffectivenessForm,
            effectiveness,
            {},
        ),
        Calculator(
            "prescription",
            lazy_("Délai pour agir en justice"),
            lazy_("Le dernier jour, selon qui vous doit l'argent."),
            forms.LimitationForm,
            limitation,
            {"interrompue": lazy_("Laissez vide s'il n'y en a pas.")},
        ),
        Calculator(
            "procedure-collective",
            lazy_("Client en procédure collective"),
            lazy_("Déclarer, revendiquer, rattraper : trois dates à ne pas manquer."),
            forms.InsolvencyForm,
            insolvency,
            {},
            ("declaration-de-creance", "revendication"),
        ),
        Calculator(
            "injonction",
            lazy_("Après une injonction de payer"),
            lazy_("Jusqu'à quand la signifier, et quand l'exécuter."),
            forms.OrderForm,
            payment_order,
            {},
        ),
    )
}
"""Calculators by address, in the order of the toolbox."""
