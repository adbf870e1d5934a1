"""Pages of accounts: coming in, going out, choosing a new password, settings.

A view that checks or makes a password commits, or rolls back, before: hashing takes tens of milliseconds, and an
open transaction would keep SQLite's other writers waiting all along.
"""

import json
import uuid
from typing import Any

import structlog
from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from course_app.accounts import attempts, passwords, resets, service, sessions, throttle
from course_app.accounts.access import (
    accounts,
    current_actor,
    device,
    enter,
    leave,
    requires,
    settings,
    signed_in,
    subject,
)
from course_app.accounts.destinations import local_path
from course_app.accounts.entering import end_previous, note_sign_in, onwards, renew, with_password
from course_app.accounts.factors import asking as passkey_asking
from course_app.accounts.forms import (
    DemonstrationForm,
    DisplayForm,
    ForgottenForm,
    PasswordForm,
    ResetForm,
    SignInForm,
    SignUpForm,
)
from course_app.accounts.mail import PASSWORD_CHANGED, ask_link, notify
from course_app.accounts.models import User
from course_app.accounts.own_data import NAMES
from course_app.accounts.rules import Actor, Permission, Theme, account_name, normalised_email
from course_app.audit import service as audit
from course_app.audit.rules import Act, Entry
from course_app.core.errors import Gone, Invalid, NotFound
from course_app.outbox.delivery import shown_folder
from course_app.store.session import db
from course_app.web.clock import now, today
from course_app.web.forms import Form
from course_app.web.i18n import _
from course_app.web.security import SAFE_METHODS

blueprint = Blueprint("accounts", __name__)
log = structlog.get_logger("reglo.accounts")

WRONG = "Adresse ou mot de passe inexact. Vérifiez les deux, ou choisissez un nouveau mot de passe."


@blueprint.route("/inscription", methods=["GET", "POST"])
def sign_up() -> ResponseReturnValue:
    """Open an account; what a guest did on trial is kept."""
    if _is_member(current_actor()):
        return onwards(None)
    form = SignUpForm()
    if _is_reading():
        form.next.data = local_path(request.args.get("next"))
        return render_template("accounts/sign_up.html", form=form)
    if not form.validate_on_submit():
        return render_template("accounts/sign_up.html", form=form), 422
    throttle.take(db.session, throttle.SIGN_UP_ADDRESS, subject(throttle.SIGN_UP_ADDRESS), now())
    db.session.commit()
    try:
        _open_account(form)
    except Invalid as refusal:
        db.session.rollback()
        email, password = form.email.data or "", form.password.data or ""
        way_in = with_password(email, password, remember=False, destination=form.next.data)
        if way_in is not None:
            return way_in  # a second click on « Créer », or a person who had forgotten
        form.email.errors = [*form.email.errors, _(refusal.message)]
        return render_template("accounts/sign_up.html", form=form), 422
    flash(_("Bienvenue. Votre compte est ouvert."), "success")
    return onwards(form.next.data)


def _open_account(form: SignUpForm) -> None:
    given = service.NewPerson(
        first_name=form.first_name.data or "",
        email=normalised_email(form.email.data or "") or "",
        password_hash=passwords.hashed(form.password.data or ""),
        company=form.company.data or "",
    )
    user = service.sign_up(db.session, given, now(), guest=current_actor())
    opened = sessions.open_session(db.session, user, now(), device=device())
    note_sign_in(user, None)
    db.session.commit()
    enter(opened)
    log.info("signed up", user=str(user.id))


@blueprint.route("/connexion", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Sign in; what a guest did on trial follows them into their account."""
    form = SignInForm()
    if _is_reading():
        if _is_member(current_actor()):
            return onwards(request.args.get("next"))
        form.next.data = local_path(request.args.get("next"))
        return _sign_in_page(form, has_left="sortie" in request.args)
    if not form.validate_on_submit():
        return _sign_in_page(form), 422
    try:
        way_in = with_password(
            form.email.data or "",
            form.password.data or "",
            remember=bool(form.remember.data),
            destination=form.next.data,
        )
    except throttle.TooMany as refusal:
        db.session.rollback()
        form.form_errors.append(_(refusal.message))
        return _sign_in_page(form), 429, {"Retry-After": str(refusal.retry_after)}
    if way_in is None:
        form.form_errors.append(_(WRONG))
        return _sign_in_page(form), 422
    return way_in


def _sign_in_page(form: SignInForm, *, has_left: bool = False) -> str:
    return render_template(
        "accounts/sign_in.html",
        form=form,
        has_left=has_left,
        passkey_options=passkey_asking.to_show(),
        offers_company=settings().oidc_url != "",
    )


@blueprint.post("/deconnexion")
def sign_out() -> ResponseReturnValue:
    """End this session in the database, then clear the browser."""
    actor = current_actor()
    if actor is not None:
        end_previous(actor)
        db.session.commit()
        log.info("signed out", user=str(actor.user_id))
    return leave(redirect(url_for("accounts.sign_in", sortie=1), 303))


@blueprint.route("/mot-de-passe-oublie", methods=["GET", "POST"])
def forgotten() -> ResponseReturnValue:
    """Send a link to choose a new password; the answer is the same whether the address is known or not (S31)."""
    form = ForgottenForm()
    if _is_reading():
        folder = shown_folder(settings())
        return render_template("accounts/forgotten.html", form=form, is_sent="envoye" in request.args, folder=folder)
    if not form.validate_on_submit():
        return render_template("accounts/forgotten.html", form=form, is_sent=False, folder=None), 422
    moment, name = now(), account_name(form.email.data or "")
    throttle.take(db.session, throttle.RESET_ADDRESS, subject(throttle.RESET_ADDRESS), moment)
    throttle.take(db.session, throttle.RESET_ACCOUNT, subject(throttle.RESET_ACCOUNT, name), moment)
    ask_link(db.session, name, moment)
    db.session.commit()
    return redirect(url_for("accounts.forgotten", envoye=1), 303)


@blueprint.route("/reinitialiser/<token>", methods=["GET", "POST"])
def reset(token: str) -> ResponseReturnValue:
    """Choose a new password from a link; opening the page uses nothing up, since mail scanners open links."""
    form = ResetForm()
    try:
        user = resets.holder(db.session, token, now())
        form.about = (user.first_name, user.email or "")
        db.session.rollback()
        if _is_reading():
            return render_template("accounts/reset.html", form=form)
        if not form.validate_on_submit():
            return render_template("accounts/reset.html", form=form), 422
        user = resets.use(db.session, token, passwords.hashed(form.new_password.data or ""), now())
    except Gone:
        db.session.rollback()
        return render_template("accounts/reset_gone.html"), 410
    name = user.email or ""
    throttle.forgive(db.session, throttle.SIGN_IN_ACCOUNT, subject(throttle.SIGN_IN_ACCOUNT, name))
    _tell_password_changed(user)
    db.session.commit()
    flash(_("Votre mot de passe est changé. Connectez-vous avec le nouveau."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.get("/reglages", endpoint="settings")
@requires(Permission.LEARN)
def show_settings() -> ResponseReturnValue:
    """Show one's settings."""
    return _settings_page()


@blueprint.post("/reglages/affichage")
@requires(Permission.LEARN)
def change_display() -> ResponseReturnValue:
    """Keep a theme and a timezone."""
    form = DisplayForm()
    if not form.validate_on_submit():
        return _settings_page(form), 422
    service.change_display(db.session, signed_in(), Theme(form.theme.data), str(form.timezone.data))
    db.session.commit()
    flash(_("Vos réglages sont enregistrés."), "success")
    return redirect(url_for("accounts.settings"), 303)


@blueprint.post("/reglages/mot-de-passe")
@requires(Permission.KEEP_ACCOUNT)
def change_password() -> ResponseReturnValue:
    """Change one's password: every other session ends, this one gets a new token, a notice is mailed."""
    form, user = PasswordForm(), service.of(db.session, signed_in())
    form.about = (user.first_name, user.email or "")
    if not form.validate_on_submit():
        return _settings_page(form), 422
    found, verdict = attempts.checked(user.email or "", form.current_password.data or "")
    if found is None or not verdict.right:
        form.current_password.errors = [_("Ce n'est pas votre mot de passe actuel. Écrivez-le à nouveau.")]
        return _settings_page(form), 422
    verified_at = sessions.factor_verified_at(db.session, signed_in())
    db.session.commit()
    user = service.change_password(db.session, found, verdict, passwords.hashed(form.new_password.data or ""), now())
    attempts.forgive(user.email or "")
    _tell_password_changed(user)
    renew(user, verified_at)
    flash(_("Votre mot de passe est changé. Vos autres appareils sont déconnectés."), "success")
    return redirect(url_for("accounts.settings"), 303)


@blueprint.post("/reglages/sessions/<uuid:session_id>/fermer")
@requires(Permission.KEEP_ACCOUNT)
def end_session(session_id: uuid.UUID) -> ResponseReturnValue:
    """End one of one's sessions on another device."""
    sessions.end(db.session, signed_in(), session_id, now())
    db.session.commit()
    flash(_("Cet appareil est déconnecté."), "success")
    return redirect(url_for("accounts.settings"), 303)


@blueprint.post("/reglages/sessions/autres/fermer")
@requires(Permission.KEEP_ACCOUNT)
def end_other_sessions() -> ResponseReturnValue:
    """End all of one's sessions but this one."""
    sessions.end_others(db.session, signed_in(), now())
    db.session.commit()
    flash(_("Vos autres appareils sont déconnectés."), "success")
    return redirect(url_for("accounts.settings"), 303)


@blueprint.post("/reglages/donnees")
@requires(Permission.LEARN)
def export_data() -> ResponseReturnValue:
    """Download everything kept about oneself; five times an hour (S79)."""
    actor = signed_in()
    throttle.take(db.session, throttle.EXPORT_ACCOUNT, subject(throttle.EXPORT_ACCOUNT, str(actor.user_id)), now())
    taken = service.export(db.session, actor, accounts().records)
    exported = Entry(actor.organisation_id, Act.DATA_EXPORTED, actor.user_id, f"personne:{actor.user_id}")
    audit.record(db.session, exported, now())
    db.session.commit()
    log.info("data exported", user=str(actor.user_id))
    is_readable = request.form.get("format") == "page"
    body = (
        render_template("accounts/my_data.html", data=taken, day=today(), names=NAMES)
        if is_readable
        else _as_json(taken)
    )
    response = make_response(body)
    response.mimetype = "text/html" if is_readable else "application/json"
    name = f"reglo-mes-donnees-{today()}.{'html' if is_readable else 'json'}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _as_json(taken: dict[str, Any]) -> str:
    return json.dumps(taken, ensure_ascii=False, indent=2)


@blueprint.route("/demonstration", methods=["GET", "POST"])
def demonstration() -> ResponseReturnValue:
    """List the demonstration's people and let any visitor be one of them; elsewhere this page does not exist."""
    if not settings().is_demonstration:
        raise NotFound
    form = DemonstrationForm()
    if _is_reading():
        return render_template("accounts/demonstration.html", people=service.demonstration_people(db.session))
    try:
        user = service.demonstration_person(db.session, uuid.UUID(form.person.data or ""))
    except ValueError:
        raise NotFound from None
    end_previous(current_actor())
    # An invented person proves nothing: no password opens their account, and whoever asks may enter (README, decisions).
    opened = sessions.open_session(db.session, user, now(), device=device(), factor_verified_at=now())
    note_sign_in(user, None)
    db.session.commit()
    enter(opened)
    return onwards(None)


def _is_reading() -> bool:
    """Tell whether the page is only looked at: HEAD is a reading too."""
    return request.method in SAFE_METHODS


def _is_member(actor: Actor | None) -> bool:
    return actor is not None and not actor.is_guest


def _tell_password_changed(user: User) -> None:
    log.info("password changed", user=str(user.id))
    notify(db.session, user, PASSWORD_CHANGED, now())


def _settings_page(faulty: Form | None = None) -> str:
    """Return the settings page; `faulty` is the form to show again as it was sent."""
    actor = signed_in()
    display = faulty if isinstance(faulty, DisplayForm) else DisplayForm(None)
    password = faulty if isinstance(faulty, PasswordForm) else PasswordForm(None)
    user = service.of(db.session, actor)
    if faulty is not display:
        display.theme.data, display.timezone.data = user.theme.value, user.timezone
    return render_template(
        "accounts/settings.html",
        form=faulty,
        display=display,
        password=password,
        email=user.email,
        has_password=user.password_hash is not None,
        sessions=sessions.listed(db.session, actor, now()),
    )
