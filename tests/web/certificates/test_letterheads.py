"""Documents under the company's letterhead: its name, address, signatory and logo, as they were that day."""

from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from course_app.accounts.rules import Role
from course_app.certificates import letterheads, logos, service
from course_app.certificates.evidence import DocumentsEvidence
from course_app.certificates.issuing import file_of
from course_app.certificates.models import Certificate, CertificateLogo
from course_app.company import service as company
from course_app.company.rules import Ways
from course_app.progress.evidence import Wanted
from course_app.signing import keys, seals
from course_app.web.clock import now
from tests.support import people
from tests.support.documents import LOGO, logo_of
from tests.web.certificates.conftest import EVERYWHERE, PATH, follow, lead
from tests.web.certificates.test_earning import FORM

TOLD = Ways(name="Bocage SARL", address="4 rue des Scieries\n38250 Lans-en-Vercors", signatory="Claire Martin, gérante")
OTHER = logo_of(30, 30)


def _tell(session, actor, told=TOLD, logo=LOGO):
    company.change(session, actor, told, logo, now())
    session.commit()


def _print(pdf):
    return " ".join(PdfReader(BytesIO(pdf)).pages[0].extract_text().split())


def _kept(session):
    return session.scalar(select(func.count()).select_from(CertificateLogo).execution_options(**EVERYWHERE))


def test_an_attestation_keeps_the_logo_of_its_day(client, session, desk, earner):
    """Name, address, signatory and logo are printed; the company changes them all, the file stays the same to the byte."""
    _tell(session, earner.actor)
    row = service.issue_skills(session, earner.actor, desk, PATH, "Samira Benali", now())
    session.commit()
    people.sign_in(client, earner)
    url = f"/attestations/{row.id}/fichier.pdf"
    before = client.get(url).data
    for words in ("Bocage SARL", "4 rue des Scieries, 38250 Lans-en-Vercors", "Claire Martin, gérante"):
        assert words in _print(before)
    assert before == file_of(desk.press, row, LOGO)
    _tell(session, earner.actor, Ways(name="Autre nom"), OTHER)
    session.expire_all()
    assert client.get(url).data == before
    assert seals.open_sealed(before, keys.public_keys(desk.press.data_dir)).facts["issuer"] == "Bocage SARL"
    assert "Bocage SARL" in unescape(client.get(f"/verifier/{row.code}").get_data(as_text=True))


def test_a_dossier_holds_the_same_file(session, desk, catalog, earner):
    """The dossier de preuve attaches the file with its logo, as downloaded."""
    _tell(session, earner.actor)
    row = service.issue_skills(session, earner.actor, desk, PATH, "Samira Benali", now())
    (piece,) = DocumentsEvidence(desk.press).evidence(
        session, Wanted(earner.actor, catalog.paths[PATH], catalog, False)
    )
    assert piece.content == file_of(desk.press, row, LOGO)


@pytest.mark.parametrize("ticked", [True, False])
def test_the_form_is_filled_with_what_the_company_says(client, session, catalog, make_person, ticked):
    """Name, address on a line, name and quality of who signs, town: already typed; the logo is printed when ticked."""
    person, boss = make_person(organisation="Bocage"), make_person(Role.MANAGER, organisation="Bocage")
    lead(session, boss.actor, person.actor)
    follow(session, person.actor, catalog)
    _tell(session, boss.actor)
    people.sign_in(client, boss)
    url = f"/attestations/personnes/{person.actor.user_id}/{PATH}"
    shown = client.get(url)
    page = unescape(shown.get_data(as_text=True))
    for field, value in (
        ("employer", "Bocage SARL"),
        ("provider", "Bocage SARL"),
        ("address", "4 rue des Scieries, 38250 Lans-en-Vercors"),
        ("signatory", "Claire Martin"),
        ("signatory_role", "gérante"),
        ("place", "Lans-en-Vercors"),
    ):
        assert f'name="{field}" type="text" value="{value}"' in page
    assert "Imprimer notre logo" in page
    address = "9 quai Sud, 44000 Nantes"
    form = {"csrf_token": people.csrf(shown), **FORM, "address": address, **({"with_logo": "y"} if ticked else {})}
    assert client.post(url, data=form).status_code == 303
    (row,) = service.issued_to(session, person.actor)
    assert (row.logo_id is not None, "logo" in row.facts) == (ticked, ticked)
    assert address in _print(client.get(f"/attestations/{row.id}/fichier.pdf").data)


def test_the_later_word_fills_the_form(clock, session, desk, catalog, make_person):
    """What the last certificate said comes back, until the company says otherwise; what neither says stays empty."""
    person, boss = make_person(organisation="Bocage"), make_person(Role.MANAGER, organisation="Bocage")
    follow(session, person.actor, catalog)
    _tell(session, boss.actor)
    clock.shift(timedelta(hours=1))
    standing = service.standings(session, person.actor, desk)[list(catalog.paths).index(PATH)]
    words = {**FORM, "provider": "Atelier du Levant", "address": ""}
    service.issue_completion(session, boss.actor, person.actor, desk, standing, service.Filled(words), now())
    session.commit()
    told = letterheads.suggested(session, boss.actor)
    assert (told["provider"], told["address"]) == ("Atelier du Levant", "4 rue des Scieries, 38250 Lans-en-Vercors")
    clock.shift(timedelta(hours=1))
    _tell(session, boss.actor, Ways(name="Bocage SAS"), None)
    told = letterheads.suggested(session, boss.actor)
    assert (told["provider"], told["signatory"], told["place"]) == ("Bocage SAS", "Claire Martin", "Nantes")


@pytest.mark.parametrize(("name", "issuer"), [("Bocage 李 🙂 fils", "Bocage fils"), ("李记", "Réglo")])
def test_a_name_that_cannot_be_printed_stops_nobody(session, catalog, desk, make_person, name, issuer):
    """A company may have signed up under any signs: the document leaves out those that no font of ours holds."""
    person = make_person(organisation=name)
    follow(session, person.actor, catalog)
    row = service.issue_skills(session, person.actor, desk, PATH, "Samira Benali", now())
    assert row.facts["issuer"] == issuer
    assert file_of(desk.press, row)


def test_a_logo_is_kept_once_and_goes_with_its_last_document(session, desk, catalog, earner, make_person):
    """Two documents, one picture; an erased person's document lets it go only when no other bears it."""
    colleague = make_person(organisation="Menuiserie Bocage")
    follow(session, colleague.actor, catalog)
    _tell(session, earner.actor)
    for person in (earner, colleague):
        service.issue_skills(session, person.actor, desk, PATH, "Samira Benali", now())
    session.commit()
    assert _kept(session) == 1
    service.erase(session, earner.actor, now())
    assert (logos.forget_unused(session), _kept(session)) == (0, 1)
    service.erase(session, colleague.actor, now())
    assert (logos.forget_unused(session), _kept(session)) == (1, 0)
    left = select(Certificate.logo_id).execution_options(**EVERYWHERE)
    assert set(session.scalars(left)) == {None}
