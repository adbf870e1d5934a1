"""From a letter and what was typed to the document: blanks worded, sums reckoned by the calculators' own rules."""

from collections.abc import Sequence
from datetime import date, timedelta

from course_app.core.french import euros, long_date, typeset
from course_app.library.catalog import Catalog
from course_app.library.letters import Channel, FieldKind, Letter, LetterField
from course_app.toolbox import register
from course_app.toolbox.calculators import Unanswerable, percent
from course_app.toolbox.letter_forms import LetterForm
from course_app.toolbox.rules import plan
from course_app.toolbox.rules.interest import UnknownRate
from course_app.toolbox.rules.letter import Document, Grid, Reminder, Run, Values, blocks, fill
from course_app.toolbox.rules.owed import Invoice, Line, Owed, owed
from course_app.web.i18n import _, ngettext

_MENTIONS = {
    Channel.MAIL: "",
    Channel.LETTER: "",
    Channel.REGISTERED: "Lettre recommandée avec avis de réception",
}


def model(letter: Letter, catalog: Catalog, today: date) -> Document:
    """Return the letter as it stands before anything is typed: the name of each field where its value will be."""
    values: dict[str, str | Grid | None] = {asked.id: f"[{asked.label}]" for asked in letter.asked}
    return _document(letter, values | dict(_BEFORE), catalog, today)


_BEFORE = {
    "bonjour": "Bonjour",
    "des_factures": "[de la facture, ou des factures]",
    "les_factures": "[la facture, ou les factures]",
    "principal": "[reste dû]",
    "interets": "[intérêts calculés]",
    "indemnites": "[indemnités calculées]",
    "total": "[total calculé]",
    "taux_applique": "[taux appliqué]",
    "arrete_au": "[date du calcul]",
    "non_conteste": "[part non contestée]",
    "nombre_paiements": "[nombre de versements]",
    "date_fin": "[date du dernier versement]",
    "tableau": "[tableau des factures]",
    "decompte": "[décompte des sommes dues]",
    "calcul": "[calcul des intérêts]",
    "echeancier": "[tableau des versements]",
}


def filled(letter: Letter, form: LetterForm, catalog: Catalog, today: date) -> Document:
    """Return the letter filled with a validated form. Raises `Unanswerable` when its sums cannot be reckoned."""
    values: dict[str, str | Grid | None] = {asked.id: _worded(asked, form) for asked in letter.asked}
    named = values.get("interlocuteur")
    values["bonjour"] = f"{_('Bonjour')} {named}" if named else _("Bonjour")
    if letter.asks("factures"):
        values |= _claim(letter, form, catalog)
    if letter.asks("versements"):
        values |= _plan(form)
    return _document(letter, values, catalog, form.value("date") or today)


def _worded(asked: LetterField, form: LetterForm) -> str | None:
    """Return what a field holds as it is printed; None when it is empty."""
    value = form.value(asked.id)
    if value is None or value == "" or asked.kind in {FieldKind.TICK, FieldKind.INVOICES}:
        return None
    match asked.kind:
        case FieldKind.AMOUNT:
            return euros(value)
        case FieldKind.DAY:
            return long_date(value)
        case FieldKind.PERCENT:
            return percent(value)
        case _:
            return str(value)


def _claim(letter: Letter, form: LetterForm, catalog: Catalog) -> Values:
    """Return the blanks that the invoices fill."""
    invoices = form.invoices
    left = sum(invoice.left_cents for invoice in invoices)
    values: dict[str, str | Grid | None] = {
        "des_factures": _named(invoices, _("de la facture"), _("des factures")),
        "les_factures": _named(invoices, _("la facture"), _("les factures")),
        "principal": euros(left),
        "tableau": _table(invoices, left),
    }
    disputed = form.value("part_contestee")
    if disputed is not None:
        values["non_conteste"] = euros(left - disputed)
    return {**values, **(_reckoned(letter, form, catalog) if form.value("date") else {})}


def _named(invoices: Sequence[Invoice], one: str, several: str) -> str:
    numbers = [invoice.number for invoice in invoices]
    if len(numbers) == 1:
        return f"{one} {numbers[0]}"
    return f"{several} {', '.join(numbers[:-1])} {_('et')} {numbers[-1]}"


def _reckoned(letter: Letter, form: LetterForm, catalog: Catalog) -> Values:
    """Return interest, fees and total on the day of the letter, or the day before a judgment that stops them."""
    is_consumer, judged_on = bool(form.value("particulier")), form.value("jugement")
    until = judged_on - timedelta(days=1) if judged_on else form.value("date")
    try:
        told = owed(form.invoices, until, register.rates(catalog), form.value("taux"), register.fee_cents(catalog))
    except UnknownRate as error:
        message = (
            "Aucun taux n'est connu pour %(year)d, semestre %(half)d : retirez cette facture, ou donnez une autre date."
        )
        raise Unanswerable(_(message, year=error.semester.year, half=error.semester.half)) from None
    is_claimed = "{interets}" in letter.body and not judged_on
    if is_claimed and not any(line.late_days for line in told.lines):
        raise Unanswerable(_("Aucune facture n'est en retard à cette date : cette lettre viendrait trop tôt."))
    if is_consumer:
        left = sum(invoice.left_cents for invoice in form.invoices)
        return {
            **dict.fromkeys(("interets", "indemnites", "taux_applique", "calcul")),
            "total": euros(left),
            "arrete_au": long_date(until),
            "decompte": _table(form.invoices, left),
        }
    return {
        "principal": euros(told.principal_cents),
        "interets": euros(told.interest_cents),
        "indemnites": euros(told.fee_cents),
        "total": euros(told.total_cents),
        "taux_applique": _(" puis ").join(percent(rate) for rate in told.rates) or None,
        "arrete_au": long_date(until),
        "decompte": _account(told),
        "calcul": _working(told),
    }


def _table(invoices: Sequence[Invoice], left: int) -> Grid:
    rows = [(one.number, long_date(one.due_on), euros(one.left_cents)) for one in invoices]
    total = [(_("Total"), "", euros(left))] if len(invoices) > 1 else []
    columns = (_("Facture"), _("Échéance"), _("Reste à payer, TTC"))
    return Grid(_("Factures"), columns, (*rows, *total), has_total=bool(total))


def _account(told: Owed) -> Grid:
    rows = [_account_row(line) for line in told.lines]
    total = (
        _("Total"),
        "",
        euros(told.principal_cents),
        euros(told.interest_cents),
        euros(told.fee_cents),
        euros(told.total_cents),
    )
    columns = (_("Facture"), _("Échéance"), _("Reste dû"), _("Intérêts"), _("Indemnité"), _("Total"))
    caption = _("Décompte arrêté au %(day)s", day=long_date(told.on))
    has_total = len(rows) > 1
    return Grid(caption, columns, (*rows, total) if has_total else tuple(rows), has_total=has_total)


def _account_row(line: Line) -> tuple[str, ...]:
    told = line.told
    sums = (told.principal_cents, told.interest_cents, told.fee_cents, told.total_cents)
    return (line.invoice.number, long_date(line.invoice.due_on), *map(euros, sums))


def _working(told: Owed) -> Grid | None:
    rows = tuple(
        (
            line.invoice.number,
            _("%(start)s au %(end)s", start=long_date(period.start), end=long_date(period.end)),
            str(period.days),
            euros(period.principal_cents),
            percent(period.rate),
            euros(period.interest_cents),
        )
        for line in told.lines
        for period in line.told.periods
    )
    columns = (_("Facture"), _("Période"), _("Jours"), _("Sur"), _("Taux"), _("Intérêts"))
    return Grid(_("Calcul des intérêts : somme × taux × jours ÷ 365"), columns, rows) if rows else None


def _plan(form: LetterForm) -> Values:
    """Return the blanks of an instalment plan."""
    try:
        lines = plan.instalments(
            form.value("somme_due"), form.value("comptant"), form.value("premier"), form.value("versements")
        )
    except ValueError:
        raise Unanswerable(_("Cette somme est trop petite pour autant de versements.")) from None
    rows = tuple((str(line.rank), long_date(line.on), euros(line.cents), euros(line.left_cents)) for line in lines)
    columns = (_("Versement"), _("Au plus tard le"), _("Montant"), _("Reste dû ensuite"))
    return {
        "echeancier": Grid(_("Calendrier des versements"), columns, rows),
        "nombre_paiements": ngettext("%(num)d versement", "%(num)d versements", len(lines)),
        "date_fin": long_date(lines[-1].on),
    }


def _document(letter: Letter, values: Values, catalog: Catalog, made_on: date) -> Document:
    is_mail = letter.is_mail

    def lines(*field_ids: str) -> tuple[str, ...]:
        texts = [text for each in field_ids if isinstance(text := values.get(each), str)]
        return tuple(line.strip() for text in texts for line in text.splitlines() if line.strip())

    place = [str(values["ville"])] if values.get("ville") else []
    written = values.get("date") or long_date(made_on)
    return Document(
        name=letter.id,
        author=" ".join(lines("entreprise")),
        sender=() if is_mail else lines("entreprise", "adresse"),
        recipient=() if is_mail else lines(*letter.recipient),
        place_and_date="" if is_mail else ", ".join([*place, _("le %(day)s", day=written)]),
        mention=_(_MENTIONS[letter.channel]) if _MENTIONS[letter.channel] else "",
        subject=fill(letter.subject, values) or (Run(letter.title),),
        blocks=blocks(letter.body, values),
        signature=lines("signataire", "entreprise", "telephone"),
        made_on=made_on,
        reminder=reminder(letter, catalog),
    )


def reminder(letter: Letter, catalog: Catalog) -> Reminder:
    """Return what to read before sending: adapt the letter, what it must not say, when its law was checked."""
    checked_on = min([letter.reviewed_on, *(fact.checked_on for fact in register.facts(catalog, *letter.facts))])
    return Reminder(
        _("À lire avant d'envoyer"),
        _("Ce modèle est à adapter : relisez chaque phrase, chaque somme et chaque date. Ne joignez pas cette page."),
        letter.never,
        typeset(_("Contenu juridique vérifié le %(day)s.", day=long_date(checked_on))),
    )
