"""Bring the few third-party browser files we serve into the repository.

Owns the list of packages, the files taken from each and the icon sprite.
Must not know the application. Packages are named, never addressed: the local
npm client decides where they come from, and ``static/vendor.lock.json`` (no
address in it) says what they must weigh, so a changed archive is refused.

Documents need the text font as TrueType: fonttools makes it from the web font, in a throw-away environment.

    python tools/vendor.py            copy again, refuse any archive not in the lock
    python tools/vendor.py --relock   accept the archives met, after changing a version below
    python tools/vendor.py --check    offline: the committed files are those of the lock
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
import venv
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "static" / "vendor.lock.json"
FONTS = "static/vendor/fonts"
SPRITE = "static/vendor/lucide/icons.svg"
SVG = "{http://www.w3.org/2000/svg}"

# At most 20 (experience.md §3); each one is shown beside its word.
ICONS = (
    "arrow-left", "arrow-right", "book-open", "calendar-days", "check", "chevron-down", "clock",
    "file-text", "inbox", "info", "mail", "menu", "octagon-x", "pencil-line", "phone", "printer",
    "settings", "triangle-alert", "undo-2", "users",
)  # fmt: skip


@dataclass(frozen=True)
class Package:
    """One published package: exact version, and the files taken (member -> path in the repository)."""

    name: str
    version: str
    files: Mapping[str, str] = field(default_factory=dict)


class Pin(TypedDict):
    """What the lock holds for one package: exact version and the archive's sha512."""

    version: str
    integrity: str


class Lock(TypedDict):
    """The lock file: pins by package name, sha256 by committed file."""

    packages: dict[str, Pin]
    files: dict[str, str]


def _font(family: str, *weights: int) -> Package:
    files = {f"files/{family}-latin-{weight}-normal.woff2": f"{FONTS}/{family}-{weight}.woff2" for weight in weights}
    return Package(f"@fontsource/{family}", "5.3.0", {**files, "LICENSE": f"{FONTS}/LICENSE-{family}.txt"})


DOCUMENT_FONTS = {
    f"{FONTS}/{web}.woff2": f"course_app/printing/fonts/{name}.ttf"
    for web, name in (
        ("atkinson-hyperlegible-next-400", "atkinson-400"),
        ("atkinson-hyperlegible-next-700", "atkinson-700"),
        ("atkinson-hyperlegible-mono-400", "atkinson-mono-400"),
        ("bricolage-grotesque-700", "bricolage-700"),
    )
}
"""Web font -> the same font as TrueType, for PDF. Their licences reserve no name, so the families keep their own."""
_TO_TRUETYPE = (
    "import sys; from fontTools.ttLib import TTFont; font = TTFont(sys.argv[1], recalcTimestamp=False); "
    "font.flavor = None; font.save(sys.argv[2])"
)

PACKAGES = (
    Package(
        "htmx.org",
        "4.0.1",
        {"dist/htmx.min.js": "static/vendor/htmx/htmx.min.js", "LICENSE": "static/vendor/htmx/LICENSE"},
    ),
    _font("bricolage-grotesque", 700),
    _font("atkinson-hyperlegible-next", 400, 700),
    _font("atkinson-hyperlegible-mono", 400),
    Package("lucide-static", "1.62.0", {"LICENSE": "static/vendor/lucide/LICENSE"}),
    Package(
        "axe-core",
        "4.14.1",
        {"axe.min.js": "tests/vendor/axe.min.js", "LICENSE": "tests/vendor/LICENSE-axe-core.txt"},
    ),
)


def fetch(package: Package, folder: Path) -> Path:
    """The package's archive, written by the npm client into ``folder``; raises CalledProcessError."""
    command = ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", str(folder)]
    done = subprocess.run(
        [*command, f"{package.name}@{package.version}"], check=True, capture_output=True, text=True, cwd=folder
    )
    return folder / done.stdout.strip().splitlines()[-1]


def integrity(archive: Path) -> str:
    """The archive's sha512 in the form npm publishes it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()


def fingerprint(path: Path) -> str:
    """The file's sha256, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_member(archive: tarfile.TarFile, member: str) -> bytes:
    """The bytes of one file of the package; raises KeyError when it does not hold it."""
    stream = archive.extractfile(f"package/{member}")
    if stream is None:
        raise KeyError(member)
    return stream.read()


def sprite(archive: tarfile.TarFile) -> bytes:
    """One SVG holding a symbol per icon; stroke and fill are left to our style sheet."""
    symbols = []
    for name in ICONS:
        drawing = ET.fromstring(read_member(archive, f"icons/{name}.svg"))  # noqa: S314 - archive checked by sha512
        shapes = "".join(_shape(child) for child in drawing)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>')
    body = "\n".join(symbols)
    return (
        "<!-- Lucide icons, ISC licence: see LICENSE beside this file. Built by tools/vendor.py. -->\n"
        f'<svg xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>\n'
    ).encode()


def _shape(element: ET.Element) -> str:
    attributes = "".join(f' {key}="{value}"' for key, value in element.attrib.items())
    return f"<{element.tag.removeprefix(SVG)}{attributes}/>"


def copy(package: Package, archive_path: Path) -> list[str]:
    """Write the package's chosen files; the paths written, relative to the repository."""
    with tarfile.open(archive_path) as archive:
        contents = {target: read_member(archive, member) for member, target in package.files.items()}
        if package.name == "lucide-static":
            contents[SPRITE] = sprite(archive)
    for target, content in contents.items():
        path = ROOT / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return list(contents)


def convert() -> list[str]:
    """Write the TrueType fonts of documents; the paths written, relative to the repository."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = f"{folder}/bin/python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "fonttools>=4.60", "brotli>=1.2"], check=True)
        for source, target in DOCUMENT_FONTS.items():
            (ROOT / target).parent.mkdir(parents=True, exist_ok=True)
            subprocess.run([python, "-c", _TO_TRUETYPE, str(ROOT / source), str(ROOT / target)], check=True)
    return list(DOCUMENT_FONTS.values())


def vendor(*, relock: bool) -> None:
    """Fetch, verify and copy every package, then write the lock; exits when an archive is not the locked one."""
    known = read_lock()["packages"] if LOCK.exists() else {}
    lock = Lock(packages={}, files={})
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            archive = fetch(package, Path(folder))
            pin = Pin(version=package.version, integrity=integrity(archive))
            if not relock and known.get(package.name) != pin:
                sys.exit(f"{package.name} {package.version}: not the locked archive; see --relock")
            lock["packages"][package.name] = pin
            lock["files"].update({target: fingerprint(ROOT / target) for target in copy(package, archive)})
    lock["files"].update({target: fingerprint(ROOT / target) for target in convert()})
    LOCK.write_text(json.dumps(lock, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def read_lock() -> Lock:
    """The lock file as committed."""
    lock: Lock = json.loads(LOCK.read_text(encoding="utf-8"))
    return lock


def faults() -> list[str]:
    """Every way the committed files differ from the lock and the list above; empty when all is well."""
    lock = read_lock()
    wanted = {package.name: package.version for package in PACKAGES}
    pinned = {name: pin["version"] for name, pin in lock["packages"].items()}
    found = [f"{name}: the lock and the list differ" for name in sorted(wanted.items() ^ pinned.items())]
    for target, expected in lock["files"].items():
        path = ROOT / target
        if not path.is_file():
            found.append(f"{target}: missing")
        elif fingerprint(path) != expected:
            found.append(f"{target}: changed by hand")
    present = {str(path.relative_to(ROOT)) for path in (ROOT / "static" / "vendor").rglob("*") if path.is_file()}
    return found + [f"{target}: not in the lock" for target in sorted(present - lock["files"].keys())]


def main() -> int:
    """Command line; exit status 1 when --check finds a fault."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--relock", action="store_true", help="accept the archives met and write the lock")
    parser.add_argument("--check", action="store_true", help="offline comparison of the files with the lock")
    options = parser.parse_args()
    if not options.check:
        vendor(relock=options.relock)
    found = faults()
    for fault in found:
        sys.stderr.write(fault + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
