"""The call anybody may try: no account, turn by turn, « Raccrocher » always there."""

import uuid
from html import unescape

import pytest
from sqlalchemy import select

from course_app.accounts.models import User
from course_app.quizzes.models import Answer, QuizAttempt
from tests.support.people import PASSWORD
from tests.web.quizzes.conftest import EVERYWHERE, Player, right, wrong


@pytest.fixture
def caller(client, trial, csrf):
    """A visitor without account who has just placed the call."""
    player = Player(client, trial, csrf(client.get("/essai")))
    started = player.post("/essai", key=str(uuid.uuid4()))
    assert started.status_code == 303
    player.attempt_id = started.location.split("/essais/")[1].split("/")[0]
    player.token = csrf(client.get(player.url(1)))
    return player


def test_looking_keeps_nothing(client, session, trial) -> None:
    """Reading the first screen makes nobody a guest."""
    page = client.get("/essai").get_data(as_text=True)
    assert "Composer le numéro" in page
    assert trial.title in unescape(page)
    session.commit()
    assert session.scalars(select(User).execution_options(**EVERYWHERE)).all() == []


def test_placing_the_call_lets_a_visitor_in(caller, session) -> None:
    """Starting makes one guest and leads to the first turn."""
    session.commit()
    (guest,) = session.scalars(select(User).execution_options(**EVERYWHERE)).all()
    assert guest.is_guest
    assert f"Réplique 1 sur {len(caller.quiz.questions)}" in caller.page(1)


def test_the_call_grows_turn_by_turn(caller, trial) -> None:
    """Each turn shows what was said before, the learner's own words included, and nothing of what comes."""
    said = []
    for number, question in enumerate(trial.questions, 1):
        page = caller.page(number).split('role="log"')[1].split("</ol>")[0]
        for text in said:
            assert text in page
        for later in trial.questions[number:]:
            assert not [line.text for line in later.transcript if line.text in page]
        caller.send(number, right(question))
        said += [option.text for option in question.options if option.correct]


def test_after_another_reply_the_call_starts_over_from_the_right_one(caller, trial) -> None:
    """A reply that goes wrong is kept in the transcript, and the next turn follows a second take."""
    caller.send(1, wrong(trial.questions[0]))
    page = caller.page(2)
    chosen = next(option for option in trial.questions[0].options if option.id == wrong(trial.questions[0])[0])
    assert chosen.text in page
    assert "deuxième prise" in page


def test_hanging_up_is_always_possible(caller, trial) -> None:
    """« Raccrocher » stands on every turn, before and after the reply (statement 50)."""
    for number, question in enumerate(trial.questions, 1):
        assert "Raccrocher" in caller.page(number)
        caller.send(number, right(question))
        if number < len(trial.questions):
            assert "Raccrocher" in caller.page(number)


@pytest.mark.parametrize("replies", [0, 1, 3])
def test_hanging_up_is_no_failure(caller, trial, stored, replies: int) -> None:
    """At any turn, hanging up leads to the debrief, without a word of failure; twice changes nothing (statement 51)."""
    for number in range(1, replies + 1):
        caller.send(number, right(trial.questions[number - 1]))
    hang_up = f"/quiz/essais/{caller.attempt_id}/raccrocher"
    assert [caller.post(hang_up).status_code for _twice in range(2)] == [303, 303]
    page = unescape(caller.client.get(caller.summary_url).get_data(as_text=True))
    assert "Vous avez raccroché" in page
    assert not [word for word in ("échec", "Échec", "raté", "mauvais") if word in page]
    assert len(stored(Answer)) == replies


def test_the_debrief_tells_guests_what_an_account_adds(caller, client, sign_in, trial) -> None:
    """A guest reads what signing up keeps; somebody with an account is not asked to sign up."""
    caller.answer_all()
    page = client.get(caller.summary_url).get_data(as_text=True)
    assert 'href="/inscription"' in page
    assert "24 heures" in page


def test_members_may_try_too(client, learner, trial, csrf) -> None:
    """Somebody with an account plays the call under their own name."""
    player = Player(client, trial, csrf(client.get("/essai")))
    started = player.post("/essai", key=str(uuid.uuid4()))
    player.attempt_id = started.location.split("/essais/")[1].split("/")[0]
    player.answer_all()
    assert 'href="/inscription"' not in client.get(player.summary_url).get_data(as_text=True)


def test_signing_up_keeps_the_call(caller, client, csrf, stored) -> None:
    """The attempt, its answers and its receipts are the same after a guest opens an account."""
    caller.answer_all()
    before = [(answer.receipt, answer.attempt_id) for answer in stored(Answer)]
    form = {
        "csrf_token": csrf(client.get("/inscription")),
        "first_name": "Nadia",
        "email": "nadia@exemple.fr",
        "password": PASSWORD,
    }
    assert client.post("/inscription", data=form).status_code in {302, 303}
    assert client.get(caller.summary_url).status_code == 200
    assert [(answer.receipt, answer.attempt_id) for answer in stored(Answer)] == before


def test_signing_in_brings_the_call_along(caller, client, make_person, sign_in, stored, csrf) -> None:
    """A guest who already had an account finds the call in it, numbered after the account's own attempts."""
    caller.answer_all()
    person = make_person()
    form = {"email": person.email, "password": person.password, "csrf_token": csrf(client.get("/connexion"))}
    assert client.post("/connexion", data=form).status_code in {302, 303}
    assert client.get(caller.summary_url).status_code == 200
    assert {attempt.learner_id for attempt in stored(QuizAttempt)} == {person.actor.user_id}
