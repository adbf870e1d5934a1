"""Third-party files are exactly those of the lock, which holds no address."""

import subprocess
import sys

from tests.unit.design.test_tokens import STATIC


def test_s75_committed_files_are_those_of_the_lock():
    """The offline check of the vendoring tool finds no missing, changed or unlisted file."""
    tool = STATIC.parent / "tools" / "vendor.py"
    done = subprocess.run([sys.executable, str(tool), "--check"], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_lock_holds_no_address():
    """The lock names packages, versions and fingerprints, never where they come from."""
    assert "://" not in (STATIC / "vendor.lock.json").read_text(encoding="utf-8")
