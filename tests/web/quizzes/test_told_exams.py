"""What the log tells other rooms about a test that was sent."""

from datetime import timedelta

from course_app.progress import service as progress
from course_app.quizzes.exam import service as exams
from course_app.quizzes.kinds.keys import right_answer, wrong_answer
from course_app.web.clock import now
from tests.support.crowd import crowd, take_test


def test_a_sent_test_is_told_with_its_verdict(catalog, session):
    """Each sending is one fact, oldest first; sending the same attempt twice tells it once; other companies see none."""
    test, published = catalog.quizzes["test-interimaires"], catalog.quizzes
    person, stranger = crowd(session, 2)
    sent = [
        take_test(session, person, test, wrong_answer, published=published, at=now() - timedelta(days=2)),
        take_test(session, person, test, right_answer, published=published),
    ]
    exams.send(session, person, exams.load(session, person, sent[-1].attempt_id, writing=True), now())
    session.commit()
    told = progress.exams(session, person.organisation_id, [person.user_id])
    assert [(each.test_id, each.passed, each.percent, each.red_lines, each.receipt, each.told_at) for each in told] == [
        (test.id, each.passed, each.percent, each.red_lines, each.receipt, each.sent_at) for each in sent
    ]
    assert [each.passed for each in told] == [False, True]
    assert progress.exams(session, stranger.organisation_id, [person.user_id]) == []
