"""From one item to the next: the address of an item's page, and what follows it in a path.

Knows the catalogue and the names of the pages, no feature and no row.
"""

from collections.abc import Collection
from typing import Any

from flask import url_for

from course_app.library.catalog import AnyItem, Catalog
from course_app.library.model import ItemKind, Path

_PAGES = {
    ItemKind.LESSON: ("lessons.show", "lesson_id"),
    ItemKind.QUIZ: ("quizzes.show", "quiz_id"),
    ItemKind.EXERCISE: ("exercise.show", "exercise_id"),
    ItemKind.SCENARIO: ("scenarios.show", "scenario_id"),
    ItemKind.CALL: ("calls.show", "call_id"),
}


def page_url(key: tuple[ItemKind, str]) -> str:
    """Return the address of the page of an item, named by its kind and id."""
    kind, item_id = key
    endpoint, name = _PAGES[kind]
    values: dict[str, Any] = {name: item_id}
    return url_for(endpoint, **values)


def step_url(item: AnyItem) -> str:
    """Return the address of an item's own page."""
    return page_url((item.kind, item.id))


def path_of(catalog: Catalog, key: tuple[ItemKind, str]) -> Path | None:
    """Return the first path, in the catalogue's order, that requires an item; None when none does."""
    return next((path for path in catalog.paths.values() if key in [ref.key for ref in path.items]), None)


def following(catalog: Catalog, key: tuple[ItemKind, str], done: Collection[tuple[ItemKind, str]]) -> AnyItem | None:
    """Return the next item of the path that is not done yet, None at the end of the path or outside any."""
    path = path_of(catalog, key)
    keys = [ref.key for ref in path.items] if path else [key]
    later = [catalog.item(*each) for each in keys[keys.index(key) + 1 :] if each not in done]
    return next((item for item in later if item is not None), None)
