"""A logo drawn again: whatever the file holds, a clear picture or a clear refusal, in bounded time."""

import io
import struct
import time
import zlib
from contextlib import suppress

import pytest
from PIL import Image

from course_app.company.logo import redrawn
from course_app.company.rules import Unreadable


def _file(picture, kind, **options):
    made = io.BytesIO()
    picture.save(made, kind, **options)
    return made.getvalue()


def _redrawn(sent):
    return Image.open(io.BytesIO(redrawn(sent)))


def _chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


@pytest.mark.parametrize("name", [b"iCCP", b"tRNS", b"pHYs", b"acTL", b"fcTL", b"zTXt", b"iTXt"])
def test_s65_a_broken_end_of_file_is_refused_or_left_out(name):
    """A chunk without a body after the pixels crashed the decoder: such a file is a picture, or a refusal in French."""
    sent = _file(Image.new("RGB", (40, 20), "red"), "PNG")
    with suppress(Unreadable):
        assert _redrawn(sent[:-12] + _chunk(name, b"") + sent[-12:]).size == (40, 20)


def test_s65_a_picture_told_in_a_thousand_passes_is_refused_at_once():
    """A small JPEG may ask for its four million points to be gone over seventy thousand times: minutes of a thread."""
    sent = _file(Image.new("L", (2000, 2000), 128), "JPEG", progressive=True)
    last_pass = sent[sent.rindex(b"\xff\xda") : -2]
    endless = sent[:-2] + last_pass * 2_000 + sent[-2:]
    began = time.monotonic()
    with pytest.raises(Unreadable):
        redrawn(endless)
    assert time.monotonic() - began < 0.5
    assert _redrawn(sent).size == (240, 240)


def test_a_logo_in_sixteen_bits_keeps_its_greys():
    """A grey picture of sixteen bits is not turned into a white one."""
    levels = struct.pack("<20H", *[0x8080] * 20) + struct.pack("<20H", *[0xFFFF] * 20)
    kept = _redrawn(_file(Image.frombytes("I;16", (40, 1), levels), "PNG"))
    assert (kept.getpixel((5, 0))[:3], kept.getpixel((30, 0))[:3]) == ((128, 128, 128), (255, 255, 255))


def test_a_photographed_logo_stands_upright():
    """A telephone says in a tag how to turn its picture: the logo is turned, since the tag is not kept."""
    turned = Image.Exif()
    turned[0x0112] = 6
    assert _redrawn(_file(Image.new("RGB", (40, 20), "red"), "JPEG", exif=turned)).size == (20, 40)
