"""`course user create`: the first account of an installation, opened by whoever holds the machine."""

import re
import uuid

import pytest

from course_app.accounts.models import Organisation
from course_app.site_cli import user

PASSWORD = "quatre mots sans rapport"


@pytest.mark.parametrize("company", ["Menuiserie Bocage", ""])
def test_the_company_is_asked_for_when_no_option_names_one(app, session, company):
    """An operator who gives no company is asked for one, as for the rest; an empty answer is a person alone."""
    answers = f"ana@bocage.fr\nAna\n{PASSWORD}\n{PASSWORD}\n{company}\n"
    run = app.test_cli_runner().invoke(user, ["create", "--role", "administrateur"], input=answers)
    assert run.exit_code == 0, run.output
    number = re.search(r"Compte créé : ana@bocage\.fr, entreprise (\S+)", run.output).group(1)
    assert session.get(Organisation, uuid.UUID(number)).name == company
