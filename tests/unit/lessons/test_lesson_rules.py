"""Sections, places and ranks of lessons, from plain values."""

from datetime import date

import pytest

from course_app.lessons import rules
from course_app.library.model import Audience, Case, Heading, ItemKind, ItemRef, Lesson, Module, Path, Stage

HTML = (
    '<p id="p-1">Un cas.</p><h2 id="s-comprendre">Comprendre</h2><p id="p-2">Demander.</p>'
    '<div data-id="p-9" class="embed"></div><h2 id="s-agir">Agir</h2><p id="p-3">Appeler.</p><p id="p-4">Noter.</p>'
    '<section class="verified-facts"><h2 id="faits-verifies">Faits vérifiés</h2></section>'
)


@pytest.fixture
def lesson():
    """A lesson of two titled sections and four paragraphs."""
    return Lesson(
        id="comprendre",
        title="Comprendre puis agir",
        minutes=5,
        summary="Une phrase.",
        stage=Stage.OVERDUE_3,
        audiences=(Audience.TEAM,),
        objectives=("Distinguer",),
        sources=("C-01",),
        reviewed_on=date(2026, 11, 22),
        case=Case(customer="Menuiserie Bocage", amount_cents=248000, on=date(2026, 10, 12)),
        html=HTML,
        outline=(Heading("s-comprendre", "Comprendre"), Heading("s-agir", "Agir")),
        paragraphs=("p-1", "p-2", "p-3", "p-4"),
    )


def path(name: str, *items: tuple[ItemKind, str]) -> Path:
    """Return a path through these items."""
    refs = tuple(ItemRef(kind=kind, id=item) for kind, item in items)
    module = Module(id="module", title="Module", objectives=("Décider",), items=refs)
    return Path(
        id=name, title="Équipe", door="Je dirige", audience=Audience.TEAM, summary="Une phrase.", modules=(module,)
    )


def test_sections_joined_give_the_lesson_back(lesson) -> None:
    """Cutting at the author's titles loses nothing, and leaves the notes of facts in one piece."""
    found = rules.sections(lesson)
    assert "".join(section.html for section in found) == HTML
    assert [section.last_paragraph for section in found] == ["p-1", "p-2", "p-4"]


@pytest.mark.parametrize(
    ("paragraph", "title"), [("p-1", None), ("p-2", "Comprendre"), ("p-4", "Agir"), ("p-9", None), ("", None)]
)
def test_a_place_is_named_by_the_title_above_it(lesson, paragraph: str, title: str | None) -> None:
    """The kept place reads as its section; before the first title, or unknown, it has no name."""
    assert rules.section_title(lesson, paragraph) == title


@pytest.mark.parametrize(
    ("place", "anchor"),
    [
        ({"anchor": "p-3"}, "p-3"),
        ({"anchor": "p-1"}, None),
        ({"anchor": "p-77"}, None),
        ({"anchor": 3}, None),
        ({}, None),
    ],
)
def test_resuming_is_offered_only_where_it_helps(lesson, place: dict, anchor: str | None) -> None:
    """The first paragraph, a paragraph that no longer exists or a broken place offer nothing."""
    assert rules.resume_anchor(lesson, place) == anchor


def test_rank_counts_the_lessons_of_the_path(lesson) -> None:
    """Quizzes and exercises between two lessons do not count."""
    route = path("equipe", (ItemKind.LESSON, "avant"), (ItemKind.QUIZ, "avant"), (ItemKind.LESSON, "comprendre"))
    assert rules.rank([path("autre", (ItemKind.QUIZ, "x")), route], "comprendre") == rules.Rank(2, 2)
    assert rules.rank([route], "ailleurs") is None


def test_only_the_lesson_that_opens_a_path_is_open_to_all(lesson) -> None:
    """A visitor reads the first lesson of each path, and no other."""
    paths = [
        path("equipe", (ItemKind.LESSON, "comprendre"), (ItemKind.LESSON, "signature")),
        path("interimaires", (ItemKind.QUIZ, "avant"), (ItemKind.LESSON, "avant")),
    ]
    assert rules.is_open_to_all(paths, "comprendre")
    assert not rules.is_open_to_all(paths, "signature")
    assert not rules.is_open_to_all(paths, "avant")
