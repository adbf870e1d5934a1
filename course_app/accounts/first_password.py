"""Choosing a first password, for whoever entered by an invitation and a first name."""

import uuid
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug import Response

from course_app.accounts import passwords, service, sessions
from course_app.accounts.access import requires, signed_in
from course_app.accounts.forms import ResetForm
from course_app.accounts.mail import PASSWORD_CHANGED, notify
from course_app.accounts.models import DemonstrationPerson, User
from course_app.accounts.proof import TOO_LONG_AGO, is_fresh
from course_app.accounts.rules import Actor, Permission
from course_app.audit import service as audit
from course_app.audit.rules import Act, Entry
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.i18n import _
from course_app.web.security import SAFE_METHODS

blueprint = Blueprint("first_password", __name__)


@blueprint.route("/reglages/premier-mot-de-passe", methods=["GET", "POST"])
@requires(Permission.KEEP_ACCOUNT)
def choose() -> ResponseReturnValue:
    """Choose a password without having one; whoever has one changes it in their settings.

    From a session just opened only: a password chosen on a borrowed phone would then prove everything else.
    """
    user, form = service.of(db.session, signed_in()), ResetForm()
    if not _may_choose(db.session, user):
        return _to_settings()
    form.about = (user.first_name, user.email or "")
    if not is_fresh():
        form.form_errors.append(_(TOO_LONG_AGO))
        page = render_template("accounts/first_password.html", form=form, email=user.email)
        return page, 200 if request.method in SAFE_METHODS else 422
    if request.method in SAFE_METHODS:
        return render_template("accounts/first_password.html", form=form, email=user.email)
    db.session.rollback()  # hashing takes tens of milliseconds
    if not form.validate_on_submit():
        return render_template("accounts/first_password.html", form=form, email=user.email), 422
    new_hash = passwords.hashed(form.new_password.data or "")
    if _keep(db.session, signed_in(), user.id, new_hash, now()):
        notify(db.session, user, PASSWORD_CHANGED, now())
        flash(_("Votre mot de passe est choisi. Il ouvre votre compte sur tous vos appareils."), "success")
    db.session.commit()
    return _to_settings()


def _to_settings() -> Response:
    return redirect(url_for("accounts.settings"), 303)


def _may_choose(session: Session, user: User) -> bool:
    """Tell whether a person has no password yet; those of the demonstration, whom anybody may be, never get one."""
    shown = select(DemonstrationPerson.user_id).where(
        DemonstrationPerson.organisation_id == user.organisation_id, DemonstrationPerson.user_id == user.id
    )
    return user.password_hash is None and session.scalar(shown) is None


def _keep(session: Session, actor: Actor, user_id: uuid.UUID, new_hash: str, moment: datetime) -> bool:
    """Keep a first password, ending the person's other sessions; False when a parallel request chose one before."""
    chosen = session.scalar(
        update(User)
        .where(User.organisation_id == actor.organisation_id, User.id == user_id, User.password_hash.is_(None))
        .values(password_hash=new_hash)
        .returning(User.id)
    )
    if chosen is None:
        return False
    sessions.end_others(session, actor, moment)
    entry = Entry(actor.organisation_id, Act.PASSWORD_CHANGED, user_id, f"personne:{user_id}")
    audit.record(session, entry, moment)
    return True
