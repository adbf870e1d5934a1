"""Pages where people change their address (security.md S38)."""

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.validators import DataRequired

from course_app.accounts import addresses, throttle
from course_app.accounts.access import current_actor, requires, signed_in, subject
from course_app.accounts.forms import email_field, plausible_address
from course_app.accounts.mail import ADDRESS_CHANGED, ask_confirmation
from course_app.accounts.proof import ProofForm, is_proved
from course_app.accounts.rules import Permission, normalised_email
from course_app.accounts.service import of
from course_app.core.errors import Gone
from course_app.outbox import service as outbox
from course_app.outbox.rules import Recipient
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.forms import Form
from course_app.web.i18n import _, lazy_
from course_app.web.security import SAFE_METHODS

blueprint = Blueprint("addresses", __name__)
log = structlog.get_logger("reglo.accounts")

SAME = "C'est déjà votre adresse."


class AddressForm(ProofForm):
    """Asking for another address."""

    new_email = email_field(
        autocomplete="email",
        validators=(DataRequired(lazy_("Écrivez votre nouvelle adresse.")), plausible_address),
    )


class ConfirmForm(Form):
    """Confirming it from the mail: nothing to type."""


@blueprint.route("/reglages/adresse", methods=["GET", "POST"])
@requires(Permission.KEEP_ACCOUNT)
def change() -> ResponseReturnValue:
    """Have a link mailed to the new address; the answer is the same whether somebody has it already or not (S31)."""
    form, user = AddressForm(), of(db.session, signed_in())
    form.ask(user, always=True)
    form.new_email.label.text = _("Nouvelle adresse e-mail")
    if request.method in SAFE_METHODS:
        is_sent = "envoye" in request.args
        return render_template("accounts/address.html", form=form, email=user.email, is_sent=is_sent)
    new_email = normalised_email(form.new_email.data or "")
    is_valid = form.validate_on_submit()
    if is_valid and new_email == user.email:
        form.new_email.errors, is_valid = [_(SAME)], False
    if not is_valid or not is_proved(form, user):
        email = of(db.session, signed_in()).email
        return render_template("accounts/address.html", form=form, email=email, is_sent=False), 422
    user = of(db.session, signed_in())
    throttle.take(db.session, throttle.ADDRESS_ACCOUNT, subject(throttle.ADDRESS_ACCOUNT, str(user.id)), now())
    ask_confirmation(db.session, user, new_email or "", now())
    db.session.commit()
    log.info("address change asked", user=str(user.id))
    return redirect(url_for("addresses.change", envoye=1), 303)


@blueprint.route("/adresse/<token>", methods=["GET", "POST"])
def confirm(token: str) -> ResponseReturnValue:
    """Take the new address, by a click: opening the page uses nothing up, since mail scanners open links."""
    form = ConfirmForm()
    try:
        if request.method in SAFE_METHODS:
            change = addresses.waiting(db.session, token, now())
            return render_template("accounts/address_confirm.html", form=form, email=change.new_email)
        if not form.validate_on_submit():
            return render_template("accounts/address_confirm.html", form=form, email=None), 422
        user, old = addresses.use(db.session, token, now())
    except Gone:
        db.session.rollback()
        return render_template("accounts/address_gone.html"), 410
    # The old address is written out: the person's row no longer leads to it.
    outbox.write(db.session, ADDRESS_CHANGED.name, Recipient(None, None, old), {"first_name": user.first_name}, now())
    db.session.commit()
    log.info("address changed", user=str(user.id))
    flash(_("Votre adresse est changée. Elle sert dès maintenant à entrer."), "success")
    return redirect(url_for("accounts.settings" if current_actor() else "accounts.sign_in"), 303)
