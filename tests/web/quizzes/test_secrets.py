"""Before an answer, a page holds nothing that gives it away (S15). Runs over every question of the real content."""

import uuid
from datetime import UTC, datetime
from html import unescape

from course_app.library.model import Question, Quiz, QuizKind
from course_app.quizzes import pages
from course_app.quizzes.models import Answer, QuizAttempt
from course_app.quizzes.service import Attempt
from tests.web.quizzes.conftest import Player, right

ATTEMPT_ID = uuid.uuid4()
MOMENT = datetime(2026, 12, 8, 8, 0, tzinfo=UTC)


def _secrets(question: Question) -> list[str]:
    return [
        words
        for option in question.options
        for words in (option.feedback.consequence, option.feedback.reason, option.feedback.rule)
    ]


def _swapped(quiz: Quiz) -> Quiz:
    """Return the quiz with another key: what was right is not, and the reverse; red lines move too."""
    questions = tuple(
        question.model_copy(
            update={
                "options": tuple(
                    option.model_copy(update={"correct": not option.correct, "red_line": not option.red_line})
                    for option in question.options
                )
            }
        )
        for question in quiz.questions
    )
    return quiz.model_copy(update={"questions": questions})


def test_no_page_gives_the_key_away(client, learner, catalog, csrf) -> None:
    """On every quiz, at every question: no feedback of this question or a later one, no data beyond the kept name."""
    token = csrf(client.get("/essai"))
    for quiz in catalog.quizzes.values():
        player = Player(client, quiz, token)
        if quiz.kind_of_quiz is QuizKind.TRIAL:
            start = player.post("/essai", key="00000000-0000-4000-8000-000000000001")
            player.attempt_id = start.location.split("/essais/")[1].split("/")[0]
        else:
            player.start()
        for number, question in enumerate(quiz.questions, 1):
            reply = client.get(player.url(number))
            body = unescape(reply.get_data(as_text=True)) + str(reply.headers)
            main = body.split("<main")[1].split("</main>")[0]
            hidden = [words for later in quiz.questions[number - 1 :] for words in _secrets(later)]
            assert not [words for words in hidden if words in body], (quiz.id, question.id)
            assert main.count("data-") == main.count("data-keep=")
            assert not [
                word for word in ("is-right", "is-wrong", "red_line", "answer-mark", "feedback") if word in main
            ]
            player.send(number, right(question))


def test_an_open_question_reads_the_same_whatever_its_key(catalog) -> None:
    """Swapping which options are right changes not one value of the page of an open question."""
    for quiz in catalog.quizzes.values():
        for number in range(1, len(quiz.questions) + 1):
            assert _open_page(quiz, number) == _open_page(_swapped(quiz), number), (quiz.id, number)


def _open_page(quiz: Quiz, number: int) -> pages.QuestionPage:
    answered = {
        question.id: Answer(
            question_id=question.id, chosen=[question.options[0].id], correct=True, red_line=False, receipt=1,
            answered_at=MOMENT, certainty=None,
        )
        for question in quiz.questions[: number - 1]
    }  # fmt: skip
    attempt = Attempt(QuizAttempt(id=ATTEMPT_ID, quiz_id=quiz.id), quiz, answered)
    return pages.question_page(attempt, number, "Europe/Paris")
