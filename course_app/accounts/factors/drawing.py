"""The square code that a phone photographs, as an SVG that follows the site's content policy. Pure."""

QUIET_ZONE = 4  # ISO/IEC 18004: four modules of white around


def square_code(text: str) -> str:
    """Return an SVG element, without style attribute, whose title says what it is; dark on white in both themes."""
    import segno  # noqa: PLC0415 - a code is drawn once a person

    drawn = segno.make(text, error="m", micro=False)
    return str(
        drawn.svg_inline(
            border=QUIET_ZONE,
            dark="#000",
            light="#fff",
            omitsize=True,
            svgclass="square-code",
            lineclass=None,
            title="Carré à photographier avec l'application de codes",
        )
    )
