"""A kept logo, ready for a document: its size on paper, and the form in which typst takes it. Pure."""

import base64
import struct

WIDEST_MM, TALLEST_MM = 60.0, 16.0
"""The place that the letterhead gives a logo."""
FINEST_DOTS = 120 / 25.4
"""Dots a millimetre under which a picture is not stretched further: it would show its squares."""
_HEADER = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def size_in_dots(png: bytes) -> tuple[int, int]:
    """Return the width and height of a PNG, from its header; raise `ValueError` for anything else."""
    if not png.startswith(_HEADER):
        raise ValueError("a kept logo is a PNG")
    width, height = struct.unpack(">II", png[len(_HEADER) : len(_HEADER) + 8])
    return width, height


def size_on_paper(png: bytes) -> tuple[float, float]:
    """Return the width and height of a logo in millimetres: its own proportions, inside the letterhead's place."""
    width, height = size_in_dots(png)
    scale = min(WIDEST_MM / width, TALLEST_MM / height, 1 / FINEST_DOTS)
    return round(width * scale, 2), round(height * scale, 2)


def as_svg(png: bytes) -> str:
    """Return a PNG inside an SVG: what typst is given is text, and this is three times faster than a list of numbers."""
    width, height = size_in_dots(png)
    held = base64.b64encode(png).decode("ascii")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{held}"/></svg>'
    )
