"""From errors to pages: the only place that knows which domain error is which HTTP status."""

import secrets

import structlog
from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask.globals import request_ctx
from sqlalchemy.exc import DataError, IntegrityError, InternalError, OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException

from course_app.core.errors import CourseError, Forbidden, Gone, Invalid, NotFound, Stale
from course_app.store.session import db
from course_app.web.i18n import _

log = structlog.get_logger("reglo.web")

STATUSES: dict[type[CourseError], int] = {NotFound: 404, Forbidden: 403, Stale: 409, Gone: 410, Invalid: 422}
RETRY_AFTER_SECONDS = 30
READ_ONLY = "25006"  # SQLSTATE read_only_sql_transaction

_PAGES: dict[int, tuple[str, str]] = {
    400: ("Demande incomplète", "La page a peut-être expiré. Revenez en arrière, rechargez-la, puis validez à nouveau."),
    401: ("Connexion nécessaire", "Connectez-vous, puis recommencez."),
    403: ("Accès réservé", "Votre rôle ne permet pas cette action. Demandez à votre responsable."),
    404: ("Page introuvable", "Cette page n'existe pas, ou n'existe plus. Repartez de l'accueil."),
    405: ("Action impossible ici", "Cette adresse ne répond pas à ce type de demande. Repartez de l'accueil."),
    409: ("La page a changé", "Rechargez la page, puis recommencez."),
    410: ("Lien expiré", "Ce lien a déjà servi ou a expiré. Demandez-en un nouveau."),
    413: ("Envoi trop volumineux", "Raccourcissez votre texte, puis validez à nouveau."),
    422: ("Réponse à corriger", "Vérifiez votre réponse, puis validez à nouveau."),
    429: ("Trop d'essais", "Attendez quelques minutes, puis réessayez."),
    500: ("Une erreur de notre côté", "Rien de ce qui était enregistré n'est perdu. Réessayez dans un instant."),
    503: ("Service interrompu", "L'enregistrement est impossible pour le moment. Réessayez dans une minute."),
}  # fmt: skip
_FIELDS_NEVER_SHOWN = ("csrf_token", "password", "key", "code", "token")


def error_reference() -> str:
    """Return a short reference that the page shows and the log holds."""
    return secrets.token_hex(4).upper()


def _route() -> str:
    """Return the rule of the address rather than the address: a reset link holds a secret (S64)."""
    return str(request.url_rule or "unknown")


def wants_json() -> bool:
    """Tell whether the caller is a background save rather than a person reading a page."""
    return (
        request.is_json or request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
    )


def error_page(status: int, message: str | None = None, heading: str = "") -> Response:
    """Return the French page (or JSON) of a status; what was typed is shown again so that it can be copied."""
    title, advice = _PAGES.get(status, _PAGES[500 if status >= 500 else 400])
    title, is_written = heading or title, status in (400, 409, 413, 422, 503) and not heading
    reference = error_reference()
    log.info("refused", status=status, path=_route(), reference=reference)
    if request_ctx.url_adapter is None:  # a host that is not ours: no address to link to
        return Response(f"{_(title)}. {_(message or advice)} ({reference})", status, mimetype="text/plain")
    if wants_json():
        response = jsonify(status=status, message=_(message or advice), reference=reference)
    else:
        response = make_response(
            render_template(
                "errors/error.html",
                status=status,
                heading=_(title),
                message=_(message or advice),
                reference=reference,
                typed=_typed_fields() if is_written else {},
                is_decision=bool(heading),
            )
        )
    response.status_code = status
    if status in (429, 503):
        response.headers.setdefault("Retry-After", str(RETRY_AFTER_SECONDS))
    return response


def _typed_fields() -> dict[str, str]:
    if request.method != "POST" or (request.content_length or 0) > (request.max_content_length or 0):
        return {}
    return {
        name: value
        for name, value in list(request.form.items())[:20]
        if value.strip() and not any(secret in name.lower() for secret in _FIELDS_NEVER_SHOWN)
    }


def _on_course_error(error: CourseError) -> Response:
    db.session.rollback()
    status = next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 400)
    return error_page(status, error.message, error.heading)


def _on_http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if 300 <= status < 400:
        return make_response(error.get_response())
    response = error_page(status)
    for name, value in error.get_headers():
        if name.lower() in ("retry-after", "allow"):
            response.headers[name] = value
    return response


def _on_bad_data(_error: DataError) -> Response:
    db.session.rollback()
    return error_page(422)


def _on_clash(error: IntegrityError) -> Response:
    """Two requests that excluded each other met in the database: the loser starts again; we are told."""
    db.session.rollback()
    log.error("clash", path=_route(), error=type(error.orig).__name__)
    return error_page(409)


def _on_database_away(error: OperationalError) -> Response:
    db.session.rollback()
    log.error("database away", path=_route(), error=type(error.orig).__name__)
    return error_page(503)


def says_read_only(error: SQLAlchemyError) -> bool:
    """Tell whether a database refused to write because it may only be read (R7): a standby, a disk mounted so."""
    origin = getattr(error, "orig", None)
    return getattr(origin, "sqlstate", None) == READ_ONLY or "readonly database" in str(origin)


def _on_internal_error(error: InternalError) -> Response:
    """PostgreSQL tells a read-only database as an internal error, SQLite as an operational one."""
    if not says_read_only(error):
        return _on_crash(error)
    db.session.rollback()
    log.error("database read-only", path=_route())
    return error_page(503)


def _on_crash(error: Exception) -> Response:
    reference = error_reference()
    log.error("crash", path=_route(), reference=reference, exc_info=error)
    if current_app.testing and current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    page = current_app.jinja_env.get_template("errors/static_500.html").render(reference=reference)
    return Response(page, status=500, mimetype="text/html")


def init_errors(app: Flask) -> None:
    """Register the French pages on the application."""
    app.register_error_handler(CourseError, _on_course_error)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(DataError, _on_bad_data)
    app.register_error_handler(IntegrityError, _on_clash)
    app.register_error_handler(OperationalError, _on_database_away)
    app.register_error_handler(InternalError, _on_internal_error)
    app.register_error_handler(Exception, _on_crash)
