"""Pages where people add and remove their second factors (security.md S39).

A change is proved by today's password, or by having come in a moment ago (proof.py), and told by mail. Drawing and
hashing recovery codes takes a second: it is done outside any transaction.
"""

import uuid
from collections.abc import Callable
from functools import partial

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer
from markupsafe import Markup

from course_app.accounts.access import requires, settings, signed_in
from course_app.accounts.destinations import local_path
from course_app.accounts.entering import renew
from course_app.accounts.factors import asking, passkeys, rules, sealing, service
from course_app.accounts.factors.drawing import square_code
from course_app.accounts.factors.forms import ApplicationForm, PasskeyForm, RemovalForm, fill
from course_app.accounts.mail import SECURITY_CHANGED, notify
from course_app.accounts.models import User
from course_app.accounts.proof import is_proved
from course_app.accounts.rules import ROLES_WITH_FACTOR, Permission, device_family, typed_digits
from course_app.accounts.service import of
from course_app.core.errors import Invalid, NotFound, Stale
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.i18n import _
from course_app.web.security import SAFE_METHODS

blueprint = Blueprint("factors", __name__)
log = structlog.get_logger("reglo.accounts")

SECRET_LIFE_SECONDS = 3600
WRONG_CODE = "Ce n'est pas le code attendu. Attendez le suivant, puis recopiez-le. Vérifiez aussi l'heure du téléphone."
PASSKEY_FAILED = "La clé d'accès n'a pas été créée. Recommencez, ou choisissez l'application de codes."
PAGE_TOO_OLD = "Cette page a vieilli. Voici un nouveau carré : photographiez-le, puis recopiez le code."


@blueprint.get("/reglages/securite")
@requires(Permission.KEEP_ACCOUNT)
def overview() -> ResponseReturnValue:
    """Show one's second factors, and say to whom they are asked and why."""
    user = _me()
    return render_template(
        "factors/overview.html",
        held=service.held(db.session, user),
        is_asked=user.role in ROLES_WITH_FACTOR,
        is_due=signed_in().factor_due,
        offers_passkeys=asking.site() is not None,
        next=local_path(request.args.get("next")),
    )


@blueprint.route("/reglages/securite/application", methods=["GET", "POST"])
@requires(Permission.KEEP_ACCOUNT)
def add_application() -> ResponseReturnValue:
    """Add an application of codes: its secret is shown here, and never again."""
    form, user = ApplicationForm(), _me()
    form.ask(user, always=False)
    secret = _signed_secret(form.secret_token.data, user)
    if request.method in SAFE_METHODS:
        form.next.data = local_path(request.args.get("next"))
        return _application_page(form, user)
    if not form.validate_on_submit():
        return _application_page(form, user, secret), 422
    if secret is None:
        form.form_errors.append(_(PAGE_TOO_OLD))
        return _application_page(form, user), 422
    if not is_proved(form, user):
        return _application_page(form, _me(), secret), 422
    step = rules.matching_step(secret, typed_digits(form.code.data or "") or "", now(), used=None)
    if step is None:
        form.code.errors = [_(WRONG_CODE)]
        return _application_page(form, _me(), secret), 422
    sealed = sealing.seal(settings().secret_keys, secret)
    add = partial(service.add_application, db.session, sealed_secret=sealed, used_step=step, now=now())
    return _after_adding(add, _("une application de codes"), form.next.data)


@blueprint.route("/reglages/securite/cle", methods=["GET", "POST"])
@requires(Permission.KEEP_ACCOUNT)
def add_passkey() -> ResponseReturnValue:
    """Add a passkey that this device, or another at hand, has just made."""
    if asking.site() is None:
        raise NotFound
    form, user = PasskeyForm(), _me()
    form.ask(user, always=False)
    if request.method in SAFE_METHODS:
        fill(form, next=local_path(request.args.get("next")), name=device_family(request.user_agent.string))
        return _passkey_page(form, user)
    if not form.validate_on_submit() or not is_proved(form, user):
        return _passkey_page(form, _me()), 422
    try:
        given = asking.made(form.key_answer.data or "", form.name.data or "")
        add = partial(service.add_passkey, db.session, given=given, now=now())
        return _after_adding(add, _("une clé d'accès"), form.next.data)
    except passkeys.Refused:
        form.form_errors.append(_(PASSKEY_FAILED))
    except Invalid as refusal:
        db.session.rollback()
        form.form_errors.append(_(refusal.message))
    return _passkey_page(form, _me()), 422


@blueprint.route("/reglages/securite/application/retirer", methods=["GET", "POST"])
@requires(Permission.KEEP_ACCOUNT)
def remove_application() -> ResponseReturnValue:
    """Remove one's application of codes."""
    if service.held(db.session, _me()).application_since is None:
        raise NotFound
    remove = partial(service.remove_application, db.session, now=now())
    return _removal(remove, _("l'application de codes"))


@blueprint.route("/reglages/securite/cles/<uuid:passkey_id>/retirer", methods=["GET", "POST"])
@requires(Permission.KEEP_ACCOUNT)
def remove_passkey(passkey_id: uuid.UUID) -> ResponseReturnValue:
    """Remove one of one's passkeys."""
    name = next((line.name for line in service.held(db.session, _me()).passkeys if line.id == passkey_id), None)
    if name is None:
        raise NotFound
    remove = partial(service.remove_passkey, db.session, passkey_id=passkey_id, now=now())
    return _removal(remove, _("la clé « %(name)s »", name=name))


@blueprint.route("/reglages/securite/codes", methods=["GET", "POST"])
@requires(Permission.KEEP_ACCOUNT)
def draw_recovery_codes() -> ResponseReturnValue:
    """Draw ten new recovery codes: the former ones stop working; these are shown here, and never again."""
    form, user = RemovalForm(), _me()
    if service.held(db.session, user).number == 0:
        raise NotFound
    form.ask(user, always=True)
    if request.method in SAFE_METHODS:
        return render_template("factors/new_codes.html", form=form)
    if not form.validate_on_submit() or not is_proved(form, user):
        return render_template("factors/new_codes.html", form=form), 422
    db.session.rollback()
    codes, salt, hashes = _drawn_codes()
    user = _me()
    service.keep_recovery_codes(db.session, user, hashes, salt, now())
    _warn(user, _("De nouveaux codes de secours viennent d'être tirés. Les anciens ne servent plus."))
    db.session.commit()
    return render_template("factors/codes.html", codes=codes, next=None)


def _me() -> User:
    return of(db.session, signed_in())


def _application_page(form: ApplicationForm, user: User, secret: str | None = None) -> str:
    """Return the page with its square code; the secret travels in the form, signed for this person alone."""
    secret = secret or rules.new_secret()
    form.secret_token.data = _serializer().dumps([str(user.id), secret])
    address = rules.application_address(secret, user.email or user.first_name)
    return render_template(
        "factors/application.html",
        form=form,
        square=Markup(square_code(address)),  # noqa: S704 - drawn by us from signs that need no escaping
        address=address,
        key=rules.grouped(secret),
        replaces=service.held(db.session, user).application_since is not None,
    )


def _passkey_page(form: PasskeyForm, user: User) -> str:
    form.key_answer.data = ""
    return render_template("factors/passkey.html", form=form, options=asking.to_create(user))


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(list(reversed(settings().secret_keys)), salt="code-application")


def _signed_secret(token: str | None, user: User) -> str | None:
    """Return the secret that this person was shown less than an hour ago."""
    try:
        owner, secret = _serializer().loads(token or "", max_age=SECRET_LIFE_SECONDS)
    except (BadSignature, ValueError, TypeError):
        return None
    return str(secret) if owner == str(user.id) else None


def _drawn_codes() -> tuple[tuple[str, ...], str, list[str]]:
    """Return ten codes as they are shown, their salt, and their slow hashes in the same order."""
    codes, salt = rules.new_recovery_codes(), sealing.new_salt()
    return codes, salt, [sealing.slow_hash(rules.typed_recovery_code(code) or "", salt) for code in codes]


def _after_adding(add: Callable[[User], None], what: str, destination: str | None) -> ResponseReturnValue:
    """Add a factor. With the first one come recovery codes, and other devices are asked to come in again."""
    is_first = not service.holds_any(db.session, _me())
    db.session.rollback()
    codes, salt, hashes = _drawn_codes() if is_first else ((), "", [])
    user = _me()
    add(user)
    told = _("Votre compte a un nouveau moyen d'entrer : %(what)s.", what=what)
    _warn(user, told)
    if not is_first:
        db.session.commit()
        flash(_("C'est fait. Vous avez un moyen d'entrer de plus."), "success")
        return redirect(url_for("factors.overview"), 303)
    service.keep_recovery_codes(db.session, user, hashes, salt, now())
    renew(user, factor_verified_at=now())
    return render_template("factors/codes.html", codes=codes, next=local_path(destination))


def _removal(remove: Callable[[User], None], what: str) -> ResponseReturnValue:
    form, user = RemovalForm(), _me()
    form.ask(user, always=True)
    if request.method in SAFE_METHODS:
        return render_template("factors/remove.html", form=form, what=what)
    if not form.validate_on_submit() or not is_proved(form, user):
        return render_template("factors/remove.html", form=form, what=what), 422
    try:
        user = _me()
        remove(user)
    except Stale as refusal:
        db.session.rollback()
        form.form_errors.append(_(refusal.message))
        return render_template("factors/remove.html", form=form, what=what), 409
    _warn(user, _("Un moyen d'entrer vient d'être retiré de votre compte : %(what)s.", what=what))
    db.session.commit()
    flash(_("C'est retiré."), "success")
    return redirect(url_for("factors.overview"), 303)


def _warn(user: User, sentence: str) -> None:
    """Have somebody told by mail what has just changed on their account (ASVS 5.0 6.3.7)."""
    log.info("second factors changed", user=str(user.id))
    notify(db.session, user, SECURITY_CHANGED, now(), {"what": sentence})
