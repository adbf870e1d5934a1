"""How SQLite finds rows: by the person or the attempt, never by reading all that a company ever did."""

import sqlite3

from sqlalchemy import event

from benchmarks.learners import make_learners
from course_app.config import load_settings
from course_app.factory import create_app
from course_app.store.session import db
from tests.support.databases import build_schema

OWN = (".learner_id = ?", ".attempt_id = ?", ".user_id = ?")
HOST = "http://127.0.0.1:8000"


def test_what_one_person_does_reads_nobody_elses_rows(tmp_path):
    """An answer and the pages around it use no index of organisations to find what is one person's."""
    app = create_app(load_settings({"ENVIRONMENT": "development", "DATA_DIR": str(tmp_path), "MAIL_URL": "memory:"}))
    build_schema(app)
    (learner,) = make_learners(app, 1)
    browser, asked = app.test_client(use_cookies=False), []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda _c, _cursor, *said: asked.append(said[:2]))
    first = learner.answers[0]
    form = {**learner.headers, "Content-Type": "application/x-www-form-urlencoded"}
    assert browser.post(first.path, data=first.body, headers=form, base_url=HOST).status_code == 303
    for page in ("/parcours", first.path, "/attestations", "/appels", "/exercices"):
        assert browser.get(page, headers=learner.headers, base_url=HOST).status_code == 200
    database = sqlite3.connect(tmp_path / "reglo.sqlite3")
    own = {said for said, _values in asked if any(each in said for each in OWN)}
    assert any("quiz_answer" in said for said in own)
    ways = {
        (said, row[3])
        for said, values in asked
        if said in own
        for row in database.execute(f"EXPLAIN QUERY PLAN {said}", values)
    }
    assert not [way for way in ways if "organisation_id (organisation_id=?)" in way[1]]
