"""The migration that tells the log of tests sent before it could say them."""

from course_app.progress import service as progress
from course_app.quizzes.kinds.keys import right_answer, wrong_answer
from course_app.store import migrate
from course_app.store.session import db
from course_app.store.tenancy import TenantSession
from course_app.web.library import catalog
from tests.support.crowd import crowd, take_test


def test_tests_sent_before_are_told_by_the_migration(make_app, tmp_path):
    """Sent, untold by going down, told again by coming up: same people, verdict, day and questions."""
    application = make_app(database_url=f"sqlite:///{tmp_path / 'told.sqlite3'}", data_dir=tmp_path)
    with application.app_context():
        alembic = application.extensions["alembic"]
        migrate.upgrade(alembic)
        test, published = catalog().quizzes["test-interimaires"], catalog().quizzes
        with TenantSession(db.engine) as session:
            people = crowd(session, 2, companies=1)
            for person, choose in zip(people, (right_answer, wrong_answer), strict=True):
                take_test(session, person, test, choose, published=published)
            session.commit()
            told = _told(session, people)
    assert [each.passed for each in told] == [True, False]
    with application.app_context():
        migrate.downgrade(alembic, BEFORE)
    with application.app_context():
        migrate.upgrade(alembic)
        with TenantSession(db.engine) as session:
            assert _told(session, people) == told


BEFORE = "0009"
"""The schema just before."""


def _told(session, people):
    found = progress.exams(session, people[0].organisation_id, [person.user_id for person in people])
    return sorted(found, key=lambda each: each.receipt)
