"""Remember texts by the fingerprints of their runs of eight words, so that a test can tell when a sentence was copied.

`python tools/fingerprints.py FILE...` writes tests/content/fingerprints.bin: what was read cannot be read back from it.
"""

import hashlib
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

RUN = 8
SIZE = 5
"""Bytes kept of each fingerprint: a chance likeness among the runs of our content is then one in thousands."""
KEPT = Path(__file__).resolve().parent.parent / "tests" / "content" / "fingerprints.bin"


def runs(text: str) -> Iterator[str]:
    """Yield every run of eight words of a text, without accents, capitals nor punctuation."""
    folded = unicodedata.normalize("NFKD", text.lower())
    words = re.findall(r"[a-z0-9]+", "".join(letter for letter in folded if not unicodedata.combining(letter)))
    for start in range(len(words) - RUN + 1):
        yield " ".join(words[start : start + RUN])


def fingerprint(run: str) -> bytes:
    """Return what is kept of a run of words."""
    return hashlib.sha256(run.encode()).digest()[:SIZE]


def main() -> None:
    """Write the fingerprints of the files named."""
    kept = {fingerprint(run) for name in sys.argv[1:] for run in runs(Path(name).read_text(encoding="utf-8"))}
    KEPT.write_bytes(b"".join(sorted(kept)))


if __name__ == "__main__":
    main()
