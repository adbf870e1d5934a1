"""The checklist of the feu vert on Mon parcours."""

from datetime import timedelta
from html import unescape

import pytest

from course_app.library.clearances import CallType
from course_app.web import library
from course_app.web.clock import now
from tests.support.callers import crossing, earn, earn_calls, play
from tests.support.crowd import take_test


@pytest.fixture
def catalog(app):
    """What is published."""
    with app.app_context():
        return library.catalog()


def _mine(client):
    text = unescape(client.get("/parcours").get_data(as_text=True))
    return text.replace("\u202f", " ").replace("\u00a0", " ").replace("’", "'")


def test_it_counts_what_is_left_and_leads_to_the_next_thing(session, client, sign_in, catalog):
    """From nothing to the feu vert: calls counted, the next one linked, then the test, then the date it holds until."""
    person = sign_in(client)
    page = _mine(client)
    assert "0 appel réussi sur 3" in page
    assert 'href="/appels/mon-assistante">Jouer' in page
    play(session, person.actor, catalog.calls["mon-assistante"], now())
    assert "0 appel réussi sur 3" in _mine(client)
    play(session, person.actor, catalog.calls["mon-assistante"], now())
    page = _mine(client)
    assert "1 appel réussi sur 3" in page
    assert 'href="/appels/jamais-recue">Jouer' in page
    earn(session, person.actor, catalog, CallType.COURTESY, now())
    page = _mine(client)
    assert "Feu vert jusqu'au" in page
    assert "Vous vous arrêtez, et vous passez la main" in page


def test_a_red_line_is_told_with_what_brings_it_back(session, client, sign_in, catalog):
    """After a test with a red line, the checklist dates it and asks for a test passed since."""
    person = sign_in(client)
    earn_calls(session, person.actor, catalog, CallType.COURTESY, now() - timedelta(hours=1))
    test = catalog.quizzes["test-equipe"]
    take_test(session, person.actor, test, crossing, published=catalog.quizzes, at=now() - timedelta(days=1))
    page = _mine(client)
    assert "Un test réussi depuis la ligne rouge du" in page
    assert "3 appels réussis sur 3" in page
