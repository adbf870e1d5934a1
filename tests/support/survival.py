"""What the database holds after a server was hurt, against what clients were told."""

from sqlalchemy import create_engine, func, select, text

from benchmarks.learners import Learner, make_learners
from course_app.config import load_settings
from course_app.factory import create_app
from course_app.quizzes.models import Answer, QuizAttempt
from course_app.store.session import driver_url
from tests.support.clients import Record
from tests.support.site import Site


def learners_of(site: Site, count: int, most: int | None = None) -> list[Learner]:
    """Return learners ready to answer on a site, made in this process on its database."""
    return make_learners(create_app(load_settings(site.environment)), count, most)


def stored(site: Site) -> list[str]:
    """Return the keys of the answers stored; raises AssertionError when the database itself is unsound."""
    engine = create_engine(driver_url(load_settings(site.environment).database_url))
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            assert not connection.execute(text("PRAGMA foreign_key_check")).all()
        keys = [str(key) for key in connection.execute(select(Answer.__table__.c.key)).scalars()]
        answered = select(func.count()).where(Answer.attempt_id == QuizAttempt.id).scalar_subquery()
        finished = connection.execute(select(answered).where(QuizAttempt.finished_at.is_not(None))).scalars().all()
        assert 0 not in finished
    engine.dispose()
    return keys


def nothing_lost(site: Site, record: Record) -> int:
    """Check that what was acknowledged is stored, once, and that nothing was refused; return how many were told."""
    keys = stored(site)
    assert set(record.acknowledged) <= set(keys)
    assert len(keys) == len(set(keys))
    assert not record.refused
    return len(record.acknowledged)
