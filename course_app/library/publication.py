"""What is served: the content on disk when it is valid, else the last good version, loudly (security.md R11).

Owns the choice of the version and the watch over the files. Knows no page: `state` says what the site should show.
"""

import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from course_app.core.errors import OperatorError
from course_app.core.memory import give_back_memory
from course_app.library.archive import Archive, Pointer, fingerprint, item_names
from course_app.library.catalog import Catalog
from course_app.library.folders import Folders
from course_app.library.model import Finding

if TYPE_CHECKING:
    from course_app.library.loader import Bundle

SWEEP_SECONDS = 2.0
_LOG = logging.getLogger(__name__)
PARIS = ZoneInfo("Europe/Paris")
_Signature = tuple[object, ...]


class NoGoodContent(OperatorError):
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
    """The published content of one installation. `load` first; then `catalog` and `state` from any thread.

    `publish_apart` reads the same folders into the same archive in another process, and never raises; without it, or
    when it archived nothing, the content is read here.
    """

    def __init__(
        self,
        content_dir: Path,
        quizzes_dir: Path,
        archive_dir: Path,
        exercise_bodies: Mapping[str, type[BaseModel]],
        *,
        now: Callable[[], datetime] = _utc_now,
        sweep_seconds: float = SWEEP_SECONDS,
        publish_apart: Callable[[], None] | None = None,
    ) -> None:
        self._folders = Folders(content_dir, quizzes_dir)
        self._archive = Archive(archive_dir)
        self._exercise_bodies = exercise_bodies
        self._now = now
        self._sweep_seconds = sweep_seconds
        self._publish_apart = publish_apart
        self._lock = Lock()
        self._next_sweep = 0.0
        self._signature: _Signature = ()
        self._served: _Served | None = None

    def load(self) -> None:
        """Read the content and choose what to serve. Raises `NoGoodContent` when there is nothing valid."""
        with self._lock:
            self._read()

    def catalog(self) -> Catalog:
        """Return the catalogue to serve. Looks at the files every two seconds at most, in one thread at a time.

        What is read apart is waited for by nobody: the former catalogue is served meanwhile.
        """
        if time.monotonic() >= self._next_sweep and self._lock.acquire(blocking=False):
            if self._publish_apart is None:
                self._sweep()
            elif self._look() != self._signature:
                self._sweep_beside()
            else:
                self._rest()
        return self._loaded().catalog

    def _sweep_beside(self) -> None:
        try:
            Thread(target=self._sweep, name="publication", daemon=True).start()
        except RuntimeError:  # no thread left: the next sweep finds the change again
            _LOG.warning("no thread to read the content")
            self._rest()

    def _sweep(self) -> None:
        """Read what has changed, and give back the lock that this thread, or the one that started it, has taken."""
        try:
            if self._look() != self._signature:
                self._read()
                if self._publish_apart is not None:
                    give_back_memory()  # the catalogue that this one replaces
        finally:
            self._rest()

    def _rest(self) -> None:
        self._next_sweep = time.monotonic() + self._sweep_seconds
        self._lock.release()

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
        made_from = self._fingerprint()
        pointer = self._archive.pointer()
        if self._is_restored(pointer, made_from):
            return
        if self._publish_apart is not None:
            self._publish_apart()
            if self._is_restored(self._archive.pointer(), made_from):
                return
        self._choose(self._bundle(), pointer, made_from)

    def _is_restored(self, pointer: Pointer | None, made_from: str) -> bool:
        """Serve the last good version when the same files were found good by the same code; tell whether they were."""
        kept = self._kept(pointer) if pointer is not None and pointer.made_from == made_from else None
        if pointer is None or kept is None:
            return False
        self._serve(kept, pointer.findings, is_current=True)
        return True

    def _kept(self, pointer: Pointer) -> Catalog | None:
        """Return the version pointed to: the one already served when it is the same, as every midnight."""
        if self._served is not None and self._served.catalog.content_hash == pointer.content_hash:
            return self._served.catalog
        return self._archive.restore(pointer)

    def _bundle(self) -> "Bundle":
        from course_app.library.loader import Bundle, load  # noqa: PLC0415 - a site that restores never reads

        try:
            return load(self._folders, self._exercise_bodies, self._today())
        except Exception as error:  # noqa: BLE001 - a fault of ours must not become an outage during open quizzes
            _LOG.exception("content could not be read")
            message = f"le contenu n'a pas pu être lu ({type(error).__name__}) : prévenez les développeurs"
            finding = Finding(self._folders.content.name, 1, 1, "lecture-impossible", message)
            return Bundle(Catalog(), (finding,), is_whole=False)

    def _fingerprint(self) -> str:
        try:
            return fingerprint(self._folders, self._exercise_bodies, self._today())
        except OSError:
            return ""

    def _choose(self, bundle: "Bundle", pointer: Pointer | None, made_from: str) -> None:
        """Serve what was read when it is valid; else what was served, or the last good version; else refuse."""
        if bundle.is_publishable:
            self._serve(bundle.catalog, self._publish(bundle, pointer, made_from), is_current=True)
            return
        catalog = self._served.catalog if self._served else self._archive.restore(pointer) if pointer else None
        if catalog is None and not bundle.only_aged:
            raise NoGoodContent(bundle.findings)
        catalog = catalog or bundle.catalog
        is_current = bundle.only_aged and bundle.catalog.content_hash == catalog.content_hash
        findings = self._publish(bundle, pointer, made_from) if is_current else bundle.findings
        self._serve(catalog, findings, is_current=is_current)

    def _serve(self, catalog: Catalog, findings: tuple[Finding, ...], *, is_current: bool) -> None:
        same = self._served is not None and self._served.catalog.content_hash == catalog.content_hash
        since = self._served.state.served_since if self._served is not None and same else self._now()
        self._served = _Served(catalog, State(catalog.content_hash, since, findings, is_current))

    def _publish(self, bundle: "Bundle", pointer: Pointer | None, made_from: str) -> tuple[Finding, ...]:
        """Archive a valid bundle; return its findings, with what archiving adds to them."""
        vanished = sorted(set(pointer.items) - set(item_names(bundle.catalog))) if pointer else []
        gone = [self._warn("identifiant-disparu", f"« {name} » était publié et n'existe plus") for name in vanished]
        findings = (*bundle.findings, *gone)
        try:
            if self._look() == self._signature:  # else the files moved while they were read: next sweep
                self._archive.keep(bundle.catalog, self._folders, made_from, findings)
        except OSError:
            why = "cette version ne peut pas être archivée : disque ou droits"
            return (*findings, self._warn("archive-impossible", why))
        return findings

    def _warn(self, code: str, message: str) -> Finding:
        return Finding(self._folders.content.name, 1, 1, code, message, Finding.WARNING)
