"""Access to the published catalogue from routes."""

from typing import cast

from flask import Flask, current_app

from course_app.library.catalog import Catalog
from course_app.library.publication import Publication

_EXTENSION = "reglo.publication"


def init_library(app: Flask, publication: Publication) -> None:
    """Attach a loaded publication to the application."""
    app.extensions[_EXTENSION] = publication


def publication() -> Publication:
    """Return the publication served by this process."""
    return cast(Publication, current_app.extensions[_EXTENSION])


def catalog() -> Catalog:
    """Return the last good catalogue."""
    return publication().catalog()
