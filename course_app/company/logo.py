"""A logo as it is kept: whatever picture was sent is drawn again as a small PNG, so that nothing of the file remains.

The type comes from the content, never from the name (security.md S65). SVG and HTML are no pictures here.
"""

import io
from typing import TYPE_CHECKING

from course_app.company.rules import LOGO_BYTES, LOGO_HEIGHT, LOGO_PIXELS, LOGO_WIDTH, Unreadable

if TYPE_CHECKING:
    from PIL import Image

_FORMATS = ("PNG", "JPEG", "WEBP")
_PASS, MOST_PASSES = b"\xff\xda", 100
"""What begins each pass of a JPEG over its picture: encoders make ten or so, and chance writes fifteen in 1 MB of PNG."""
UNREADABLE = "Ce fichier n'est pas une image PNG, JPEG ou WebP lisible."


def redrawn(sent: bytes) -> bytes:
    """Return the picture as a PNG of 600 × 240 pixels at most; raise `Unreadable` (French) for anything else."""
    if len(sent) > LOGO_BYTES:
        raise Unreadable("Ce fichier pèse plus de 1 Mo. Réduisez l'image, puis renvoyez-la.")
    if sent.count(_PASS) > MOST_PASSES:  # each costs milliseconds, and holds in fourteen bytes
        raise Unreadable(UNREADABLE)
    from PIL import Image, ImageOps  # noqa: PLC0415 - loaded by the first logo: no page needs it

    try:
        with Image.open(io.BytesIO(sent), formats=_FORMATS) as picture:
            _refuse_huge(*picture.size)
            drawn = ImageOps.exif_transpose(_in_eight_bits(picture)).convert("RGBA")
    except Unreadable:
        raise
    except Exception:  # noqa: BLE001 - decoders stumble in many ways, IndexError among them: the file is at fault
        raise Unreadable(UNREADABLE) from None
    drawn.thumbnail((LOGO_WIDTH, LOGO_HEIGHT))
    kept = io.BytesIO()
    Image.frombytes("RGBA", drawn.size, drawn.tobytes()).save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _in_eight_bits(picture: "Image.Image") -> "Image.Image":
    """Return a picture whose greys have 256 levels: converted as they are, those of sixteen bits all become white."""
    if not picture.mode.startswith("I"):
        return picture
    return picture.convert("I").point(lambda level: level * (1 / 257) + 0).convert("L")


def _refuse_huge(width: int, height: int) -> None:
    """Refuse a picture by what its header says, before any of its pixels takes memory."""
    if width * height > LOGO_PIXELS:
        raise Unreadable("Cette image a plus de 4 millions de points. Réduisez-la, puis renvoyez-la.")
