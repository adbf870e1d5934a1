"""Writing a dossier as it is made: a ZIP whose files are hashed on the way, closed by a signature of the whole.

Bytes go to `write` as they come and never stay: a dossier of a hundred people takes the memory of one.
"""

import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from course_app.evidence import rules
from course_app.signing.rules import SigningKey


class _Tail(io.RawIOBase):
    """An output that keeps its last bytes in hand, since the digits that close a dossier depend on all the others."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write, self._held, self._at = write, b"", 0
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        taken = bytes(data)
        waiting = self._held + taken
        self._held = waiting[-rules.DIGITS :]
        self._pass_on(waiting[: -rules.DIGITS])
        self._at += len(taken)
        return len(taken)

    def tell(self) -> int:
        return self._at

    def finish(self, digits: bytes) -> None:
        """End with these bytes rather than with those in hand."""
        self._write(digits)

    def _pass_on(self, data: bytes) -> None:
        if data:
            self.digest.update(data)
            self._write(data)


class Archive:
    """A dossier being written."""

    def __init__(self, write: Callable[[bytes], object], key: SigningKey, made_at: datetime) -> None:
        """Begin; `write` receives the bytes in order, `made_at` dates every file inside."""
        self._key, self._tail = key, _Tail(write)
        self._zip = zipfile.ZipFile(self._tail, "w", zipfile.ZIP_DEFLATED)
        self._date = made_at.timetuple()[:6]
        self.files: list[rules.Filed] = []
        self._names: set[str] = set()

    def holds(self, name: str) -> bool:
        """Tell whether a file of that name is there."""
        return name in self._names

    def add(self, name: str, content: bytes, title: str) -> None:
        """Add a file; raise ValueError on a name already there."""
        if name in self._names:
            raise ValueError(f"two files are named {name}")
        self._names.add(name)
        self.files.append(rules.Filed(name, len(content), hashlib.sha256(content).hexdigest(), title))
        self._put(name, content)

    def close(self, head: Mapping[str, Any]) -> None:
        """Write the manifest, then the signature; `head` is what the manifest says beside its files."""
        self._put(rules.MANIFEST, rules.manifest(head, self.files))
        self._zip.comment = rules.comment(self._key.public)
        self._zip.close()
        self._tail.finish(rules.closing(self._key, self._tail.digest.digest()))

    def _put(self, name: str, content: bytes) -> None:
        entry = zipfile.ZipInfo(name, self._date)
        entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
        self._zip.writestr(entry, content)
