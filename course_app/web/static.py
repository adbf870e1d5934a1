"""Static files: served by WhiteNoise from a compressed copy, named by their content so that caches never lie.

Each file is there twice: under the name that pages and style sheets give, which bears a fingerprint of its content and may
be kept for ever; and under its own, for the page shown when nothing works, which is asked again each time. A name that bears
the fingerprint of another version gets today's file, as its own name does: a page sent just before an upgrade keeps its looks.
"""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from flask import Flask, current_app, request, url_for
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from course_app.config import Settings

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

FINGERPRINT_LENGTH = 12
PREFIX = "static/"
_USED_BY_SHEET = re.compile(rb'url\("\.\./([^"]+)"\)')
_OF_SOME_VERSION = re.compile(rf"\.[0-9a-f]{{{FINGERPRINT_LENGTH}}}(?=\.[a-z0-9]+$)")
_NAMES, _ADDRESSES = "reglo.static_names", "reglo.static_addresses"


def _fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:FINGERPRINT_LENGTH]


def _named(name: str, content: bytes) -> str:
    path = PurePosixPath(name)
    return str(path.with_name(f"{path.stem}.{_fingerprint(content)}{path.suffix}"))


def _read(static_dir: Path) -> tuple[dict[str, str], dict[str, bytes]]:
    """Return the name that bears a fingerprint, and the content, of each file by its path inside the folder.

    A style sheet calls the fonts and drawings it uses by such names too, so that its own fingerprint covers them. Raises
    `KeyError` when it uses a file that is not there.
    """
    files = [path for path in sorted(static_dir.rglob("*")) if path.is_file()]
    contents = {path.relative_to(static_dir).as_posix(): path.read_bytes() for path in files}
    names = {name: _named(name, content) for name, content in contents.items() if not name.endswith(".css")}
    for sheet in contents.keys() - names.keys():
        contents[sheet] = _USED_BY_SHEET.sub(
            lambda used: b'url("../%s")' % names[used[1].decode()].encode(), contents[sheet]
        )
        names[sheet] = _named(sheet, contents[sheet])
    return names, contents


def _compressed_copy(data_dir: Path, names: Mapping[str, str], contents: Mapping[str, bytes]) -> Path:
    """Return a folder of both names of each file, with .br and .gz beside each text, made once per content."""
    target = data_dir / "static" / _fingerprint(repr(sorted(names.items())).encode())
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=target.parent))
    compressor = Compressor(quiet=True)
    for own, named in names.items():
        for name in (own, named):
            (draft / name).parent.mkdir(parents=True, exist_ok=True)
            (draft / name).write_bytes(contents[own])
            if compressor.should_compress(name):
                list(compressor.compress(str(draft / name)))
    try:
        draft.rename(target)
    except OSError:  # another process finished first: its copy is the same
        shutil.rmtree(draft)
    return target


class _AnyVersion(WhiteNoise):
    """Serves today's file to whoever asks for that of another version."""

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        asked = environ.get("PATH_INFO", "")
        if asked not in self.files:
            own = _OF_SOME_VERSION.sub("", asked)
            environ = {**environ, "PATH_INFO": own} if own in self.files else environ
        answer: Iterable[bytes] = super().__call__(environ, start_response)
        return answer


def _add_headers(headers: dict[str, str], _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


def init_static(app: Flask, settings: Settings) -> None:
    """Serve the static folder under /static/ and give templates `asset(name)`."""
    names, contents = _read(settings.static_dir)
    app.extensions[_NAMES], app.extensions[_ADDRESSES] = names, {}
    lasting = {f"/{PREFIX}{name}" for name in names.values()}
    app.wsgi_app = _AnyVersion(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(_compressed_copy(settings.data_dir, names, contents)),
        prefix=PREFIX,
        max_age=0,
        immutable_file_test=lambda _path, url: url in lasting,
        allow_all_origins=False,
        add_headers_function=_add_headers,
    )


def asset(name: str) -> str:
    """Return the address of a static file, which changes with its content; raises `KeyError` when there is none."""
    addresses: dict[tuple[str, str], str] = current_app.extensions[_ADDRESSES]
    known = addresses.get((request.script_root, name))
    if known is None:
        named = current_app.extensions[_NAMES][name]
        known = addresses[request.script_root, name] = url_for("static", filename=named)
    return known
