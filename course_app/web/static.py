"""Static files: served by WhiteNoise from a compressed copy, addressed by content so that caches never lie."""

import hashlib
import shutil
import tempfile
from pathlib import Path

from flask import Flask, current_app, request, url_for
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from course_app.config import Settings

FINGERPRINT_LENGTH = 12
CACHE_SECONDS = 365 * 24 * 3600
_EXTENSION, _ADDRESSES = "reglo.static_fingerprints", "reglo.static_addresses"


def _fingerprints(static_dir: Path) -> dict[str, str]:
    """Return the content fingerprint of each file, by its path inside the folder."""
    return {
        path.relative_to(static_dir).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:FINGERPRINT_LENGTH]
        for path in sorted(static_dir.rglob("*"))
        if path.is_file()
    }


def _compressed_copy(static_dir: Path, data_dir: Path, fingerprints: dict[str, str]) -> Path:
    """Return a copy of the folder with .br and .gz beside each text file, made once per content."""
    whole = hashlib.sha256(repr(sorted(fingerprints.items())).encode()).hexdigest()[:FINGERPRINT_LENGTH]
    target = data_dir / "static" / whole
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=target.parent))
    shutil.copytree(static_dir, draft, dirs_exist_ok=True)
    compressor = Compressor(quiet=True)
    for name in fingerprints:
        if compressor.should_compress(name):
            list(compressor.compress(str(draft / name)))
    try:
        draft.rename(target)
    except OSError:  # another process finished first: its copy is the same
        shutil.rmtree(draft)
    return target


def _add_headers(headers: dict[str, str], _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


def init_static(app: Flask, settings: Settings) -> None:
    """Serve the static folder under /static/ and give templates `asset(name)`."""
    fingerprints = _fingerprints(settings.static_dir)
    app.extensions[_EXTENSION], app.extensions[_ADDRESSES] = fingerprints, {}
    root = _compressed_copy(settings.static_dir, settings.data_dir, fingerprints)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(root),
        prefix="static/",
        max_age=CACHE_SECONDS,
        allow_all_origins=False,
        add_headers_function=_add_headers,
    )


def asset(name: str) -> str:
    """Return the address of a static file; its query changes with its content."""
    addresses: dict[tuple[str, str], str] = current_app.extensions[_ADDRESSES]
    known = addresses.get((request.script_root, name))
    if known is None:
        fingerprint = current_app.extensions[_EXTENSION].get(name)
        known = addresses[request.script_root, name] = url_for("static", filename=name, v=fingerprint)
    return known
