"""What a phone downloads stays within the budget of experience.md §4."""

import brotli
import pytest

from tests.unit.design.test_tokens import STATIC

KILOBYTE = 1000
FIRST_VISIT = (
    "css/app.css", "css/learning.css", "css/home.css", "css/print.css", "js/app.js", "img/liasse.svg", "img/ink.svg",
    "img/mark.svg", "vendor/lucide/icons.svg",
)  # fmt: skip


def weight(name: str) -> int:
    """Bytes of one static file."""
    return (STATIC / name).stat().st_size


def compressed(name: str) -> int:
    """Bytes of one text file as sent, brotli."""
    return len(brotli.compress((STATIC / name).read_bytes()))


def test_first_visit_fits_a_slow_phone():
    """Everything the landing page asks for, fonts included and page excepted, stays under 100 of the 150 KB."""
    fonts = sum(path.stat().st_size for path in (STATIC / "vendor" / "fonts").glob("*.woff2"))
    assert fonts <= 60 * KILOBYTE
    assert fonts + sum(compressed(name) for name in FIRST_VISIT) <= 100 * KILOBYTE


def test_scripts_are_few():
    """All scripts together stay under 35 KB compressed, our own under 6 KB as written."""
    scripts = [path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.js")]
    assert sum(compressed(name) for name in scripts) <= 35 * KILOBYTE
    assert weight("js/app.js") <= 6 * KILOBYTE


@pytest.mark.parametrize("drawing", sorted(path.name for path in (STATIC / "img").glob("*.svg")))
def test_drawings_are_light(drawing):
    """Each drawing weighs less than 6 KB and carries no style of its own nor script."""
    assert weight(f"img/{drawing}") <= 6 * KILOBYTE
    text = (STATIC / "img" / drawing).read_text(encoding="utf-8")
    assert "<style" not in text
    assert "<script" not in text


def test_at_most_twenty_icons():
    """The icon sprite holds at most 20 icons."""
    assert (STATIC / "vendor" / "lucide" / "icons.svg").read_text(encoding="utf-8").count("<symbol") <= 20


def test_style_sheets_stay_small():
    """What a learning page loads in style stays under 10 KB compressed; the landing adds at most 2."""
    assert sum(compressed(f"css/{name}.css") for name in ("app", "learning", "print")) <= 10 * KILOBYTE
    assert compressed("css/home.css") <= 2 * KILOBYTE
