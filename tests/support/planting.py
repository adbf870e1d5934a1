"""A person with a word of theirs in every place that keeps words: what an erasure must find."""

import uuid
from datetime import datetime

from sqlalchemy import Engine, inspect, select, table, text
from sqlalchemy.orm import Session

from course_app.accounts import service as accounts
from course_app.accounts.models import DemonstrationPerson, EntryCode, PasswordReset
from course_app.accounts.rules import Actor, Role
from course_app.calls.intents import Intent
from course_app.calls.models import CallAttempt, CallTurn, DifficultClient
from course_app.calls.rules import SpokenHow
from course_app.exercise.models import ExerciseRun
from course_app.jobs import service as jobs
from course_app.library.calls import Temperature
from course_app.library.catalog import Catalog
from course_app.membership.models import Invitation
from course_app.outbox import service as outbox
from course_app.outbox.rules import Recipient
from course_app.progress import service as progress
from course_app.quality.models import LearnerRequest, SurveyAnswer
from course_app.quality.rules import RequestKind, SurveyKind
from course_app.quizzes.exam.models import ExamDraft
from course_app.quizzes.models import Answer, QuizAttempt, Regrading
from course_app.tutoring.models import TutorMessage

WORD = "Zephirin"
"""In the first name, the address, and everything written; nowhere else."""


def plant(session: Session, actor: Actor, catalog: Catalog, now: datetime) -> None:
    """Put `WORD` wherever this person's identity or words are kept; the caller commits."""
    mine = {"organisation_id": actor.organisation_id}
    user = accounts.of(session, actor)
    user.first_name, user.email = WORD, f"{WORD.lower()}@exemple.fr"
    lesson = next(iter(catalog.lessons.values()))
    progress.finish(session, actor, lesson, now)
    progress.keep_place(session, actor, lesson, {"note": WORD}, WORD, now)
    _plant_quiz(session, actor, lesson.content_hash, now)
    client = DifficultClient(id=uuid.uuid4(), **mine, learner_id=actor.user_id, name=WORD, body=WORD, created_at=now)
    client.key = uuid.uuid4()
    run = ExerciseRun(**mine, learner_id=actor.user_id, exercise_id="x", number=1, content_hash=lesson.content_hash)
    run.engine_version, run.seed, run.guided, run.key, run.started_at = "1", 1, False, uuid.uuid4(), now
    run.takeaway = f"Demain, je rappelle {WORD}"
    call = CallAttempt(id=uuid.uuid4(), **mine, learner_id=actor.user_id, call_id="x", number=1, counts=False)
    call.content_hash, call.temperature, call.guided, call.seed = "0" * 64, Temperature.CALM, True, 1
    call.key, call.started_at, call.hung_up = uuid.uuid4(), now, False
    session.add_all([client, run, call])
    session.flush()
    turn = CallTurn(**mine, attempt_id=call.id, number=1, intent=next(iter(Intent)), said=f"Ici {WORD}")
    turn.how, turn.key, turn.said_at = SpokenHow.TYPED, uuid.uuid4(), now
    invited = Invitation(**mine, token_hash=uuid.uuid4().hex, email=user.email, first_name=WORD, role=Role.LEARNER)
    invited.created_at = invited.expires_at = now
    shown = DemonstrationPerson(**mine, user_id=actor.user_id, rank=1, summary=WORD)
    reset = PasswordReset(**mine, user_id=actor.user_id, token_hash=uuid.uuid4().hex, created_at=now, expires_at=now)
    code = EntryCode(address_hash=uuid.uuid4().hex, first_name=WORD, guest_id=actor.user_id, asked_at=now)
    code.expires_at = now
    said = TutorMessage(
        **mine, learner_id=actor.user_id, from_learner=True, text=f"Bonjour {WORD}", about="", key=turn.key
    )
    said.written_at = now
    session.add_all([turn, invited, shown, reset, code, said, *_asked(actor, now)])
    jobs.ask(session, actor, "x", {"who": WORD}, lambda _id: f"/{WORD}", uuid.uuid4(), now)
    outbox.write(session, "x", Recipient(actor.organisation_id, actor.user_id), {"who": WORD}, now)
    outbox.write(session, "x", Recipient(None, None, user.email), {}, now)
    session.flush()


def _asked(actor: Actor, now: datetime) -> list[object]:
    mine = {"organisation_id": actor.organisation_id, "learner_id": actor.user_id}
    survey = SurveyAnswer(**mine, path_id="x", kind=next(iter(SurveyKind)), answers={}, comment=WORD, given_at=now)
    request = LearnerRequest(**mine, kind=next(iter(RequestKind)), text=WORD, key=uuid.uuid4(), asked_at=now)
    request.answer = f"Bonjour {WORD}"
    return [survey, request]


def _plant_quiz(session: Session, actor: Actor, content_hash: str, now: datetime) -> None:
    mine = {"organisation_id": actor.organisation_id}
    attempt = QuizAttempt(id=uuid.uuid4(), **mine, learner_id=actor.user_id, quiz_id="x", number=1, started_at=now)
    attempt.content_hash, attempt.key = content_hash, uuid.uuid4()
    session.add(attempt)
    session.flush()
    answer = Answer(**mine, attempt_id=attempt.id, question_id="q", chosen=["a"], typed=f"Signé {WORD}")
    answer.red_line, answer.key, answer.answered_at, answer.correct = False, uuid.uuid4(), now, True
    draft = ExamDraft(**mine, attempt_id=attempt.id, question_id="q", chosen=[], typed=WORD, revision=1)
    draft.key, draft.saved_at = uuid.uuid4(), now
    decided = Regrading(key=uuid.uuid4(), quiz_id="x", content_hash=content_hash, from_hashes=[], why="Clé corrigée")
    decided.decided_by_id, decided.decided_by, decided.decided_at = actor.user_id, WORD, now
    decided.answers = decided.changed = decided.attempts_changed = decided.now_passed = decided.now_below = 0
    session.add_all([answer, draft, decided])


def places_of(engine: Engine, word: str) -> dict[str, int]:
    """Return in which tables a word is, whatever its case, and in how many rows: every column of every table is read."""
    found: dict[str, int] = {}
    with engine.connect() as connection:
        for name in inspect(connection).get_table_names():
            rows = connection.execute(select(text("*")).select_from(table(name)))
            number = sum(word.lower() in str(tuple(row)).lower() for row in rows)
            if number:
                found[name] = number
    return found
