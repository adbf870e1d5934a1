"""One of each thing that an address names by its id, in one company: what strangers ask for, and must not find."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask
from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor, Role
from course_app.calls import service as calls
from course_app.calls.service import Beginning
from course_app.exercise import service as exercises
from course_app.jobs import service as jobs
from course_app.library.calls import Temperature
from course_app.membership import invitations, teams
from course_app.membership.invitations import Order
from course_app.membership.roster import Written
from course_app.quizzes import service as quizzes
from course_app.quizzes.exam import service as exams
from course_app.scenarios import service as scenarios
from course_app.web import library
from course_app.web.clock import now, today
from tests.support.browsers import enter_as


@dataclass(frozen=True)
class Belongings:
    """Ids of what exists, by the beginning of an address, then by the name of the variable part."""

    by_prefix: Mapping[str, Mapping[str, str]]

    def of(self, rule: str) -> Mapping[str, str]:
        """Return what stands for the variable parts of a rule; nothing for a kind of thing that is not made here."""
        return next((ids for prefix, ids in self.by_prefix.items() if rule.startswith(prefix)), {})


def belongings(app: Flask, session: Session) -> Belongings:
    """Make one of each thing for the administrator of a new company, and commit."""
    actor = enter_as(app, session, Role.ADMINISTRATOR).actor
    assert actor is not None
    with app.app_context():
        attempts = _attempts(session, actor)
    moment = now()
    team = teams.create(session, actor, "Bureau", moment)
    order = Order(team.id, Role.LEARNER, None, None)
    person = Written(1, "", "rose@exemple.fr", "Rose")
    (invitation,) = invitations.invite(session, actor, [person], order, today(), moment)
    person_and_team = {"user_id": str(actor.user_id), "team_id": str(team.id)}
    session.commit()
    return Belongings(
        {
            **attempts,
            "/equipe/invitations": {"invitation_id": str(invitation.id)},
            "/equipe": person_and_team,
            "/reglages/sessions": {"session_id": str(actor.session_id)},
        }
    )


def _attempts(session: Session, actor: Actor) -> dict[str, dict[str, str]]:
    catalog, moment = library.catalog(), now()
    quiz, test = catalog.quizzes["facture-perdue"], catalog.quizzes["test-equipe"]
    call = next(iter(catalog.calls.values()))
    beginning = Beginning(call, Temperature.CALM, guided=True, seed=1, key=uuid.uuid4())
    run = exercises.start(session, actor, catalog.exercises["facture-orpheline"], True, 1, uuid.uuid4(), moment)
    story = next(iter(catalog.scenarios.values()))
    job = jobs.ask(session, actor, "essai", {}, str, uuid.uuid4(), moment)
    made = {
        "/quiz/essais": quizzes.start(session, actor, quiz, uuid.uuid4(), moment).id,
        "/tests/essais": exams.start(session, actor, test, catalog.quizzes, uuid.uuid4(), moment).id,
        "/scenarios/parties": scenarios.start(session, actor, story, uuid.uuid4(), moment).id,
        "/appels/essais": calls.start(session, actor, beginning, moment).id,
    }
    return {
        **{prefix: {"attempt_id": str(attempt_id)} for prefix, attempt_id in made.items()},
        "/exercices/parties": {"run_id": str(run.id)},
        "/calculs": {"job_id": str(job.id)},
        "/laboratoire": {"job_id": str(job.id)},
    }
