"""Immutable copies of published content on disk, and the pointer to the last good one.

`<archive>/<hash>/` holds a copy of the authors' folders as they were published; `<archive>/current` names the last
good version and the items it had. A version is complete or absent: it is written aside, flushed, then renamed.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from course_app.library.catalog import Catalog
from course_app.library.loader import Folders

POINTER = "current"


@dataclass(frozen=True)
class Pointer:
    """The last good version: its hash, and its items as « kind/id »."""

    content_hash: str
    items: frozenset[str]


def item_names(catalog: Catalog) -> frozenset[str]:
    """Return the items of a catalogue as « kind/id »."""
    groups = (catalog.lessons, catalog.quizzes, catalog.exercises)
    return frozenset(f"{item.kind}/{item.id}" for group in groups for item in group.values())


class Archive:
    """The versions kept under one folder; several processes may share it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def folders(self, content_hash: str) -> Folders:
        """Return where the copy of a version stands, or would stand."""
        return Folders(self.folder / content_hash / "content", self.folder / content_hash / "quizzes")

    def pointer(self) -> Pointer | None:
        """Return the last good version; None when there is none, or when the pointer cannot be read."""
        try:
            written = json.loads((self.folder / POINTER).read_text(encoding="utf-8"))
            return Pointer(str(written["hash"]), frozenset(map(str, written["items"])))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, catalog: Catalog, source: Folders) -> None:
        """Keep a version and point to it; does nothing when it is already the last good one. May raise OSError."""
        pointer = self.pointer()
        target = self.folder / catalog.content_hash
        if pointer is not None and pointer.content_hash == catalog.content_hash and target.is_dir():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        if not target.is_dir():
            self._copy(source, target)
        self._point(catalog)

    def _copy(self, source: Folders, target: Path) -> None:
        aside = Path(tempfile.mkdtemp(prefix=".en-cours-", dir=self.folder))
        try:
            shutil.copytree(source.content, aside / "content")
            shutil.copytree(source.quizzes, aside / "quizzes")
            _flush(path for path in aside.rglob("*") if path.is_file())
            try:
                aside.rename(target)
            except OSError:
                if not target.is_dir():  # another process kept the same version first: as good
                    raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def _point(self, catalog: Catalog) -> None:
        written = {"hash": catalog.content_hash, "items": sorted(item_names(catalog))}
        handle, name = tempfile.mkstemp(prefix=".en-cours-", dir=self.folder)
        with os.fdopen(handle, "w", encoding="utf-8") as pointer:
            json.dump(written, pointer)
            pointer.flush()
            os.fsync(pointer.fileno())
        Path(name).replace(self.folder / POINTER)


def _flush(paths: Iterable[Path]) -> None:
    """Bring files to the disk, so that a power cut leaves no half-written version behind the pointer."""
    for path in paths:
        with path.open("rb") as file:
            os.fsync(file.fileno())
