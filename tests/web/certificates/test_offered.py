"""Where a document is offered: on Mon parcours when it waits, on the person's page for whoever follows them."""

import re
from html import unescape

from benchmarks.statements import heard
from course_app.accounts.models import User
from course_app.accounts.rules import Role
from course_app.certificates import service, waiting
from course_app.certificates.rules import CertificateKind, day
from course_app.core.french import long_date
from course_app.paths import service as paths
from course_app.quality import service as quality
from course_app.quality.rules import SURVEYS, SurveyKind
from course_app.web.clock import now
from tests.support import people
from tests.web.certificates.conftest import PATH, follow, lead, wrong_answer
from tests.web.certificates.test_earning import FORM

LINK = re.compile(r'href="/attestations/personnes/([0-9a-f-]{36})"')
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


def test_the_list_puts_first_whoever_waits_for_a_certificate(client, session, catalog, desk, make_person):
    """A manager reads at a glance for whom a certificate waits; once issued, it waits no more; the test failed is enough."""
    boss = make_person(Role.MANAGER, organisation="Bocage")
    done, failed, beginner = (make_person(organisation="Bocage", first_name=name) for name in ("Zoé", "Ali", "Bea"))
    lead(session, boss.actor, done.actor, failed.actor, beginner.actor)
    follow(session, done.actor, catalog)
    follow(session, failed.actor, catalog, choose=wrong_answer)
    follow(session, beginner.actor, catalog, but=1, choose=wrong_answer)
    people.sign_in(client, boss)

    def waiting_for():
        session.commit()
        page = client.get("/attestations/personnes").get_data(as_text=True)
        return [person for person in (done, failed, beginner) if f"{person.actor.user_id}/{PATH}" in page]

    assert waiting_for() == [done, failed]
    standing = service.standings(session, done.actor, desk)[list(catalog.paths).index(PATH)]
    service.issue_completion(
        session, boss.actor, done.actor, desk, standing, service.Filled({**FORM, "address": ""}), now()
    )
    assert waiting_for() == [failed]


def test_a_long_list_is_sent_by_pages_and_searched(client, session, catalog, make_person):
    """A hundred people: fifty a page, whoever waits first; a search keeps its words from page to page."""
    boss = make_person(Role.ADMINISTRATOR, organisation="Bocage")
    crowd_of = boss.actor.organisation_id
    session.add_all(
        User(
            organisation_id=crowd_of,
            email=f"p{rank}@exemple.fr",
            first_name="Zoé" if rank < 60 else "Ali",
            role=Role.LEARNER,
            created_at=now(),
        )
        for rank in range(99)
    )
    last = make_person(organisation="Bocage", first_name="Zoé").actor
    follow(session, last, catalog)
    people.sign_in(client, boss)
    pages = [
        unescape(client.get(f"/attestations/personnes{query}").get_data(as_text=True)) for query in ("", "?page=2")
    ]
    assert f"/attestations/personnes/{last.user_id}/{PATH}" in pages[0]
    assert [len(set(LINK.findall(page))) for page in pages] == [50, 50]
    assert not set(LINK.findall(pages[0])) & set(LINK.findall(pages[1]))
    found = unescape(client.get("/attestations/personnes?q=zoe").get_data(as_text=True))
    assert "61 personnes trouvées" in found
    assert 'href="/attestations/personnes?q=zoe&page=2"' in found
    nobody = client.get("/attestations/personnes?q=%00<b>&page=x")
    assert nobody.status_code == 200
    assert "<b>" not in nobody.get_data(as_text=True)


def test_who_waits_costs_the_same_queries_whatever_the_number(session, catalog, desk, make_person):
    """Who waits for a certificate is told in as many queries for three people as for one."""
    crowd = [make_person(organisation="Bocage").actor for _ in range(3)]
    for actor in crowd:
        follow(session, actor, catalog)
    kind = CertificateKind.COMPLETION

    def cost(people_ids):
        session.expire_all()
        with heard(session.get_bind()) as asked:
            assert len(waiting.to_issue(session, crowd[0].organisation_id, people_ids, desk, kind)) == len(people_ids)
        return len(asked)

    ids = [actor.user_id for actor in crowd]
    assert cost(ids) == cost(ids[:1]) <= 4
