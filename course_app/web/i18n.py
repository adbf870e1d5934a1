"""French interface texts: gettext calls on French source texts, typeset once, with the French plural.

The source text stays in plain ASCII punctuation; `core.french.typeset` gives it its apostrophes and
no-break spaces after translation, so that no author types an invisible character.
"""

from typing import Any

from flask import Flask, current_app
from flask_babel import Babel
from flask_babel import gettext as babel_gettext
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from course_app.core import french
from course_app.web.clock import PARIS

babel = Babel()
SOURCE_LANGUAGE = "fr"


def _worded(message: str) -> str:
    """Return a text in the reader's language, typeset. The source is French: only another language is looked up."""
    if current_app.config["BABEL_DEFAULT_LOCALE"] == SOURCE_LANGUAGE:
        return french.typeset(message)
    return french.typeset(babel_gettext(message))


def _(message: str, **values: Any) -> str:
    """Return an interface text, typeset, with its `%(name)s` placeholders filled."""
    text = _worded(message)
    return text % values if values else text


def lazy_(message: str, **values: Any) -> LazyString:
    """Return an interface text resolved when it is shown (form labels, validators)."""
    return LazyString(_, message, **values)


def ngettext(singular: str, plural: str, num: int, **values: Any) -> str:
    """Return the French plural, which begins at two: « 0 jour », « 1 jour », « 2 jours », « 1 012 jours »."""
    return _plural_for_templates(singular, plural, num) % {"num": num, **values}


def _plural_for_templates(singular: str, plural: str, num: int) -> str:
    worded = _worded(singular if abs(num) < 2 else plural)
    if abs(num) < 1_000:
        return worded
    return worded.replace("%(num)d", french.number(num)).replace("%(num)s", french.number(num))


def _typeset_filter(text: object) -> str:
    typeset = french.typeset(str(text))
    return Markup(typeset) if isinstance(text, Markup) else typeset  # noqa: S704 - safe text in, safe text out


def init_i18n(app: Flask) -> None:
    """Install French texts and the filters that print euros, dates and durations."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", SOURCE_LANGUAGE)
    babel.init_app(app, default_timezone="Europe/Paris")
    app.jinja_env.add_extension("jinja2.ext.i18n")
    # Templates ask thirty times a page: in French they ask the typesetter itself, which remembers.
    worded = french.typeset if app.config["BABEL_DEFAULT_LOCALE"] == SOURCE_LANGUAGE else _worded
    app.jinja_env.install_gettext_callables(worded, _plural_for_templates, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.filters.update(
        typeset=_typeset_filter,
        euros=french.euros,
        long_date=french.long_date,
        of_name=french.of_name,
        weekday_date=french.weekday_date,
        duration=french.duration,
        count=french.count,
        number=french.number,
        clock_time=lambda moment: french.clock_time(moment.astimezone(PARIS)),
        paris_date=lambda moment: french.long_date(moment.astimezone(PARIS).date()),
    )
