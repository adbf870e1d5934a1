"""A logo as it is kept: whatever picture was sent is drawn again as a small PNG, so that nothing of the file remains.

The type comes from the content, never from the name (security.md S65). SVG and HTML are no pictures here.
"""

import io

from course_app.company.rules import LOGO_BYTES, LOGO_HEIGHT, LOGO_PIXELS, LOGO_WIDTH, Unreadable

_FORMATS = ("PNG", "JPEG", "WEBP")
UNREADABLE = "Ce fichier n'est pas une image PNG, JPEG ou WebP lisible."


def redrawn(sent: bytes) -> bytes:
    """Return the picture as a PNG of 600 × 240 pixels at most; raise `Unreadable` (French) for anything else."""
    if len(sent) > LOGO_BYTES:
        raise Unreadable("Ce fichier pèse plus de 1 Mo. Réduisez l'image, puis renvoyez-la.")
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - loaded by the first logo: no page needs it

    try:
        with Image.open(io.BytesIO(sent), formats=_FORMATS) as picture:
            _refuse_huge(*picture.size)
            drawn = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as fault:
        raise (fault if isinstance(fault, Unreadable) else Unreadable(UNREADABLE)) from None
    drawn.thumbnail((LOGO_WIDTH, LOGO_HEIGHT))
    kept = io.BytesIO()
    Image.frombytes("RGBA", drawn.size, drawn.tobytes()).save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _refuse_huge(width: int, height: int) -> None:
    """Refuse a picture by what its header says, before any of its pixels takes memory."""
    if width * height > LOGO_PIXELS:
        raise Unreadable("Cette image a plus de 4 millions de points. Réduisez-la, puis renvoyez-la.")
