"""A person takes their manager's view along, and knows who took it away (security.md G5)."""

import json

from course_app.accounts.rules import Role
from course_app.membership.models import TeamMember
from course_app.web.clock import now
from tests.support import people as people_of_tests
from tests.web.team.conftest import COMPANY


def _taken(client, form="json"):
    sent = {"csrf_token": people_of_tests.csrf(client.get("/reglages")), "format": form}
    return client.post("/reglages/donnees", data=sent).get_data(as_text=True)


def _export_list(client):
    return client.post("/equipe.csv", data={"csrf_token": people_of_tests.csrf(client.get("/equipe"))})


def test_g5_the_export_holds_what_managers_saw_and_who_looked(session, company, browser_of, make_person):
    """The manager's view in the same words, who reads it, each list or dossier taken by somebody who saw them, and no other."""
    team, elsewhere = company.team(), company.team("Atelier", lead=make_person(Role.MANAGER, COMPANY, "Omar"))
    lucie, paul = company.person(team, "Lucie"), company.person(elsewhere, "Paul")
    assert _export_list(browser_of(company.manager)).status_code == 200
    mine = browser_of(lucie)
    told = json.loads(_taken(mine))
    assert told["seen_by_manager"]["state"] == "Pas commencé"
    assert told["read_by"] == ["Claire"]
    assert [(each["by"], each["kind"]) for each in told["taken_by_others"]] == [("Claire", "liste")]
    readable = _taken(mine, "page")
    assert "Ce que voit mon responsable" in readable
    assert "fichiers qui me concernent" in readable.lower()
    assert "Liste de l" in mine.get("/ce-que-voit-votre-responsable").get_data(as_text=True)
    other = browser_of(paul)
    assert json.loads(_taken(other))["taken_by_others"] == []
    page = other.get("/ce-que-voit-votre-responsable").get_data(as_text=True)
    assert "a téléchargé de liste ni de dossier à votre sujet" in page


def test_g5_the_view_taken_along_is_the_view_on_the_page(session, company, browser_of, read_as):
    """Every fact of the export stands on the manager's page of that person."""
    lucie = company.person(company.team(), "Lucie")
    told = json.loads(_taken(browser_of(lucie)))["seen_by_manager"]
    page = read_as(company.manager, f"/equipe/personnes/{lucie.actor.user_id}")
    facts = [fact for fact in told.values() if isinstance(fact, str) and fact]
    assert len(facts) >= 3
    assert all(fact.replace("\u202f", " ").replace("\u00a0", " ") in page for fact in facts)


def test_g5_a_list_of_before_or_of_another_team_is_not_told(session, company, browser_of, make_person, clock):
    """A list made before a person came, or by who led a team they had left, held nothing of them: it is not told."""
    boss, first = make_person(Role.ADMINISTRATOR, COMPANY, "Nadège"), company.team("Ventes")
    second = company.team("Atelier", lead=make_person(Role.MANAGER, COMPANY, "Omar"))
    assert _export_list(browser_of(boss)).status_code == 200
    clock.shift(3600)
    lucie = company.person(first, "Lucie")
    stay = session.query(TeamMember).where(
        TeamMember.organisation_id == first.organisation_id, TeamMember.user_id == lucie.actor.user_id
    )
    stay.one().left_at = now()
    company.join(second, lucie.actor)
    clock.shift(3600)
    assert _export_list(browser_of(company.manager)).status_code == 200
    assert json.loads(_taken(browser_of(lucie)))["taken_by_others"] == []
    assert _export_list(browser_of(boss)).status_code == 200
    taken = json.loads(_taken(browser_of(lucie)))["taken_by_others"]
    assert [each["by"] for each in taken] == ["Nadège"]
