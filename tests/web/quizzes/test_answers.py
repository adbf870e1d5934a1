"""Answering: judged by the server, stored once before the feedback, never changed afterwards."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from html import escape, unescape

import pytest

from course_app.library.model import QuestionType
from course_app.quizzes.models import Answer, QuizAttempt
from tests.web.quizzes.conftest import Player, key_on, right, wrong


def _text(answer) -> str:
    return unescape(answer.get_data(as_text=True))


def test_an_answer_is_stored_then_explained(clock, player, quiz, stored) -> None:
    """The reply to an answer leads to the same question, now with its feedback and a numbered receipt."""
    answer = player.send(1, right(quiz.questions[0]))
    assert (answer.status_code, answer.location) == (303, player.url(1) + "#feedback")
    (kept,) = stored(Answer)
    assert kept.chosen == right(quiz.questions[0])
    assert kept.correct
    page = player.page(1)
    assert "Bien vu." in page
    assert f"Réponse enregistrée à 9\u00a0h\u00a000 (reçu n°\u00a0{kept.receipt})" in page
    assert page.count('role="status"') == 2  # the base page's messages, and the feedback


def test_a_wrong_answer_gets_consequence_reason_and_rule(player, quiz) -> None:
    """« Faux » alone is forbidden: what it leads to, why, the rule, and what the others would have led to."""
    question = quiz.questions[0]
    player.send(1, wrong(question))
    page = player.page(1)
    assert "Pas cette fois." in page
    assert "Votre réponse\u00a0: à revoir" in page
    assert "Il fallait choisir celle-ci" in page
    assert "Il fallait aussi" not in page  # the wrong choice was not half right
    for option in question.options:
        for words in (option.feedback.consequence, option.feedback.reason, option.feedback.rule):
            assert words in page


def test_several_answers_are_marked_one_by_one(player, quiz) -> None:
    """Where several answers are right, a missed one and a wrong one are told apart, in words."""
    number = next(n for n, each in enumerate(quiz.questions, 1) if each.type is QuestionType.MULTIPLE)
    for before in range(1, number):
        player.send(before, right(quiz.questions[before - 1]))
    question = quiz.questions[number - 1]
    player.send(number, [*right(question)[:1], *wrong(question)])
    page = player.page(number)
    assert "Votre réponse\u00a0: juste" in page
    assert "Votre réponse\u00a0: à revoir" in page
    assert "Il fallait aussi choisir celle-ci" in page


def test_confident_and_wrong_is_said_without_blame(player, quiz) -> None:
    """The error made « la main au feu » gets its own sentence; certainty changes no score."""
    player.send(1, wrong(quiz.questions[0]), certainty="main-au-feu")
    assert "Vous y auriez mis la main au feu" in player.page(1)


def test_r2_a_double_click_stores_one_answer(player, quiz, stored) -> None:
    """The same key with the same body gets the same reply, and is stored once (R2)."""
    key, option = str(uuid.uuid4()), right(quiz.questions[0])
    first, second = player.send(1, option, key), player.send(1, option, key)
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert len(stored(Answer)) == 1


def test_r2_the_last_answer_sent_twice_still_finishes_once(player, quiz, stored) -> None:
    """A double click on the very last answer gets the same reply, though the attempt is finished by then."""
    for number, question in enumerate(quiz.questions[:-1], 1):
        player.send(number, right(question))
    key, last = str(uuid.uuid4()), len(quiz.questions)
    answers = [player.send(last, right(quiz.questions[-1]), key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(stored(Answer)) == last


def test_r2_real_double_clicks_store_one_answer(app, player, quiz, stored) -> None:
    """Twelve concurrent sendings of one form, on threads of their own, store one answer and reply alike."""
    key, option = str(uuid.uuid4()), right(quiz.questions[0])
    cookies = {cookie.key: cookie.value for cookie in player.client._cookies.values()}

    def send(_turn: int) -> tuple[int, str]:
        browser = app.test_client()
        for name, value in cookies.items():
            browser.set_cookie(name, value)
        answer = Player(browser, quiz, player.token, player.attempt_id).send(1, option, key)
        return answer.status_code, answer.location

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(send, range(12)))
    assert answers == {(303, player.url(1) + "#feedback")}
    assert len(stored(Answer)) == 1


def test_r9_two_tabs_keep_the_first_answer_and_show_both(player, quiz, stored) -> None:
    """A second tab that answers otherwise gets 409 with both values; the first answer stays (R9)."""
    question = quiz.questions[0]
    player.send(1, right(question), certainty="je-crois")
    late = player.send(1, wrong(question), certainty="main-au-feu")
    assert late.status_code == 409
    page, texts = _text(late), {option.id: option.text for option in question.options}
    assert "Cette question avait déjà une réponse" in page
    assert f"Réponse gardée\u00a0: {texts[right(question)[0]]}" in page
    assert f"non enregistrée\u00a0: {texts[wrong(question)[0]]}" in page
    assert [answer.chosen for answer in stored(Answer)] == [right(question)]


def test_r9_two_tabs_at_the_same_instant_keep_one_answer(app, player, quiz, stored) -> None:
    """Two different answers sent together: one is stored, the other gets 409; never both, never an error."""
    question = quiz.questions[0]
    cookies = {cookie.key: cookie.value for cookie in player.client._cookies.values()}

    def send(option: list[str]) -> int:
        browser = app.test_client()
        for name, value in cookies.items():
            browser.set_cookie(name, value)
        return Player(browser, quiz, player.token, player.attempt_id).send(1, option).status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(send, [right(question), wrong(question)]))
    assert statuses == [303, 409]
    assert len(stored(Answer)) == 1


def test_r2_a_spent_key_with_another_body_is_refused(player, quiz, stored) -> None:
    """Same key, other answer: 409, both shown, nothing changed; also when the key is replayed on the next question."""
    key, question = str(uuid.uuid4()), quiz.questions[0]
    player.send(1, right(question), key)
    assert player.send(1, wrong(question), key).status_code == 409
    assert player.send(1, right(question), key, certainty="main-au-feu").status_code == 409
    assert player.send(2, right(quiz.questions[1]), key).status_code == 409
    assert [answer.chosen for answer in stored(Answer)] == [right(question)]


def test_an_empty_answer_is_asked_again_with_what_was_typed(player, stored) -> None:
    """Sending nothing shows the question again: linked summary, same words beside the field, certainty kept."""
    answer = player.post(player.url(1), key=str(uuid.uuid4()), certainty="main-au-feu")
    page = _text(answer)
    assert answer.status_code == 422
    assert page.split("<title>")[1].startswith("Erreur")
    assert 'href="#option-0"' in page
    assert page.count("Choisissez une réponse, puis validez.") == 2
    assert 'value="main-au-feu" checked' in " ".join(page.split())
    assert stored(Answer) == []


BAD_BODIES = {
    "unknown": {"option": "zz"},
    "repeated": {"option": ["a", "a"]},
    "two where one is asked": {"option": ["a", "b"]},
    "ten thousand": {"option": [f"o{number}" for number in range(10_000)]},
    "nul": {"option": "a\x00"},
    "template": {"option": "{{1009*9973}}"},
    "other template": {"option": "${1009*9973}"},
    "script": {"option": "<script>alert(1)</script>"},
    "unknown certainty": {"option": "a", "certainty": "{{1009*9973}}"},
    "no key": {"option": "a", "key": ""},
    "array as key": {"option": "a", "key": "[]"},
    "very long": {"option": "a" * 100_000},
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
@pytest.mark.parametrize("answered", [False, True], ids=["open", "answered"])
def test_s22_s58_a_value_that_cannot_be_accepted(player, quiz, stored, body: dict, answered: bool) -> None:
    """Whatever is sent instead of an answer is a 422 that changes nothing and comes back unexecuted (S22, S58)."""
    if answered:
        player.send(1, right(quiz.questions[0]))
    reply = player.post(player.url(1), **{"key": str(uuid.uuid4()), **body})
    assert reply.status_code == 422
    assert str(1009 * 9973) not in reply.get_data(as_text=True)
    assert "<script>alert(1)" not in reply.get_data(as_text=True)
    assert [answer.chosen for answer in stored(Answer)] == ([right(quiz.questions[0])] if answered else [])


def test_s06_s16_what_the_browser_says_of_its_score_is_ignored(player, quiz, stored) -> None:
    """Every column of both tables sent along changes nothing: the server alone judges (S06, S16)."""
    columns = {column.name for model in (Answer, QuizAttempt) for column in model.__table__.columns}
    extra = dict.fromkeys(columns - {"key", "certainty"}, "true")
    body = {**extra, "score": "20", "duration": "1", "option": wrong(quiz.questions[0]), "key": str(uuid.uuid4())}
    assert player.client.post(player.url(1), data={"csrf_token": player.token, **body}).status_code == 303
    (kept,) = stored(Answer)
    (attempt,) = stored(QuizAttempt)
    assert (kept.correct, kept.chosen, attempt.number, attempt.finished_at) == (
        False,
        wrong(quiz.questions[0]),
        1,
        None,
    )


def test_s17_later_questions_wait(player, quiz, stored) -> None:
    """A question not reached yet is a 409 to read and to answer, with the way back (S17)."""
    for reply in (player.client.get(player.url(2)), player.send(2, "a"), player.client.get(player.summary_url)):
        assert reply.status_code == 409
        assert f'href="{player.url(1)}"' in reply.get_data(as_text=True)
    assert stored(Answer) == []


def test_s19_nothing_joins_a_finished_attempt(player, quiz, stored) -> None:
    """After the last answer, any other answer is a 409 and changes nothing (S19)."""
    player.answer_all()
    before = [(answer.receipt, answer.chosen) for answer in stored(Answer)]
    for number, question in enumerate(quiz.questions, 1):
        assert player.send(number, wrong(question)).status_code == 409
    assert [(answer.receipt, answer.chosen) for answer in stored(Answer)] == before


def test_an_answered_question_is_read_only(player, quiz) -> None:
    """Going back shows the answer and its feedback; there is no form to change it."""
    player.send(1, right(quiz.questions[0]), certainty="je-crois")
    page = player.page(1)
    assert 'name="option"' not in page
    assert "Votre certitude" in page


def test_s26_reloading_never_redraws_the_question(player, quiz) -> None:
    """The options of an open question stay the same, in the same order (S26)."""
    texts = [escape(option.text, quote=False) for option in quiz.questions[0].options]
    for _reload in range(3):
        page = player.client.get(player.url(1)).get_data(as_text=True)
        assert sorted(texts, key=page.index) == texts


def test_s47_without_a_token_nothing_is_stored(player, stored, quiz) -> None:
    """An answer without its CSRF token, or with another session's, is a 400 and keeps what was typed (S47)."""
    for token in ("", "faux"):
        body = {"csrf_token": token, "option": right(quiz.questions[0]), "key": str(uuid.uuid4())}
        assert player.client.post(player.url(1), data=body).status_code == 400
    assert stored(Answer) == []


def test_r10_a_session_that_expired_loses_no_answer(player, learner, client, quiz, stored, sign_in, csrf) -> None:
    """The answer is refused with the way to sign in; afterwards the same form, same key, is stored once (R10)."""
    key = key_on(client.get(player.url(1)))
    client.delete_cookie("reglo")
    token = csrf(client.get("/connexion"))
    body = {"csrf_token": token, "option": right(quiz.questions[0]), "key": key}
    refused = client.post(player.url(1), data=body, headers={"Referer": "http://localhost" + player.url(1)})
    assert refused.status_code == 302
    assert refused.location.startswith("/connexion?next=")
    background = client.post(player.url(1), data=body, headers={"Accept": "application/json"})
    assert background.status_code == 401
    assert stored(Answer) == []
    sign_in(client, learner)
    player.token = csrf(client.get(player.url(1)))
    for _again in range(2):
        assert player.send(1, right(quiz.questions[0]), key).status_code == 303
    assert len(stored(Answer)) == 1


def test_r10_somebody_else_signing_in_sends_nothing(player, client, quiz, stored, sign_in, csrf) -> None:
    """If another person signs in on the same browser, the pending answer finds no attempt of theirs."""
    client.delete_cookie("reglo")
    sign_in(client)
    player.token = csrf(client.get(f"/quiz/{quiz.id}"))
    assert player.send(1, right(quiz.questions[0])).status_code == 404
    assert stored(Answer) == []
