"""What a watcher reads: /healthz and /readyz."""

from sqlalchemy import text


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
