"""What a stranger reads with a code, and what a holder takes with them."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, select, text

from course_app.accounts.rules import Role
from course_app.audit.models import AuditEntry
from course_app.audit.rules import Act
from course_app.certificates import service
from course_app.certificates.evidence import DocumentsEvidence
from course_app.certificates.issuing import file_of
from course_app.certificates.rules import shown_code
from course_app.certificates.service import Withdrawal
from course_app.membership import people as closing
from course_app.progress.evidence import Wanted
from course_app.signing import keys, tokens
from course_app.signing.rules import NotGenuine, read_keys
from course_app.store.base import Base
from course_app.web.clock import now
from tests.support import people
from tests.web.certificates.conftest import PATH

NOBODY = "0" * 26


def _text(reply):
    main = unescape(reply.get_data(as_text=True)).split("<main")[1].split("</main>")[0]
    return re.sub(r"<[^>]+>", " ", main)


@pytest.fixture
def administrator(session, make_person, earner):
    """The administrator of the earner's organisation."""
    return make_person(Role.ADMINISTRATOR, organisation="Menuiserie Bocage")


def test_s27_the_check_page_says_four_things(clock, client, earner, issued):
    """Name, path, date, state; not the address, the score, the minutes nor the number of the person; nothing indexed."""
    reply = client.get(f"/verifier/{issued.code}")
    said = _text(reply)
    assert reply.status_code == 200
    assert reply.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in reply.get_data(as_text=True)
    for word in ("Samira Benali", "Intérimaires", "8 décembre 2026", "Valable", "Menuiserie Bocage"):
        assert word in said
    for secret in (earner.email, str(earner.actor.user_id), str(issued.id), "100", "%", issued.signature):
        assert secret not in said


def test_s27_ten_looks_a_minute(clock, client, issued):
    """The eleventh within a minute gets 429 with a delay; a minute later the page answers again. HEAD counts too."""
    looks = [client.get(f"/verifier/{code}") for code in [issued.code, NOBODY] * 4]
    looks += [client.head(f"/verifier/{issued.code}") for _ in range(2)]
    assert [reply.status_code for reply in looks] == [200, 404] * 4 + [200] * 2
    refused = client.get(f"/verifier/{issued.code}")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert "Samira" not in refused.get_data(as_text=True)
    clock.shift(61)
    assert client.get(f"/verifier/{issued.code}").status_code == 200


def test_s27_a_code_holds_128_random_bits(session, desk, issued, catalog, make_person):
    """26 signs of 5 bits, the first below 8; codes of two documents share no more than chance."""
    assert re.fullmatch(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", issued.code)


@pytest.mark.parametrize("at", [0, 5, 12, 25])
def test_s28_one_changed_character_is_unknown(client, issued, at):
    """A code with one character changed answers « Code inconnu », 404, and names nobody."""
    other = "1" if issued.code[at] != "1" else "2"
    reply = client.get(f"/verifier/{issued.code[:at]}{other}{issued.code[at + 1 :]}")
    assert reply.status_code == 404
    assert "Code inconnu" in _text(reply)
    assert "Samira" not in _text(reply)


def test_a_typed_code_is_understood(client, issued):
    """Lower case, spaces, dashes, O for 0, I or L for 1: the form leads to the page; a short one is told, and kept."""
    typed = shown_code(issued.code).lower().replace("-", " ").replace("0", "o").replace("1", "l")
    reply = client.get("/verifier", query_string={"code": f" {typed} "})
    assert reply.status_code == 302
    assert reply.location.endswith(f"/verifier/{issued.code}")
    short = client.get("/verifier", query_string={"code": "<b>7K3QF"})
    assert short.status_code == 422
    assert 'value="&lt;b&gt;7K3QF"' in short.get_data(as_text=True)
    assert client.get("/verifier", query_string={"code": "\ud800".encode("utf-8", "surrogatepass")}).status_code == 422


def test_s29_withdrawn_says_so_and_gives_no_file(clock, client, session, earner, issued, administrator):
    """An administrator withdraws with a reason: the stranger reads it is worth nothing, the reason stays inside."""
    people.sign_in(client, administrator)
    url = f"/attestations/{issued.id}/retirer"
    token = people.csrf(client.get(url))
    assert client.post(url, data={"csrf_token": token, "why": ""}).status_code == 422
    form = {"csrf_token": token, "why": "Test passé par un collègue"}
    assert client.post(url, data=form).status_code == 303
    assert client.post(url, data=form).status_code == 409
    reply = client.get(f"/verifier/{issued.code}")
    assert reply.status_code == 200
    assert "Ce document a été retiré" in _text(reply)
    assert "collègue" not in _text(reply)
    assert client.get(f"/attestations/{issued.id}/fichier.pdf").status_code == 410
    own = AuditEntry.organisation_id == administrator.actor.organisation_id
    entry = session.scalar(select(AuditEntry).where(own, AuditEntry.act == Act.CERTIFICATE_REVOKED.value))
    assert (entry.actor_id, entry.subject) == (administrator.actor.user_id, f"attestation:{issued.id}")
    assert "collègue" not in json.dumps(entry.details)


def test_s29_a_withdrawn_attestation_does_not_come_back(client, session, earner, issued, administrator):
    """Its holder cannot issue it again, unless it was withdrawn for an error: then one new document takes the place."""
    service.revoke(session, administrator.actor, issued.id, Withdrawal("Fraude", may_be_reissued=False), now())
    session.commit()
    people.sign_in(client, earner)
    url = f"/attestations/parcours/{PATH}"
    token = people.csrf(client.get("/reglages"))
    assert client.post(url, data={"csrf_token": token, "holder": "Samira"}).status_code == 404
    assert "Établir mon attestation" not in client.get("/attestations").get_data(as_text=True)


def test_a_name_with_an_error_is_issued_again(client, session, earner, issued, administrator):
    """Withdrawn for an error of name: a second document, with another code; the first stays withdrawn."""
    service.revoke(session, administrator.actor, issued.id, Withdrawal("Nom mal écrit", may_be_reissued=True), now())
    session.commit()
    people.sign_in(client, earner)
    url = f"/attestations/parcours/{PATH}"
    reply = client.post(url, data={"csrf_token": people.csrf(client.get(url)), "holder": "Samira Benali-Roy"})
    assert reply.status_code == 303
    rows = service.issued_to(session, earner.actor)
    assert len({row.code for row in rows}) == 2
    assert sorted(row.revoked_at is None for row in rows) == [False, True]


def test_s29_erased_keeps_the_code_and_nothing_else(client, session, earner, issued):
    """After an erasure: its own sentence, 410; the name stands nowhere in the room's rows; the code is still known."""
    service.erase(session, earner.actor, now())
    session.commit()
    reply = client.get(f"/verifier/{issued.code}")
    assert reply.status_code == 410
    assert "Données effacées" in _text(reply)
    for word in ("Samira", "Intérimaires", "Bocage"):
        assert word not in _text(reply)
    dump = session.execute(text("SELECT * FROM certificate")).mappings().all()
    assert len(dump) == 1
    assert "Benali" not in str(dump)
    assert str(earner.actor.user_id).replace("-", "") not in str(dump).replace("-", "")


def test_old_documents_are_forgotten(session, issued):
    """What is older than the retention is deleted; what is younger stays."""
    assert service.forget(session, issued.issued_at) == 0
    assert service.forget(session, now() + timedelta(seconds=1)) == 1
    assert service.by_code(session, issued.code) is None


def test_s30_no_list_no_search(client, issued):
    """No address under the check page lists, counts or searches: other paths are absent, a name typed is no code."""
    for path in ("/verifier/", "/verifier/liste", "/verifier/recherche?q=Samira", "/verifier/%"):
        reply = client.get(path)
        assert reply.status_code == 404
        assert "Samira Benali" not in reply.get_data(as_text=True)
    assert client.get("/verifier?code=Samira+Benali").status_code == 422


def test_s48_checking_leaves_only_a_count(client, session, issued):
    """Opening every page of the room changes no row but the short count of looks, which holds no address."""

    def rows():
        session.rollback()
        tables = [table for table in Base.metadata.sorted_tables if table.name != "attempt_count"]
        return {table.name: session.execute(select(func.count()).select_from(table)).scalar() for table in tables}

    before = rows()
    for path in ("/verifier", f"/verifier/{issued.code}", "/attestations/cle-publique", "/attestations"):
        client.get(path)
    client.get("/.well-known/reglo-attestations.json")
    assert rows() == before
    assert "127.0.0.1" not in str(session.execute(text("SELECT * FROM attempt_count")).all())


def test_the_published_key_is_the_public_half_only(client, desk, issued):
    """The key page and file give what checks a file; nothing in them signs (the member « d » is absent)."""
    reply = client.get("/.well-known/reglo-attestations.json")
    published = read_keys(reply.get_data(as_text=True))
    assert published == keys.public_keys(desk.press.data_dir)
    assert all("d" not in each for each in reply.get_json()["keys"])
    page = client.get("/attestations/cle-publique").get_data(as_text=True)
    assert next(iter(published)) in page
    assert "PRIVATE" not in page


def test_the_badge_is_an_open_badges_credential(client, desk, earner, issued):
    """OB 3.0: the two contexts, the types, an achievement with its criteria, signed by the key that is published."""
    people.sign_in(client, earner)
    token = client.get(f"/attestations/{issued.id}/badge.jwt").get_data(as_text=True)
    said = tokens.read(token, keys.public_keys(desk.press.data_dir))
    assert said["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert said["@context"][1].startswith("https://purl.imsglobal.org/spec/ob/v3p0/context")
    assert said["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert (said["iss"], said["jti"]) == (said["issuer"]["id"], said["id"])
    assert said["id"].endswith(f"/verifier/{issued.code}")
    subject = said["credentialSubject"]
    assert subject["identifier"][0]["identityHash"] == "Samira Benali"
    assert {"id", "type", "name", "description", "criteria"} <= subject["achievement"].keys()
    picture = client.get(f"/attestations/{issued.id}/badge.svg")
    assert picture.headers["Content-Disposition"].startswith("attachment")
    assert f'<openbadges:credential verify="{token}"' in picture.get_data(as_text=True)
    with pytest.raises(NotGenuine):
        tokens.read(token[:-3] + ("A" if token[-3] != "A" else "B") + token[-2:], keys.public_keys(desk.press.data_dir))


def test_the_linkedin_link_names_month_and_code(clock, client, earner, issued):
    """A plain link that the holder follows: name, organisation, year, month, code, address; nothing is sent before a click."""
    people.sign_in(client, earner)
    page = unescape(client.get("/attestations").get_data(as_text=True))
    link = re.search(r'href="(https://www\.linkedin\.com/[^"]+)"', page)[1]
    for part in ("issueYear=2026", "issueMonth=12", f"certId={shown_code(issued.code)}", "organizationName=Menuiserie"):
        assert part in link


def test_the_export_holds_the_documents(session, earner, issued):
    """A person's own data name their documents, whole."""
    (told,) = service.export(session, earner.actor)["certificates"]
    assert told["code"] == issued.code
    assert told["facts"]["holder"] == "Samira Benali"


def test_a_dossier_holds_the_documents_that_stand(session, desk, catalog, earner, issued, administrator):
    """The dossier de preuve attaches the very file that the holder downloads, and none that was withdrawn."""
    room = DocumentsEvidence(desk.press)
    wanted = Wanted(earner.actor, catalog.paths[PATH], catalog, own=False)
    (piece,) = room.evidence(session, wanted)
    assert piece.content == file_of(desk.press, issued)
    assert piece.name.startswith("competences-")
    assert list(room.evidence(session, Wanted(earner.actor, catalog.paths["equipe"], catalog, own=False))) == []
    service.revoke(session, administrator.actor, issued.id, Withdrawal("Fraude", may_be_reissued=False), now())
    assert list(room.evidence(session, wanted)) == []


def test_documents_outlive_the_access_of_whoever_left(
    app, client, session, administrator, earner, issued, csrf, make_person
):
    """A temp is gone: their certificate can still be established, their attestation downloaded, then withdrawn."""
    closing.close(session, administrator.actor, earner.actor.user_id, now())
    people.sign_in(client, administrator)
    page = f"/attestations/personnes/{earner.actor.user_id}"
    assert f'href="{page}"' in client.get("/equipe/membres").get_data(as_text=True)
    shown = client.get(page).get_data(as_text=True)
    assert f"{page}/{PATH}" in shown
    assert "/equipe/personnes/" not in shown
    assert client.get(f"/attestations/{issued.id}/fichier.pdf").status_code == 200
    form = {"csrf_token": csrf(client.get(f"/attestations/{issued.id}/retirer")), "why": "Nom d'une autre personne"}
    done = client.post(f"/attestations/{issued.id}/retirer", data=form, follow_redirects=True)
    assert done.status_code == 200
    assert "Retir" in _text(client.get(f"/verifier/{issued.code}"))
    for role, company in ((Role.MANAGER, "Menuiserie Bocage"), (Role.ADMINISTRATOR, None)):
        stranger = app.test_client()
        people.sign_in(stranger, make_person(role, organisation=company))
        assert stranger.get(page).status_code == 404
