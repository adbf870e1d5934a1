"""Inviting by a list, and answering an invitation (security.md S10, S11, S31, S60, S65, S69)."""

import io
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from course_app.accounts.models import User
from course_app.accounts.rules import Role
from course_app.audit.models import AuditEntry
from course_app.core import spreadsheet
from course_app.membership import invitations, people
from course_app.membership.models import Assignment, Invitation, TeamMember
from course_app.progress.models import LearningEvent
from course_app.web.clock import now
from tests.support import mails
from tests.support.browsers import browser, enter_as_guest, user_at
from tests.support.people import PASSWORD, csrf

FIVE = "Rose <rose@exemple.fr>\npaul@exemple.fr; ana@exemple.fr, bea@exemple.fr\nDUPONT Yanis <yanis@exemple.fr>"
PATH = "interimaires"


def _order(vercors, **changes):
    return {"team": str(vercors.office.id), "role": "apprenant", "path": PATH, "deadline_on": "", **changes}


def _link(app, email):
    return mails.path_in(mails.sent_to(app, email)[-1])


@pytest.fixture
def invited(app, session, vercors, claire):
    """`invited()`: Rose, invited by Claire to « Bureau », and the path of the link she received."""

    def invite(email="rose@exemple.fr", **changes):
        sent = claire.post("/equipe/inviter/envoyer", people=f"Rose <{email}>", **_order(vercors, **changes))
        assert sent.status_code == 303
        return _link(app, email)

    return invite


def test_a_list_is_judged_then_sent(app, vercors, claire, company):
    """Five addresses: the preview sends nothing, the confirmation sends five mails with a link and the path."""
    seen = claire.post("/equipe/inviter", people=FIVE, **_order(vercors))
    assert seen.status_code == 200
    assert "Envoyer les 5 invitations" in seen.text
    assert company.all(Invitation) == []
    assert claire.post("/equipe/inviter/envoyer", people=FIVE, **_order(vercors)).status_code == 303
    assert {row.email for row in company.all(Invitation)} == {f"{name}@exemple.fr" for name in
        ("rose", "paul", "ana", "bea", "yanis")}  # fmt: skip
    (mail,) = mails.sent_to(app, "yanis@exemple.fr")
    assert "Claire" in mail.subject
    assert "Bonjour Yanis" in mail.body
    assert len(mails.sent_to(app, "paul@exemple.fr")) == 1


def test_s69_the_same_list_twice_changes_nothing(app, vercors, claire, company):
    """Sent again, the same list invites nobody; members, people invited and doubles are told apart (S69)."""
    claire.post("/equipe/inviter/envoyer", people=FIVE, **_order(vercors))
    before = {row.id for row in company.all(Invitation)}
    page = claire.post("/equipe/inviter", people=f"{FIVE}\nkarim@exemple.fr\nrose@exemple.fr", **_order(vercors)).text
    assert page.count("Déjà invité") == 5
    assert page.count("Déjà membre") == 1
    assert page.count("Déjà plus haut") == 1
    assert claire.post("/equipe/inviter/envoyer", people=FIVE, **_order(vercors)).status_code == 303
    assert {row.id for row in company.all(Invitation)} == before
    assert len(mails.sent_to(app, "rose@exemple.fr")) == 1


def test_s69_one_bad_line_sends_nothing(vercors, claire, company):
    """A line that is no address is shown with what to correct, the text stays, and nobody is invited (S69)."""
    text = "rose@exemple.fr\nyanis@exemple\npaul@exemple.fr"
    for path in ("/equipe/inviter", "/equipe/inviter/envoyer"):
        answer = claire.post(path, people=text, **_order(vercors))
        assert answer.status_code == 422
        assert "yanis@exemple" in answer.text
        assert "À corriger" in answer.text
        assert "rose@exemple.fr" in answer.text.partition("<textarea")[2].partition("</textarea>")[0]
    assert company.all(Invitation) == []


def test_s65_ten_thousand_addresses_are_refused_and_stay_on_the_page(vercors, claire, company):
    """Ten thousand pasted addresses: 422, nothing written, every one of them still in the box (S65)."""
    text = "\n".join(f"personne{rank}@exemple.fr" for rank in range(10_000))
    answer = claire.post("/equipe/inviter", people=text, **_order(vercors))
    assert answer.status_code == 422
    assert "2 000" in answer.text.replace("\u202f", " ") or "2000" in answer.text
    assert "personne9999@exemple.fr" in answer.text
    assert company.all(Invitation) == []


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_s69_an_import_reads_what_the_export_wrote(vercors, nadege, claire, company, kind):
    """The file of members, sent back, changes nothing: everybody in it is a member already (S69)."""
    exported = nadege.post(f"/equipe/membres.{kind}")
    assert exported.status_code == 200
    assert exported.headers["Content-Disposition"].endswith(f'.{kind}"')
    file = (io.BytesIO(exported.data), "liste.txt")
    order = {**_order(vercors), "csrf_token": nadege.csrf, "file": file}
    page = nadege.client.post("/equipe/inviter", data=order, content_type="multipart/form-data")
    assert page.status_code == 200
    assert page.text.count("Déjà membre") == 4
    assert "Rien à envoyer" in page.text


def test_s60_a_name_is_no_formula_in_a_file(vercors, nadege, company):
    """A first name that starts like a formula is neutralised in both files (S60)."""
    company.person(Role.LEARNER, "=1+1", "zoe@exemple.fr")
    text = nadege.post("/equipe/membres.csv").data.decode("utf-8-sig")
    assert "'=1+1;" in text
    rows = spreadsheet.read(nadege.post("/equipe/membres.xlsx").data)
    assert ["=1+1", "zoe@exemple.fr"] in [row[:2] for row in rows]
    assert {row.details["what"] for row in company.all(AuditEntry) if row.act == "donnees-exportees"} == {"membres"}


def test_s65_a_file_is_known_by_its_content(vercors, claire):
    """A picture called liste.csv, an old workbook, a formula: 422, in French, nothing else (S65)."""
    formula = spreadsheet.write_xlsx([["Adresse"], ["rose@exemple.fr"]], "Liste")
    for content in (
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"\xd0\xcf\x11\xe0" + b"\0" * 99,
        b"PK\x03\x04nothing",
        formula[:200],
    ):
        form = {**_order(vercors), "csrf_token": claire.csrf, "file": (io.BytesIO(content), "liste.csv")}
        answer = claire.client.post("/equipe/inviter", data=form, content_type="multipart/form-data")
        assert answer.status_code == 422
        assert "fichier" in answer.text


def test_a_link_opens_an_account_by_a_first_name(app, session, vercors, invited, company):
    """Reading the link uses nothing; a first name makes a member of the team with the path, who lands on a rule card."""
    path = invited()
    visitor = browser(app, None, session)
    for _scan in range(3):
        page = visitor.client.get(path)
        assert page.status_code == 200
    assert "Claire vous invite" in page.text
    joined = visitor.post(path, first_name="Rose")
    assert joined.status_code == 303
    assert joined.location.startswith("/appels/")
    rose = user_at(session, "rose@exemple.fr")
    assert (rose.first_name, rose.role, rose.organisation_id) == ("Rose", Role.LEARNER, company.organisation.id)
    assert [row.team_id for row in company.all(TeamMember) if row.user_id == rose.id] == [vercors.office.id]
    assert [(row.path_id, row.assigned_by) for row in company.all(Assignment)] == [(PATH, vercors.claire.id)]
    assert visitor.client.get("/parcours").status_code == 200
    assert "vous a confié" in visitor.client.get("/parcours").text


def test_s10_a_link_works_once(app, session, invited):
    """Used, the link is worth nothing to anybody else: 410 with what to do (S10)."""
    path = invited()
    first, second = browser(app, None, session), browser(app, None, session)
    assert first.post(path, first_name="Rose").status_code == 303
    for answer in (second.client.get(path), second.post(path, first_name="Eve")):
        assert answer.status_code == 410
        assert "a déjà servi" in answer.text
    assert first.client.get(path).status_code == 303


def test_s10_a_link_lasts_seven_days(app, session, clock, invited):
    """After seven days: 410, and one click asks the inviter, once; nothing is sent to the asker (S10)."""
    path, visitor = invited(), browser(app, None, session)
    clock.shift(timedelta(days=7) - timedelta(seconds=1))
    assert visitor.client.get(path).status_code == 200
    clock.shift(2)
    assert visitor.client.get(path).status_code == 410
    assert "Demander un nouveau lien" in visitor.client.get(path).text
    visitor = browser(app, None, session)
    assert visitor.post(path, first_name="Rose").status_code == 410
    for _click in range(3):
        assert visitor.post(f"{path}/redemander").status_code == 303
    assert len(mails.sent_to(app, "claire@exemple.fr")) == 1
    assert "rose@exemple.fr" in mails.sent_to(app, "claire@exemple.fr")[0].body
    assert len(mails.sent_to(app, "rose@exemple.fr")) == 1
    assert user_at(session, "rose@exemple.fr") is None


def test_s10_a_revoked_link_is_dead_and_a_new_one_replaces_the_former(app, session, vercors, claire, invited, company):
    """Sent again: the former link points to the newer mail, the newer works; revoked: nothing works (S10)."""
    former, visitor = invited(), browser(app, None, session)
    (row,) = company.all(Invitation)
    assert claire.post(f"/equipe/invitations/{row.id}/renvoyer").status_code == 303
    newer = _link(app, "rose@exemple.fr")
    assert visitor.client.get(former).status_code == 410
    assert "plus récent" in visitor.client.get(former).text
    assert visitor.client.get(newer).status_code == 200
    (alive,) = [each for each in company.all(Invitation) if each.revoked_at is None]
    assert claire.post(f"/equipe/invitations/{alive.id}/annuler").status_code == 303
    assert visitor.post(newer, first_name="Rose").status_code == 410
    assert claire.post(f"/equipe/invitations/{alive.id}/annuler").status_code == 409


def test_s10_two_acceptances_at_once_make_one_member(app, session, vercors, invited, company):
    """Two devices accept at the same moment: one account, one stay, one path; the other reads 410 (S10)."""
    path, start = invited(), Barrier(2)
    session.commit()

    def accept(each):
        start.wait()
        return each.post(path, first_name="Rose").status_code

    with ThreadPoolExecutor(2) as threads:
        got = sorted(threads.map(accept, [browser(app, None, None) for _device in range(2)]))
    assert got == [303, 410]
    assert sum(user.email == "rose@exemple.fr" for user in company.all(User)) == 1
    assert len([row for row in company.all(TeamMember) if row.team_id == vercors.office.id]) == 3
    assert len(company.all(Assignment)) == 1


def test_s10_a_link_is_bound_to_its_address_and_team(app, session, vercors, invited, company):
    """No field sent along changes the address, the team, the role or the company (S10, S06)."""
    path = invited()
    extra = {"email": "eve@exemple.fr", "team_id": str(vercors.yard.id), "team": str(vercors.yard.id)}
    extra |= {"role": "administrateur", "organisation_id": str(uuid.uuid4()), "path_id": "equipe"}
    assert browser(app, None, session).post(path, first_name="Rose", **extra).status_code == 303
    assert user_at(session, "eve@exemple.fr") is None
    rose = user_at(session, "rose@exemple.fr")
    assert (rose.role, rose.organisation_id) == (Role.LEARNER, company.organisation.id)
    assert [row.team_id for row in company.all(TeamMember) if row.user_id == rose.id] == [vercors.office.id]


def test_s11_no_address_joins_a_team_without_an_invitation(app, session, vercors, found):
    """A person of another company, or nobody, joins no team by any address of the team's ids (S11)."""
    stranger = found("Ailleurs").person(Role.MANAGER, "Eve")
    eve, nobody = vercors.company.enter(stranger), browser(app, None, session)
    ids = (vercors.office.id, vercors.karim.id, uuid.uuid4())
    for each, refused in ((eve, (404, 410)), (nobody, (302, 410))):
        for known in ids:
            paths = (
                f"/equipe/membres/{stranger.id}/equipes",
                f"/equipe/membres/{known}/equipes",
                f"/invitation/{known}",
            )
            for path in paths:
                answer = each.post(path, teams=str(vercors.office.id), first_name="Eve")
                assert answer.status_code in refused, path
    assert {row.user_id for row in vercors.company.all(TeamMember)} == {
        vercors.claire.id, vercors.karim.id, vercors.lucie.id
    }  # fmt: skip


def test_a_guest_keeps_their_work(app, session, invited, company):
    """Who was on trial and accepts in the same browser finds their work in the new account."""
    guest = enter_as_guest(app, session)
    path = invited()
    assert guest.post("/lecons/oubli-et-facture-perdue/terminer", key=str(uuid.uuid4())).status_code == 303
    assert "essai vous suit" in guest.client.get(path).text
    assert guest.post(path, first_name="Rose").status_code == 303
    rose = user_at(session, "rose@exemple.fr")
    events = [row for row in company.all(LearningEvent) if row.learner_id == rose.id]
    assert [row.item_id for row in events] == ["oubli-et-facture-perdue"]
    assert not [user for user in company.all(User) if user.is_guest]


def test_somebody_else_signed_in_gives_way(app, session, vercors, invited):
    """Claire's own browser, handed to Rose: accepting ends Claire's session there and opens Rose's."""
    path, shared = invited(), vercors.company.enter(vercors.claire)
    assert "ouvert au nom de Claire" in shared.client.get(path).text
    assert shared.post(path, first_name="Rose").status_code == 303
    assert "Rose" in shared.client.get("/parcours").text
    assert shared.client.get("/equipe/membres").status_code == 403


def test_a_link_opens_no_account_that_exists(app, session, vercors, invited, company):
    """An address that became a member meanwhile signs in first: the link goes round no password."""
    path = invited(path="")
    member = company.person(Role.LEARNER, "Rose", "rose@exemple.fr")
    visitor = browser(app, None, session)
    assert "Connectez-vous" in visitor.client.get(path).text
    assert visitor.post(path, first_name="Rose").status_code == 409
    assert visitor.client.get("/parcours").status_code == 302
    herself = company.enter(member)
    assert herself.post(path).status_code == 303
    assert vercors.office.id in [row.team_id for row in company.all(TeamMember) if row.user_id == member.id]


def test_an_account_elsewhere_stays_there(app, session, found, invited):
    """An address that has an account in another company keeps it there, and is told to use another: nothing is used."""
    path = invited()
    elsewhere = found("Ailleurs")
    user = elsewhere.person(Role.LEARNER, "Rose", "rose@exemple.fr")
    herself = elsewhere.enter(user)
    assert "a déjà un compte" in herself.client.get(path).text
    assert herself.post(path, first_name="Rose").status_code == 409
    assert user_at(session, "rose@exemple.fr").organisation_id == elsewhere.organisation.id


def test_s31_the_preview_does_not_tell_who_is_known_elsewhere(vercors, claire, found):
    """An address with an account in another company and an unknown one read alike, word for word (S31)."""
    found("Ailleurs").person(Role.LEARNER, "Eve", "eve@exemple.fr")
    pages = [
        claire.post("/equipe/inviter", people=f"{name}@exemple.fr", **_order(vercors)).text.replace(name, "qui")
        for name in ("eve", "ida")
    ]
    stripped = [[line for line in page.splitlines() if "nonce" not in line and "csrf" not in line] for page in pages]
    assert stripped[0] == stripped[1]


def test_s06_a_manager_invites_learners_to_their_teams_only(vercors, claire, nadege, company):
    """No role above learner, no other team, no path without its day in the past; an administrator may more (S06)."""
    for changes, status in (
        ({"role": "responsable"}, 422), ({"team": str(vercors.yard.id)}, 422), ({"team": ""}, 422),
        ({"path": "inconnu"}, 422), ({"path": "", "deadline_on": "2099-01-01"}, 422), ({"deadline_on": "2020-01-01"}, 422),
    ):  # fmt: skip
        answer = claire.post("/equipe/inviter/envoyer", people="rose@exemple.fr", **_order(vercors, **changes))
        assert answer.status_code == status, changes
        assert "rose@exemple.fr" in answer.text
    assert company.all(Invitation) == []
    order = _order(vercors, team="", role="responsable")
    assert nadege.post("/equipe/inviter/envoyer", people="rose@exemple.fr", **order).status_code == 303
    assert [row.role for row in company.all(Invitation)] == [Role.MANAGER]


def test_s02_a_foreign_invitation_reads_like_a_missing_one(vercors, found, claire, invited, company):
    """Resending or revoking another company's invitation, or one to a team one does not lead: 404 (S02, S03)."""
    invited()
    (row,) = company.all(Invitation)
    elsewhere = found("Ailleurs")
    eve = elsewhere.enter(elsewhere.person(Role.ADMINISTRATOR, "Eve"))
    other = company.enter(company.person(Role.MANAGER, "Zoé"))
    for each in (eve, other):
        for act in ("renvoyer", "annuler"):
            for known in (row.id, uuid.uuid4()):
                assert each.post(f"/equipe/invitations/{known}/{act}").status_code == 404
    assert company.all(Invitation)[0].revoked_at is None


def test_s09_whoever_is_out_lets_nobody_in(app, session, vercors, invited, company):
    """Closing a manager's access ends the invitations they sent, and theirs (S09)."""
    path = invited()
    nadege = company.enter(vercors.nadege)
    assert nadege.post(f"/equipe/membres/{vercors.claire.id}/fermer").status_code == 303
    assert browser(app, None, session).client.get(path).status_code == 410


def test_a_password_may_be_chosen_afterwards(app, session, invited):
    """Who entered by a first name receives a link to choose a password at the address invited, then signs in with it."""
    path, visitor = invited(), browser(app, None, session)
    visitor.post(path, first_name="Rose")
    other = browser(app, None, session)
    assert other.post("/mot-de-passe-oublie", email="rose@exemple.fr").status_code == 303
    reset = _link(app, "rose@exemple.fr")
    assert other.post(reset, new_password=PASSWORD).status_code == 303
    assert other.post("/connexion", email="rose@exemple.fr", password=PASSWORD).status_code == 303
    assert "Rose" in other.client.get("/parcours").text


def test_a_first_password_is_chosen_in_the_settings(app, session, invited):
    """Who has no password chooses one in their settings, once; a weak one is refused; other devices are signed out."""
    path, visitor, other = invited(), browser(app, None, session), browser(app, None, session)
    visitor.post(path, first_name="Rose")
    assert "Choisir un mot de passe" in visitor.client.get("/reglages").text
    choose = "/reglages/premier-mot-de-passe"
    visitor.csrf = csrf(visitor.client.get(choose))
    assert visitor.post(choose, new_password="azerty123456").status_code == 422
    assert visitor.post(choose, new_password=PASSWORD).status_code == 303
    assert visitor.client.get("/reglages").status_code == 200
    assert visitor.post(choose, new_password=f"{PASSWORD}-autre").status_code == 303
    assert other.post("/connexion", email="rose@exemple.fr", password=f"{PASSWORD}-autre").status_code == 422
    assert other.post("/connexion", email="rose@exemple.fr", password=PASSWORD).status_code == 303
    assert len(mails.sent_to(app, "rose@exemple.fr")) == 2


def test_lists_of_one_company_sent_at_once_invite_once(app, session, vercors, company):
    """Two clicks, or two managers, at once: one invitation an address (S69)."""
    held = [vercors.company.enter(vercors.claire) for _click in range(3)]
    for each in held:
        each.client.shared_session = None
    start, order = Barrier(3), _order(vercors)
    session.commit()

    def send(each):
        start.wait()
        return each.post("/equipe/inviter/envoyer", people=FIVE, **order).status_code

    with ThreadPoolExecutor(3) as threads:
        assert set(threads.map(send, held)) == {303}
    assert len(company.all(Invitation)) == 5


def test_an_invitation_of_a_closed_member_is_not_sent(vercors, claire, session, company):
    """Somebody whose access is closed is told apart: their account is reopened, not invited again."""
    actor = claire.actor
    people.close(session, actor, vercors.karim.id, now())
    session.commit()
    page = claire.post("/equipe/inviter", people="karim@exemple.fr", **_order(vercors)).text
    assert "Accès fermé" in page
    assert invitations.pending(session, actor, now()) == []
