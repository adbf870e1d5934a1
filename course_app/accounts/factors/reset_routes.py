"""What administrators do for somebody who cannot come in: they never set or see a password (security.md S13)."""

import uuid

import structlog
from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from course_app.accounts import throttle
from course_app.accounts.access import requires, signed_in, subject
from course_app.accounts.factors import service
from course_app.accounts.mail import SECURITY_CHANGED, ask_link, notify
from course_app.accounts.models import User
from course_app.accounts.rules import Permission, account_name
from course_app.accounts.service import person
from course_app.audit import service as audit
from course_app.audit.rules import Act, Entry
from course_app.core.errors import NotFound
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.i18n import _

blueprint = Blueprint("person_access", __name__)
log = structlog.get_logger("reglo.accounts")


@blueprint.get("/administration/personnes/<uuid:user_id>/acces")
@requires(Permission.ADMINISTER)
def show(user_id: uuid.UUID) -> ResponseReturnValue:
    """Show how somebody comes in, and the two ways to help them."""
    user = _member(user_id)
    return render_template("factors/access.html", person=user, held=service.held(db.session, user))


@blueprint.post("/administration/personnes/<uuid:user_id>/acces/lien")
@requires(Permission.ADMINISTER)
def send_link(user_id: uuid.UUID) -> ResponseReturnValue:
    """Mail somebody a link to choose a new password; three an hour, those they ask for themselves included (S79)."""
    user, moment = _member(user_id), now()
    name = account_name(user.email or "")
    throttle.take(db.session, throttle.RESET_ACCOUNT, subject(throttle.RESET_ACCOUNT, name), moment)
    ask_link(db.session, name, moment)
    administrator = signed_in()
    entry = Entry(user.organisation_id, Act.PASSWORD_RESET_SENT, administrator.user_id, f"personne:{user.id}")
    audit.record(db.session, entry, moment)
    db.session.commit()
    log.info("reset sent", user=str(user.id), by=str(administrator.user_id))
    flash(_("Le lien est parti. Il sert une fois, pendant 30 minutes."), "success")
    return redirect(url_for("person_access.show", user_id=user.id), 303)


@blueprint.post("/administration/personnes/<uuid:user_id>/acces/effacer")
@requires(Permission.ADMINISTER)
def reset_factors(user_id: uuid.UUID) -> ResponseReturnValue:
    """Take away the second factors of somebody who lost them; their devices are signed out, a notice is mailed."""
    _member(user_id)
    user = service.reset(db.session, signed_in(), user_id, now())
    what = _("Une personne qui administre votre entreprise a effacé vos seconds moyens d'entrer.")
    notify(db.session, user, SECURITY_CHANGED, now(), {"what": what})
    db.session.commit()
    log.info("second factors reset", user=str(user.id), by=str(signed_in().user_id))
    flash(_("C'est effacé. Cette personne en ajoutera un à sa prochaine visite, si son rôle le demande."), "success")
    return redirect(url_for("person_access.show", user_id=user.id), 303)


def _member(user_id: uuid.UUID) -> User:
    """Return an active member of one's organisation; raise `NotFound` for anybody else, existing or not (S02)."""
    user = person(db.session, signed_in().organisation_id, user_id)
    if user.email is None:
        raise NotFound
    return user
