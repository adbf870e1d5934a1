"""What each file must hold: every fault at once, in French, at its line and column."""

import os

import pytest

from tests.unit.library.material import EXERCISE, FACTS, GLOSSARY, LESSON, PATH, QUIZ, SOURCES

FIVE_FAULTS = """\
id: oubli
title: "La facture oubliée"
kind: practice
lesson: oubli
minutes: quatre
introduction: "Un autre client."
reviewed_on: 2026-11-22
questions:
  - id: premier-contact
    type: singel
    situation: "Atelier Clémence doit 40 €."
    prompt: 14
    options:
      - id: a
        text: "Vous demandez une date."
        correct: oui
        feedback: {consequence: "Elle répond.", reason: "Simple.", rule: "Une date."}
      - id: b
        text: "Vous attendez."
      - id: c
        text: "Vous appelez."
        feedback: {consequence: "Elle répond.", reason: "Simple.", rule: "Une date."}
"""
OUI = "« oui » et « non » sont du texte"


def test_valid_content_has_no_finding(desk):
    """The material of these tests is publishable, without a warning."""
    bundle = desk.load()
    assert bundle.findings == ()
    assert bundle.is_publishable


def test_a_file_with_five_faults_prints_five_lines(desk):
    """All the faults of a file come at once, each with file, line, column, code and a French sentence."""
    desk.write(QUIZ, FIVE_FAULTS)
    assert [str(finding) for finding in desk.load().findings] == [
        f"{QUIZ}:5:10 type-attendu attendu : un nombre entier, sans guillemets (reçu : « quatre »)",
        f"{QUIZ}:10:11 valeur-inconnue valeur inconnue : « singel ». Valeurs possibles : 'single' ou 'multiple'",
        f'{QUIZ}:12:13 type-attendu attendu : du texte (reçu : « 14 ») ; mettez des guillemets : "14"',
        f"{QUIZ}:16:18 type-attendu attendu : true ou false, sans guillemets (reçu : « oui ») ; {OUI}",
        f"{QUIZ}:18:9 commentaire-absent chaque choix a son commentaire : ajoutez « feedback »",
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        (LESSON, "minutes: 5", "minutes: 5\nminutes: 6", "6:1 cle-en-double"),
        (LESSON, "minutes: 5", "minutes: 0", "5:10 hors-bornes"),
        (LESSON, "minutes: 5", "minutes: 1_0", "5:10 nombre-ambigu"),
        (LESSON, "minutes: 5", "minutes: 010", "5:10 nombre-ambigu"),
        (LESSON, "minutes: 5", "minutes: ~", "5:10 type-attendu"),
        (LESSON, "minutes: 5\n", "", "2:1 cle-manquante"),
        (LESSON, "minutes: 5", "durée: 5\nminutes: 5", "5:1 cle-inconnue"),
        (LESSON, "stage: j+3", "stage: j+7", "6:8 valeur-inconnue"),
        (LESSON, "audiences: [equipe]", "audiences: equipe", "7:12 type-attendu"),
        (LESSON, "audiences: [equipe]", "audiences: []", "7:12 nombre-d-elements"),
        (LESSON, "id: oubli\n", "id: Oubli\n", "2:5 forme-invalide"),
        (LESSON, "reviewed_on: 2026-11-22", "reviewed_on: 2026-13-22", "13:14 date-impossible"),
        (LESSON, "reviewed_on: 2026-11-22", "reviewed_on: 2026", "13:14 type-attendu"),
        (LESSON, 'case: {customer: "Menuiserie Bocage", amount_cents: 248000, on: 2026-10-12}\n', "", "2:1 cas-absent"),
        (LESSON, "amount_cents: 248000", "amount_cents: 0", "12:53 hors-bornes"),
        (LESSON, "---\nid: oubli", "id: oubli", "1:1 en-tete-absent"),
        (LESSON, 'title: "L\'oubli"', "title: L'oubli : suite", "3:16 yaml-illisible"),
        (LESSON, 'title: "L\'oubli"', "title: 14", "3:8 type-attendu"),
        (LESSON, 'title: "L\'oubli"', 'title: ""', "3:8 texte-vide"),
        (LESSON, "sources: [P-33]", "sources: [3.1]", "11:11 type-attendu"),
        (QUIZ, "kind: practice", "kind: !!python/object:os.system x", "3:7 yaml-etiquette"),
        (QUIZ, "minutes: 4", "minutes: &m 4\nlesson2: *n", "6:10 yaml-illisible"),
        (QUIZ, "correct: true", 'correct: "true"', "21:18 type-attendu"),
        (QUIZ, "correct: true", "correct: 1", "21:18 type-attendu"),
        (QUIZ, "    prompt:", "   prompt:", "17:4 yaml-illisible"),
        (QUIZ, "    prompt:", "\tprompt:", "17:1 yaml-illisible"),
        (EXERCISE, "engine: scripted", "engine: inconnu", "5:9 moteur-inconnu"),
        (EXERCISE, "  on: 2026-10-12", "  on: demain", "11:7 valeur-refusee"),
        (EXERCISE, "  takeaway:", "  couleur: rouge\n  takeaway:", "10:3 cle-inconnue"),
        (EXERCISE, "minutes: 15\n", "", "1:1 cle-manquante"),
        (PATH, "kind: lesson", "kind: lecon", "12:16 valeur-inconnue"),
        (PATH, "audience: equipe", "audience: tous", "4:11 valeur-inconnue"),
        (FACTS, "next_check_on: 2027-01-05", "next_check_on: jamais", "8:18 type-attendu"),
        (FACTS, "  source: P-33\n", "", "1:3 cle-manquante"),
        (SOURCES, "id: P-33", "id: P 33", "1:7 forme-invalide"),
        (SOURCES, 'title: "Code de commerce, art. D441-5"', "title: 441", "2:10 type-attendu"),
        (GLOSSARY, 'term: "avoir"', "term: [avoir]", "3:11 type-attendu"),
    ],
)
def test_a_wrong_value_is_told_where_it_stands(desk, name, old, new, told):
    """Each wrong key or value is a finding at its own place, and the only one of its file."""
    desk.change(name, old, new)
    assert [one for one in desk.told() if one.startswith(name)] == [f"{name}:{told}"]


@pytest.mark.parametrize("word", ["on", "off", "yes", "no", "oui", "14:30", "1.2.3", "=", "<<"])
def test_yaml_1_2_keeps_words_as_words(desk, word):
    """A bare « on », « oui » or « 14:30 » is the text an author meant."""
    desk.change(QUIZ, '{who: "Cliente", text', f"{{who: {word}, text")
    bundle = desk.load()
    assert [finding.code for finding in bundle.findings] in ([], ["yaml-etiquette"])
    if bundle.findings == ():
        assert bundle.catalog.quizzes["oubli"].questions[0].transcript[0].who == word


def test_a_file_of_another_kind_is_not_ignored_in_silence(desk):
    """A quiz saved as .yml is told: nobody would read it."""
    desk.write("quizzes/autre.yml", "id: autre\n")
    assert desk.told() == ["quizzes/autre.yml:1:1 fichier-ignore"]


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"id: caf\xe9\n", "encodage"), (b"id: \x00\n", "caractere-interdit"), (b"a" * 400_001, "fichier-trop-grand")],
)
def test_an_unreadable_file_is_a_finding(desk, data, code):
    """A file that is no UTF-8 text, holds a forbidden character or is too large is told, not raised."""
    desk.path(QUIZ).write_bytes(data)
    assert f"{QUIZ}:1" in desk.told()[-1]
    assert desk.load().findings[-1].code == code


def test_a_name_of_any_bytes_is_told(desk):
    """A file whose name is no text is read like another, and its findings can be printed."""
    desk.path(f"quizzes/{os.fsdecode(bytes([0xFF]))}.yaml").write_bytes(b"id: [")
    (finding,) = desk.load().findings
    assert str(finding).encode().startswith(b"quizzes/?.yaml:1:6 yaml-illisible")


def test_a_missing_list_is_a_finding(desk):
    """Without facts.yaml nothing is published, and the finding names the file."""
    desk.path(FACTS).unlink()
    assert f"{FACTS}:1:1 fichier-illisible" in desk.told()
    assert not desk.load().is_publishable


def test_windows_files_read_the_same(desk):
    """Line ends and byte-order marks of other editors change nothing."""
    before = desk.load().catalog.content_hash
    for name in (LESSON, QUIZ):
        text = desk.path(name).read_text(encoding="utf-8")
        desk.path(name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert desk.load().catalog.content_hash == before


def test_a_broken_file_is_told_once(desk):
    """What points to a quiz that cannot be read is not accused as well."""
    desk.change(QUIZ, "questions:", "questions: {")
    assert {finding.path for finding in desk.load().findings} == {QUIZ}
