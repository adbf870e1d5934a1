"""One of each thing that an address names by its id, in one company: what strangers ask for, and must not find."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from course_app.accounts.factors.models import Passkey
from course_app.accounts.rules import Actor, Role
from course_app.calls import service as calls
from course_app.calls.models import DifficultClient
from course_app.calls.service import Beginning
from course_app.certificates.models import Certificate
from course_app.certificates.rules import CertificateKind
from course_app.evidence.work import KIND as DOSSIER
from course_app.exercise import service as exercises
from course_app.jobs import service as jobs
from course_app.library.calls import Temperature
from course_app.membership import invitations, teams
from course_app.membership.invitations import Order
from course_app.membership.roster import Written
from course_app.quality.models import LearnerRequest
from course_app.quality.rules import RequestKind
from course_app.quizzes import service as quizzes
from course_app.quizzes.exam import service as exams
from course_app.scenarios import service as scenarios
from course_app.team.models import HeatTopic
from course_app.web import library
from course_app.web.clock import now, today
from tests.support.browsers import Browser, enter_as


@dataclass(frozen=True)
class Belongings:
    """Ids of what exists, by the beginning of an address, then by the name of the variable part."""

    owner: Browser
    people: Mapping[str, str]
    by_prefix: Mapping[str, Mapping[str, str]]

    def of(self, rule: str) -> Mapping[str, str]:
        """Return what stands for the variable parts of a rule; nothing for a kind of thing that is not made here."""
        return next((ids for prefix, ids in self.by_prefix.items() if rule.startswith(prefix)), self.people)


def belongings(app: Flask, session: Session) -> Belongings:
    """Make one of each thing for the administrator of a new company, and commit."""
    owner = enter_as(app, session, Role.ADMINISTRATOR)
    actor = owner.actor
    assert actor is not None
    with app.app_context():
        attempts = _attempts(session, actor)
    moment = now()
    team = teams.create(session, actor, "Bureau", moment)
    order = Order(team.id, Role.LEARNER, None, None)
    person = Written(1, "", "rose@exemple.fr", "Rose")
    (invitation,) = invitations.invite(session, actor, [person], order, today(), moment)
    own = {"organisation_id": actor.organisation_id}
    kept = {
        "customer": _customer(actor, moment),
        "request": _request(actor, moment),
        "passkey": _passkey(actor, moment),
    }
    kept |= {"certificate": _certificate(actor, moment), "topic": HeatTopic(**own, team_id=team.id, frozen_at=moment)}
    kept["topic"].subject, kept["topic"].option, kept["topic"].people = "facture-perdue/accueil", "a", 5
    session.add_all(kept.values())
    session.flush()
    people = {"user_id": str(actor.user_id), "learner_id": str(actor.user_id), "team_id": str(team.id)}
    session.commit()
    return Belongings(
        owner,
        people,
        {
            **attempts,
            "/equipe/invitations": {"invitation_id": str(invitation.id)},
            "/equipe/bilan/<uuid:topic_id>": {"topic_id": str(kept["topic"].id)},
            "/reglages/sessions": {"session_id": str(actor.session_id)},
            "/reglages/securite/cles": {"passkey_id": str(kept["passkey"].id)},
            "/appels/clients": {"client_id": str(kept["customer"].id)},
            "/attestations/<uuid:certificate_id>": {"certificate_id": str(kept["certificate"].id)},
            "/administration/demandes": {"request_id": str(kept["request"].id)},
        },
    )


def _customer(actor: Actor, moment: datetime) -> DifficultClient:
    row = DifficultClient(organisation_id=actor.organisation_id, learner_id=actor.user_id, name="Un client", body="{}")
    row.key, row.created_at = uuid.uuid4(), moment
    return row


def _request(actor: Actor, moment: datetime) -> LearnerRequest:
    row = LearnerRequest(organisation_id=actor.organisation_id, learner_id=actor.user_id, text="Plus de temps")
    row.kind, row.key, row.asked_at, row.answer = next(iter(RequestKind)), uuid.uuid4(), moment, ""
    return row


def _passkey(actor: Actor, moment: datetime) -> Passkey:
    row = Passkey(organisation_id=actor.organisation_id, user_id=actor.user_id, name="Un téléphone", public_key=b"x")
    row.credential_id, row.sign_count, row.transports = uuid.uuid4().hex, 0, []
    row.created_at = row.answered_at = moment
    return row


def _certificate(actor: Actor, moment: datetime) -> Certificate:
    row = Certificate(organisation_id=actor.organisation_id, learner_id=actor.user_id, path_id="equipe", facts={})
    row.kind, row.path_version, row.code = next(iter(CertificateKind)), "0" * 64, "1" * 26
    row.template, row.pdf_hash, row.key_id, row.signature = "x", "0" * 64, "x", "0" * 128
    row.achieved_at = row.issued_at = moment
    return row


def _attempts(session: Session, actor: Actor) -> dict[str, dict[str, str]]:
    catalog, moment = library.catalog(), now()
    quiz, test = catalog.quizzes["facture-perdue"], catalog.quizzes["test-equipe"]
    call = next(iter(catalog.calls.values()))
    beginning = Beginning(call, Temperature.CALM, guided=True, seed=1, key=uuid.uuid4())
    run = exercises.start(session, actor, catalog.exercises["facture-orpheline"], True, 1, uuid.uuid4(), moment)
    story = next(iter(catalog.scenarios.values()))
    job = jobs.ask(session, actor, "essai", {}, str, uuid.uuid4(), moment)
    dossier = jobs.ask(session, actor, DOSSIER, {"people": [], "path": "equipe", "whom": ""}, str, uuid.uuid4(), moment)
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
        "/equipe/dossiers": {"job_id": str(dossier.id)},
    }
