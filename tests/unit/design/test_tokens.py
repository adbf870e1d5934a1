"""Colours and sizes of « La liasse » are those that were measured (experience.md §3, row 14 of §5)."""

import itertools
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[3] / "static"
CSS = (STATIC / "css" / "app.css").read_text(encoding="utf-8")
SURFACES = ("counter", "white", "yellow", "pink", "pale-green")

LIGHT = re.search(r":root \{\s*color-scheme: light;(.*?)\}", CSS, re.DOTALL).group(1)
DARK_BY_SYSTEM = re.search(r':root:not\(\[data-theme="light"\]\) \{(.*?)\}', CSS, re.DOTALL).group(1)
DARK_BY_CHOICE = re.search(r':root\[data-theme="dark"\] \{(.*?)\}', CSS, re.DOTALL).group(1)


def colours(block: str) -> dict[str, str]:
    """The hexadecimal custom properties of one rule."""
    return dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})", block))


THEMES = {"light": colours(LIGHT), "dark": colours(LIGHT) | colours(DARK_BY_CHOICE)}


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2 definition."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21, WCAG 2.2 definition."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("token", "light", "dark"),
    [
        ("ink", 11.95, 10.79),
        ("ink-2", 5.35, 6.05),
        ("green", 6.01, 7.08),
        ("red", 4.82, 6.10),
        ("blue", 5.69, 6.62),
        ("amber", 5.43, 7.57),
        ("rule", 3.55, 3.66),
    ],
)
def test_worst_contrast_is_the_measured_one(token, light, dark):
    """Each colour's worst contrast on the five surfaces is the one of the table, in both themes."""
    for theme, expected in (("light", light), ("dark", dark)):
        palette = THEMES[theme]
        worst = min(contrast(palette[token], palette[surface]) for surface in SURFACES)
        assert worst == pytest.approx(expected, abs=0.01), theme


@pytest.mark.parametrize(("theme", "expected"), [("light", 8.19), ("dark", 10.33)])
def test_button_text_contrast(theme, expected):
    """Words on a filled button keep the contrast of the table."""
    palette = THEMES[theme]
    assert contrast(palette["green"], palette["on-green"]) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_focus_ring_shows_everywhere(theme):
    """One of the two tones of the focus ring reaches 6.8 on every surface; the pair reaches 8.97."""
    palette = THEMES[theme]
    assert contrast(palette["focus-in"], palette["focus-out"]) == pytest.approx(8.97, abs=0.01)
    for surface in SURFACES:
        ring = max(contrast(palette[tone], palette[surface]) for tone in ("focus-in", "focus-out"))
        assert ring >= 6.8, surface


def test_both_ways_to_the_dark_theme_agree():
    """The dark theme is the same, whether the system or the person asked for it."""
    assert colours(DARK_BY_SYSTEM) == colours(DARK_BY_CHOICE)
    assert colours(DARK_BY_CHOICE).keys() | {"focus-in", "focus-out"} == colours(LIGHT).keys()


def test_no_colour_outside_the_tokens():
    """Style sheets name colours through tokens only, so that both themes hold everywhere."""
    tokens_end = CSS.index("@layer base")
    sheets = [CSS[tokens_end:]]
    sheets += [(STATIC / "css" / name).read_text(encoding="utf-8") for name in ("learning.css", "home.css")]
    assert not list(
        itertools.chain.from_iterable(re.findall(r"#[0-9A-Fa-f]{3,8}\b|rgba?\(|hsla?\(", s) for s in sheets)
    )


def test_nothing_loops_and_motion_is_short():
    """No animation repeats, and none lasts more than 180 ms."""
    sheets = "".join(path.read_text(encoding="utf-8") for path in sorted((STATIC / "css").glob("*.css")))
    assert "infinite" not in sheets
    assert all(int(ms) <= 180 for ms in re.findall(r"(\d+)ms", sheets))
