"""Nobody reads somebody else's individual answers: no page, no file, whatever the role (S78, G2).

The register has no act « answers read », since there is nothing to note: this test is what holds it. A page that would
show one to a manager, an author or an administrator fails here, and must then leave its line in the register.
"""

import re
import uuid

import pytest

from course_app.accounts.rules import Role
from course_app.calls import service as calls
from course_app.calls.rules import SpokenHow
from course_app.exercise import runs
from course_app.exercise import service as exercises
from course_app.library.calls import Temperature
from course_app.library.model import QuizKind
from course_app.library.questions import FreeTextQuestion
from course_app.membership.models import Team, TeamMember
from course_app.quizzes.kinds.answers import Response
from course_app.quizzes.kinds.keys import right_answer
from course_app.web import library
from course_app.web.clock import now
from tests.support import people
from tests.support.callers import best
from tests.support.crowd import answer_quiz
from tests.web.security.routes_table import EXAMPLES

COMPANY = "Atelier Vercors"
SAID = ("zorglub-dans-un-quiz", "zorglub-en-appel", "zorglub-demain-je")
"""What the learner typed and said: a word that nothing else in the site holds."""
LEFT_OUT = ("/deconnexion", "/static/", "/demonstration")
READERS = {"manager": Role.MANAGER, "author": Role.AUTHOR, "administrator": Role.ADMINISTRATOR}
FILES = ("/equipe.csv", "/equipe/membres.csv", "/equipe/membres.xlsx")


@pytest.fixture
def learner(app, session, make_person):
    """A learner of a team led by Claire, who wrote words of their own in each room that keeps some."""
    claire = make_person(Role.MANAGER, COMPANY, "Claire")
    lucie = make_person(Role.LEARNER, COMPANY, "Lucie")
    team = Team(organisation_id=claire.actor.organisation_id, name="Ventes", created_at=now())
    session.add(team)
    session.flush()
    for person, leads in ((claire, True), (lucie, False)):
        stay = {"organisation_id": team.organisation_id, "team_id": team.id, "user_id": person.actor.user_id}
        session.add(TeamMember(**stay, leads=leads, joined_at=now()))
    with app.app_context():
        catalog = library.catalog()
    ids = {"team_id": [str(team.id)], "user_id": [str(lucie.actor.user_id)], **_plant(session, lucie.actor, catalog)}
    return {**people_by_role(make_person, claire), "learner": lucie}, {**ids, "learner_id": ids["user_id"]}


def people_by_role(make_person, claire):
    """Return who may look: the manager of the team, an author and an administrator of the company."""
    others = {name: make_person(role, COMPANY, name) for name, role in READERS.items() if name != "manager"}
    return {"manager": claire, **others}


def _plant(session, actor, catalog):
    """Type, say and write; return ids by the name that addresses give them."""
    quiz = next(
        each
        for each in catalog.quizzes.values()
        if each.kind_of_quiz is QuizKind.PRACTICE and any(isinstance(one, FreeTextQuestion) for one in each.questions)
    )
    typed = Response((), SAID[0])
    answered = answer_quiz(
        session, actor, quiz, lambda asked: typed if isinstance(asked, FreeTextQuestion) else right_answer(asked)
    )
    beginning = calls.Beginning(catalog.calls["mon-assistante"], Temperature.TENSE, False, 7, uuid.uuid4())
    talk = calls.start(session, actor, beginning, now())
    attempt = calls.load(session, actor, talk.id, writing=True)
    calls.say(session, actor, attempt, calls.Saying(uuid.uuid4(), 1, best(attempt), SAID[1], SpokenHow.TYPED), now())
    run = exercises.start(session, actor, catalog.exercises["facture-orpheline"], False, 7, uuid.uuid4(), now())
    while not (loaded := runs.load(session, actor, run.id, writing=True)).is_finished:
        exercises.close_session(session, actor, loaded, loaded.session_index, uuid.uuid4(), now())
    exercises.save_takeaway(runs.load(session, actor, run.id), SAID[2])
    return {"attempt_id": [str(answered.id), str(talk.id)], "run_id": [str(run.id)], "quiz_id": [quiz.id]}


def _addresses(app, ids):
    """Yield every address that can be read, its variable parts filled with what is the learner's."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(LEFT_OUT):
            names = re.findall(r"<(?:\w+:)?(\w+)>", rule.rule)
            ways = max((len(ids.get(name, ())) for name in names), default=1) or 1
            for rank in range(ways):
                values = {name: ids[name][rank % len(ids[name])] if name in ids else EXAMPLES[name] for name in names}
                yield re.sub(r"<(?:\w+:)?(\w+)>", lambda found, values=values: values[found[1]], rule.rule) + "?bilan=1"


def test_s78_no_role_reads_somebody_else_s_answers(app, session, learner):
    """Manager, author and administrator open every address of the site and take every list: none of the words is there.

    The learner's own pages hold them, so that the test would see them.
    """
    known, ids = learner

    def client_of(name):
        client = app.test_client()
        client.shared_session = session
        people.sign_in(client, known[name])
        return client

    def words_in(answer):
        text = b"".join(answer.iter_encoded()).decode(errors="replace")
        return {word for word in SAID if word in text}

    mine = client_of("learner")
    assert set().union(*(words_in(mine.get(address)) for address in _addresses(app, ids))) == set(SAID)
    for name in READERS:
        reader = client_of(name)
        told = {address: words_in(reader.get(address)) for address in _addresses(app, ids)}
        sent = {"data": {"csrf_token": people.csrf(reader.get("/reglages"))}}
        told |= {address: words_in(reader.post(address, **sent)) for address in FILES}
        assert not {address: words for address, words in told.items() if words}, name
