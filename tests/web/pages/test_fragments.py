"""Parts of pages written once say nothing of who reads."""

from course_app.web.fragments import KEPT_FRAGMENTS, fragment


def test_a_part_is_written_once_for_the_same_values(app):
    """Asking again for the same part gives the very same text; other values, another one."""
    with app.test_request_context("/"):
        first = fragment("layout.html", "entries", True, False, "paths.mine")
        assert fragment("layout.html", "entries", True, False, "paths.mine") is first
        assert 'aria-current="page"' in first
        assert 'aria-current="page"' not in fragment("layout.html", "entries", True, False, None)


def test_memory_holds_few_parts(app):
    """Whatever is asked for, no more than so many parts stay in memory."""
    with app.test_request_context("/"):
        for number in range(KEPT_FRAGMENTS + 10):
            fragment("layout.html", "entries", True, False, f"inconnue-{number}")
        assert len(app.extensions["reglo.fragments"]) == KEPT_FRAGMENTS


def test_no_part_names_its_reader(app, client, sign_in):
    """What is kept after a signed-in page holds neither the reader's id nor their form's token."""
    person = sign_in(client)
    assert client.get("/parcours").status_code == 200
    kept = app.extensions["reglo.fragments"].values()
    assert kept
    for written in kept:
        assert str(person.actor.user_id) not in written
        assert "csrf_token" not in written
