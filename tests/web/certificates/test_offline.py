"""« course certificate », as somebody far from the site runs it: a folder with the file and the key, and nothing else."""

import json
import os
import random
import subprocess
import sys

import pytest

from tests.support import people
from tests.support.source import ROOT


def _course(folder, *command):
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "-m", "course_app.cli", "certificate", *command],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def away(client, earner, issued, tmp_path):
    """A folder on another machine: the downloaded file, the downloaded key."""
    people.sign_in(client, earner)
    (tmp_path / "attestation.pdf").write_bytes(client.get(f"/attestations/{issued.id}/fichier.pdf").data)
    (tmp_path / "cle.json").write_bytes(client.get("/.well-known/reglo-attestations.json").data)
    return tmp_path


def test_s28_a_file_is_verified_without_the_site(away):
    """Exit 0, who, what and when, in French; no database, no folder, no file made. One changed byte: exit 1."""
    done = _course(away, "verify", "attestation.pdf", "--key", "cle.json")
    assert (done.returncode, done.stderr) == (0, "")
    for word in ("Authentique", "Samira Benali", "Intérimaires", "/verifier/", "retrait"):
        assert word in done.stdout
    assert sorted(path.name for path in away.iterdir()) == ["attestation.pdf", "cle.json"]
    file = bytearray((away / "attestation.pdf").read_bytes())
    file[random.randrange(len(file))] ^= 1
    (away / "attestation.pdf").write_bytes(bytes(file))
    refused = _course(away, "verify", "attestation.pdf", "--key", "cle.json")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Non vérifié" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_missing_file_and_a_wrong_key_are_told(away, tmp_path):
    """No such file, a key file that is none, somebody else's key: exit 1 and a French sentence, never a trace."""
    other = tmp_path.parent / f"{tmp_path.name}-ailleurs"
    made = _course(other.parent, "--help")
    assert made.returncode == 0
    other.mkdir()
    theirs = subprocess.run(
        [sys.executable, "-m", "course_app.cli", "certificate", "key"],
        cwd=other,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DATA_DIR": str(other / "var")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert len(json.loads(theirs)["keys"]) == 1
    (away / "autre.json").write_text(theirs)
    (away / "rien.json").write_bytes(b"\xff\xfe")
    for arguments, words in (
        (("absent.pdf", "--key", "cle.json"), "introuvable"),
        (("attestation.pdf", "--key", "absent.json"), "introuvable"),
        (("attestation.pdf", "--key", "rien.json"), "clé"),
        (("attestation.pdf", "--key", "attestation.pdf"), "clé"),
        (("cle.json", "--key", "cle.json"), "signature"),
        (("attestation.pdf", "--key", "autre.json"), "clé"),
    ):
        refused = _course(away, "verify", *arguments)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert words in refused.stderr
        assert "Traceback" not in refused.stderr
