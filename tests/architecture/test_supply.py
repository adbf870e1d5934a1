"""What the product is made of: pinned by hash, listed with its licences, audited or said not to be."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.source import ROOT
from tools import supply

LOCKS = ["base", "dev"]
REFUSED_LICENCES = re.compile(r"(?<!L)GPL|AGPL|SSPL|BUSL|Commons Clause|proprietary", re.IGNORECASE)


@pytest.mark.parametrize("name", LOCKS)
def test_s75_every_package_is_pinned_by_hash(name):
    """Each package of a lock has one exact version and at least one hash; no address, no other option."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    entries = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    pinned = supply.locked(ROOT / "requirements" / f"{name}.txt")
    assert len(entries) == len(pinned) > 40
    for entry in re.split(r"\n(?=\S)", text):
        assert "==" in entry
        assert "--hash=sha256:" in entry


def test_s75_nothing_is_installed_without_its_hash():
    """Every installation of our packages asks for hashes; the environment of development never adds one by name."""
    installs = re.findall(r"^.*pip install.*$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert installs
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "--require-hashes" in makefile
    assert set(re.findall(r"\$\((?:PIP|HASHED)\)[^\n]*", makefile)) == {
        "$(PIP) --require-hashes --requirement", "$(HASHED) requirements/base.txt", "$(HASHED) requirements/dev.txt",
    }  # fmt: skip


def test_s75_licences_are_listed():
    """docs/licences.md names every package of the lock and every copied file, with a licence that lets us ship it."""
    assert not supply.unlisted(), "run: .venv/bin/python tools/supply.py licences"
    page = supply.LICENCES.read_text(encoding="utf-8")
    assert "| ? |" not in page
    assert not REFUSED_LICENCES.search(page)


def test_s75_the_list_of_components_is_whole():
    """The CycloneDX list holds each installed package and each copied file once, with version, address and licence."""
    listed = json.loads(json.dumps(supply.sbom()))
    assert (listed["bomFormat"], listed["specVersion"]) == ("CycloneDX", "1.6")
    parts = listed["components"]
    assert len({part["bom-ref"] for part in parts}) == len(parts) > 50
    assert all(part["version"] and part["purl"] and part["licenses"] for part in parts)
    assert {"flask", "htmx.org"} <= {part["name"] for part in parts}


RANGE = {
    "ranges": [
        {
            "type": "ECOSYSTEM",
            "events": [{"introduced": "1.0"}, {"fixed": "1.4"}, {"introduced": "2.0"}, {"fixed": "2.1"}],
        }
    ]
}


@pytest.mark.parametrize(
    ("version", "affected"),
    [("0.9", False), ("1.0", True), ("1.3.9", True), ("1.4", False), ("1.10", False), ("2.0.5", True), ("2.1", False)],
)
def test_s75_an_advisory_concerns_its_versions(version, affected):
    """Versions are compared as versions, from each introduction to its correction."""
    assert supply.is_affected(version, RANGE) is affected
    assert supply.is_affected("7.7", {"versions": ["7.7"]})


def _database(folder, modified):
    (folder / "PYSEC-2026-1.yaml").write_text(
        f"id: PYSEC-2026-1\nmodified: {modified}\naffected:\n"
        "- package: {name: Flask}\n  ranges:\n  - type: ECOSYSTEM\n    events: [{introduced: '0'}, {fixed: '999'}]\n",
        encoding="utf-8",
    )


def test_s75_an_audit_says_its_date_and_refuses_an_old_copy(tmp_path, monkeypatch, capsys):
    """A recent copy is dated and its advisory told (1); an old, or an empty, copy is no audit at all (2)."""
    monkeypatch.setenv("ADVISORIES", str(tmp_path))
    assert supply.audit() == 2
    _database(tmp_path, (datetime.now(UTC) - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert supply.audit() == 1
    told = capsys.readouterr().out
    assert f"{datetime.now(UTC) - timedelta(days=2):%Y-%m-%d}" in told
    assert "PYSEC-2026-1" in told
    _database(tmp_path, "2024-10-01T00:00:00Z")
    assert supply.audit() == 2
    assert "the copy stops on 2024-10-01" in capsys.readouterr().err
