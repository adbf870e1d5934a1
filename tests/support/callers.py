"""Simulated calls played to their end through the services, and what opens a feu vert."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor
from course_app.calls import service as calls
from course_app.calls.engine.solution import INTENTS, MOST_TURNS, solve
from course_app.calls.intents import Intent
from course_app.calls.models import CallAttempt
from course_app.calls.rules import SpokenHow
from course_app.library.calls import Call, Temperature
from course_app.library.catalog import Catalog
from course_app.library.clearances import CallType
from course_app.library.model import Question
from course_app.quizzes.kinds.answers import Response
from course_app.quizzes.kinds.keys import right_answer
from tests.support.crowd import take_test


def best(attempt: calls.Attempt) -> Intent:
    """Return what is best said now."""
    worth = solve(attempt.conversation.script.file).moves(
        attempt.conversation.state, MOST_TURNS - attempt.next_number + 1
    )
    return max(INTENTS, key=lambda intent: worth[intent])


def play(
    session: Session,
    actor: Actor,
    call: Call,
    now: datetime,
    *,
    choose: Callable[[calls.Attempt], Intent] = best,
    temperature: Temperature = Temperature.TENSE,
    guided: bool = False,
) -> CallAttempt:
    """Play one call to its end, the best way unless told otherwise; the caller commits."""
    row = calls.start(session, actor, calls.Beginning(call, temperature, guided, 7, uuid.uuid4()), now)
    while not (attempt := calls.load(session, actor, row.id, writing=True)).is_finished:
        saying = calls.Saying(uuid.uuid4(), attempt.next_number, choose(attempt), "Bonjour.", SpokenHow.TYPED)
        calls.say(session, actor, attempt, saying, now)
    return row


def earn_calls(session: Session, actor: Actor, catalog: Catalog, call_type: CallType, now: datetime) -> None:
    """Play twice each call that a rule asks, the second time as it must be; the first attempt never counts."""
    rule = catalog.rule_of(call_type)
    assert rule is not None
    for name in rule.calls[: rule.passed]:
        for minutes in (0, 10):
            play(session, actor, catalog.calls[name], now + timedelta(minutes=minutes))


def earn(session: Session, actor: Actor, catalog: Catalog, call_type: CallType, now: datetime) -> None:
    """Do all that a rule asks: its calls, then its first test; the caller commits."""
    rule = catalog.rule_of(call_type)
    assert rule is not None
    earn_calls(session, actor, catalog, call_type, now)
    test = catalog.quizzes[rule.tests[0]]
    take_test(session, actor, test, right_answer, published=catalog.quizzes, at=now + timedelta(minutes=30))


def crossing(question: Question) -> Response:
    """Cross a red line wherever a question has one, else answer right."""
    options = getattr(question, "options", ())
    crossed = next((option.id for option in options if getattr(option, "red_line", False)), None)
    return right_answer(question) if crossed is None else Response((crossed,), "")
