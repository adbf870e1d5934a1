"""A small valid content on disk, and a way to break it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from course_app.library.folders import Folders
from course_app.library.loader import Bundle, load
from tests.unit.library import material

TODAY = date(2026, 11, 22)


class Body(BaseModel):
    """What the engine of these tests plays."""

    model_config = ConfigDict(extra="forbid")

    takeaway: str
    on: date | None = None
    lesson: str = ""
    anchor: str = ""
    source: str = ""


@dataclass(frozen=True)
class Desk:
    """An author's folders: `lesson`, `quiz`… are the usual files; findings come as `path:line:column code`."""

    root: Path

    @property
    def folders(self):
        return Folders(self.root / "content", self.root / "quizzes")

    def path(self, name):
        return self.root / name

    def write(self, name, text):
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        # Whole or not at all, as editors save: a reader in another thread must not meet half a file.
        draft = self.path(name).with_name(f"{self.path(name).name}.draft")
        draft.write_text(text, encoding="utf-8")
        draft.replace(self.path(name))

    def change(self, name, old, new):
        text = self.path(name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"« {old} » stands {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))

    def load(self, today=TODAY) -> Bundle:
        return load(self.folders, {"scripted": Body}, today)

    def told(self, today=TODAY):
        return [f"{one.path}:{one.line}:{one.column} {one.code}" for one in self.load(today).findings]


@pytest.fixture
def desk(tmp_path):
    """Valid content: one lesson, one quiz, one exercise, one path, and the three lists."""
    desk = Desk(tmp_path)
    for name, text in material.FILES.items():
        desk.write(name, text)
    return desk
