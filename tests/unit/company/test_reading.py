"""A company's ways, as they are typed."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from course_app.company import logo, rules
from course_app.company.rules import Contact, Unreadable, Ways


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("J-7, J+3, J+15", (-7, 3, 15)),
        ("15; 3;3 ; j", (0, 3, 15)),
        ("J\u22127", (-7,)),
        ("", ()),
    ],
)
def test_days_are_read_as_the_trade_writes_them(typed, days):
    """Signs, spaces, order and doubles do not matter."""
    assert rules.read_days(typed) == days


@pytest.mark.parametrize("typed", ["demain", "J+400", "1.5", "J+3 J+7", "J+999999999999", "1,2,3,4,5,6,7,8,9"])
def test_days_that_make_no_sense_are_refused_in_words(typed):
    """Words, far days, decimals and too many reminders: a French message says what to write."""
    with pytest.raises(Unreadable, match=r"Écrivez|restez|Gardez"):
        rules.read_days(typed)


@given(st.lists(st.integers(rules.FIRST_DAY, rules.LAST_DAY), max_size=rules.MOST_REMINDERS, unique=True))
def test_a_calendar_shown_is_read_back(days):
    """What the form shows is what it understands."""
    ways = Ways(reminder_days=tuple(sorted(days)))
    assert rules.read_days(ways.calendar) == ways.reminder_days


def test_contacts_are_read_back_as_shown():
    """A role and a name are needed, a telephone is not."""
    kept = (Contact("mise en demeure", "Claire", "04 76 00 00 00"), Contact("litige", "Hugo"))
    assert rules.read_contacts(rules.written_contacts(kept)) == kept
    for wrong in ("Claire", "; Claire", "a;b;c;d", "x" * 200 + ";Claire", "r;n\n" * 5):
        with pytest.raises(Unreadable):
            rules.read_contacts(wrong)


def _picture(kind="PNG", size=(900, 300), **extra):
    made = io.BytesIO()
    Image.new("RGB", size, "#0b5a45").save(made, kind, **extra)
    return made.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_s65_a_logo_is_drawn_again(kind):
    """Whatever was hidden in the file is gone: a small PNG remains, without comment nor what follows the picture."""
    kept = logo.redrawn(_picture(kind) + b"<script>alert(1)</script>")
    assert b"script" not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.format == "PNG"
        assert picture.width <= rules.LOGO_WIDTH
        assert picture.height <= rules.LOGO_HEIGHT


@pytest.mark.parametrize(
    "sent",
    [
        b"<svg xmlns='x'><script/></svg>",
        b"<html></html>",
        b"GIF89a",
        b"",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
        _picture()[:60],
        _picture("BMP", (10, 10)),
        _picture(size=(4_000, 1_001)),
        b"x" * 1_000_001,
    ],
    ids=["svg", "html", "gif", "empty", "fake png", "cut png", "bmp", "too many pixels", "too heavy"],
)
def test_s65_what_is_no_small_picture_is_refused(sent):
    """SVG, HTML, other formats, cut, huge: refused in French, nothing kept, no crash."""
    with pytest.raises(Unreadable):
        logo.redrawn(sent)
