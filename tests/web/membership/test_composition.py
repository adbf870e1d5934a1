"""Many people join or leave a team at once: judged first, all or nothing, twice is once."""

from html import unescape

from course_app.accounts.rules import Role
from course_app.audit.models import AuditEntry
from course_app.membership.models import TeamMember


def _inside(company, team):
    stays = [stay for stay in company.all(TeamMember) if stay.team_id == team.id and stay.left_at is None]
    return {stay.user_id for stay in stays}


def _text(answer):
    return unescape(answer.get_data(as_text=True)).replace("\u202f", " ").replace("\u00a0", " ")


def test_a_list_is_judged_then_done_whole_and_twice_is_once(company):
    """Pasted and ticked people join, ticked ones leave; the preview writes nothing; sent again, nothing more happens."""
    boss = company.person(Role.ADMINISTRATOR, "Ines")
    ana, bob, chloe, dan = (company.person(first_name=name) for name in ("Ana", "Bob", "Chloe", "Dan"))
    team = company.team("Ventes", chloe, dan)
    held, base = company.enter(boss), f"/equipe/membres/equipes/{team.id}/composition"
    sent = {
        "people": f"Ana <{ana.email}>, {ana.email}\n{chloe.email}",
        "joining": [str(bob.id)],
        "leaving": [str(dan.id)],
    }
    before = len(company.all(TeamMember))
    page = _text(held.post(base, **sent))
    assert "2 personnes entrent." in page
    assert "1 personne sort." in page
    assert "2 lignes ne changent rien." in page
    assert len(company.all(TeamMember)) == before
    for _time in range(2):
        assert held.post(f"{base}/enregistrer", **sent).status_code == 303
    assert _inside(company, team) == {ana.id, bob.id, chloe.id}
    assert len(company.all(TeamMember)) == before + 2
    changes = [entry.details["change"] for entry in company.all(AuditEntry) if entry.act == "equipe-changee"]
    assert sorted(changes) == ["entree", "entree", "sortie"]
    assert "Rien à changer" in _text(held.client.get(f"/equipe/membres/equipes/{team.id}"))


def test_one_wrong_line_and_nothing_changes(company):
    """An address that nobody seen has, known elsewhere or not, stops everything; the list stays in the box."""
    leader, ana = company.person(Role.MANAGER, "Omar"), company.person(first_name="Ana")
    unseen = company.person(first_name="Zoe")
    team, other = company.team("Ventes", leader=leader), company.team("Atelier", ana, leader=leader)
    held, base = company.enter(leader), f"/equipe/membres/equipes/{team.id}/composition"
    for stranger in (unseen.email, "personne@exemple.fr"):
        for tail in ("", "/enregistrer"):
            answer = held.post(base + tail, people=f"{ana.email}\n{stranger}")
            assert answer.status_code == 422
            assert "Personne de vos équipes n’a cette adresse" in _text(answer)
            assert stranger in _text(answer)
            table = _text(answer).partition("<tbody>")[2]
            assert table.index(stranger) < table.index(ana.email)  # what is to be corrected comes first
    assert _inside(company, team) == {leader.id}
    assert held.post(base, people="").status_code == 422
    assert held.post(base, leaving=[str(leader.id)]).status_code == 422
    assert held.post(f"{base}/enregistrer", people=ana.email).status_code == 303
    assert _inside(company, team) == {leader.id, ana.id}
    assert _inside(company, other) == {leader.id, ana.id}


def test_s02_a_team_out_of_sight_is_nobody_s_to_change(company):
    """Another manager of the company gets 404 on the team's list, as for a team that does not exist."""
    leader, ana = company.person(Role.MANAGER, "Omar"), company.person(first_name="Ana")
    team = company.team("Ventes", ana)
    company.team("Atelier", leader=leader)
    held = company.enter(leader)
    for tail in ("", "/enregistrer"):
        answer = held.post(f"/equipe/membres/equipes/{team.id}/composition{tail}", leaving=[str(ana.id)])
        assert answer.status_code == 404
    assert _inside(company, team) == {ana.id}


def test_somebody_gone_out_of_sight_meanwhile_has_a_line_that_says_so(company):
    """Ticked to leave, then moved away by somebody else: the line has words, never an empty name."""
    leader, ana, bob = company.person(Role.MANAGER, "Omar"), company.person(first_name="Ana"), company.person()
    team = company.team("Ventes", ana, leader=leader)
    held, base = company.enter(leader), f"/equipe/membres/equipes/{team.id}/composition"
    page = _text(held.post(base, leaving=[str(ana.id), str(bob.id)]))
    assert "1 personne sort." in page
    assert "Quelqu’un que vous ne suivez plus" in page
