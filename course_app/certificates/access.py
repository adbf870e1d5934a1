"""What the room keeps on the application: its press, and what the room of placements says may be skipped."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from course_app.certificates.issuing import Press
from course_app.certificates.service import Office, Skipped
from course_app.config import Settings
from course_app.web.library import catalog

_EXTENSION = "reglo.certificates"


@dataclass(frozen=True)
class _Kept:
    press: Press
    skipped: Skipped


def init_certificates(app: Flask, settings: Settings, skipped: Skipped) -> None:
    """Give the room its press; `skipped` tells which items a person was allowed to skip."""
    app.extensions[_EXTENSION] = _Kept(Press(settings.data_dir, settings.base_url), skipped)


def press() -> Press:
    """Return the press of the running application."""
    return cast(_Kept, current_app.extensions[_EXTENSION]).press


def office() -> Office:
    """Return what issuing needs beside the database."""
    kept = cast(_Kept, current_app.extensions[_EXTENSION])
    return Office(kept.press, catalog(), kept.skipped)
