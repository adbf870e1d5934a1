"""A company's ways, from the form to where they are shown."""

import io

import pytest
from PIL import Image

from course_app.accounts.rules import Role

COMPANY = "Atelier Vercors"
LESSON = "/lecons/oubli-et-facture-perdue"
TOLD = {
    "name": "Atelier Vercors SARL",
    "address": "4 rue des Scieries\n38250 Lans-en-Vercors",
    "phone": "",
    "signatory": "Samira Benali, comptable",
    "terms": "30-jours",
    "tone": "neutre",
    "days": "J+3, J+15",
    "contacts": "mise en demeure ; Claire ; 04 76 00 00 00",
}


@pytest.fixture
def administrator(client, sign_in, make_person):
    """An administrator, signed in."""
    return sign_in(client, make_person(Role.ADMINISTRATOR, COMPANY))


def _logo():
    made = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(made, "PNG")
    made.seek(0)
    return made


def _keep(client, csrf, **changed):
    form = {"csrf_token": csrf(client.get("/entreprise")), **TOLD, **changed}
    return client.post("/entreprise", data=form, content_type="multipart/form-data")


def test_what_a_company_says_is_shown_where_it_serves(client, csrf, administrator):
    """Terms, days and contacts beside a lesson and an exercise; name and address already in a letter."""
    assert _keep(client, csrf).status_code == 303
    for page in (LESSON, "/exercices/facture-orpheline"):
        shown = client.get(page).text
        assert "Chez vous" in shown
        assert "J+3, J+15" in shown
        assert "Claire, 04 76 00 00 00" in shown
    letter = client.get("/outils/lettres/mise-en-demeure").text
    assert "Atelier Vercors SARL" in letter
    assert "4 rue des Scieries" in letter


def test_a_company_that_said_nothing_sees_nothing(client, sign_in, make_person):
    """Without rules there is no empty box beside a lesson; nor for visitors."""
    assert "Chez vous" not in client.get(LESSON).text
    sign_in(client, make_person(Role.LEARNER, COMPANY))
    assert "Chez vous" not in client.get(LESSON).text


def test_s02_another_company_sees_none_of_it(app, session, client, csrf, administrator, sign_in, make_person):
    """Ways and logo stay in their company."""
    _keep(client, csrf, logo=(_logo(), "logo.png"))
    assert client.get("/entreprise/logo.png").mimetype == "image/png"
    other = app.test_client()
    other.shared_session = session
    sign_in(other, make_person(Role.ADMINISTRATOR))
    assert "Chez vous" not in other.get(LESSON).text
    assert other.get("/entreprise/logo.png").status_code == 404


def test_a_refusal_keeps_what_was_typed_and_what_was_kept(client, csrf, administrator):
    """A wrong day is told beside its field, the rest of the form stays typed, the former rules stay in force."""
    _keep(client, csrf)
    refused = _keep(client, csrf, days="jeudi", signatory="Zoé")
    assert refused.status_code == 422
    assert "n’est pas un jour" in refused.text
    assert "Zoé" in refused.text
    assert "J+3, J+15" in client.get(LESSON).text


@pytest.mark.parametrize("field", ["name", "address", "signatory"])
def test_what_certificates_cannot_print_is_refused(client, csrf, administrator, field):
    """A sign that our fonts do not hold is told where it is typed, not when somebody asks for their attestation."""
    refused = _keep(client, csrf, **{field: "Atelier 李"})
    assert refused.status_code == 422
    assert "Atelier 李" in refused.text


@pytest.mark.parametrize("sent", [(io.BytesIO(b"<svg/>"), "logo.svg"), (io.BytesIO(b"GIF89a"), "logo.png")])
def test_s65_what_is_no_picture_is_refused(client, csrf, administrator, sent):
    """A drawing that could hold a script, a file that lies about its type: 422, no logo."""
    assert _keep(client, csrf, logo=sent).status_code == 422
    assert client.get("/entreprise/logo.png").status_code == 404


def test_the_logo_goes_when_asked(client, csrf, administrator):
    """Saving again without a file keeps the logo; ticking the box takes it off."""
    _keep(client, csrf, logo=(_logo(), "logo.png"))
    _keep(client, csrf)
    assert client.get("/entreprise/logo.png").status_code == 200
    _keep(client, csrf, without_logo="y")
    assert client.get("/entreprise/logo.png").status_code == 404
