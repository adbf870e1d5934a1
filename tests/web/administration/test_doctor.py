"""The doctor: a production with a hole does not start, each hole is told in one French sentence (S70, S76)."""

import json
import os
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from course_app.accounts.models import User
from course_app.administration.inspection import configuration, database, doctor, files, surroundings
from course_app.administration.rules import Gravity, clock_remark, holes
from course_app.certificates.models import Certificate
from course_app.certificates.rules import CertificateKind
from course_app.config import Environment, SettingsError, load_settings
from course_app.doctor_cli import doctor_command
from course_app.jobs.models import Job
from course_app.signing import keys
from course_app.store import session as store_session
from course_app.store.backup import notes
from course_app.store.migrate import known_revisions
from course_app.web.clock import now
from tests.support.site import COURSE, free_port

A_USER = 1000
SOUND = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "k3Jq8ZtWm1vXo7LpRb2NsGd5YhFc9TaU",
    "BASE_URL": "https://formation.exemple.fr",
    "MAIL_URL": "smtp://reglo:motdepasse@courriel.exemple.fr:587",
    "MAIL_FROM": "Réglo <reglo@exemple.fr>",
}


def _sound(tmp_path, **changes):
    return load_settings({**SOUND, "DATA_DIR": str(tmp_path / "data"), **changes})


def _topics(remarks):
    return {remark.topic for remark in holes(remarks)}


def test_s70_sound_settings_have_no_hole(tmp_path):
    """A production set as the guide says has nothing to correct in its settings (S70)."""
    assert not holes(configuration.remarks(_sound(tmp_path), debug=False, user_id=A_USER))


@pytest.mark.parametrize(
    ("topic", "changes"),
    [
        ("cle", {"SECRET_KEY": "motdepasse" * 5}),
        ("adresse", {"BASE_URL": "https://localhost"}),
        ("hotes", {"TRUSTED_HOSTS": "autre.exemple.fr"}),
        ("hotes", {"TRUSTED_HOSTS": "*"}),
        ("hotes", {"TRUSTED_HOSTS": "formation.exemple.fr,."}),
        ("environnement", {"ENVIRONMENT": "development"}),
        ("cookies", {"ENVIRONMENT": "development", "BASE_URL": "http://formation.exemple.fr"}),
    ],
)
def test_s70_each_unsafe_setting_is_a_hole(tmp_path, topic, changes):
    """A guessable key, no public address, hosts that accept anything, cookies in clear: each is a hole of its own (S70)."""
    assert topic in _topics(configuration.remarks(_sound(tmp_path, **changes), debug=False, user_id=A_USER))


def test_s70_debugging_and_root_are_holes(tmp_path):
    """A production that debugs, or that runs as root, has a hole (S70, S76)."""
    found = configuration.remarks(_sound(tmp_path), debug=True, user_id=0)
    assert _topics(found) == {"debogage", "utilisateur"}


@pytest.mark.parametrize("missing", [{"SECRET_KEY": ""}, {"SECRET_KEY": "courte"}, {"BASE_URL": "http://x.fr"}])
def test_s70_a_missing_or_short_key_and_a_plain_address_are_refused(tmp_path, missing):
    """A production cannot even be set up without key, with a short one, or without https (S70)."""
    with pytest.raises(SettingsError):
        _sound(tmp_path, **missing)


def test_s70_a_readable_database_is_a_hole(settings, tmp_path):
    """A database or a key that other users of the machine can read is a hole, told with the command that closes it (S70)."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    base = folder / "reglo.sqlite3"
    base.touch(mode=0o600)
    at = replace(settings, data_dir=folder, database_url=f"sqlite:///{base}")
    assert not holes(files.remarks(at))
    base.chmod(0o644)
    (folder / "secret_key").touch(mode=0o644)
    told = holes(files.remarks(at))
    assert {remark.topic for remark in told} == {"base-fichier", "cle-fichier"}
    assert all("chmod 600" in remark.sentence for remark in told)


def test_s70_a_new_installation_is_private(tmp_path):
    """The data folder and the database are made for their owner alone, whatever the umask (S70)."""
    kept = os.umask(0)
    try:
        folder = load_settings({"DATA_DIR": str(tmp_path / "var")}).data_dir
        engine = create_engine(f"sqlite:///{folder / 'reglo.sqlite3'}")
        store_session.make_durable(engine)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE made (id INTEGER)"))
            modes = {path.name: path.stat().st_mode & 0o777 for path in folder.glob("reglo.sqlite3*")}
        engine.dispose()
    finally:
        os.umask(kept)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert modes == {"reglo.sqlite3": 0o600, "reglo.sqlite3-wal": 0o600, "reglo.sqlite3-shm": 0o600}


def test_s70_wrong_database_modes_are_a_hole(app, settings, monkeypatch):
    """A database that could lose an acknowledged answer is a hole (S70); sound modes are said sound."""
    if settings.database_url.startswith("sqlite"):
        assert not holes(database.remarks(settings).modes)
        monkeypatch.setattr(database, "make_durable", lambda engine: None)
    wrong = holes(database.remarks(settings).modes)
    assert "base-modes" in {remark.topic for remark in wrong}  # the tests' PostgreSQL is not durable, on purpose


def test_s70_production_does_not_start_with_a_hole(tmp_path):
    """`course serve` exits with one French sentence per hole, and listens to nothing (S70)."""
    settings = {**SOUND, "TRUSTED_HOSTS": "autre.fr", "DATA_DIR": str(tmp_path / "data"), "PORT": str(free_port())}
    kept = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    run = subprocess.run(
        [COURSE, "serve"], env={**kept, **settings}, capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == 1
    assert "le site ne démarre pas en production" in run.stderr
    assert "- TRUSTED_HOSTS : ajoutez formation.exemple.fr" in run.stderr
    assert "Traceback" not in run.stderr
    assert SOUND["SECRET_KEY"] not in run.stdout + run.stderr


def test_s70_only_a_production_is_refused(tmp_path):
    """A demonstration or a development starts whatever the doctor thinks of it (S70)."""
    doctor.refuse_holes(load_settings({"ENVIRONMENT": "development", "DATA_DIR": str(tmp_path)}))


def test_a_damaged_database_is_told_with_its_remedy(tmp_path):
    """A file cut short sends the operator to the last backup, not to the address of a server."""
    held = _sound(tmp_path)
    held.data_dir.mkdir()
    path = held.data_dir / "reglo.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA journal_mode=WAL; CREATE TABLE t (a); INSERT INTO t SELECT randomblob(40000);")
    path.write_bytes(path.read_bytes()[:8192])
    (told,) = database.remarks(held).modes
    assert "db restore --force" in told.sentence


def test_pending_migrations_are_told(settings, app, session):
    """A schema behind the program, and one ahead of it, are told apart, each with what to do."""
    session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    session.commit()
    behind = [remark.sentence for remark in database.remarks(settings).modes if remark.topic == "schema"]
    session.execute(text("UPDATE alembic_version SET version_num = 'venu-d-ailleurs'"))
    session.commit()
    ahead = [remark.sentence for remark in database.remarks(settings).modes if remark.topic == "schema"]
    session.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": known_revisions()[-1]})
    session.commit()
    assert "course upgrade" in behind[0]
    assert "plus récente que ce programme" in ahead[0]


def test_a_queue_without_runner_and_a_clock_that_went_back_are_told(settings, app, session, actor):
    """A job nobody takes for ten minutes, and rows dated of tomorrow, are each told."""
    asked = now() - timedelta(minutes=20)
    session.add(
        Job(
            organisation_id=actor.organisation_id, person_id=actor.user_id, kind="lent", key=actor.session_id,
            parameters={}, page="/parcours", asked_at=asked,
        )
    )  # fmt: skip
    session.commit()
    told = {remark.topic: remark for remark in database.remarks(settings).life}
    assert told["calculs"].gravity is Gravity.WATCH
    assert "depuis 20" in told["calculs"].sentence
    assert told["horloge"].gravity is Gravity.GOOD
    tomorrow = clock_remark(timedelta(), now() + timedelta(days=1), now())
    assert (tomorrow.gravity, "a reculé" in tomorrow.sentence) == (Gravity.WATCH, True)


def test_a_server_without_the_keys_of_the_others_is_told(settings, app, session, actor):
    """A database whose attestations were signed elsewhere says so on a server that was not given the same keys."""
    ours, theirs = keys.signing_key(settings.data_dir).public.key_id, "a" * 43
    told = {}
    for place, key_id in enumerate((ours, theirs)):
        session.add(
            Certificate(
                organisation_id=actor.organisation_id, learner_id=actor.user_id, kind=CertificateKind.SKILLS,
                path_id="essai", path_version=f"{place}" * 64, code=f"ESSAI-{place}", facts={}, achieved_at=now(),
                issued_at=now(), template="essai", pdf_hash="0" * 64, key_id=key_id, signature="0" * 128,
            )
        )  # fmt: skip
        session.commit()
        told[key_id] = {remark.topic: remark for remark in database.remarks(settings).life}["signature"]
    assert told[ours].gravity is Gravity.GOOD
    assert told[theirs].gravity is Gravity.HOLE
    assert "recopiez le dossier signature" in told[theirs].sentence


def test_a_mail_server_that_is_away_is_told(tmp_path):
    """A mail server nobody answers for is told, without its password."""
    away = _sound(tmp_path, MAIL_URL=f"smtp://reglo:motdepasse@127.0.0.1:{free_port()}")
    (told,) = surroundings.mail(away)
    assert told.gravity is Gravity.HOLE
    assert "motdepasse" not in told.sentence


def test_backups_are_judged_by_age(tmp_path):
    """No backup, one of this morning, one of three days ago: three different remarks."""
    base = replace(_sound(tmp_path), environment=Environment.PRODUCTION)
    base.data_dir.mkdir()
    judged = []
    for age in (None, timedelta(hours=1), timedelta(days=3)):
        if age is not None:
            notes.note_made(base.data_dir, tmp_path / "reglo.sqlite3", now() - age)
        judged += [remark for remark in doctor.examine(replace(base, mail_url="file:")) if remark.topic == "sauvegarde"]
    assert [remark.gravity for remark in judged] == [Gravity.WATCH, Gravity.GOOD, Gravity.WATCH]
    assert "il y a 3" in judged[2].sentence


def test_the_doctor_speaks_json_and_changes_nothing(settings, app, tmp_path):
    """`course doctor --json` gives topic, gravity and sentence; the database is byte for byte what it was."""
    if not settings.database_url.startswith("sqlite"):
        return
    with closing(sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))) as before:
        held = list(before.iterdump())
    environment = {"DATABASE_URL": settings.database_url, "DATA_DIR": str(tmp_path), "ENVIRONMENT": "development"}
    run = CliRunner(env=environment).invoke(doctor_command, ["--json"])
    told = json.loads(run.stdout)
    assert {"topic", "gravity", "sentence"} == set(told[0])
    assert {"base-modes", "schema", "disque", "contenu", "horloge"} <= {remark["topic"] for remark in told}
    with closing(sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))) as after:
        assert list(after.iterdump()) == held


def test_s76_the_site_works_with_a_role_that_cannot_drop(settings, app, session, make_app, make_person):
    """On PostgreSQL, a role with the four rights on rows serves pages and can drop nothing; the doctor agrees (S76)."""
    if settings.database_url.startswith("sqlite"):
        assert "utilisateur" in _topics(configuration.remarks(settings, debug=False, user_id=0))
        return
    base = session.scalar(text("SELECT current_database()"))
    session.execute(text("DROP ROLE IF EXISTS reglo_site"))
    for statement in (
        "CREATE ROLE reglo_site LOGIN", f"GRANT CONNECT ON DATABASE {base} TO reglo_site",
        "GRANT USAGE ON SCHEMA public TO reglo_site",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO reglo_site",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO reglo_site",
    ):  # fmt: skip
        session.execute(text(statement))
    session.commit()
    try:
        least = replace(settings, database_url=settings.database_url.replace("postgres@", "reglo_site@"))
        assert [remark.gravity for remark in database.remarks(least).modes if remark.topic == "base-droits"] == ["bon"]
        served = make_app(database_url=least.database_url)
        assert served.test_client().get("/readyz").json["database"] == "ok"
        with served.app_context(), pytest.raises(Exception, match="must be owner"):
            store_session.db.session.execute(text(f'DROP TABLE "{User.__tablename__}"'))
    finally:
        session.execute(text("DROP OWNED BY reglo_site"))
        session.execute(text("DROP ROLE reglo_site"))
        session.commit()
