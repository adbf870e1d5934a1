"""Parts of pages that say the same to everybody, and whole pages with holes: written once per application.

A part is a macro imported without context: it sees its arguments and nothing of the request's person. A whole page is
written for a kind of reader (`Reader`) who has no name; what belongs to one person or to one answer (their id, the
form's token, the nonce, a message) is a hole, filled at each answer. Neither can tell who reads, since neither knows.
"""

import re
import secrets
from collections.abc import Callable, Hashable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, current_app, get_flashed_messages, get_template_attribute, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from course_app.web.security import csp_nonce

KEPT_FRAGMENTS = 512
_EXTENSION, _PAGES, _READERS = "reglo.fragments", "reglo.prepared_pages", "reglo.reader"
_MARK = f"trou-{secrets.token_hex(8)}-"  # drawn at each start: no text can hold it
_HOLE = re.compile(rf"{_MARK}([a-z_]+);")
_preparing: ContextVar[bool] = ContextVar("preparing", default=False)


def hole(name: str) -> Markup:
    """Return what marks, in a prepared page, the place of something written at each answer."""
    return Markup(f"{_MARK}{name};")  # noqa: S704 - letters and digits of ours


@dataclass(frozen=True)
class Reader:
    """All that a prepared page may know of a signed-in person."""

    is_guest: bool

    @property
    def user_id(self) -> Markup:
        """The place of their id."""
        return hole("learner")


@dataclass(frozen=True)
class Reading:
    """What the pages of a request say of its reader: values shared by many people, and the id of this one."""

    shared: Mapping[str, Hashable]
    learner: str


def init_fragments(app: Flask, reading: Callable[[], Reading]) -> None:
    """Give templates `fragment(template, macro, *values)`; `reading` says who reads, for prepared pages."""
    app.extensions[_EXTENSION], app.extensions[_PAGES], app.extensions[_READERS] = {}, {}, reading
    late = {"csrf_token": generate_csrf, "csp_nonce": csp_nonce, "flashed": _flashed}
    app.jinja_env.globals.update({name: _late(name, write) for name, write in late.items()}, fragment=fragment)


def _late(name: str, write: Callable[[], str]) -> Callable[[], str]:
    def written() -> str:
        return hole(name) if _preparing.get() else write()

    return written


def _flashed() -> Markup:
    """Return what the last action had to say, once."""
    told = get_flashed_messages(with_categories=True)
    return cast(Markup, get_template_attribute("macros/ui.html", "flashed")(told)) if told else Markup()


def fragment(template: str, macro: str, *values: Hashable) -> Markup:
    """Return what a macro writes for these values; the macro must depend on nothing else but the site's addresses."""
    key = (request.script_root, template, macro, values)
    return cast(Markup, _kept(_EXTENSION, key, lambda: get_template_attribute(template, macro)(*values)))


def _kept(extension: str, key: Hashable, write: Callable[[], Any]) -> Any:
    kept: dict[Hashable, Any] = current_app.extensions[extension]
    written = kept.get(key)
    if written is None:
        written = kept[key] = write()
        for oldest in list(kept)[:-KEPT_FRAGMENTS]:
            kept.pop(oldest, None)
    return written


def page(template: str, values: Mapping[str, Hashable], holes: Mapping[str, str]) -> str:
    """Return a page whose template sees `values` and the kind of reader, with `holes` filled by name.

    The values say nothing personal: a page written for them serves everybody who has the same. Texts are escaped.
    """
    reading: Reading = current_app.extensions[_READERS]()
    shared = reading.shared
    key = (request.script_root, request.endpoint, template, tuple(values.items()), tuple(shared.items()))
    pieces = _kept(_PAGES, key, lambda: _prepare(template, {**shared, **values}, holes))
    filling = {
        "learner": reading.learner,
        "csrf_token": generate_csrf(),
        "csp_nonce": csp_nonce(),
        "flashed": _flashed(),
        **holes,
    }
    written = list(pieces)
    for place in range(1, len(written), 2):
        written[place] = escape(filling[written[place]])
    return "".join(written)


def _prepare(template: str, values: Mapping[str, Hashable], holes: Mapping[str, str]) -> tuple[str, ...]:
    """Return the page cut at its holes: text, name of a hole, text, and so on."""
    unseen = {"session": None, "g": None}  # the globals that would tell who reads
    token = _preparing.set(True)
    try:
        written = current_app.jinja_env.get_template(template).render(
            **values, **{name: hole(name) for name in holes}, **unseen
        )
    finally:
        _preparing.reset(token)
    return tuple(_HOLE.split(written))
