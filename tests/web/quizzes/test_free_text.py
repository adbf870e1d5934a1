"""A dunning letter written in a quiz: five thousand characters, kept to the last one on both databases."""

import uuid

import pytest

from course_app.library.model import Quiz, QuizKind
from course_app.library.questions import FreeTextQuestion
from course_app.quizzes import service
from course_app.quizzes.models import Answer
from course_app.web.clock import now
from tests.support.questions import every_kind
from tests.web.quizzes.conftest import Player

LIMIT = 5000


@pytest.fixture
def writer(client, session, learner, csrf):
    """A learner at a question that asks for a letter."""
    asked = tuple(each for each in every_kind() if isinstance(each, FreeTextQuestion))
    quiz = Quiz(
        id="lettre", title="Lettre", minutes=5, kind_of_quiz=QuizKind.PRACTICE, introduction="Une lettre.",
        reviewed_on="2026-11-22", questions=asked,
    )  # fmt: skip
    row = service.start(session, learner.actor, quiz, uuid.uuid4(), now())
    session.commit()
    return Player(client, quiz, csrf(client.get("/parcours")), str(row.id))


@pytest.mark.parametrize("sign", ["a", "é", "€", "😀"])
def test_s23_five_thousand_characters_are_kept_whole(writer, stored, sign):
    """Characters are counted, not bytes: 5,000 of any sign are kept as typed."""
    assert writer.send(1, [], typed=sign * LIMIT).status_code == 303
    (kept,) = stored(Answer)
    assert kept.typed == sign * LIMIT


@pytest.mark.parametrize("sign", ["a", "é", "😀"])
def test_s23_one_more_is_refused_and_stays_in_the_box(writer, stored, sign):
    """5,001 characters: 422, nothing kept, and every one of them is still in the box."""
    refused = writer.send(1, [], typed=sign * (LIMIT + 1))
    assert refused.status_code == 422
    box = refused.get_data(as_text=True).partition("<textarea")[2].partition("</textarea>")[0]
    assert box.count(sign) >= LIMIT + 1
    assert stored(Answer) == []
