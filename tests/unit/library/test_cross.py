"""What files owe to each other, to the calendar, to their readers: one finding per rule, at its place."""

from datetime import date

import pytest

from course_app.library.model import Finding
from tests.unit.library.material import EXERCISE, FACTS, FILES, GLOSSARY, LESSON, PATH, QUIZ, SOURCES

LONG = "mot " * 25 + "fin"


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        # targets that do not exist
        (LESSON, "sources: [P-33]", "sources: [P-33, ‸P-34]", "source-inconnue"),
        (LESSON, "prerequisites: []", "prerequisites: [‸autre]", "lecon-inconnue"),
        (LESSON, "{{terme:avoir}}", "‸{{terme:avoirs}}", "terme-inconnu"),
        (LESSON, "{{fait:indemnite}}", "‸{{fait:prix}}", "fait-inconnu"),
        (LESSON, "::: quiz oubli", "::: quiz ‸oublie", "quiz-inconnu"),
        (LESSON, "::: exercise orpheline", "::: exercise ‸orphelin", "exercice-inconnu"),
        (LESSON, "Rien.", "[Lire](‸/lecons/autre#s-x).", "lecon-inconnue"),
        (LESSON, "Rien.", "[Jouer](‸/quiz/autre).", "quiz-inconnu"),
        (QUIZ, "lesson: oubli", "lesson: ‸autre", "lecon-inconnue"),
        (QUIZ, "sources: [P-33]", "sources: [‸P-34]", "source-inconnue"),
        (QUIZ, '"Le chèque est parti vendredi."', '‸"{{fait:prix}}"', "fait-inconnu"),
        (QUIZ, '"Le chèque est parti vendredi."', '‸"{{faits:prix}}"', "renvoi-mal-ecrit"),
        (EXERCISE, "  lesson: oubli", "  lesson: ‸autre", "lecon-inconnue"),
        (EXERCISE, "  source: P-33", "  source: ‸P-34", "source-inconnue"),
        (EXERCISE, "s-avant-d-ecrire", "‸s-avant", "ancre-inconnue"),
        (PATH, "{kind: quiz, id: oubli}", "{kind: quiz, id: ‸autre}", "quiz-inconnu"),
        (PATH, "{kind: quiz, id: oubli}", "‸{kind: lesson, id: oubli}", "etape-en-double"),
        (FACTS, "source: P-33", "source: ‸P-34", "source-inconnue"),
        # ids used twice
        (FACTS, "- id: indemnite", FILES[FACTS] + "- id: indemnite", "9:7 identifiant-en-double"),
        (SOURCES, "- id: P-33", FILES[SOURCES] + "- id: P-33", "4:7 identifiant-en-double"),
        (GLOSSARY, "terms:\n", FILES[GLOSSARY].split("enums")[0], "5:9 identifiant-en-double"),
        (QUIZ, "      - id: b", "      - id: ‸a", "identifiant-en-double"),
        # a fair quiz
        (QUIZ, "        correct: true\n", "", "11:11 reponse-juste"),
        (QUIZ, "red_line: true", "correct: true", "11:11 reponse-juste"),
        (QUIZ, "type: single", "type: multiple", None),
        (QUIZ, "red_line: true", "correct: true\n        red_line: true", "11:11 reponse-juste"),
        (QUIZ, "Vous attendez.", "Vous demandez une date.", "24:15 reponse-en-double"),
        # texts of a lesson
        (LESSON, "Rien.", "Rien ‸<b>du tout.", "html-interdit"),
        (LESSON, "Rien.", "Rien ‸<!-- du tout -->.", "html-interdit"),
        (LESSON, "Rien.", "Rien `<b>` du tout.", None),
        (LESSON, "Rien.", "5 < 6 et 7 > 6.", None),
        (LESSON, "Rien.", "‸{{fait:indemnite}.", "renvoi-mal-ecrit"),
        (LESSON, "Rien.", "‸{{fiat:indemnite}}.", "renvoi-mal-ecrit"),
        (LESSON, "Rien.", "{{7*7}} ${7*7}.", None),
        (LESSON, "Rien.", "[là](‸javascript:alert(1)).", "lien-invalide"),
        (LESSON, "Rien.", "‸[](https://exemple.fr).", "lien-sans-texte"),
        (LESSON, "Rien.", "![reçu](‸https://exemple.fr/a.png).", "image-distante"),
        (LESSON, "## Avant", "‸# Avant", "titre-niveau"),
        (LESSON, "## Avant", "‸### Avant", "titre-niveau"),
        (LESSON, "## Avant", "‸#### Avant", "titre-niveau"),
        (LESSON, "::: case", "::: ‸cas", "encadre-inconnu"),
        (LESSON, "Rien.\n:::", "Rien.", "15:1 encadre-non-ferme"),
        (LESSON, "Rien.\n:::", "Rien.\n:::\n‸:::", "encadre-en-trop"),
        (LESSON, "::: quiz oubli\n", "::: quiz oubli\n‸texte\n", "encadre-non-vide"),
        (LESSON, "::: quiz oubli", "::: ‸quiz", "encadre-sans-identifiant"),
        (LESSON, "::: a-retenir", "::: regle", "15:1 sans-a-retenir"),
        (LESSON, "::: case Menuiserie Bocage · 2 480,00 €", "::: en-clair", "15:1 sans-case"),
        (LESSON, "Rien.", "\n‸```\ncode", "code-non-ferme"),
        # wording
        (LESSON, "Nadia ouvre le relevé. Rien.", f"Nadia. ‸{LONG}.", "phrase-longue"),
        (LESSON, "Rien.", "Où es-‸tu ?", "tutoiement"),
        (LESSON, "- Demander une date.", "- Rien.\n- **Et** ‸ta date ?", "tutoiement"),
        (LESSON, "Rien.", "Appelez un ‸huissier.", "huissier-seul"),
        (LESSON, "Rien.", "Appelez l'huissier, pardon, le commissaire de justice.", None),
        (LESSON, "Rien.", "‸Etat des lieux.", "capitale-sans-accent"),
        (LESSON, "Rien.", "Lisez le ‸LRAR.", "sigle-inexplique"),
        (LESSON, "Rien.", "Lisez le LRAR (courrier suivi). Un LRAR.", None),
        (LESSON, "Rien.", "Lisez la TVA.", None),
        (QUIZ, "Rien ne vient.", "C'est un ‸échec.", "mot-interdit"),
        (QUIZ, "Rien ne vient.", f"‸{LONG}", "phrase-longue"),
        (QUIZ, '{consequence: "Rien ne vient.', '‸{consequence: "' + "Un mot. " * 30, "commentaire-long"),
        (QUIZ, "Que faites-vous ?", "Que fais-‸tu ?", "tutoiement"),
        (EXERCISE, "Une date, c'est tout !", "‸Ta date !", "tutoiement"),
        (EXERCISE, "Une date, c'est tout !", LONG, None),
        (PATH, "Se faire payer ensemble.", "‸Ton argent, vite.", "tutoiement"),
        (GLOSSARY, "Une somme que l'on doit au client.", "Ce que dit l'‸huissier.", "huissier-seul"),
        # what the author has yet to write
        (QUIZ, "Vous attendez.", "‸À COMPLÉTER", "a-completer"),
    ],
)
def test_each_rule_tells_its_fault(desk, name, old, new, told):
    """One change that breaks one rule gives that finding, at its line and column; a harmless one gives none.

    The place expected is that of the mark ‸ in the change, which is not written, or the one given before the code.
    """
    desk.change(name, old, new)
    marked = desk.path(name).read_text(encoding="utf-8")
    desk.write(name, marked.replace("‸", ""))
    before = marked.partition("‸")[0]
    place = f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))} " if "‸" in marked else ""
    found = [one for one in desk.told() if one.startswith(name)]
    assert f"{name}:{place}{told}" in found if told else found == []


def test_a_folded_text_is_searched_word_by_word(desk):
    """A fault deep in a text folded over several lines is told at its own line."""
    desk.change(QUIZ, '"Un autre client."', ">\n  Un autre client.\n  Vous écoutez.\n  Puis tu parles.")
    assert desk.told() == [f"{QUIZ}:9:8 tutoiement"]


def test_two_files_cannot_share_an_id(desk):
    """An id belongs to one file of its kind; the finding names the other file."""
    desk.write("quizzes/z.yaml", desk.path(QUIZ).read_text(encoding="utf-8"))
    (finding,) = desk.load().findings
    assert str(finding).startswith("quizzes/z.yaml:1:5 identifiant-en-double")
    assert QUIZ in finding.message


def test_prerequisites_cannot_turn_in_circles(desk):
    """A lesson that ends up asking for itself is told, with each lesson of the circle."""
    desk.write(
        "content/modules/02-b.md", FILES[LESSON].replace("id: oubli\n", "id: b\n").replace("s: []", "s: [oubli]")
    )
    desk.change(LESSON, "prerequisites: []", "prerequisites: [b]")
    assert [one for one in desk.told() if "boucle" in one] == [
        f"{LESSON}:10:16 prealables-en-boucle",
        "content/modules/02-b.md:10:16 prealables-en-boucle",
    ]


def test_a_lesson_outside_every_path_is_a_warning(desk):
    """A lesson nobody is led to is told, and can still be published."""
    desk.write("content/modules/02-b.md", FILES[LESSON].replace("id: oubli\n", "id: b\n"))
    bundle = desk.load()
    assert [(one.code, one.severity) for one in bundle.findings] == [("hors-parcours", Finding.WARNING)]
    assert bundle.is_publishable


def test_long_sentences_on_average_are_a_warning(desk):
    """Sentences that each hold but average more than fifteen words are a warning."""
    desk.change(LESSON, "Nadia ouvre le relevé. Rien.", ("mot " * 22 + "fin. ") * 9)
    (finding,) = desk.load().findings
    assert (finding.code, finding.severity, finding.is_error) == ("phrases-longues", Finding.WARNING, False)


@pytest.mark.parametrize(
    ("old", "new", "today", "expected"),
    [
        ("valid_to: null", "valid_to: 2026-12-31", date(2026, 12, 31), []),
        ("valid_to: null", "valid_to: 2026-12-31", date(2027, 1, 1), [("7:13", "fait-expire", True)]),
        ("valid_to: null", "valid_to: null", date(2027, 1, 5), []),
        ("valid_to: null", "valid_to: null", date(2027, 1, 6), [("8:18", "fait-a-reverifier", False)]),
        ("valid_from: 2013-01-01", "valid_from: 2026-12-01", date(2026, 11, 22), [("6:15", "fait-futur", False)]),
    ],
)
def test_facts_age(desk, old, new, today, expected):
    """A quoted fact past its last day is an error; one whose check is due, or that is not yet valid, a warning."""
    desk.change(FACTS, old, new)
    found = [finding for finding in desk.load(today).findings if finding.path == FACTS]
    assert [(f"{one.line}:{one.column}", one.code, one.is_error) for one in found] == expected
    assert all(finding.ages for finding in found)


def test_an_expired_fact_nobody_quotes_is_a_warning(desk):
    """The history of a rate may stay in the list."""
    desk.write(FACTS, FILES[FACTS] + FILES[FACTS].replace("indemnite", "ancien").replace("to: null", "to: 2020-01-01"))
    (finding,) = desk.load().findings
    assert (finding.code, finding.is_error) == ("fait-expire", False)


def test_reviews_age_after_a_year(desk):
    """A file not reviewed for more than a year is a warning for each; a review dated in the future too."""
    codes = [
        (finding.path, finding.code) for finding in desk.load(date(2027, 11, 23)).findings if "rel" in finding.code
    ]
    assert codes == [(name, "relecture-ancienne") for name in sorted((LESSON, QUIZ, EXERCISE))]
    assert "relecture-future" in {finding.code for finding in desk.load(date(2026, 11, 20)).findings}


def test_an_empty_site_is_not_publishable(desk):
    """Without a lesson or a path there is nothing to publish, and the finding says so."""
    desk.path(LESSON).unlink()
    desk.path(PATH).unlink()
    assert {"content/modules:1:1 dossier-vide", "content/paths:1:1 dossier-vide"} <= set(desk.told())
