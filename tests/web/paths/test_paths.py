"""Landing, programme and Mon parcours."""

from datetime import UTC, datetime

import pytest

from course_app.paths import service as paths
from course_app.progress import service as progress
from course_app.web.library import catalog

NOW = datetime(2026, 12, 8, 8, 0, tzinfo=UTC)


@pytest.fixture
def content(app):
    """The real catalogue."""
    with app.app_context():
        return catalog()


def test_the_landing_sells_in_ten_seconds(client):
    """A visitor meets the promise, the trial and the three doors, without signing in."""
    page = client.get("/")
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    for words in ("faites-vous payer", "Je dirige", "Je vends", "Je commence lundi", 'href="/essai"'):
        assert words in text


def test_the_programme_lists_every_required_item(client, content):
    """Each path shows its lessons, quizzes and exercise, with minutes."""
    text = client.get("/programme").get_data(as_text=True)
    for path in content.paths.values():
        assert f'id="{path.id}"' in text
        for ref in path.items:
            assert str(content.item(ref.kind, ref.id).title) in text.replace("&#39;", "'")


def test_the_programme_folds_its_modules(client, content):
    """Sixty steps stay readable on a phone: only the first module of each path is unfolded."""
    text = client.get("/programme").get_data(as_text=True)
    modules = sum(len(path.modules) for path in content.paths.values())
    assert text.count('<details class="module"') == modules
    assert text.count('<details class="module" open') == len(content.paths)


def test_mine_asks_a_visitor_to_sign_in(client):
    """Mon parcours belongs to somebody."""
    answer = client.get("/parcours")
    assert (answer.status_code, answer.location) == (302, "/connexion?next=/parcours")


def test_a_signed_in_person_lands_on_mine(client, sign_in):
    """The home of somebody known is Mon parcours."""
    sign_in(client)
    answer = client.get("/")
    assert (answer.status_code, answer.location) == (302, "/parcours")


def test_first_visit_offers_the_first_step(client, sign_in, content):
    """With nothing done, one button starts the first item of the path."""
    sign_in(client)
    text = client.get("/parcours").get_data(as_text=True)
    first = next(iter(content.paths.values())).items[0]
    assert "Bonjour Samira" in text
    assert "Commencer (" in text
    assert first.id in text


def test_a_kept_place_is_what_resumes(client, session, sign_in, content):
    """The button leads to the very paragraph that was left, and names it."""
    person = sign_in(client)
    lesson = next(iter(content.lessons.values()))
    progress.keep_place(session, person.actor, lesson, {"anchor": "p-4"}, "partie 2", NOW)
    text = client.get("/parcours").get_data(as_text=True)
    assert f'href="/lecons/{lesson.id}#p-4"' in text
    assert "partie 2" in text


def test_choosing_a_path_changes_the_steps_and_loses_nothing(client, session, sign_in, csrf, content):
    """Another path shows its own steps; what was done stays done."""
    person = sign_in(client)
    wanted = list(content.paths.values())[-1]
    answer = client.post("/parcours/choix", data={"csrf_token": csrf(client.get("/parcours")), "path": wanted.id})
    assert (answer.status_code, answer.location) == (303, "/parcours")
    session.expire_all()
    page = paths.my_path(session, person.actor, content)
    assert (page.path.id, page.has_chosen) == (wanted.id, True)


@pytest.mark.parametrize("path_id", ["", "inconnu", "x" * 5000, "\x00", "\ud800"])
def test_an_unknown_path_is_refused_and_changes_nothing(client, session, sign_in, csrf, content, path_id):
    """A path that does not exist: 422, and the former choice stays."""
    person = sign_in(client)
    kept = list(content.paths.values())[1]
    paths.choose_path(session, person.actor, content, kept.id, NOW)
    token = csrf(client.get("/parcours"))
    body = {"csrf_token": token, "path": path_id.encode("utf-8", "surrogatepass")}
    assert client.post("/parcours/choix", data=body).status_code == 422
    session.expire_all()
    assert paths.my_path(session, person.actor, content).path.id == kept.id


def test_everything_done_proposes_a_real_call(client, session, sign_in, content):
    """A finished path says so, and sends to real work."""
    person = sign_in(client)
    path = next(iter(content.paths.values()))
    for ref in path.items:
        progress.finish(session, person.actor, content.item(ref.kind, ref.id), NOW)
    text = client.get("/parcours").get_data(as_text=True)
    assert "Le bon moment pour un vrai appel" in text
    assert "Reprendre" not in text.split("Les étapes")[0].split("<main")[1]


def test_a_guest_s_path_is_carried(session, make_person, content):
    """The path chosen on trial follows to the account, unless the account had chosen."""
    guest, person, decided = make_person().actor, make_person().actor, make_person().actor
    chosen, other = list(content.paths.values())[1:3]
    paths.choose_path(session, guest, content, chosen.id, NOW)
    paths.carry(session, guest, person)
    assert paths.export(session, person)["path"] == chosen.id
    paths.choose_path(session, guest, content, chosen.id, NOW)
    paths.choose_path(session, decided, content, other.id, NOW)
    paths.carry(session, guest, decided)
    assert paths.export(session, decided)["path"] == other.id


@pytest.mark.parametrize("address", ["/confidentialite", "/accessibilite", "/programme", "/", "/essai"])
def test_pages_of_trust_need_no_account(client, address):
    """Anybody may read them."""
    assert client.get(address).status_code == 200
