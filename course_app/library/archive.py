"""Immutable copies of published content on disk, and the pointer to the last good one.

`<archive>/<hash>/` holds the authors' folders as they were published, and `catalogue.json`: the very catalogue that
was checked and rendered, so that a later release with stricter rules can still serve it. `<archive>/current` names
the last good version. A version is complete or absent: it is written aside, flushed, then renamed.
"""

import hashlib
import inspect
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from pydantic import BaseModel, TypeAdapter

from course_app.library.catalog import Catalog, dump, load_dump
from course_app.library.folders import Folders
from course_app.library.model import Finding

POINTER, DUMP = "current", "catalogue.json"
_RENDERERS = ("markdown-it-py", "mdit-py-plugins", "nh3", "pydantic", "ruamel.yaml")
_ROOM = Path(__file__).parent


@dataclass(frozen=True)
class Pointer:
    """The last good version.

    `dump_hash` is the SHA-256 of its catalogue.json; `made_from` the fingerprint of all that made it; `items` its
    items as « kind/id »; `findings` the warnings found that day.
    """

    content_hash: str
    dump_hash: str
    made_from: str
    items: tuple[str, ...]
    findings: tuple[Finding, ...]


_POINTER = TypeAdapter(Pointer)


def item_names(catalog: Catalog) -> tuple[str, ...]:
    """Return the items of a catalogue as « kind/id », sorted."""
    return tuple(sorted(f"{kind}/{name}" for kind, group in catalog.groups.items() for name in group))


def fingerprint(folders: Folders, exercise_bodies: Mapping[str, type[BaseModel]], today: date) -> str:
    """Return a hash of all that decides a catalogue and its findings.

    That is: the authors' files, our code and that of the engines' models, the libraries that read and render, the
    day. Raises OSError when a file disappears meanwhile.
    """
    digest = hashlib.sha256(today.isoformat().encode())
    digest.update(repr([(name, version(name)) for name in _RENDERERS]).encode())
    digest.update(repr(sorted((name, body.__qualname__) for name, body in exercise_bodies.items())).encode())
    engines = {Path(inspect.getfile(body)).parent for body in exercise_bodies.values()}
    code = [path for folder in (_ROOM, _ROOM.parent / "core", *sorted(engines)) for path in sorted(folder.glob("*.py"))]
    written = [
        path for folder in folders.read if folder.is_dir() for path in sorted(folder.iterdir()) if path.is_file()
    ]
    for path in [*code, *written]:
        data = path.read_bytes()
        digest.update(os.fsencode(f"{path.parent.name}/{path.name}:{len(data)}:") + data)
    return digest.hexdigest()


class Archive:
    """The versions kept under one folder; several processes may share it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def pointer(self) -> Pointer | None:
        """Return the last good version; None when there is none, or when the pointer cannot be read."""
        try:
            return _POINTER.validate_json((self.folder / POINTER).read_bytes())
        except (OSError, ValueError):
            return None

    def restore(self, pointer: Pointer) -> Catalog | None:
        """Return a kept catalogue exactly as it was published; None when its copy is missing or damaged."""
        try:
            data = (self.folder / pointer.content_hash / DUMP).read_bytes()
            return load_dump(data.decode()) if hashlib.sha256(data).hexdigest() == pointer.dump_hash else None
        except (OSError, ValueError):
            return None

    def keep(self, catalog: Catalog, source: Folders, made_from: str, findings: tuple[Finding, ...]) -> None:
        """Keep a version and point to it. May raise OSError: disk full, no right to write."""
        self.folder.mkdir(parents=True, exist_ok=True)
        target, text = self.folder / catalog.content_hash, dump(catalog).encode()
        if not target.is_dir():
            self._copy(source, target, text)
        elif not (target / DUMP).is_file() or (target / DUMP).read_bytes() != text:
            _write(target / DUMP, text)  # damaged since
        pointer = Pointer(
            catalog.content_hash, hashlib.sha256(text).hexdigest(), made_from, item_names(catalog), findings
        )
        _write(self.folder / POINTER, json.dumps(asdict(pointer), ensure_ascii=False).encode())

    def _copy(self, source: Folders, target: Path, text: bytes) -> None:
        aside = Path(tempfile.mkdtemp(prefix=".en-cours-", dir=self.folder))
        try:
            shutil.copytree(source.content, aside / "content")
            shutil.copytree(source.quizzes, aside / "quizzes")
            (aside / DUMP).write_bytes(text)
            _flush(path for path in aside.rglob("*") if path.is_file())
            try:
                aside.rename(target)
            except OSError:
                if not target.is_dir():  # another process kept the same version first: as good
                    raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    handle, name = tempfile.mkstemp(prefix=".en-cours-", dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)


def _flush(paths: Iterable[Path]) -> None:
    """Bring files to the disk, so that a power cut leaves no half-written version behind the pointer."""
    for path in paths:
        with path.open("rb") as file:
            os.fsync(file.fileno())
