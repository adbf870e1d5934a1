"""Where a document is offered: on Mon parcours when it waits, on the person's page for whoever follows them."""

from html import unescape

from course_app.accounts.rules import Role
from course_app.certificates import service
from course_app.certificates.rules import day
from course_app.core.french import long_date
from course_app.paths import service as paths
from course_app.quality import service as quality
from course_app.quality.rules import SURVEYS, SurveyKind
from course_app.web.clock import now
from tests.support import people
from tests.web.certificates.conftest import PATH, follow, lead

ASK, SURVEY = f"/attestations/parcours/{PATH}", f"/enquetes/{PATH}/a-chaud"


def test_mon_parcours_offers_what_waits_then_nothing(client, session, catalog, desk, make_person):
    """Path complete: the attestation and the survey, one link each; both done, neither is offered again."""
    person = make_person()
    paths.choose_path(session, person.actor, catalog, PATH, now())
    follow(session, person.actor, catalog, but=1)
    people.sign_in(client, person)

    def offered():
        session.commit()
        page = unescape(client.get("/parcours").get_data(as_text=True))
        return [f'href="{path}"' in page for path in (ASK, SURVEY)]

    assert offered() == [False, False]
    follow(session, person.actor, catalog, choose=None)
    assert offered() == [True, True]
    service.issue_skills(session, person.actor, desk, PATH, "Samira Benali", now())
    assert offered() == [False, True]
    answers = {each.slug: "4" for each in SURVEYS[SurveyKind.HOT]}
    quality.answer_survey(session, person.actor, PATH, SurveyKind.HOT, answers, "", now())
    assert offered() == [False, False]


def test_a_manager_goes_from_the_person_to_their_documents(client, session, catalog, issued, earner, make_person):
    """One press leads from somebody's page to their documents, with their dates; another company's person has no page."""
    boss = make_person(Role.MANAGER, organisation="Menuiserie Bocage")
    lead(session, boss.actor, earner.actor)
    people.sign_in(client, boss)
    url = f"/attestations/personnes/{earner.actor.user_id}"
    assert f'href="{url}"' in client.get(f"/equipe/personnes/{earner.actor.user_id}").get_data(as_text=True)
    page = unescape(client.get(url).get_data(as_text=True))
    assert long_date(day(issued.facts["achieved_on"])) in page
    assert f"/attestations/personnes/{earner.actor.user_id}/{PATH}" in page
    assert client.get(f"/attestations/personnes/{make_person().actor.user_id}").status_code == 404
