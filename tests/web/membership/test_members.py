"""Members and teams: who may see and change what (security.md S02, S05, S06, S09, S12)."""

import uuid

import pytest
from sqlalchemy import event

from course_app.accounts.models import PasswordReset, User
from course_app.accounts.rules import Role
from course_app.accounts.sessions import actor_of
from course_app.audit.models import AuditEntry
from course_app.membership import service as membership
from course_app.membership.models import Assignment, Invitation, Team, TeamMember
from course_app.store.session import db
from course_app.web.clock import now
from tests.support import mails
from tests.support.browsers import browser, user_of


def _row(company, user):
    return next(each for each in company.all(User) if each.id == user.id)


def _teams(company, user):
    return {row.team_id for row in company.all(TeamMember) if row.user_id == user.id and row.left_at is None}


def _acts(company):
    return [row.act for row in company.all(AuditEntry)]


def test_s05_the_list_shows_whom_one_sees(vercors, claire, nadege):
    """A manager reads the people of the teams they lead, an administrator everybody (S05)."""
    for held, shown, hidden in ((claire, ("karim@",), ("lucie@", "Chantier")), (nadege, ("karim@", "lucie@"), ())):
        text = held.client.get("/equipe/membres").text
        assert all(word in text for word in shown)
        assert not any(word in text for word in hidden)


def test_s05_a_team_taken_away_is_out_of_sight_on_the_next_request(vercors, claire, nadege):
    """Once the administrator gives the team to nobody, its manager's pages are empty (S05)."""
    assert claire.client.get(f"/equipe/membres/{vercors.karim.id}").status_code == 200
    answer = nadege.post(f"/equipe/membres/{vercors.claire.id}/equipes", teams=str(vercors.office.id))
    assert answer.status_code == 303
    assert claire.client.get(f"/equipe/membres/{vercors.karim.id}").status_code == 404
    assert "karim@" not in claire.client.get("/equipe/membres").text
    assert "karim@" not in claire.post("/equipe/membres.csv").text


SUB_ADDRESSES = ("", "/equipes", "/parcours", "/parcours/retirer", "/fermer", "/rouvrir")


def test_s02_a_foreign_person_reads_like_a_missing_one(vercors, found):
    """Every address of a person: another company's, another team's and an unknown one get the same 404 (S02)."""
    elsewhere = found("Ailleurs")
    eve = elsewhere.enter(elsewhere.person(Role.ADMINISTRATOR, "Eve"))
    zoe = vercors.company.enter(vercors.company.person(Role.MANAGER, "Zoé"))
    for held in (eve, zoe):
        for user_id in (vercors.karim.id, vercors.claire.id, uuid.uuid4()):
            for end in SUB_ADDRESSES:
                path = f"/equipe/membres/{user_id}{end}"
                answer = held.client.get(path) if not end else held.post(path, path="equipe")
                assert answer.status_code == 404, path
    assert eve.post(f"/equipe/membres/{vercors.karim.id}/role", role="auteur").status_code == 404
    assert _teams(vercors.company, vercors.karim) == {vercors.office.id}


def test_s02_a_foreign_team_reads_like_a_missing_one(vercors, found, claire):
    """A team of another company, one that is not led, and an unknown one: the same 404 everywhere (S02)."""
    eve = found("Ailleurs")
    eve = eve.enter(eve.person(Role.ADMINISTRATOR, "Eve"))
    for held, ids in ((eve, (vercors.office.id, uuid.uuid4())), (claire, (vercors.yard.id, uuid.uuid4()))):
        for team_id in ids:
            base = f"/equipe/membres/equipes/{team_id}"
            assert held.client.get(base).status_code == 404
            assert held.client.get(f"/equipe/membres?equipe={team_id}").status_code == 404
            for act in ("renommer", "archiver", "rouvrir", "parcours"):
                assert held.post(f"{base}/{act}", name="Pris", path="equipe").status_code == 404
    assert {team.name for team in vercors.company.all(Team)} == {"Bureau", "Chantier"}


def test_s03_a_team_of_another_company_is_not_taken_in_a_form(vercors, found, nadege, claire):
    """Ids of another company's team, or of a team one does not lead, in a form: 404, nothing moved (S03)."""
    elsewhere = found("Ailleurs")
    foreign = elsewhere.team("Ailleurs", elsewhere.person(Role.LEARNER, "Eve"))
    for held, team in ((nadege, foreign), (claire, foreign), (claire, vercors.yard)):
        answer = held.post(f"/equipe/membres/{vercors.karim.id}/equipes", teams=[str(vercors.office.id), str(team.id)])
        assert answer.status_code == 404
    assert _teams(vercors.company, vercors.karim) == {vercors.office.id}


def test_s06_a_manager_gives_no_role(vercors, claire):
    """Changing a role is the administrator's: 403, role unchanged, whatever fields are sent elsewhere (S06)."""
    extra = {"role": "administrateur", "organisation_id": str(uuid.uuid4()), "leads": str(vercors.office.id)}
    assert claire.post(f"/equipe/membres/{vercors.karim.id}/role", role="responsable").status_code == 403
    answer = claire.post(f"/equipe/membres/{vercors.karim.id}/equipes", teams=str(vercors.office.id), **extra)
    assert answer.status_code == 303
    assert _row(vercors.company, vercors.karim).role is Role.LEARNER
    assert not [row for row in vercors.company.all(TeamMember) if row.user_id == vercors.karim.id and row.leads]


def test_s06_a_manager_does_not_move_themself(vercors, claire):
    """A manager adds themself to no team: 403 (S06)."""
    answer = claire.post(f"/equipe/membres/{vercors.claire.id}/equipes", teams=str(vercors.office.id))
    assert answer.status_code == 403


def test_an_administrator_changes_a_role_which_holds_on_the_next_request(vercors, nadege):
    """Made manager with a team to lead, Karim sees it at once; the register says who did it."""
    held = vercors.company.enter(vercors.karim)
    assert held.client.get("/equipe/membres").status_code == 403
    assert nadege.post(f"/equipe/membres/{vercors.karim.id}/role", role="responsable").status_code == 303
    team = str(vercors.office.id)
    assert nadege.post(f"/equipe/membres/{vercors.karim.id}/equipes", teams=team, leads=team).status_code == 303
    assert "claire@" in held.client.get("/equipe/membres").text
    (entry,) = [row for row in vercors.company.all(AuditEntry) if row.act == "role-change"]
    assert (entry.actor_id, entry.details) == (vercors.nadege.id, {"before": "apprenant", "after": "responsable"})
    assert nadege.post(f"/equipe/membres/{vercors.karim.id}/role", role="roi").status_code == 422


def test_s12_the_last_administrator_stays(vercors, nadege):
    """Demoting or closing the only administrator: 409, nothing changed; with a second one, it passes (S12)."""
    for path, form in ((f"{vercors.nadege.id}/role", {"role": "apprenant"}), (f"{vercors.nadege.id}/fermer", {})):
        assert nadege.post(f"/equipe/membres/{path}", **form).status_code == 409
    assert _row(vercors.company, vercors.nadege).role is Role.ADMINISTRATOR
    assert nadege.post(f"/equipe/membres/{vercors.karim.id}/role", role="administrateur").status_code == 303
    assert nadege.post(f"/equipe/membres/{vercors.nadege.id}/role", role="apprenant").status_code == 303


def test_s12_the_refusal_says_what_to_do_and_nothing_else(vercors, nadege):
    """No « La page a changé », no copy of a role that nobody wrote: a title that says why, and the way back to members."""
    refused = nadege.post(f"/equipe/membres/{vercors.nadege.id}/role", role="apprenant")
    page = refused.text.replace("\u2019", "'")
    assert refused.status_code == 409
    assert "Quelqu'un doit pouvoir administrer les comptes" in page
    assert "Nommez-en d'abord une autre" in page
    assert "La page a changé" not in page
    assert "Ce que vous aviez écrit" not in page
    assert 'href="/equipe/membres"' in page


def test_s09_a_former_temp_is_out_at_once_everywhere(app, session, vercors, claire):
    """Closed: cookies, reset links and invitations of the person stop working; no mail leaves; rows stay (S09)."""
    held, visitor = vercors.company.enter(vercors.karim), browser(app, None, session)
    visitor.post("/mot-de-passe-oublie", email="karim@exemple.fr")
    reset = mails.path_in(mails.sent_to(app, "karim@exemple.fr")[0])
    assert held.client.get("/parcours").status_code == 200
    assert claire.post(f"/equipe/membres/{vercors.karim.id}/fermer").status_code == 303
    assert held.client.get("/parcours").status_code == 302
    assert visitor.client.get(reset).status_code == 410
    visitor.post("/mot-de-passe-oublie", email="karim@exemple.fr")
    assert len(mails.sent_to(app, "karim@exemple.fr")) == 1
    assert vercors.company.all(PasswordReset) == []
    assert "karim@exemple.fr" in claire.client.get("/equipe/membres").text
    assert claire.post(f"/equipe/membres/{vercors.karim.id}/rouvrir").status_code == 303
    assert held.client.get("/parcours").status_code == 302, "an old cookie never comes back"
    assert _teams(vercors.company, vercors.karim) == {vercors.office.id}
    assert {"acces-ferme", "acces-rouvert"} <= set(_acts(vercors.company))


def test_s09_a_manager_closes_only_learners_of_their_own_teams(vercors, claire, nadege):
    """Another manager, or somebody who is also in a team one does not lead: 403 and why; nobody is put out (S09)."""
    company = vercors.company
    other = company.person(Role.MANAGER, "Zoé")
    both = company.person(Role.LEARNER, "Ana")
    for person, team in ((other, vercors.office), (both, vercors.office), (both, vercors.yard)):
        held = [str(each) for each in _teams(company, person)]
        nadege.post(f"/equipe/membres/{person.id}/equipes", teams=[*held, str(team.id)])
    for person in (other, both):
        assert claire.post(f"/equipe/membres/{person.id}/fermer").status_code == 403
        assert _row(company, person).deactivated_at is None


def test_a_team_is_made_renamed_archived_and_brought_back(vercors, claire, company):
    """A manager leads the team they make; archived, it is out of sight with its people; reopened, all is as before."""
    assert claire.post("/equipe/membres/equipes", name="Ventes").status_code == 303
    (sales,) = [team for team in company.all(Team) if team.name == "Ventes"]
    base = f"/equipe/membres/equipes/{sales.id}"
    assert claire.client.get(base).status_code == 200
    assert claire.post(f"{base}/renommer", name="Ventes et devis").status_code == 303
    assert claire.post(f"{base}/archiver").status_code == 303
    assert claire.client.get(base).status_code == 404
    assert claire.post(f"{base}/rouvrir").status_code == 303
    assert "Ventes et devis" in claire.client.get(base).text
    assert _acts(company).count("equipe-changee") == 4


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "a\nb", "a\x00b", "Bureau", "Chantier"])
def test_a_bad_team_name_is_refused_and_stays(vercors, claire, company, name):
    """Empty, too long, on two lines or taken, even by a team out of sight: 422, the name still in its field."""
    for path in ("/equipe/membres/equipes", f"/equipe/membres/equipes/{vercors.office.id}/renommer"):
        if (name, path[-4:]) == ("Bureau", "mmer"):
            continue
        assert claire.post(path, name=name).status_code == 422
    assert {team.name for team in company.all(Team)} == {"Bureau", "Chantier"}


def test_a_person_may_be_in_several_teams(vercors, nadege, company):
    """Several boxes ticked: several teams; unticked: the stay ends and its dates stay."""
    path = f"/equipe/membres/{vercors.karim.id}/equipes"
    nadege.post(path, teams=[str(vercors.office.id), str(vercors.yard.id)])
    assert _teams(company, vercors.karim) == {vercors.office.id, vercors.yard.id}
    nadege.post(path, teams=str(vercors.yard.id))
    assert _teams(company, vercors.karim) == {vercors.yard.id}
    assert len([row for row in company.all(TeamMember) if row.user_id == vercors.karim.id]) == 2
    nadege.post(path)
    assert _teams(company, vercors.karim) == set()


def test_a_path_is_given_changed_and_taken_back(vercors, claire, company):
    """Given with a day, the learner reads it on Mon parcours; another day replaces it; given twice, one line."""
    held, path = vercors.company.enter(vercors.karim), f"/equipe/membres/{vercors.karim.id}/parcours"
    for _click in range(2):
        assert claire.post(path, path="commerciaux", deadline_on="2099-12-12").status_code == 303
    assert len(company.all(Assignment)) == 1
    text = held.client.get("/parcours").text
    assert "Claire vous a confié" in text
    assert "12\u00a0décembre\u00a02099" in text or "12 décembre 2099" in text.replace("\u00a0", " ")
    assert claire.post(path, path="commerciaux", deadline_on="2099-12-20").status_code == 303
    assert "20 décembre" in held.client.get("/parcours").text.replace("\u00a0", " ")
    assert claire.post(f"{path}/retirer").status_code == 303
    assert "vous a confié" not in held.client.get("/parcours").text
    assert [row.ended_at is None for row in company.all(Assignment)] == [False, False]


def test_a_path_given_to_oneself_reads_as_chosen(vercors, claire):
    """A manager who gives the team's path to themself is not told that they gave it to themself."""
    assert (
        claire.post(
            f"/equipe/membres/{vercors.claire.id}/parcours", path="equipe", deadline_on="2099-12-12"
        ).status_code
        == 303
    )
    text = claire.client.get("/parcours").text
    assert "vous a confié" not in text
    assert "Vous avez choisi" in text


@pytest.mark.parametrize("form", [{}, {"path": "inconnu"}, {"path": "equipe", "deadline_on": "2020-01-01"},
    {"path": "equipe", "deadline_on": "demain"}])  # fmt: skip
def test_a_bad_errand_is_refused(vercors, claire, company, form):
    """No path, an unknown one, a day past or unreadable: 422 for a person as for a team, nothing given."""
    for base in (f"/equipe/membres/{vercors.karim.id}", f"/equipe/membres/equipes/{vercors.office.id}"):
        assert claire.post(f"{base}/parcours", **form).status_code == 422
    assert company.all(Assignment) == []


def test_a_path_is_given_to_a_whole_team(vercors, claire, company):
    """Everybody of the team today has the path; who already had it for that day keeps their line."""
    base = f"/equipe/membres/equipes/{vercors.office.id}/parcours"
    for _click in range(2):
        assert claire.post(base, path="equipe").status_code == 303
    assert {row.user_id for row in company.all(Assignment)} == {vercors.karim.id, vercors.claire.id}


def test_the_path_followed_is_the_last_chosen_or_given(clock, vercors, claire):
    """Given later than the learner's own choice, a path shows first; chosen again later, the learner's own does."""
    held = vercors.company.enter(vercors.karim)
    titles = {"equipe": "Équipe", "commerciaux": "Commerciaux"}
    held.post("/parcours/choix", path="equipe")
    clock.shift(60)
    claire.post(f"/equipe/membres/{vercors.karim.id}/parcours", path="commerciaux")
    assert titles["commerciaux"] in held.client.get("/parcours").text.partition("path-choice")[2][:400]
    clock.shift(60)
    held.post("/parcours/choix", path="equipe")
    text = held.client.get("/parcours").text
    assert titles["equipe"] in text.partition("path-choice")[2][:400]
    assert "Vous suivez un autre parcours" in text


def test_the_list_asks_as_many_queries_for_many_people(app, vercors, claire):
    """Thirty more people cost not one more query (evidence.md §2, rule 7)."""
    counts = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *_args: counts.append(1))
    claire.client.get("/equipe/membres")
    few = len(counts)
    for rank in range(30):
        person = vercors.company.person(Role.LEARNER, f"P{rank}")
        vercors.company.team(f"Equipe {rank}", person)
    counts.clear()
    claire.client.get("/equipe/membres")
    assert len(counts) == few <= 12


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}<b>"])
def test_s54_a_team_name_is_only_text(vercors, nadege, name):
    """A team whose name looks like code shows as text on every page that names it (S54)."""
    assert nadege.post("/equipe/membres/equipes", name=name[:80]).status_code in (303, 422)
    text = nadege.client.get("/equipe/membres").text
    assert "<script>alert" not in text
    assert "<img src" not in text
    assert "49<b>" not in text


def test_s48_reading_the_pages_of_members_writes_nothing(vercors, nadege, company):
    """Every page of members, teams and invitations, read and read again, leaves the rows as they were (S48)."""
    models = (User, Team, TeamMember, Invitation, Assignment, AuditEntry)
    before = [len(company.all(model)) for model in models]
    for path in ("", "?equipe=" + str(vercors.office.id), f"/{vercors.karim.id}", f"/equipes/{vercors.office.id}"):
        assert nadege.client.get(f"/equipe/membres{path}").status_code == 200
    assert nadege.client.get("/equipe/inviter").status_code == 200
    assert [len(company.all(model)) for model in models] == before
    assert user_of(company.session, nadege.actor).deactivated_at is None


def _invite(held, email, **order):
    form = {"team": "", "role": "apprenant", "path": "", "deadline_on": "", **order}
    assert held.post("/equipe/inviter/envoyer", people=email, **form).status_code == 303


@pytest.mark.parametrize(("role", "left"), [("responsable", {"bureau"}), ("apprenant", set()), ("auteur", set())])
def test_s05_whoever_is_demoted_lets_nobody_higher_in(vercors, nadege, role, left):
    """An administrator who becomes less: the links that they could no longer send die with the role they had (S05).

    One to be an administrator, sent to oneself the day before, would give the role back.
    """
    company = vercors.company
    boss = company.person(Role.ADMINISTRATOR, "Zoé")
    held = company.enter(boss)
    lead = {"teams": str(vercors.office.id), "leads": str(vercors.office.id)}
    assert nadege.post(f"/equipe/membres/{boss.id}/equipes", **lead).status_code == 303
    orders = {
        "haut": {"role": "administrateur"},
        "partout": {},
        "bureau": {"team": str(vercors.office.id)},
        "chantier": {"team": str(vercors.yard.id)},
    }
    for name, order in orders.items():
        _invite(held, f"{name}@exemple.fr", **order)
    _invite(nadege, "autre@exemple.fr", role="administrateur")
    assert nadege.post(f"/equipe/membres/{boss.id}/role", role=role).status_code == 303
    alive = {row.email.split("@")[0] for row in company.all(Invitation) if row.revoked_at is None}
    assert alive == {*left, "autre"}


def test_s09_an_erased_administrator_lets_nobody_in(session, vercors):
    """Erased, one leaves no living link behind that one sent (S09)."""
    company = vercors.company
    boss = company.person(Role.ADMINISTRATOR, "Zoé")
    _invite(company.enter(boss), "haut@exemple.fr", role="administrateur")
    membership.erase(session, actor_of(boss, uuid.uuid4()), now())
    assert [row.revoked_at is None for row in company.all(Invitation)] == [False]
