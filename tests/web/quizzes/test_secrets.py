"""Before an answer, a page holds nothing that gives it away (S15). Runs over every question of the real content."""

import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape

from pydantic import BaseModel

from course_app.library.model import Question, Quiz, QuizKind
from course_app.library.questions import (
    ChoiceQuestion,
    DateQuestion,
    FindErrorQuestion,
    FreeTextQuestion,
    MissingDocumentsQuestion,
    NumericQuestion,
    OrderingQuestion,
    PlacingQuestion,
)
from course_app.quizzes import pages
from course_app.quizzes.asking import asking
from course_app.quizzes.kinds import judging
from course_app.quizzes.kinds.answers import Response
from course_app.quizzes.kinds.keys import right_answer
from course_app.quizzes.models import Answer, QuizAttempt
from course_app.quizzes.service import Attempt
from tests.support.questions import every_kind
from tests.web.quizzes.conftest import Player, right

SECRET = ("consequence", "reason", "rule", "why", "model")
ATTEMPT_ID = uuid.uuid4()
MOMENT = datetime(2026, 12, 8, 8, 0, tzinfo=UTC)


def _secrets(value: object) -> list[str]:
    """Return every text of a question that its open page must not hold: feedbacks, reasons, models."""
    found = [value[key] for key in SECRET if isinstance(value.get(key), str)] if isinstance(value, dict) else []
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        found += _secrets(part)
    return found


def _swapped(question: Question) -> Question:
    """Return a question with another key: what was right is not, and the reverse; red lines move too."""
    return question.model_copy(update=_other_key(question))


def _other_key(question: Question) -> dict[str, object]:  # noqa: PLR0911 - one line per kind
    match question:
        case ChoiceQuestion():
            return {"options": tuple(_flip(each, "correct", "red_line") for each in question.options)}
        case OrderingQuestion():
            last = len(question.steps) + 1
            return {"steps": tuple(step.model_copy(update={"rank": last - step.rank}) for step in question.steps)}
        case PlacingQuestion():
            other = {each.id: question.groups[place - 1].id for place, each in enumerate(question.groups)}
            return {"things": tuple(each.model_copy(update={"group": other[each.group]}) for each in question.things)}
        case NumericQuestion():
            return {"expected": question.expected * 3 + 1, "tolerance": Decimal(7)}
        case DateQuestion():
            return {"accepted": (question.first,)}
        case FindErrorQuestion():
            return {"passages": tuple(_flip(each, "faulty") for each in question.passages)}
        case MissingDocumentsQuestion():
            return {"documents": tuple(_flip(each, "missing") for each in question.documents)}
        case FreeTextQuestion():
            return {"model": "Un autre modèle."}


def _flip(part: BaseModel, *flags: str) -> BaseModel:
    return part.model_copy(update={flag: not getattr(part, flag) for flag in flags})


def test_s15_no_page_gives_the_key_away(client, learner, catalog, csrf) -> None:
    """On every quiz, at every question: no feedback of this question or a later one, no data beyond the kept name."""
    token = csrf(client.get("/essai"))
    for quiz in catalog.quizzes.values():
        if quiz.kind_of_quiz is QuizKind.TEST:
            continue
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
            hidden = [words for later in quiz.questions[number - 1 :] for words in _secrets(later.model_dump())]
            assert not [words for words in hidden if words in body], (quiz.id, question.id)
            assert set(re.findall(r"data-[a-z-]*", main)) <= {"data-keep", "data-fact"}
            assert not [
                word for word in ("is-right", "is-wrong", "red_line", "answer-mark", "feedback") if word in main
            ]
            player.send(number, right(question), typed=right_answer(question).typed)


def test_s15_an_open_question_reads_the_same_whatever_its_key(catalog) -> None:
    """Swapping which options are right changes not one value of the page of an open question."""
    for quiz in catalog.quizzes.values():
        for number in range(1, len(quiz.questions) + 1):
            turned = quiz.model_copy(update={"questions": tuple(_swapped(question) for question in quiz.questions)})
            given = _answers(quiz.questions[: number - 1])
            assert _open_page(quiz, number, given) == _open_page(turned, number, given), (quiz.id, number)


def test_s15_no_kind_of_question_shows_its_key_before_the_answer() -> None:
    """Swapping the key of a question of each kind changes not one value of its open page."""
    for question in every_kind():
        assert _swapped(question) != question
        assert asking(question, Response()) == asking(_swapped(question), Response())


def _answers(questions: Sequence[Question]) -> dict[str, Answer]:
    return {
        question.id: Answer(
            question_id=question.id, chosen=list(judging.parse(question, right_answer(question)).chosen),
            correct=True, red_line=False, receipt=1, answered_at=MOMENT, certainty=None,
        )
        for question in questions
    }  # fmt: skip


def _open_page(quiz: Quiz, number: int, answered: dict[str, Answer]) -> pages.QuestionPage:
    attempt = Attempt(QuizAttempt(id=ATTEMPT_ID, quiz_id=quiz.id), quiz, answered)
    return pages.question_page(attempt, number, "Europe/Paris")
