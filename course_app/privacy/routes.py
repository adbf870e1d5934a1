"""The page where a person asks to be erased, or takes it back."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from course_app.accounts import service as accounts
from course_app.accounts.access import requires, signed_in
from course_app.accounts.mail import notify
from course_app.accounts.proof import is_proved
from course_app.accounts.rules import Permission
from course_app.privacy import service
from course_app.privacy.forms import ErasureForm
from course_app.privacy.mail import ERASURE_ASKED
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.i18n import _

blueprint = Blueprint("privacy", __name__, url_prefix="/reglages/effacement")


@blueprint.get("")
@requires(Permission.KEEP_ACCOUNT)
def show() -> ResponseReturnValue:
    """Say what an erasure takes away and what stays, and when it happens."""
    form = ErasureForm(None)
    form.ask(accounts.of(db.session, signed_in()), always=True)
    return _page(form)


@blueprint.post("")
@requires(Permission.KEEP_ACCOUNT)
def ask() -> ResponseReturnValue:
    """Note the request; it is done in a week."""
    form, actor = ErasureForm(), signed_in()
    user = accounts.of(db.session, actor)
    form.ask(user, always=True)
    if not form.validate_on_submit() or not is_proved(form, user):
        return _page(form), 422
    service.ask(db.session, actor, now())
    notify(db.session, user, ERASURE_ASKED, now())
    db.session.commit()
    flash(_("Votre demande est enregistrée. Vous pouvez l'annuler pendant sept jours."), "success")
    return redirect(url_for("privacy.show"), 303)


@blueprint.post("/annuler")
@requires(Permission.KEEP_ACCOUNT)
def take_back() -> ResponseReturnValue:
    """Keep the account after all."""
    service.take_back(db.session, signed_in(), now())
    db.session.commit()
    flash(_("Votre compte et vos données sont gardés."), "success")
    return redirect(url_for("privacy.show"), 303)


def _page(form: ErasureForm) -> str:
    return render_template("privacy/erasure.html", form=form, asked=service.asked(db.session, signed_in()))
