"""Parts of pages that say the same to everybody: written once per application, never about who reads.

A part is a macro imported without context: it sees its arguments and nothing of the request's person.
"""

from collections.abc import Hashable
from typing import Any, cast

from flask import Flask, current_app, get_template_attribute, request
from markupsafe import Markup

KEPT_FRAGMENTS = 512
_EXTENSION = "reglo.fragments"


def init_fragments(app: Flask) -> None:
    """Give templates `fragment(template, macro, *values)`."""
    app.extensions[_EXTENSION] = {}
    app.jinja_env.globals["fragment"] = fragment


def fragment(template: str, macro: str, *values: Hashable) -> Markup:
    """Return what a macro writes for these values; the macro must depend on nothing else but the site's addresses."""
    kept: dict[Any, Markup] = current_app.extensions[_EXTENSION]
    key = (request.script_root, template, macro, values)
    written = kept.get(key)
    if written is None:
        written = kept[key] = cast(Markup, get_template_attribute(template, macro)(*values))
        for oldest in list(kept)[:-KEPT_FRAGMENTS]:
            kept.pop(oldest, None)
    return written
