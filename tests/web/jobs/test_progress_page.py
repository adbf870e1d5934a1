"""The progress of a job on the screen: page, fragment, end; somebody else's does not exist."""

import pytest

from tests.support.people import sign_in


@pytest.fixture
def owner(client, make_person):
    """A person who is signed in."""
    person = make_person()
    sign_in(client, person)
    return person


def test_progress_is_a_page_without_script(client, owner, ask):
    """The page says where the job stands, in a bar and in words, and can be reloaded by a link."""
    page = client.get(f"/calculs/{ask(person=owner.actor).id}").get_data(as_text=True)
    for part in ("<progress", "En attente", "Actualiser", 'hx-trigger="every 1s"', "<h1"):
        assert part in page


def test_the_fragment_refreshes_itself_then_the_page(client, owner, ask, make_runner):
    """The script gets the bar alone; once the job is finished it is told to reload, and the page leads to the result."""
    url = f"/calculs/{ask(person=owner.actor).id}"
    waiting = client.get(url, headers={"HX-Request": "true"})
    assert "<html" not in waiting.get_data(as_text=True)
    assert "HX-Refresh" not in waiting.headers
    make_runner().run_one()
    done = client.get(url, headers={"HX-Request": "true"})
    assert done.headers["HX-Refresh"] == "true"
    assert client.get(url).location == "/parcours"


def test_s02_somebody_elses_job_does_not_exist(app, client, owner, ask, session, sign_in):
    """Another person's job gives the very answer of a missing one."""
    job = ask(person=owner.actor)
    other = app.test_client()
    other.shared_session = session
    sign_in(other)
    foreign = other.get(f"/calculs/{job.id}")
    missing = other.get("/calculs/00000000-0000-0000-0000-000000000009")
    assert foreign.status_code == missing.status_code == 404
