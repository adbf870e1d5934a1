"""What is served: the content on disk when it is valid, else the last good version, loudly (security.md R11).

Owns the choice of the version and the watch over the files. Knows no page: `state` says what the site should show.
"""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from course_app.library.archive import Archive, item_names
from course_app.library.catalog import Catalog
from course_app.library.loader import Bundle, Folders, load
from course_app.library.model import Finding

SWEEP_SECONDS = 2.0
PARIS = ZoneInfo("Europe/Paris")
_Signature = tuple[object, ...]


class NoGoodContent(Exception):
    """There is nothing valid to serve, neither on disk nor archived; `findings` say why, the message shows some."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        errors = [finding for finding in findings if finding.is_error]
        shown = "\n".join(str(finding) for finding in errors[:20])
        super().__init__(f"aucun contenu valable à servir ({len(errors)} erreurs).\n{shown}")


@dataclass(frozen=True)
class State:
    """Which version is served since when, what was found on disk, and whether both are the same content."""

    served_hash: str
    served_since: datetime
    findings: tuple[Finding, ...]
    is_current: bool


@dataclass(frozen=True)
class _Served:
    catalog: Catalog
    state: State


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Publication:
    """The published content of one installation. `load` first; then `catalog` and `state` from any thread."""

    def __init__(
        self,
        content_dir: Path,
        quizzes_dir: Path,
        archive_dir: Path,
        exercise_bodies: Mapping[str, type[BaseModel]],
        *,
        now: Callable[[], datetime] = _utc_now,
        sweep_seconds: float = SWEEP_SECONDS,
    ) -> None:
        self._folders = Folders(content_dir, quizzes_dir)
        self._archive = Archive(archive_dir)
        self._exercise_bodies = exercise_bodies
        self._now = now
        self._sweep_seconds = sweep_seconds
        self._lock = Lock()
        self._next_sweep = 0.0
        self._signature: _Signature = ()
        self._served: _Served | None = None

    def load(self) -> None:
        """Read the content and choose what to serve. Raises `NoGoodContent` when there is nothing valid."""
        with self._lock:
            self._read()

    def catalog(self) -> Catalog:
        """Return the catalogue to serve. Looks at the files every two seconds at most, in one thread at a time."""
        if time.monotonic() >= self._next_sweep and self._lock.acquire(blocking=False):
            try:
                if self._look() != self._signature:
                    self._read()
                self._next_sweep = time.monotonic() + self._sweep_seconds
            finally:
                self._lock.release()
        return self._loaded().catalog

    @property
    def state(self) -> State:
        """Which version is served, and what is wrong with the files."""
        return self._loaded().state

    def _loaded(self) -> _Served:
        if self._served is None:
            raise RuntimeError("load() comes before catalog() and state")
        return self._served

    def _today(self) -> date:
        return self._now().astimezone(PARIS).date()

    def _look(self) -> _Signature:
        """Return what changes when a file does, or when the day does: facts expire overnight."""
        seen: list[object] = [self._today()]
        for folder in self._folders.read:
            try:
                with os.scandir(folder) as entries:
                    stats = [(entry.path, entry.stat()) for entry in entries if entry.is_file()]
            except OSError:
                stats = []
            seen += sorted((path, stat.st_mtime_ns, stat.st_size, stat.st_ino) for path, stat in stats)
        return tuple(seen)

    def _read(self) -> None:
        self._signature = self._look()
        bundle = load(self._folders, self._exercise_bodies, self._today())
        if bundle.is_publishable:
            self._serve(bundle.catalog, self._publish(bundle), is_current=True)
            return
        if self._served is None:
            self._served = self._last_good(bundle)
        elif bundle.only_aged and bundle.catalog.content_hash == self._served.catalog.content_hash:
            self._serve(self._served.catalog, bundle.findings, is_current=True)
        else:
            self._served = replace(
                self._served, state=replace(self._served.state, findings=bundle.findings, is_current=False)
            )

    def _serve(self, catalog: Catalog, findings: tuple[Finding, ...], *, is_current: bool) -> None:
        same = self._served is not None and self._served.catalog.content_hash == catalog.content_hash
        since = self._served.state.served_since if self._served is not None and same else self._now()
        self._served = _Served(catalog, State(catalog.content_hash, since, findings, is_current))

    def _publish(self, bundle: Bundle) -> tuple[Finding, ...]:
        """Archive a valid bundle; return its findings, with what archiving adds to them."""
        before = self._archive.pointer()
        vanished = sorted(before.items - item_names(bundle.catalog)) if before else []
        added = [self._warn("identifiant-disparu", f"« {name} » était publié et n'existe plus") for name in vanished]
        try:
            if self._look() == self._signature:  # else the files moved while they were read: next sweep
                self._archive.keep(bundle.catalog, self._folders)
        except OSError:
            added.append(self._warn("archive-impossible", "cette version ne peut pas être archivée : disque ou droits"))
        return (*bundle.findings, *added)

    def _warn(self, code: str, message: str) -> Finding:
        return Finding(self._folders.content.name, 1, 1, code, message, Finding.WARNING)

    def _last_good(self, bundle: Bundle) -> _Served:
        """Return the archived version, else the bundle itself if only dates stand against it; else refuse."""
        pointer = self._archive.pointer()
        if pointer is not None:
            kept = load(self._archive.folders(pointer.content_hash), self._exercise_bodies, self._today())
            if kept.is_whole:
                is_current = bundle.only_aged and kept.catalog.content_hash == bundle.catalog.content_hash
                state = State(kept.catalog.content_hash, self._now(), bundle.findings, is_current)
                return _Served(kept.catalog, state)
        if bundle.only_aged:
            return _Served(
                bundle.catalog, State(bundle.catalog.content_hash, self._now(), bundle.findings, is_current=True)
            )
        raise NoGoodContent(bundle.findings)
