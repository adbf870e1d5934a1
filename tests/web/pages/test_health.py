"""What a watcher reads: /healthz and /readyz."""

import shutil
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from course_app.web.library import publication


def test_healthz_answers_while_the_process_lives(client):
    """The process says it lives, without touching the database."""
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_readyz_names_the_content_served(client):
    """A ready site says which content version it serves, and that it is the one on disk."""
    body = client.get("/readyz").json
    assert body["status"] == "ready"
    assert body["database"] == "ok"
    assert body["content"]["is_current"] is True
    assert len(body["content"]["served"]) == 64


def test_readyz_sees_a_migration_left_to_apply(client, session):
    """A schema behind the code is not ready: 503."""
    kept = session.scalar(text("SELECT version_num FROM alembic_version"))
    session.execute(text("DELETE FROM alembic_version"))
    session.commit()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["database"]) == (503, "migration-pending")
    session.execute(text("INSERT INTO alembic_version (version_num) VALUES (:kept)"), {"kept": kept})
    session.commit()


def test_readyz_stays_ready_whoever_else_is_answered(app):
    """A probe made while other requests end tells the truth: neither a crash nor a false alarm."""

    def ask(number):
        return app.test_client().get("/readyz" if number % 2 else "/healthz").status_code

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, range(160))) == {200}


def test_r11_readyz_tells_of_a_broken_bundle_that_is_not_served(make_app, settings, tmp_path):
    """R11: a quiz broken on disk leaves the last good version served, and /readyz says so at once."""
    quizzes = tmp_path / "quizzes"
    shutil.copytree(settings.quizzes_dir, quizzes)
    application = make_app(quizzes_dir=quizzes, data_dir=tmp_path / "data")
    with application.app_context():
        publication()._sweep_seconds = 0
    served = application.test_client().get("/readyz").json["content"]
    broken = quizzes / "signature.yaml"
    broken.write_text(broken.read_text(encoding="utf-8").replace("kind: practice", "kind: pratique"), encoding="utf-8")
    content = application.test_client().get("/readyz").json["content"]
    assert content["served"] == served["served"]
    assert (served["is_current"], content["is_current"]) == (True, False)
    assert any(each.startswith("quizzes/signature.yaml:3:") for each in content["findings"])
