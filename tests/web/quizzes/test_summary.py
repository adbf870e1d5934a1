"""The summary: score, each answer, certainty in words, red lines apart, what comes next."""

from html import unescape

import pytest

from course_app.library.model import ItemKind
from course_app.progress import service as progress
from course_app.quizzes.models import QuizAttempt
from tests.web.quizzes.conftest import right, wrong


def _summary(player) -> str:
    return unescape(player.client.get(player.summary_url).get_data(as_text=True))


def test_a_perfect_attempt(player, quiz) -> None:
    """All right: the score says so, and the next step is offered."""
    player.answer_all()
    page = _summary(player)
    total = len(quiz.questions)
    assert f"{total} réponses justes sur {total}" in page
    assert "Rejouer" in page


def test_each_question_is_told(player, quiz) -> None:
    """Every question shows what was chosen, whether it was right, and the rule to keep."""
    player.answer_all(choose=lambda question: wrong(question) if question is quiz.questions[0] else right(question))
    page = _summary(player)
    assert f"{len(quiz.questions) - 1} réponses justes sur {len(quiz.questions)}" in page
    for question in quiz.questions:
        assert question.prompt in page
    chosen = next(option for option in quiz.questions[0].options if option.id == wrong(quiz.questions[0])[0])
    assert chosen.text in page
    assert chosen.feedback.rule in page
    assert "À revoir" in page


@pytest.mark.parametrize("certainty", ["", "pile-ou-face", "je-crois", "main-au-feu"])
def test_certainty_never_changes_the_score(player, quiz, certainty: str) -> None:
    """Whatever the certainty, the same answers give the same score (statement 44)."""
    for number, question in enumerate(quiz.questions, 1):
        player.send(number, (right if number % 2 else wrong)(question), certainty=certainty)
    good = (len(quiz.questions) + 1) // 2
    page = _summary(player)
    assert f"{good} réponses justes sur {len(quiz.questions)}" in page
    assert ("à revoir\u00a0: commencez par" in page) == (certainty == "main-au-feu")


def test_red_lines_stand_apart(player, quiz) -> None:
    """A crossed red line is told on its own, whatever the score."""
    crossing = {
        question.id: [option.id]
        for question in quiz.questions
        for option in question.options
        if option.red_line and question.type.value == "single"
    }
    player.answer_all(choose=lambda question: crossing.get(question.id) or right(question))
    assert crossing
    page = _summary(player)
    assert ("1 ligne rouge franchie" if len(crossing) == 1 else f"{len(crossing)} lignes rouges franchies") in page


def test_s24_finishing_marks_the_quiz_as_done(player, session, actor, quiz) -> None:
    """Completion comes from the server's own record of the last answer, and replaying does not undo it (S24)."""
    player.answer_all()
    session.commit()
    state = progress.journey(session, actor)[ItemKind.QUIZ, quiz.id]
    assert state.is_done
    assert not state.is_open
    player.start()
    session.commit()
    again = progress.journey(session, actor)[ItemKind.QUIZ, quiz.id]
    assert again.is_done
    assert again.label == "question 1"


def test_the_place_is_kept_to_the_question(player, session, actor, quiz) -> None:
    """Leaving after the second answer resumes at the third question."""
    player.send(1, right(quiz.questions[0]))
    player.send(2, right(quiz.questions[1]))
    session.commit()
    state = progress.journey(session, actor)[ItemKind.QUIZ, quiz.id]
    assert state.label == "question 3"
    assert state.place == {"attempt": player.attempt_id, "question": 3}


def test_stopping_early_scores_what_was_answered(player, quiz, stored, session, actor) -> None:
    """An attempt closed early shows the answers given, marks nothing as done, and keeps no place in it."""
    player.send(1, right(quiz.questions[0]))
    closed = player.post(f"/quiz/essais/{player.attempt_id}/raccrocher")
    assert (closed.status_code, closed.location) == (303, player.summary_url)
    page = _summary(player)
    assert "1 réponse juste sur 1" in page
    assert page.count("Pas jouée.") == len(quiz.questions) - 1
    assert stored(QuizAttempt)[0].finished_at is not None
    state = progress.journey(session, actor)[ItemKind.QUIZ, quiz.id]
    assert not state.is_done
    assert not state.is_open
    assert player.send(2, right(quiz.questions[1])).status_code == 409
    assert player.client.get(player.url(2)).location == player.summary_url
    assert "Voir le bilan" in player.page(1)
