"""The calculators as people use them: worked examples on the page, slips of the finger corrected, nothing written."""

import html
import re
from urllib.parse import urlencode

import pytest

from course_app.core.french import NARROW, NBSP
from course_app.toolbox.calculators import CALCULATORS

HOSTILE = ["\x00", "\ud800", "<script>", "=1+1", "9" * 10_000, "é" * 5_000, "１２", "1e9", "٣", "-0", "\u202e12"]
WHOLE = {
    "penalites": {"montant": "10 000,00 €", "echeance": "15/05/2026", "jusqu_au": "2026-09-15"},
    "echeance": {"depart": "2026-01-20"},
    "plan": {"montant": "1 000", "comptant": "300", "premier": "2026-11-30", "versements": "3"},
    "dso": {"creances": "420 000", "ventes": "180 000\n150 000\n120 000", "fin": "2026-10-31"},
    "cei": {"debut": "300", "ventes": "500", "fin": "320", "fin_non_echu": "210"},
    "prescription": {"creance": "entre-professionnels", "exigible": "2026-05-15"},
    "procedure-collective": {"publication": "12/11/2026"},
    "injonction": {"ordonnance": "2026-10-20", "signifiee": "2026-11-05"},
}


@pytest.fixture
def ask(client):
    """Ask a calculator and return the status and the words of the answer, plain spaces everywhere."""

    def asked(name, **fields):
        answer = client.get(f"/outils/calculs/{name}?{urlencode(fields, errors='surrogatepass')}")
        text = html.unescape(answer.get_data(as_text=True)).replace(NARROW, " ").replace(NBSP, " ")
        return answer.status_code, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))

    return asked


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("penalites", ["153,12 €", "261,59 €", "414,71 €", "40,00 €", "10 454,71 €"]),
        ("echeance", ["19 février 2026", "21 mars 2026", "31 mars 2026", "17 mars 2026", "6 mars 2026"]),
        ("plan", ["300,00 €", "233,33 €", "233,34 €", "28 février 2027"]),
        ("dso", ["84,3", "31", "30", "23,3"]),
        ("cei", ["81 %"]),
        ("prescription", ["15 mai 2031"]),
        ("procedure-collective", ["12 janvier 2027", "12 février 2027", "12 mai 2027"]),
        ("injonction", ["20 janvier 2027", "5 décembre 2026", "5 janvier 2027"]),
    ],
)
def test_worked_examples_come_out(ask, name, told):
    """The field guide's examples, typed as people type, give its figures on the page, with when they were checked."""
    status, words = ask(name, **WHOLE[name])
    assert status == 200
    assert [figure for figure in told if figure not in words] == []


def test_every_calculator_opens_and_is_listed(client):
    """Each tool is one press away from the toolbox, and opens empty."""
    listed = client.get("/outils").get_data(as_text=True)
    for name in CALCULATORS:
        assert f'href="/outils/calculs/{name}"' in listed
        assert client.get(f"/outils/calculs/{name}").status_code == 200
    assert client.get("/outils/calculs/autre").status_code == 404


@pytest.mark.parametrize(
    ("name", "changed", "told"),
    [
        ("penalites", {"montant": "-3"}, "montant positif"),
        ("penalites", {"montant": "2 000 000 000"}, "dépasse un milliard"),
        ("penalites", {"echeance": "30/02/2026"}, "n’existe pas"),
        ("penalites", {"echeance": "hier"}, "une date comme"),
        ("penalites", {"echeance": "12/10/1926"}, "entre 2000 et 2099"),
        ("penalites", {"jusqu_au": "14/05/2026"}, "avant l’échéance"),
        ("penalites", {"taux": "140"}, "100 % au plus"),
        ("penalites", {"taux": "douze"}, "taux en pour cent"),
        ("penalites", {"factures": "0"}, "entre 1 et 1 000"),
        ("penalites", {"verse": "100"}, "montant versé et sa date"),
        ("penalites", {"echeance": "01/01/2020"}, "Aucun taux n’est connu"),
        ("plan", {"comptant": "1 000"}, "rien à étaler"),
        ("plan", {"versements": "37"}, "entre 1 et 36"),
        ("plan", {"montant": "0,03", "comptant": "0,01"}, "trop petite"),
        ("dso", {"ventes": "0"}, "au moins un mois"),
        ("dso", {"ventes": "1\n" * 30}, "24 mois au plus"),
        ("dso", {"ventes": "beaucoup"}, "un montant par ligne"),
        ("cei", {"fin_non_echu": "400"}, "ne vont pas ensemble"),
        ("prescription", {"creance": "ma-tante"}, "choix"),
        ("prescription", {"interrompue": "2019-01-01"}, "n’interrompt rien"),
        ("injonction", {"signifiee": "2026-10-19"}, "avant l’ordonnance"),
        ("procedure-collective", {"publication": ""}, "Remplissez ce champ"),
    ],
)
def test_what_cannot_be_computed_is_explained(client, ask, name, changed, told):
    """A refusal says what to correct (422) and keeps everything typed."""
    fields = WHOLE[name] | changed
    status, words = ask(name, **fields)
    assert status == 422
    assert told in words
    kept = html.unescape(client.get(f"/outils/calculs/{name}?{urlencode(fields)}").get_data(as_text=True))
    typed = [value for key, value in changed.items() if value and key not in {"creance", "ventes"} and "/" not in value]
    assert all(f'value="{value}"' in kept for value in typed)


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("value", HOSTILE)
def test_s54_s62_hostile_values_are_refused_or_read(ask, name, value):
    """NUL, lone surrogates, markup, ten thousand characters, in any field: a page, never a failure."""
    for field in WHOLE[name]:
        status, _words = ask(name, **(WHOLE[name] | {field: value}))
        assert status in {200, 422}


def test_results_lead_to_the_letters_they_prepare(client):
    """A calculator whose figures end in a letter links to it, and every letter it names exists."""
    told = {name: each.letters for name, each in CALCULATORS.items() if each.letters}
    assert set(told) == {"penalites", "plan", "procedure-collective"}
    for name, letters in told.items():
        page = client.get(f"/outils/calculs/{name}?{urlencode(WHOLE[name])}").get_data(as_text=True)
        assert all(f'href="/outils/lettres/{letter}"' in page for letter in letters)


def test_a_particular_owes_no_fixed_fee(ask):
    """Facing a consumer, the fee is nought and the page says why."""
    status, words = ask("penalites", **WHOLE["penalites"], particulier="y")
    assert status == 200
    assert "Indemnité forfaitaire 0,00 €" in words
    assert "ni indemnité forfaitaire" in words


def test_a_low_contract_rate_is_told(ask):
    """A rate under three times the legal rate is computed, and marked."""
    _status, words = ask("penalites", **WHOLE["penalites"], taux="5")
    assert "sous le minimum légal de 7,86 %" in words
