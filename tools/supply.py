"""What the product is made of: its packages, their licences, and the advisories published on them.

    python tools/supply.py licences   write docs/licences.md: every locked package and front-end file, with its licence
    python tools/supply.py sbom FILE  write the list of components, CycloneDX 1.6 in JSON
    python tools/supply.py audit      compare the locked packages with the published advisories; say of what date

The audit fails when it could not audit: `pip-audit` that reaches no advisory service finds nothing and may well exit 0,
so that each locked package must come back judged. Without a service, ADVISORIES names a copy of the Python advisory
database (a folder of its YAML files): the date of its newest advisory is printed, and a copy older than thirty days is
refused, for it would say nothing of recent releases.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import uuid
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.markers import Marker
from packaging.version import InvalidVersion, Version
from ruamel.yaml import YAML, YAMLError

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools import vendor  # noqa: E402  # the root must be importable first

LOCK = ROOT / "requirements" / "base.txt"
LICENCES = ROOT / "docs" / "licences.md"
OLDEST_ADVISORIES = timedelta(days=30)
_PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)==(\S+?)(?: ; (.*?))? \\$", re.MULTILINE)
# Licences of what we copy into the repository, as each package states it in the LICENSE file kept beside it.
FRONT_END_LICENCES = {
    "htmx.org": "0BSD", "@fontsource/bricolage-grotesque": "OFL-1.1", "@fontsource/atkinson-hyperlegible-next": "OFL-1.1",
    "@fontsource/atkinson-hyperlegible-mono": "OFL-1.1", "lucide-static": "ISC", "axe-core": "MPL-2.0",
}  # fmt: skip


@dataclass(frozen=True)
class Locked:
    """One locked package: its name, its exact version, and the condition under which it is installed."""

    name: str
    version: str
    marker: str | None

    @property
    def is_installed_here(self) -> bool:
        """Whether this machine's Python installs it."""
        return self.marker is None or Marker(self.marker).evaluate()


def locked(path: Path = LOCK) -> list[Locked]:
    """Return the packages of a lock, in its order."""
    return [
        Locked(*found) if found[2] else Locked(found[0], found[1], None)
        for found in _PINNED.findall(path.read_text(encoding="utf-8"))
    ]


def licence(name: str) -> str:
    """Return the licence that an installed package declares, « not installed here » when it is not."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return "not installed here"
    classifiers = [
        each.split(" :: ")[-1] for each in about.get_all("Classifier") or [] if each.startswith("License ::")
    ]
    short = (about.get("License") or "").strip()
    return about.get("License-Expression") or (short if 0 < len(short) < 60 else "") or " and ".join(classifiers) or "?"


def licences_page() -> str:
    """Return docs/licences.md."""
    front_end = vendor.read_lock()["packages"]
    lines = [
        "# Licences", "",
        "Written by `tools/supply.py licences` from the lock and from what each package declares. A package under another",
        "condition than those of this machine (an operating system, a Python) is named without its licence.", "",
        "## Python packages of the site", "", "| package | version | licence |", "|---|---|---|",
        *(f"| {each.name} | {each.version} | {licence(each.name) if each.is_installed_here else '—'} |" for each in locked()),
        "", "## Files copied into the repository", "", "| package | version | licence |", "|---|---|---|",
        *(f"| {name} | {pin['version']} | {FRONT_END_LICENCES[name]} |" for name, pin in sorted(front_end.items())),
        "",
    ]  # fmt: skip
    return "\n".join(lines)


def unlisted() -> list[str]:
    """Return what the committed page lacks or lists without need: names and versions, whatever the machine."""
    listed = set(re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", LICENCES.read_text(encoding="utf-8"), re.MULTILINE))
    listed -= {("package", "version"), ("---", "---")}
    front_end = {(name, pin["version"]) for name, pin in vendor.read_lock()["packages"].items()}
    return sorted(
        f"{name} {version}" for name, version in listed ^ ({(each.name, each.version) for each in locked()} | front_end)
    )


def components() -> Iterator[dict[str, Any]]:
    """Yield the components of the product as CycloneDX describes them."""
    for each in locked():
        if each.is_installed_here:
            component = {"type": "library", "name": each.name, "version": each.version}
            yield {
                **component,
                "bom-ref": f"pkg:pypi/{each.name}@{each.version}",
                "purl": f"pkg:pypi/{each.name}@{each.version}",
                "licenses": [{"license": {"name": licence(each.name)}}],
            }
    for name, pin in sorted(vendor.read_lock()["packages"].items()):
        purl = f"pkg:npm/{name.replace('@', '%40', 1)}@{pin['version']}"
        yield {
            "type": "library", "name": name, "version": pin["version"], "bom-ref": purl, "purl": purl,
            "licenses": [{"license": {"id": FRONT_END_LICENCES[name]}}],
        }  # fmt: skip


def sbom() -> dict[str, Any]:
    """Return the list of components, in CycloneDX 1.6; its serial number follows from its content."""
    parts = list(components())
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(parts, sort_keys=True))
    product = {"type": "application", "name": "reglo", "bom-ref": "reglo"}
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{serial}", "version": 1,
        "metadata": {"timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "component": product},
        "components": parts,
    }  # fmt: skip


@dataclass(frozen=True)
class Audit:
    """What an audit gave: where its advisories come from and of what date, packages judged, and what was found."""

    source: str
    judged: int
    found: tuple[str, ...]


class NotAuditedError(Exception):
    """The audit could not be made; says why."""


def audit_online(packages: list[Locked]) -> Audit:
    """Ask the advisory service that pip-audit knows, in an environment of its own; raises `NotAuditedError`."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(f"{folder}/venv", with_pip=True)
        python = f"{folder}/venv/bin/python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "pip-audit>=2.9"], check=True, capture_output=True)
        asked = Path(folder) / "requirements.txt"
        asked.write_text("".join(f"{each.name}=={each.version}\n" for each in packages), encoding="utf-8")
        command = [
            "-m",
            "pip_audit",
            "--strict",
            "--no-deps",
            "--disable-pip",
            "--progress-spinner=off",
            "--format=json",
        ]
        done = subprocess.run([python, *command, "-r", asked], check=False, capture_output=True, text=True)
    try:
        told = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        lines = done.stderr.strip().splitlines()
        raise NotAuditedError(lines[-1] if lines else f"pip-audit ended with code {done.returncode}") from None
    judged = [each for each in told if "vulns" in each and "skip_reason" not in each]
    if len(judged) < len(packages):
        raise NotAuditedError(f"{len(judged)} packages judged of {len(packages)}")
    found = [f"{each['name']} {each['version']}: {one['id']}" for each in judged for one in each["vulns"]]
    return Audit(f"the advisory service, on {datetime.now(UTC):%Y-%m-%d}", len(judged), tuple(found))


def audit_copy(packages: list[Locked], folder: Path) -> Audit:
    """Compare with a copy of the Python advisory database; raises `NotAuditedError` when it is empty or too old."""
    wanted, found, newest = {each.name: each for each in packages}, [], datetime.min.replace(tzinfo=UTC)
    for path in sorted(folder.rglob("PYSEC-*.yaml")):
        try:
            advisory = YAML(typ="safe").load(path)
        except YAMLError as fault:
            raise NotAuditedError(f"{path.name}: {fault}") from None
        newest = max(newest, _moment(advisory["modified"]))
        for affected in advisory.get("affected", ()):
            name = re.sub(r"[-_.]+", "-", affected["package"]["name"]).lower()
            if name in wanted and is_affected(wanted[name].version, affected):
                found.append(f"{name} {wanted[name].version}: {advisory['id']}")
    if newest.year == 1:
        raise NotAuditedError(f"no advisory under {folder.name}")
    if datetime.now(UTC) - newest > OLDEST_ADVISORIES:
        raise NotAuditedError(f"the copy stops on {newest:%Y-%m-%d}: it knows nothing of recent releases")
    return Audit(f"a copy whose newest advisory is of {newest:%Y-%m-%d}", len(packages), tuple(found))


def _moment(value: Any) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def is_affected(version: str, affected: dict[str, Any]) -> bool:
    """Tell whether an advisory's entry (OSV: versions named, ranges of events) concerns a version."""
    if version in affected.get("versions", ()):
        return True
    return any(
        _within(Version(version), each["events"]) for each in affected.get("ranges", ()) if each["type"] == "ECOSYSTEM"
    )


def _within(version: Version, events: list[dict[str, str]]) -> bool:
    inside = False
    for event in events:
        (kind, bound), *_rest = event.items()
        try:
            reached = bound == "0" or version >= Version(bound)
        except InvalidVersion:
            continue
        if kind == "introduced" and reached:
            inside = True
        elif (kind == "fixed" and reached) or (kind == "last_affected" and reached and version != Version(bound)):
            inside = False
    return inside


def audit() -> int:
    """Print what was audited against what; exit status 1 on an advisory, 2 when nothing could be audited."""
    packages, copy = [each for each in locked() if each.is_installed_here], os.environ.get("ADVISORIES")
    try:
        made = audit_copy(packages, Path(copy)) if copy else audit_online(packages)
    except (NotAuditedError, subprocess.CalledProcessError) as failure:
        print(f"NOT AUDITED: {failure}. No advisory was read for these {len(packages)} packages.", file=sys.stderr)
        return 2
    print(f"{made.judged} packages compared with {made.source}: {len(made.found)} advisories")
    print(*made.found, sep="\n", end="\n" * bool(made.found))
    return 1 if made.found else 0


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("licences")
    commands.add_parser("sbom").add_argument("file", type=Path)
    commands.add_parser("audit")
    options = parser.parse_args()
    if options.command == "audit":
        return audit()
    if options.command == "licences":
        LICENCES.write_text(licences_page(), encoding="utf-8")
        return 0
    options.file.parent.mkdir(parents=True, exist_ok=True)
    options.file.write_text(json.dumps(sbom(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{options.file}: {len(sbom()['components'])} components")
    return 0


if __name__ == "__main__":
    sys.exit(main())
