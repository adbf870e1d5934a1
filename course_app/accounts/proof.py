"""Asking again who somebody is, before what a borrowed phone must not do: security settings, address (ASVS 5.0 7.5.1)."""

from datetime import timedelta

from wtforms import PasswordField
from wtforms.validators import InputRequired

from course_app.accounts import attempts
from course_app.accounts.access import known_session
from course_app.accounts.models import User
from course_app.web.clock import now
from course_app.web.forms import Form
from course_app.web.i18n import _, lazy_

FRESH = timedelta(minutes=15)
NOT_YOURS = "Ce n'est pas votre mot de passe actuel. Écrivez-le à nouveau."
TOO_LONG_AGO = "Votre connexion date de plus d'un quart d'heure. Déconnectez-vous, revenez, puis recommencez."


class ProofForm(Form):
    """A form that may ask for today's password; `account` tells password managers whose."""

    account = ""
    current_password = PasswordField(
        lazy_("Votre mot de passe"),
        validators=[InputRequired(lazy_("Écrivez votre mot de passe."))],
        render_kw={"autocomplete": "current-password"},
    )

    def ask(self, user: User, *, always: bool) -> None:
        """Leave the password out for somebody who has none, or, unless `always`, who came in a moment ago."""
        self.account = user.email or ""
        if user.password_hash is None or (not always and is_fresh()):
            del self.current_password


def is_proved(form: ProofForm, user: User) -> bool:
    """Tell whether the form proves who sent it, and say on it what is wrong. Raises `TooMany`. Commits.

    People without password came in through their company, or by a passkey: theirs is a session just opened.
    """
    if form.current_password is None:
        if not is_fresh():
            form.form_errors.append(_(TOO_LONG_AGO))
        return is_fresh()
    email = user.email or ""
    found, verdict = attempts.checked(email, form.current_password.data or "")
    if found is None or not verdict.right:
        form.current_password.errors = [_(NOT_YOURS)]
        return False
    attempts.forgive(email)
    return True


def is_fresh() -> bool:
    """Tell whether this browser's session was opened, or showed its factor, a moment ago."""
    known = known_session()
    return known is not None and now() - known.proved_at <= FRESH
