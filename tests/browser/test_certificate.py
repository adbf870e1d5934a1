"""An attestation from its request to its withdrawal: the learner, a stranger who holds the paper, the administrator.

The work of the path is done through the services, on the database of the running site; what is decided is played.
"""

import json
import uuid
from pathlib import Path

import pytest

from course_app.accounts import service as accounts
from course_app.accounts.rules import Role
from course_app.accounts.sessions import actor_of
from course_app.config import load_settings
from course_app.factory import create_app
from course_app.information import service as information
from course_app.membership import service as membership
from course_app.membership import teams
from course_app.paths import service as paths
from course_app.progress import service as progress
from course_app.quizzes.kinds.keys import right_answer
from course_app.signing import seals
from course_app.signing.rules import read_keys
from course_app.store.session import db
from course_app.web.clock import now
from course_app.web.library import catalog
from tests.support import walks
from tests.support.crowd import take_test
from tests.support.visitor import DESK

PATH, NAME = "interimaires", "Maïwenn"
"""Nobody of the demonstration: the journeys that share its site meet nothing of this one."""


@pytest.fixture
def colleague(site):
    """Somebody of the demonstration's company, in Claire's team, who has done everything but ask; their number."""
    with create_app(load_settings(site.environment)).app_context():
        session, content = db.session, catalog()
        people = {one.first_name: one.user_id for one in accounts.demonstration_people(session)}
        claire = actor_of(accounts.demonstration_person(session, people["Claire"]), uuid.uuid4())
        office = session.get_one(accounts.Organisation, claire.organisation_id)
        given = accounts.NewPerson(NAME, f"{uuid.uuid4().hex}@demo.reglo.invalid", None)
        user = accounts.add_person(session, office, given, Role.LEARNER, now())
        accounts.present(session, user, 99, "A tout fait, sauf demander son attestation.")
        actor = actor_of(user, uuid.uuid4())
        information.acknowledge(session, actor, content.information, now())
        paths.choose_path(session, actor, content, PATH, now())
        team_id = membership.led_teams(session, claire)[0].id
        teams.join(session, actor.organisation_id, team_id, actor.user_id, now(), leads=False)
        test = content.test_of(content.paths[PATH])
        for ref in content.paths[PATH].items:
            if ref.key != (test.kind, test.id):
                progress.finish(session, actor, content.item(*ref.key), now())
        take_test(session, actor, test, right_answer, published=content.quizzes)
        session.commit()
        db.engine.dispose()
        return actor.user_id


def test_an_attestation_from_its_request_to_its_withdrawal(site, newcomer, colleague):
    """Asked for in three presses, downloaded and proved by the public key; a stranger reads it is genuine, then withdrawn."""
    learner = newcomer(site)
    page = learner.open("/demonstration")
    walks.enter_as(page, NAME)
    walks.follow(page, walks.link(page, "Établir mon attestation"))
    page.get_by_label("Prénom et nom").fill("Maïwenn Le Goff")
    assert learner.axe() == []
    walks.follow(page, walks.button(page, "Établir mon attestation"))
    with page.expect_download() as pending:
        walks.link(page, "Télécharger le PDF").click()
    keys = read_keys(json.dumps(page.request.get(f"{site.url}/.well-known/reglo-attestations.json").json()))
    opened = seals.open_sealed(Path(pending.value.path()).read_bytes(), keys)
    assert opened.facts["holder"] == "Maïwenn Le Goff"
    code = str(opened.facts["code"])

    stranger = newcomer(site, viewport=DESK)
    shown = stranger.open("/verifier")
    shown.get_by_label("Code du document").fill(code.lower())
    walks.follow(shown, walks.button(shown, "Vérifier"))
    shown.get_by_role("heading", name="Ce document est authentique").wait_for()
    assert "Maïwenn Le Goff" in shown.locator("main").inner_text()
    assert stranger.axe() == []

    administrator = newcomer(site, viewport=DESK)
    page = administrator.open("/demonstration")
    walks.enter_as(page, "Nadège")
    walks.go_to(page, f"/equipe/personnes/{colleague}")
    walks.follow(page, walks.link(page, f"Documents de {NAME}"))
    walks.follow(page, walks.link(page, "Retirer ce document"))
    page.get_by_label("Pourquoi le retirer").fill("Nom mal écrit")
    assert administrator.axe() == []
    walks.follow(page, walks.button(page, "Retirer ce document"))
    page.get_by_text("Retiré le").wait_for()

    shown.reload()
    shown.get_by_role("heading", name="Ce document a été retiré").wait_for()
    assert stranger.axe() == []
