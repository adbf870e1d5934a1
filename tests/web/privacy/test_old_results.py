"""A test whose answers were forgotten: its result stays readable, and claims nothing about what is gone."""

from datetime import timedelta

from course_app.privacy import keeping
from course_app.quizzes.kinds.keys import right_answer
from course_app.web.clock import now
from course_app.web.library import catalog
from tests.support.crowd import take_test


def test_an_old_result_tells_its_score_and_no_more(clock, app, session, client, sign_in):
    """Thirteen months later the page still opens, with its date; no objective is said to be missed (G4)."""
    person = sign_in(client)
    with app.app_context():
        test = catalog().quizzes["test-equipe"]
        result = take_test(session, person.actor, test, right_answer, published=catalog().quizzes, at=now())
    session.commit()

    page = app.url_map.bind("").build("exam.result", {"attempt_id": result.attempt_id})
    before = client.get(page).get_data(as_text=True)
    assert 'class="aims"' in before
    clock.shift(timedelta(days=400))
    session.commit()
    with app.app_context():
        keeping.forget_old(is_applied=True)
    sign_in(client, person)
    answer = client.get(page)
    assert answer.status_code == 200
    assert "aims" not in answer.get_data(as_text=True)
