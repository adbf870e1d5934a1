"""Pages of strangers: checking a document by its code, and the public keys that check a file without us.

No list, no search, nothing indexed (security.md S27, S30).
"""

import structlog
from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import OperationalError
from werkzeug import Response as BaseResponse

from course_app.accounts import throttle
from course_app.accounts.access import subject
from course_app.certificates import pages, service
from course_app.certificates.access import press
from course_app.certificates.pages import Check
from course_app.certificates.rules import read_code
from course_app.signing import keys
from course_app.signing.rules import key_set
from course_app.store.session import db, reads_only
from course_app.store.tenancy import TenantSession
from course_app.web.clock import now

blueprint = Blueprint("check", __name__)
log = structlog.get_logger("reglo.certificates")

STATUSES = {Check.VALID: 200, Check.REVOKED: 200, Check.ERASED: 410, Check.UNKNOWN: 404}


@blueprint.get("/verifier")
def form() -> BaseResponse:
    """Show the form for a code typed by hand; a typed code leads to its own address."""
    typed = request.args.get("code", "")
    if not typed:
        return _page(None, "", 200)
    code = read_code(typed)
    if code is None:
        return _page(None, typed, 422)
    return redirect(url_for("check.show", code=code))


@blueprint.get("/verifier/<code>")
def show(code: str) -> BaseResponse:
    """Tell whoever holds a code what it is worth: ten times a minute for one address, then 429."""
    _count()
    known = read_code(code)
    if known is not None and known != code:
        return redirect(url_for("check.show", code=known))
    row = service.by_code(db.session, known) if known else None
    page = pages.check_page(row)
    return _page(page, "", STATUSES[page.state])


def _count() -> None:
    """Count this look, in a transaction of its own: the one thing that a reader leaves, a keyed hash for a minute.

    When the database takes no writing, checking goes on: what the limit slows down is guessing 128 bits.
    """
    token = reads_only.set(False)
    try:
        with TenantSession(db.engine) as counting:
            throttle.take(counting, throttle.CHECK_ADDRESS, subject(throttle.CHECK_ADDRESS), now())
            counting.commit()
    except OperationalError:
        log.warning("check not counted")
    finally:
        reads_only.reset(token)


def _page(page: pages.CheckPage | None, typed: str, status: int) -> Response:
    response = make_response(
        render_template("certificates/check.html", page=page, typed=typed, is_wrong=status == 422, states=Check), status
    )
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@blueprint.get("/attestations/cle-publique")
def public_key() -> str:
    """Explain how to check a file without us, and show the public keys."""
    listed = list(keys.public_keys(press().data_dir))
    return render_template("certificates/public_key.html", key_ids=listed, keys_url=press().keys_url)


@blueprint.get("/.well-known/reglo-attestations.json")
def key_file() -> Response:
    """Send the public keys as a JWK Set: the KEY that « course certificate verify » asks for."""
    response = jsonify(key_set(keys.public_keys(press().data_dir)))
    response.headers["Content-Disposition"] = 'attachment; filename="cle-publique-reglo.json"'
    return response
