"""The environment of a production: what requirements/base.txt names, and nothing else.

Tools of developers installed beside the site weigh on it though no page uses them: structlog and Mako load rich and
Pygments as soon as they find them, 7 MiB of a process. The libraries are those of this environment, at the versions of
the lock, linked rather than installed again: no network, a second.
"""

import importlib.metadata
import re
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


class UnlikeTheLockError(Exception):
    """This environment does not hold what the lock names."""


def _installed() -> Iterator[Path]:
    """Yield what the libraries of a production put at the top of the folder of libraries."""
    lock = (ROOT / "requirements" / "base.txt").read_text(encoding="utf-8")
    pins: dict[str, list[str]] = {}  # one version or more of each: the lock knows several Pythons
    for name, version in _PIN.findall(lock):
        pins.setdefault(name, []).append(version)
    for name, versions in pins.items():
        found = importlib.metadata.distribution(name)
        if found.version not in versions:
            raise UnlikeTheLockError(f"{name} {found.version}, the lock says {' or '.join(versions)}")
        tops = {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}
        yield from (Path(str(found.locate_file(top))) for top in tops)


def production_python(folder: Path) -> str:
    """Make an environment in a folder, and return its Python; raises `UnlikeTheLockError` when ours is another."""
    venv.create(folder, symlinks=True, with_pip=False)
    libraries = folder / Path(sysconfig.get_path("purelib")).relative_to(sys.prefix)
    for path in set(_installed()):
        (libraries / path.name).symlink_to(path)
    (libraries / "reglo.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    return str(folder / "bin" / "python")
