"""The catalogue: read-only, versioned, rebuilt to the letter."""

import dataclasses
from enum import StrEnum

import pytest
from pydantic import ValidationError

from course_app.library import catalog as catalogs
from course_app.library.catalog import Catalog, restore
from course_app.library.model import Feedback, ItemKind, Option, Quiz, Stage
from tests.unit.library.material import EXERCISE, FACTS, FILES, GLOSSARY, LESSON, PATH, QUIZ


@pytest.fixture
def catalog(desk):
    """The catalogue of the usual material."""
    return desk.load().catalog


def test_everything_is_found_by_id(catalog):
    """Lessons, quizzes, exercises, paths, terms, facts and sources are there, with what they hold."""
    lesson, quiz, exercise = catalog.lessons["oubli"], catalog.quizzes["oubli"], catalog.exercises["orpheline"]
    assert (lesson.stage, lesson.case.amount_cents, lesson.kind) == (Stage.OVERDUE_3, 248_000, ItemKind.LESSON)
    assert (lesson.quizzes, lesson.exercises, lesson.facts) == (("oubli",), ("orpheline",), ("indemnite",))
    assert [option.correct for option in quiz.questions[0].options] == [True, False, False]
    assert [option.red_line for option in quiz.questions[0].options] == [False, False, True]
    assert quiz.questions[0].situation.startswith("<p>Atelier <strong>Clémence</strong> doit <span")
    assert exercise.body["takeaway"] == "Une date, c’est tout\u202f!"
    assert exercise.body["on"] == "2026-10-12"
    assert catalog.paths["equipe"].items[0].key == (ItemKind.LESSON, "oubli")
    assert (set(catalog.terms), set(catalog.facts), set(catalog.sources)) == ({"avoir"}, {"indemnite"}, {"P-33"})
    assert catalog.item(ItemKind.QUIZ, "oubli") is quiz
    assert catalog.item(ItemKind.QUIZ, "autre") is None


def test_texts_are_typeset_once_at_load(catalog):
    """Titles, choices, definitions and values carry French spaces and apostrophes; ids do not change."""
    assert catalog.lessons["oubli"].title == "L’oubli"
    assert catalog.lessons["oubli"].summary == "Trois jours de retard\u00a0: que faire\u202f?"
    assert catalog.terms["avoir"].definition == "Une somme que l’on doit au client."
    assert catalog.facts["indemnite"].value == "40\u00a0€"


def test_labels_are_french(catalog):
    """A member shows its label; without one, its slug."""
    assert catalog.label(Stage.QUOTE) == "Devis"
    assert catalog.label(Stage.DUE) == "echeance"
    assert catalog.label(StrEnum("Autre", {"A": "a"}).A) == "a"


def test_nothing_can_be_changed(catalog):
    """Neither the catalogue, nor its groups, nor an item can be altered."""
    with pytest.raises(TypeError):
        catalog.lessons["x"] = None
    with pytest.raises(dataclasses.FrozenInstanceError):
        catalog.lessons = {}
    with pytest.raises(ValidationError):
        catalog.lessons["oubli"].title = "Autre"


@pytest.mark.parametrize("group", ["lessons", "quizzes", "exercises"])
def test_an_item_comes_back_as_it_was(catalog, group):
    """An archived item is rebuilt equal, under the same hash, by enum or by stored slug."""
    for item in getattr(catalog, group).values():
        assert restore(item.kind, item.model_dump_json()) == item
        assert restore(str(item.kind), item.model_dump_json()).content_hash == item.content_hash


def test_an_old_archive_keeps_its_hash(catalog):
    """An item archived by an older release, with other keys, keeps the hash its attempts point at."""
    body = catalog.quizzes["oubli"].model_dump_json()
    older = body.replace('"kind_of_quiz"', '"forgotten":1,"kind_of_quiz"')
    assert older != body
    assert restore(ItemKind.QUIZ, older).content_hash == catalog.quizzes["oubli"].content_hash


@pytest.mark.parametrize(("kind", "body"), [("autre", "{}"), ("quiz", "{}"), ("quiz", "["), ("lesson", '{"id": "x"}')])
def test_what_is_no_item_is_refused(kind, body):
    """A damaged archive raises ValueError, never anything else."""
    with pytest.raises(ValueError, match=r".+"):
        restore(kind, body)


@pytest.mark.parametrize(
    ("name", "old", "new", "changed"),
    [
        (LESSON, "Rien.", "Rien !", {"lessons"}),
        (LESSON, "minutes: 5", "minutes: 6", {"lessons"}),
        (LESSON, "reviewed_on: 2026-11-22", "reviewed_on: 2026-11-21", {"lessons"}),
        (QUIZ, "Vous attendez.", "Vous attendez !", {"quizzes"}),
        (QUIZ, "red_line: true", "red_line: false", {"quizzes"}),
        (QUIZ, "La facture oubliée", "La facture perdue", {"quizzes", "lessons"}),  # the lesson's card shows its title
        (EXERCISE, "2026-10-12", "2026-10-13", {"exercises"}),
        (FACTS, "40 €", "41 €", {"lessons", "quizzes"}),
        (GLOSSARY, "Une somme", "La somme", {"lessons"}),
        (PATH, "Je dirige", "Je vends", set()),
    ],
)
def test_a_version_is_everything_shown(desk, name, old, new, changed):
    """An item's hash changes with whatever it shows, and with nothing else; the catalogue's with any of them."""
    before = desk.load().catalog
    desk.change(name, old, new)
    after = desk.load().catalog
    groups = {
        group
        for group in ("lessons", "quizzes", "exercises")
        for item in getattr(before, group).values()
        if getattr(after, group)[item.id].content_hash != item.content_hash
    }
    assert groups == changed
    assert after.content_hash != before.content_hash


def test_comments_are_no_version(desk):
    """A comment or a blank line in a file changes no hash."""
    before = desk.load().catalog.content_hash
    desk.write(QUIZ, "# relu\n" + FILES[QUIZ].replace("questions:", "\nquestions:"))
    assert desk.load().catalog.content_hash == before


def test_a_dump_is_the_whole_catalogue(catalog):
    """A catalogue dumped and read back has the same version and the same entries in the same order."""
    again = catalogs.load_dump(catalogs.dump(catalog))
    assert again.content_hash == catalog.content_hash
    assert again == catalog


def test_an_item_made_by_hand_has_a_hash(catalog):
    """Two quizzes differ in hash exactly when they differ in content."""
    quiz = catalog.quizzes["oubli"]
    values = dict(quiz) | {"content_hash": ""}
    assert Quiz(**values).content_hash == quiz.content_hash
    assert Quiz(**values | {"title": "Autre"}).content_hash != quiz.content_hash
    assert Catalog().content_hash != ""


def test_options_default_to_wrong_and_harmless():
    """An option is right, or a red line, only when its author says so."""
    option = Option(id="a", text="x", feedback=Feedback(consequence="x", reason="x", rule="x"))
    assert (option.correct, option.red_line) == (False, False)
