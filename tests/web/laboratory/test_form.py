"""The laboratory's form: rules added, moved, removed and imported without script; what is wrong is told, kept."""

import re
import uuid

import pytest

from course_app.accounts.rules import Role
from course_app.exercise.engine.laboratory import MOST_RULES
from tests.support.people import sign_in
from tests.web.laboratory.conftest import rule, sentences, text

PROMISE = rule("appel", "promesse-non-tenue")
FIRST = rule("mail", niveau_max="0")


def test_it_opens_on_the_recommended_scenario(client, manager):
    """The first rules shown are those of the recommended scenario, each in a sentence, and in YAML to copy."""
    answer = client.get("/laboratoire")
    assert "Avant l’échéance : rappeler l’échéance" in sentences(answer)
    assert len(sentences(answer)) == 17
    assert "releve_toutes_les: 1" in text(answer)


def test_rules_are_moved_and_removed_without_script(bench):
    """Each button sends the form and shows the rules in their new order; ends and strange ranks change nothing."""
    first, second = (
        "Promesse non tenue : appeler",
        "Aucun échange récent, niveau 0 au plus : écrire un mail poli",
    )
    assert sentences(bench.send("relire", PROMISE, FIRST)) == [first, second]
    assert sentences(bench.send("monter-1", PROMISE, FIRST)) == [second, first]
    assert sentences(bench.send("descendre-0", PROMISE, FIRST)) == [second, first]
    assert sentences(bench.send("retirer-0", PROMISE, FIRST)) == [second]
    for strange in ("monter-0", "descendre-1", "monter-99", "retirer-²", "retirer--1", "danser", "monter-9999999999"):
        assert sentences(bench.send(strange, PROMISE, FIRST)) == [first, second], strange


def test_a_rule_is_added_at_the_end_and_open(bench):
    """A new rule comes last, open and with the focus; there are twenty-four at most."""
    answer = bench.send("ajouter", PROMISE)
    assert len(sentences(answer)) == 2
    assert text(answer).count("<details open>") == 1
    assert text(answer).count("data-focus") == 1
    full = bench.send("ajouter", *[PROMISE] * MOST_RULES)
    assert full.status_code == 422
    assert len(sentences(full)) == MOST_RULES


def test_what_was_typed_is_kept_through_every_button(bench):
    """A wrong number stays in its field while rules move around it."""
    answer = bench.send("monter-1", PROMISE, rule("appel", appels_min="beaucoup"), nom="")
    assert 'value="beaucoup"' in text(answer)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"nom": ""}, "Donnez un nom"),
        ({"nom": "x" * 81}, "80 caractères au plus"),
        ({"nom": "a\x00b"}, "caractères invisibles"),
        ({"nom": "a\ud800b".encode("utf-8", "surrogatepass").decode("latin-1")}, None),
        ({"portefeuilles": "lune"}, "choix valide"),
        ({"releve_toutes_les": "0"}, "Choisissez un rythme"),
        ({"releve_toutes_les": "²"}, "Choisissez un rythme"),
        ({"regles-0-appels_min": "-1"}, "Règle 1, « Appels déjà passés, au moins »"),
        ({"regles-0-montant_min": "1e9"}, "Règle 1, « Montant dû en euros, au moins »"),
        ({"regles-0-montant_min": "9" * 5000}, "Règle 1"),
        ({"regles-0-faire": "danser"}, "Règle 1, « Faire »"),
        ({"regles-0-situation": "\x00"}, "Règle 1, « Quand »"),
        ({"key": "x"}, "Rechargez la page"),
    ],
)
def test_bad_input_is_told_and_nothing_is_queued(bench, trials, change, told):
    """A wrong field is named with its rule; the form comes back filled, and no trial is stored."""
    answer = bench.send("tester", rule("appel", appels_min="3"), **change)
    if told is None:
        assert answer.status_code in (303, 422)
        return
    assert answer.status_code == 422
    assert told in text(answer)
    assert "Le mien" in text(answer) or "nom" in change
    assert trials() == []


def test_ranks_that_are_no_numbers_are_left_out(bench):
    """« regles-²-faire », a rank of ten thousand digits or a hundred rules: no crash."""
    odd = {"regles-²-faire": "mail", f"regles-{'9' * 10_000}-faire": "mail", "regles--faire": "mail", "regles": "x"}
    assert len(sentences(bench.send("relire", PROMISE, **odd))) == 1
    many = {f"regles-{rank}-faire": "mail" for rank in range(100)}
    assert len(sentences(bench.send("relire", **many))) == MOST_RULES


def test_a_start_replaces_the_rules(bench):
    """« Reprendre ces règles » shows those of the reference; an unknown one is refused with the rules kept."""
    assert len(sentences(bench.send("partir", PROMISE, depart="moyenne"))) == 6
    refused = bench.send("partir", PROMISE, depart="lune")
    assert refused.status_code == 422
    assert len(sentences(refused)) == 1


def test_a_text_is_imported(bench):
    """A YAML text becomes the rules of the form, several situations being as many rules; the same text comes back."""
    source = """
nom: "À moi: d'abord"
releve_toutes_les: 3
regles:
  - quand: {situation: [promesse-non-tenue, delai-expire], pieces: true, niveau_min: 2}
    faire: appel
  - faire: mail
"""
    answer = bench.send("importer", PROMISE, yaml=source)
    assert answer.status_code == 200
    assert sentences(answer)[0] == "Promesse non tenue, niveau 2 au moins, pièces réunies : appeler"
    assert len(sentences(answer)) == 3
    shown = re.search(r"<pre[^>]*>(.*?)</pre>", text(answer), re.DOTALL)[1]
    assert len(sentences(bench.send("importer", yaml=shown))) == 3
    assert "Toutes les 3 séances" in text(answer)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("", "Ligne 1"),
        ("nom: x\nregles:\n  - faire: danser\n", "Ligne 3 : règle 1 : action inconnue, danser"),
        ("nom: x\nregles: []\nautre: 1\n", "Ligne 3 : clé inconnue : autre"),
        ("nom: x\nregles:\n  - quand: {montant_min: 09}\n    faire: mail\n", "Ligne 3"),
        ("- a\n- b\n", "un scénario commence par"),
        ("nom: [", "Ligne "),
        ("a: &a [1]\nb: [*a, *a]\n", "clé"),
        ("nom: !!python/object:os.system x\nregles: []\n", "Ligne 1"),
        ("x" * 20_001, "20 000 caractères au plus"),
        ("nom: x\nregles:\n" + "  - faire: mail\n" * 25, "24"),
    ],
)
def test_a_wrong_text_is_told_by_its_line(bench, source, told):
    """What is wrong in a pasted text is told with its line; the text and the rules stay as they were."""
    answer = bench.send("importer", PROMISE, yaml=source)
    assert answer.status_code == 422
    assert told in text(answer)
    assert sentences(answer) == ["Promesse non tenue : appeler"]
    assert source.strip()[:200] in text(answer)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUTHOR, Role.ADMINISTRATOR])
def test_who_may_test_finds_the_way_in(app, session, make_person, role):
    """People who may test scenarios find the laboratory under « S'entraîner »; learners do not see it."""
    for person_role, found in ((role, True), (Role.LEARNER, False)):
        browser = app.test_client()
        browser.shared_session = session
        sign_in(browser, make_person(person_role))
        assert ('href="/laboratoire"' in text(browser.get("/exercices"))) is found


def test_s02_somebody_elses_trial_does_not_exist(app, bench, session, sign_in, trials):
    """Another manager's trial is missing by every address: its page, its rules, its removal."""
    assert bench.send("tester", PROMISE).status_code == 303
    job = trials()[0].id
    other = app.test_client()
    other.shared_session = session
    sign_in(other, role=Role.MANAGER)
    for url in (f"/laboratoire/essais/{job}", f"/laboratoire?depuis={job}", "/laboratoire?depuis=x"):
        assert other.get(url).status_code == 404, url
    assert bench.client.get(f"/laboratoire?depuis={job}").status_code == 200
    assert bench.client.get(f"/laboratoire?depuis={uuid.uuid4()}").status_code == 404
