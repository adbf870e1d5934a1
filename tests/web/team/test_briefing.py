"""The team's briefing: groups of five, published once, and a sheet to print."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from course_app.accounts.rules import Role
from course_app.library.questions import ChoiceQuestion
from course_app.quizzes.kinds.answers import Response
from course_app.quizzes.kinds.keys import right_answer
from course_app.team.models import HeatCounted, HeatTopic
from tests.support import people as people_of_tests
from tests.support.crowd import answer_quiz
from tests.web.team.conftest import COMPANY

QUIZ = "avant-de-decrocher"


@pytest.fixture
def mistake(catalog):
    """A question of the quiz with its first wrong option."""
    question = next(one for one in catalog.quizzes[QUIZ].questions if isinstance(one, ChoiceQuestion))
    return question, next(option for option in question.options if not option.correct)


def _answer(session, person, catalog, mistake, *, wrong):
    question, option = mistake
    chosen = Response((option.id,), "") if wrong else None
    answer_quiz(
        session,
        person.actor,
        catalog.quizzes[QUIZ],
        lambda asked: chosen if chosen and asked.id == question.id else right_answer(asked),
    )


def _publish(client, team):
    token = people_of_tests.csrf(client.get("/equipe/bilan"))
    return client.post(f"/equipe/bilan/{team.id}", data={"csrf_token": token})


def _kept(session, model):
    return session.scalar(select(func.count()).select_from(model).execution_options(across_organisations=True))


def test_five_people_make_a_briefing_and_four_make_none(session, client, sign_in, company, catalog, read, mistake):
    """Four answers publish nothing; the fifth lets the mistake of most be told, without a name or a count, with its sheet."""
    team = company.team()
    crowd = [company.person(team, name) for name in ("Ana", "Béa", "Cléo", "Dan", "Eli", "Fay")]
    for rank, person in enumerate(crowd[:4]):
        _answer(session, person, catalog, mistake, wrong=rank < 3)
    sign_in(client, company.manager)
    assert _publish(client, team).status_code == 303
    assert _kept(session, HeatTopic) == _kept(session, HeatCounted) == 0
    _answer(session, crowd[4], catalog, mistake, wrong=False)
    _publish(client, team)
    question, option = mistake
    page = read("/equipe/bilan")
    assert _plain(option.text) in page
    assert "plus de la moitié de 5 personnes" in page
    assert not any(name in page for name in ("Ana", "Béa", "Cléo", "Dan", "Eli"))
    address = re.search(r"/equipe/bilan/[0-9a-f-]{36}(?=\">)", page)[0]
    sheet = read(address)
    assert _plain(option.feedback.rule) in sheet
    assert _plain(question.prompt) in sheet
    before = read("/equipe/bilan")
    _answer(session, crowd[5], catalog, mistake, wrong=True)
    _publish(client, team)
    assert _texts(read("/equipe/bilan")) == _texts(before)


def _plain(text):
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def _texts(page):
    return re.findall(r"<td[^>]*>.*?</td>", page)


def test_filters_dates_and_exports_change_nothing_of_it(session, client, sign_in, company, catalog, read, mistake):
    """Whatever is added to the address, the briefing is the same; the files of the team hold no answer."""
    team = company.team()
    for rank, name in enumerate(("Ana", "Béa", "Cléo", "Dan", "Eli", "Fay")):
        _answer(session, company.person(team, name), catalog, mistake, wrong=rank < 4)
    sign_in(client, company.manager)
    _publish(client, team)
    page = _texts(read("/equipe/bilan"))
    assert page
    for asked in ("du=2026-12-01&au=2026-12-02", "personne=Ana", "etat=en-route", "groupe=" + str(team.id), "min=1"):
        assert _texts(read(f"/equipe/bilan?{asked}")) == page
    token = people_of_tests.csrf(client.get("/equipe"))
    exported = client.post("/equipe.csv", data={"csrf_token": token}).get_data(as_text=True)
    assert mistake[1].text not in exported


def test_s02_another_manager_publishes_and_reads_nothing(session, company, browser_of, make_person, catalog, mistake):
    """The briefing of a team out of sight is nobody's: 404 to publish, 404 for its sheet, absent from the list."""
    team = company.team()
    for name in ("Ana", "Béa", "Cléo", "Dan", "Eli"):
        _answer(session, company.person(team, name), catalog, mistake, wrong=True)
    mine = browser_of(company.manager)
    _publish(mine, team)
    topic = session.scalar(select(HeatTopic.id).execution_options(across_organisations=True))
    assert mine.get(f"/equipe/bilan/{topic}").status_code == 200
    stranger = browser_of(make_person(company.manager.actor.role))
    assert _publish(stranger, team).status_code == 404
    assert stranger.get(f"/equipe/bilan/{topic}").status_code == 404


def test_two_managers_who_share_people_publish_at_once(
    session, app, browser_of, company, make_person, catalog, mistake
):
    """Two teams with the same people, two clicks at the same moment: each answer counts once, nobody reads an error."""
    omar = make_person(Role.MANAGER, COMPANY, "Omar")
    teams = (company.team(), company.team("Atelier", lead=omar))
    crowd = [company.person(teams[0], name) for name in ("Ana", "Béa", "Cléo", "Dan", "Eli")]
    for person in crowd:
        company.join(teams[1], person.actor)
        _answer(session, person, catalog, mistake, wrong=True)
    addresses = [f"/equipe/bilan/{team.id}" for team in teams]
    browsers = [browser_of(manager) for manager in (company.manager, omar)]
    tokens = [people_of_tests.csrf(browser.get("/equipe/bilan")) for browser in browsers]
    for browser in browsers:
        browser.shared_session = None
    session.commit()
    start = Barrier(2)

    def click(rank):
        start.wait()
        return browsers[rank].post(addresses[rank], data={"csrf_token": tokens[rank]}).status_code

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(click, range(2))) == [303, 303]
    asked = [one for one in catalog.quizzes[QUIZ].questions if isinstance(one, ChoiceQuestion)]
    assert _kept(session, HeatCounted) == 5 * len(asked)
