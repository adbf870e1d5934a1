"""What no file of the project may hold."""

import re

import pytest

from tests.support.source import ROOT, tracked

VENDORED = (":!static/vendor", ":!tests/vendor", ":!*.min.js", ":!*.woff2", ":!*.png")
# A letter of each pattern stands in brackets, so that this file does not hold what it forbids.
FORBIDDEN = {
    "a path of somebody's machine": r"/w[o]rk/|/r[o]ot/|/h[o]me/\w|/U[s]ers/\w",
    "the address of a package registry": r"p[y]pi\.org|pythonh[o]sted|np[m]js\.org|(index-u[r]l|find-li[n]ks)[ =]+\S*://",
    "something left for later": r"\bT[O]DO\b|\bF[I]XME\b|\bX[X]X\b|lorem i[p]sum",
    "a test that does not run": r"mark\.s[k]ip\b|mark\.x[f]ail|pytest\.s[k]ip\(",
}


def _lines():
    for path in tracked("*", *VENDORED):
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            yield f"{path.relative_to(ROOT)}:{number}", line


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what):
    """No tracked file holds a machine's path, a registry's address, unfinished work or a skipped test."""
    pattern = re.compile(FORBIDDEN[what])
    assert not [place for place, line in _lines() if pattern.search(line)]
