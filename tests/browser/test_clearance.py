"""Journey 3 of experience.md §6: a temp goes from the invitation to the green light, and the manager reads it.

Hours of work (lessons, quizzes, portfolio, the calls but their last sentence, the test but one answer) are done through
the services of real use, on the database of the running site; what decides is played in the browser, on a phone.
"""

import uuid
from datetime import timedelta

import pytest

from course_app.accounts import service as accounts
from course_app.accounts.rules import Role
from course_app.accounts.sessions import actor_of
from course_app.calls import service as calls
from course_app.calls.engine.choices import choices, hint
from course_app.calls.engine.conversation import play as played
from course_app.calls.rules import SpokenHow
from course_app.config import load_settings
from course_app.exercise import runs
from course_app.exercise import service as exercises
from course_app.factory import create_app
from course_app.library.calls import Temperature
from course_app.library.clearances import CallType
from course_app.library.model import ItemKind
from course_app.library.questions import ChoiceQuestion
from course_app.membership import invitations
from course_app.membership import service as membership
from course_app.membership.invitations import Order
from course_app.membership.roster import Written
from course_app.progress import service as progress
from course_app.quizzes.exam import service as exams
from course_app.quizzes.kinds.keys import right_answer
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.library import catalog
from tests.support import walks
from tests.support.callers import play
from tests.support.crowd import answer_quiz
from tests.support.mail_files import link_sent_to

PATH, TEST = "interimaires", "test-interimaires"
NAME, ADDRESS = "Maëlle", "maelle@exemple.fr"
SEED = 0
"""A chance with which what is whispered leads the last call to its own end before time runs out."""


@pytest.fixture
def services(site):
    """The services of the running site, on its own database, in this process."""
    with create_app(load_settings(site.environment)).app_context():
        yield db.session
        db.session.rollback()
        db.engine.dispose()


def _invite(session):
    """Invite the temp to the path of temps, in the manager's name."""
    manager = next(one for one in accounts.demonstration_people(session) if one.first_name == "Claire")
    claire = actor_of(accounts.demonstration_person(session, manager.user_id), uuid.uuid4())
    team_id = membership.led_teams(session, claire)[0].id
    order = Order(team_id, Role.LEARNER, PATH, None)
    invitations.invite(session, claire, [Written(1, NAME, ADDRESS, NAME)], order, now().date(), now())
    session.commit()


def _study(session, actor):
    """Read every lesson of the path, answer its quizzes, play its games to their end."""
    content = catalog()
    for ref in content.paths[PATH].items:
        kind, item_id = ref.key
        if kind is ItemKind.LESSON:
            progress.finish(session, actor, content.lessons[item_id], now())
        elif kind is ItemKind.QUIZ and item_id != TEST:
            answer_quiz(session, actor, content.quizzes[item_id], right_answer)
        elif kind is ItemKind.EXERCISE:
            row = exercises.start(session, actor, content.exercises[item_id], True, 7, uuid.uuid4(), now())
            while not (run := runs.load(session, actor, row.id, writing=True)).is_finished:
                exercises.close_session(session, actor, run, run.session_index, uuid.uuid4(), now())
    session.commit()


def _call(session, actor):
    """Succeed in two calls; fail to count a third, then play it again up to its last sentence, and return its choice."""
    rule = catalog().rule_of(CallType.COURTESY)
    first, second, third = (catalog().calls[name] for name in rule.calls[: rule.passed])
    for call in (first, first, second, second, third):
        play(session, actor, call, now() - timedelta(minutes=5))
    row = calls.start(session, actor, calls.Beginning(third, Temperature.HURRIED, True, SEED, uuid.uuid4()), now())
    while True:
        attempt = calls.load(session, actor, row.id, writing=True)
        offered, sound = choices(attempt.conversation), hint(attempt.conversation)
        choice = next((one for one in offered if one.move.intent is sound), offered[0])
        said = [turn.move for turn in attempt.conversation.turns]
        if played(attempt.conversation.script, Temperature.HURRIED, row.seed, [*said, choice.move]).ending:
            session.commit()
            return choice.id
        saying = calls.Saying(uuid.uuid4(), attempt.next_number, choice.move.intent, choice.move.said, SpokenHow.CHOSEN)
        calls.say(session, actor, attempt, saying, now())


def _sit(session, actor):
    """Answer the test but for its last single choice; return the value of the answer that is missing."""
    content = catalog()
    row = exams.start(session, actor, content.quizzes[TEST], content.quizzes, uuid.uuid4(), now())
    asked = list(enumerate(exams.load(session, actor, row.id).quiz.questions, 1))
    left = [number for number, one in asked if isinstance(one, ChoiceQuestion) and len(right_answer(one).chosen) == 1]
    for number, question in asked:
        if number != left[-1]:
            sent = exams.Sent(uuid.uuid4(), 0, right_answer(question))
            exams.save(session, actor, exams.load(session, actor, row.id, writing=True), number, sent, now())
    session.commit()
    return right_answer(asked[left[-1] - 1][1]).chosen[0]


def _left(page):
    """Return the lines of the first green light of Mon parcours, where one is led after reading them."""
    walks.go_to(page, "/parcours")
    return page.locator("#feu-vert details").first.locator(".green-lines li > span").all_inner_texts()


def test_journey_3_from_the_invitation_to_the_green_light(site, newcomer, services):
    """What is left shrinks with each success; the last answer sent gives the green light, which the manager reads."""
    _invite(services)
    temp = newcomer(site)
    page = temp.open(link_sent_to(site, ADDRESS))
    page.get_by_label("Votre prénom").fill(NAME)
    walks.follow(page, walks.button(page, "Commencer"))
    page.get_by_role("heading", name="À garder sous les yeux").wait_for()
    assert _left(page) == ["0 appel réussi sur 3", "Un test de parcours réussi à 80 %"]

    actor = actor_of(accounts.find(services, ADDRESS), uuid.uuid4())
    _study(services, actor)
    last_choice = _call(services, actor)
    assert _left(page)[0] == "2 appels réussis sur 3"
    walks.follow(page, walks.link(page, "Jouer l’appel suivant"))
    walks.follow(page, walks.link(page, "Reprendre l’appel"))
    page.locator(f'input[name="choice"][value="{last_choice}"]').check()
    walks.follow(page, walks.button(page, "Dire"))
    page.wait_for_url("**/bilan")
    assert _left(page) == ["3 appels réussis sur 3 (fait)", "Un test de parcours réussi à 80 %"]

    missing = _sit(services, actor)
    walks.follow(page, walks.link(page, "Voir le test"))
    walks.follow(page, walks.button(page, "Reprendre le test"))
    page.locator(f'input[name="option"][value="{missing}"]').check()
    review = str(walks.link(page, "Vérifier").get_attribute("href"))
    walks.follow(page, walks.button(page, "Enregistrer et continuer"))
    assert _left(page)[1] == "Un test de parcours réussi à 80 %"
    walks.go_to(page, review)
    assert page.locator("li.answer .late").count() == 0
    walks.follow(page, walks.button(page, "Envoyer mes réponses"))
    page.get_by_role("heading", name="Test réussi").wait_for()
    walks.follow(page, walks.link(page, "Revenir à mon parcours"))
    light = page.locator("#feu-vert details").first
    assert "Feu vert jusqu’au" in light.locator("summary").inner_text()
    light.locator("summary").click()
    assert temp.axe() == []

    manager = newcomer(site)
    page = manager.open("/demonstration")
    walks.enter_as(page, "Claire")
    walks.go_to(page, "/equipe/feux-verts")
    courtesy = page.get_by_role("table", name="Rappel de courtoisie")
    assert courtesy.get_by_role("rowheader", name=NAME, exact=True).is_visible()
    assert manager.axe() == []
