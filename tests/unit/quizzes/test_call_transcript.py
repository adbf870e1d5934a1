"""The transcript of a call: what has been said so far, and nothing of what comes."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from course_app.library.model import Feedback, Option, QuestionType, Quiz, QuizKind, TranscriptLine
from course_app.library.questions import ChoiceQuestion
from course_app.quizzes import pages
from course_app.quizzes.models import Answer, QuizAttempt
from course_app.quizzes.service import Attempt

MOMENT = datetime(2026, 12, 8, 8, 0, tzinfo=UTC)
FEEDBACK = Feedback(consequence="Conséquence.", reason="Raison.", rule="Règle.")


def turn(number: int, *lines: tuple[str, str]) -> ChoiceQuestion:
    """Return turn `number`: option a is right, and each text names its turn."""
    options = tuple(
        Option(id=each, text=f"réplique {number}{each}", correct=each == "a", feedback=FEEDBACK) for each in "abc"
    )
    return ChoiceQuestion(
        id=f"t{number}",
        type=QuestionType.SINGLE,
        situation="<p>Ça décroche.</p>",
        transcript=tuple(TranscriptLine(who=who, text=text) for who, text in lines),
        prompt="Que dites-vous ?",
        options=options,
    )


@pytest.fixture
def call():
    """`call(answers, kind)`: an attempt at a three-turn call with these options chosen, in order."""

    def make(chosen: str, kind: QuizKind = QuizKind.TRIAL) -> Attempt:
        turns = (
            turn(1, ("Lucas", "Allô ?")),
            turn(2, ("Vous", "réplique 1a, reprise"), ("Lucas", "Je vous passe la comptable.")),
            turn(3, ("Comptable", "Oui ?")),
        )
        quiz = Quiz(
            id="appel", title="Un appel", minutes=3, kind_of_quiz=kind, introduction="Un appel.",
            reviewed_on=MOMENT.date(), questions=turns,
        )  # fmt: skip
        answers = {
            asked.id: Answer(question_id=asked.id, chosen=[option], correct=option == "a", red_line=False, receipt=1,
                             answered_at=MOMENT, certainty=None)
            for asked, option in zip(turns, chosen, strict=False)
        }  # fmt: skip
        return Attempt(QuizAttempt(id=uuid.uuid4(), quiz_id="appel"), quiz, answers)

    return make


def heard(attempt: Attempt, number: int) -> list[str]:
    """Return what is said in the transcript at a turn, without what is told."""
    return [line.text for line in pages.question_page(attempt, number, "Europe/Paris").transcript if line.who]


def test_a_call_starts_with_the_customer(call) -> None:
    """At the first turn, only what the customer said is written."""
    assert heard(call(""), 1) == ["Allô ?"]


def test_what_the_learner_says_joins_the_call(call) -> None:
    """After an answer, the line said stands in the transcript; the next turns do not."""
    assert heard(call("b"), 1) == ["Allô ?", "réplique 1b"]


def test_a_right_reply_is_not_said_twice(call) -> None:
    """When content repeats the right reply at the head of the next turn, the learner's own words stand for it."""
    assert heard(call("a"), 2) == ["Allô ?", "réplique 1a", "Je vous passe la comptable."]


def test_after_another_reply_the_call_is_rewound(call) -> None:
    """The call goes on from the right reply, marked as a second take: content's words, else the right option's."""
    attempt = call("bc")
    lines = pages.question_page(attempt, 3, "Europe/Paris").transcript
    assert [line.text for line in lines if line.who] == [
        "Allô ?", "réplique 1b", "réplique 1a, reprise", "Je vous passe la comptable.",
        "réplique 2c", "réplique 2a", "Oui ?",
    ]  # fmt: skip
    assert [line.text for line in lines if line.rewound] == ["réplique 1a, reprise", "réplique 2a"]


def test_each_turn_is_told_and_the_newest_can_be_reached(call) -> None:
    """Every turn so far is introduced by its situation; only the current one is where a reader arrives."""
    lines = pages.question_page(call("ab"), 3, "Europe/Paris").transcript
    told = [line for line in lines if not line.who]
    assert [line.newest for line in told] == [False, False, True]
    assert [str(line.text) for line in told] == ["<p>Ça décroche.</p>"] * 3


def test_practice_shows_its_own_lines_only(call) -> None:
    """Outside a call, a question shows what was heard in its own situation, whatever came before."""
    assert heard(call("a", QuizKind.PRACTICE), 2) == ["réplique 1a, reprise", "Je vous passe la comptable."]


def test_s15_nothing_tells_options_apart_before_the_answer(call) -> None:
    """The page of an open question holds no verdict, and is the same whichever sentence is the right one (S15)."""
    page = pages.question_page(call("a"), 2, "Europe/Paris")
    assert page.verdict is None
    turned = call("a")
    asked = turned.quiz.questions[1]
    options = tuple(each.model_copy(update={"correct": each.id == "c"}) for each in asked.options)
    questions = (turned.quiz.questions[0], asked.model_copy(update={"options": options}), turned.quiz.questions[2])
    turned = replace(turned, quiz=turned.quiz.model_copy(update={"questions": questions}))
    assert replace(pages.question_page(turned, 2, "Europe/Paris"), attempt_id=page.attempt_id) == page


def test_the_receipt_gives_the_learners_own_hour(call) -> None:
    """A learner in La Réunion reads the hour of La Réunion."""
    page = pages.question_page(call("a"), 1, "Indian/Reunion")
    assert page.verdict is not None
    assert page.verdict.answered_at == "12\u00a0h\u00a000"


def test_a_summary_tells_what_was_not_played(call) -> None:
    """After hanging up, turns never reached have no verdict and cost nothing."""
    summary = pages.summary_page(call("ab"), "Europe/Paris")
    assert [row.correct for row in summary.rows] == [True, False, None]
    assert (summary.score.right, summary.score.answered, summary.hung_up) == (1, 2, True)
