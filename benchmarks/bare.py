"""The limit of a page: a Flask « hello » under the very same gunicorn as the product."""

import os
import tempfile

from flask import Flask

from course_app.config import Settings, load_settings
from course_app.serving import Server
from course_app.web.counters import init_counters


class _Server(Server):
    def _start_work(self, _worker: object) -> None:
        """Nothing runs beside a page that does nothing: it has no database to take jobs from."""


def bare_app() -> Flask:
    """Return an application with one page that does nothing."""
    app = Flask("bare")
    app.add_url_rule("/", view_func=lambda: "bonjour")
    app.add_url_rule("/healthz", endpoint="health", view_func=lambda: "ok")
    return app


def main(settings: Settings) -> None:
    """Serve until TERM; the server counts what it answers, here as in the product."""
    app = bare_app()
    init_counters(app)
    _Server(app, settings).run()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(load_settings({**os.environ, "DATA_DIR": folder}))
