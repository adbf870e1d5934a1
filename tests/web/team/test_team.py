"""What a manager sees of a team, and what each person sees of it."""

import csv
import io
import re
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from urllib.parse import unquote

import pytest
from sqlalchemy import insert

from benchmarks.statements import heard
from course_app.accounts.models import User
from course_app.accounts.rules import Role
from course_app.library.clearances import CallType
from course_app.membership.models import TeamMember
from course_app.paths import service as paths
from course_app.progress import service as progress
from course_app.quizzes.kinds.keys import right_answer, wrong_answer
from course_app.store.session import db
from course_app.team import heat_pages, heat_service, pages, service
from course_app.team.models import TeamStanding
from course_app.team.rules.standing import Sort, TeamState
from course_app.web.clock import now, today
from tests.support.callers import earn, play
from tests.support.crowd import answer_quiz
from tests.web.team.conftest import COMPANY, LONG_AGO, NOBODY

SEEN = {
    "PersonView": {
        "user_id", "first_name", "state", "state_label", "path", "deadline", "next_step", "last_active", "offer",
        "advice", "mail", "clearances", "skills", "test_passed", "is_finished", "is_reader",
    },
    "ClearanceLine": {"title", "since", "until"},
    "TeamPage": {"cleared", "total", "people", "states", "teams", "paths", "call_types", "next_after", "is_whole"},
    "StateCount": {"state", "label", "people", "start", "share"},
    "ClearedPage": {"company", "team", "day", "kinds"},
    "Listed": {"user_id", "first_name", "email", "last_active_on", "cleared_until"},
    "Work": {"path_id", "deadline_on", "done", "skipped", "held"},
    "Held": {"call_type", "since", "until"},
    "Mistake": {
        "topic_id", "team", "people", "on", "source", "situation", "question", "chosen", "why", "rule", "answer",
        "lesson_id", "lesson", "is_decision",
    },
    "Topic": {"id", "team_id", "subject", "option", "people", "frozen_at"},
}  # fmt: skip
"""The stored allow-list: adding a key here is deciding that managers may read it (security.md G2)."""
EXPORTED = "Prénom;Adresse;État;Parcours;À finir pour le;Prochaine étape;Dernière activité;Feux verts"


@pytest.fixture
def team(company):
    """Karim, who works; Lucie, who has not begun; Nadia, silent for six days; and the manager, who leads."""
    team = company.team()
    found = {name: company.person(team, name) for name in ("Karim", "Lucie", "Nadia")}
    return {"team": team, **found}


def _read_a_lesson(session, person, catalog, days_ago=0, lesson="avant-de-decrocher"):
    progress.finish(session, person.actor, catalog.lessons[lesson], now() - timedelta(days=days_ago))


def _names(page):
    return re.findall(r'<th scope="row"><a href="/equipe/personnes/[^"]+">([^<]+)', page)


def test_the_headline_counts_and_who_needs_help_comes_first(
    session, client, sign_in, company, team, catalog, read, clock
):
    """Who fell silent first, then who has not begun, then who works, then who may call."""
    _read_a_lesson(session, team["Nadia"], catalog, 6)
    _read_a_lesson(session, team["Karim"], catalog)
    earn(session, company.manager.actor, catalog, CallType.COURTESY, now())
    sign_in(client, company.manager)
    page = read("/equipe")
    assert "1 personne sur 4 a le feu vert pour appeler." in page
    assert _names(page) == ["Nadia", "Lucie", "Karim", "Claire"]
    assert "Sans activité depuis 6 jours" in page
    assert _names(read("/equipe?etat=en-route")) == ["Karim"]
    assert _names(read("/equipe?appel=courtoisie")) == ["Claire"]
    assert _names(read("/equipe?appel=mise-en-demeure")) == []
    assert _names(read("/equipe?tri=prenom&ordre=inverse")) == ["Nadia", "Lucie", "Karim", "Claire"]


def test_a_path_filters_by_what_was_given_then_by_what_was_chosen(
    session, client, sign_in, company, team, catalog, read
):
    """Somebody given a path is on it, whatever they had chosen; somebody given none is on the one they chose."""
    from course_app.membership.models import Assignment  # noqa: PLC0415 - one row, here only

    for name in ("Karim", "Lucie"):
        paths.choose_path(session, team[name].actor, catalog, "commerciaux", now())
    given = {"user_id": team["Karim"].actor.user_id, "path_id": "equipe", "assigned_at": LONG_AGO}
    session.add(Assignment(organisation_id=company.manager.actor.organisation_id, deadline_on=today(), **given))
    sign_in(client, company.manager)
    assert _names(read("/equipe?parcours=equipe")) == ["Karim"]
    assert _names(read("/equipe?parcours=commerciaux")) == ["Lucie"]


def test_s07_managers_read_an_allow_list_of_keys():
    """Each value that a manager's page or file is made of holds the keys of the stored list, no other."""
    values = [pages.PersonView, pages.ClearanceLine, pages.TeamPage, pages.StateCount, pages.ClearedPage]
    values += [service.Listed, service.Work, service.Held, heat_pages.Mistake, heat_service.Topic]
    assert {each.__name__: {field.name for field in fields(each)} for each in values} == SEEN
    assert ";".join(pages.COLUMNS) == EXPORTED


def test_two_people_who_differ_by_answers_and_tries_read_the_same(
    session, client, sign_in, company, team, catalog, read
):
    """One answered all right at once, the other wrong, then twice more: a manager reads the same page, but for the name."""
    quiz, call = catalog.quizzes["avant-de-decrocher"], catalog.calls["mon-assistante"]
    for name, choose in (("Karim", right_answer), ("Lucie", wrong_answer)):
        for _time in range(1 if name == "Karim" else 3):
            answer_quiz(session, team[name].actor, quiz, choose)
            play(session, team[name].actor, call, now())
    sign_in(client, company.manager)
    seen = {}
    for name in ("Karim", "Lucie"):
        user_id = str(team[name].actor.user_id)
        text = re.sub(r'nonce="[^"]*"|value="[^"]*"|content="[^"]*"', "", read(f"/equipe/personnes/{user_id}"))
        text = text.replace(user_id, "").replace(team[name].email.replace("@", "%40"), "").replace(name, "")
        seen[name] = text
    assert seen["Karim"] == seen["Lucie"]


def test_what_my_manager_sees_is_what_i_am_shown(session, client, sign_in, company, team, catalog, read, read_as):
    """The very same view, letter by letter, on the manager's page and on mine; and who reads it is named."""
    _read_a_lesson(session, team["Karim"], catalog)
    sign_in(client, company.manager)
    theirs = read(f"/equipe/personnes/{team['Karim'].actor.user_id}")
    mine = read_as(team["Karim"], "/ce-que-voit-votre-responsable")
    view = re.compile(r'<div class="flow person-view">.*?</div>\s*</div>', re.DOTALL)
    assert view.search(mine)[0] == view.search(theirs)[0]
    assert "Claire" in mine


def _line(page, name):
    start = page.index(f">{name}</a>")
    return page[start : page.index("</tr>", start)]


def test_a_manager_offers_themself_nothing(session, client, sign_in, company, team, catalog, read):
    """A manager who learns is « vous » on their own list: no ten minutes to set aside for oneself, no mail to oneself."""
    for person in (company.manager, team["Karim"]):
        paths.choose_path(session, person.actor, catalog, "equipe", now())
    sign_in(client, company.manager)
    page = read("/equipe")
    assert "Lui réserver dix minutes au calme" in _line(page, "Karim")
    assert "(vous)" not in _line(page, "Karim")
    own = _line(page, "Claire")
    assert "(vous)" in own
    assert "Lui " not in own
    person = read(f"/equipe/personnes/{company.manager.actor.user_id}")
    assert "Votre prochaine étape" in person
    for word in ("Lui ", "mailto:", "Écrire à", "Une idée", "Ses documents"):
        assert word not in person
    member = read(f"/equipe/membres/{company.manager.actor.user_id}")
    assert "Où vous en êtes" in member
    assert "Suivre ce parcours" in member
    assert "Fermer l" not in member


def test_a_mail_already_begun_says_what_comes_next(app, catalog):
    """Without a first name it greets nobody by name; without a path, and once all is done, it speaks of that."""
    path = catalog.paths["equipe"]
    done = {ref.key: today() for ref in path.items}
    someone = {"user_id": NOBODY, "email": "k@exemple.fr", "last_active_on": today()}
    nameless = service.Listed(first_name="", cleared_until=None, **someone)
    cleared = service.Listed(first_name="Karim", cleared_until=today(), **someone)
    with app.test_request_context():
        views = [
            pages.person_view(nameless, service.Work(), catalog, today()),
            pages.person_view(cleared, service.Work("equipe", done=done), catalog, today()),
        ]
    first, second = (
        unquote(view.mail).partition("body=")[2].replace("\u202f", " ").replace("\u00a0", " ") for view in views
    )
    assert first.startswith("Bonjour,")
    assert "choisir un parcours" in first
    assert second.startswith("Bonjour Karim,")
    assert "un vrai appel" in second


def test_a_feu_vert_is_dated_by_the_day_of_paris(catalog):
    """Earned a quarter past midnight in Paris, it says the day it was there, on the person's page and on the printed list."""
    held = service.Held(CallType.COURTESY, datetime(2026, 12, 8, 23, 15, tzinfo=UTC), date(2027, 12, 9))
    line = pages.clearance_line(held, catalog)
    page = pages.cleared_page("Atelier", "", today(), {CallType.COURTESY: [("Karim", held)]}, catalog)
    for since in (line.since, page.kinds[0][2][0][1]):
        assert since.replace("\u00a0", " ") == "9 décembre 2026"


def test_s05_a_change_of_team_applies_on_the_next_request(
    session, client, sign_in, company, make_person, team, read, browser_of
):
    """Whoever left the team is out of the list, of the person page and of the files at once."""
    sign_in(client, company.manager)
    karim = team["Karim"].actor.user_id
    assert "Karim" in _names(read("/equipe"))
    stay = session.query(TeamMember).where(
        TeamMember.organisation_id == company.manager.actor.organisation_id, TeamMember.user_id == karim
    )
    stay.one().left_at = LONG_AGO
    assert "Karim" not in _names(read("/equipe"))
    assert client.get(f"/equipe/personnes/{karim}").status_code == 404
    stranger = make_person(Role.MANAGER)
    other = browser_of(stranger)
    for path in (f"/equipe/personnes/{karim}", f"/equipe?groupe={team['team'].id}", f"/equipe/personnes/{NOBODY}"):
        assert other.get(path).status_code == 404


def test_s60_exports_hold_the_same_keys_and_compute_nothing(session, client, csrf, sign_in, company, team):
    """CSV and XLSX say what the page says; a first name that looks like a formula is text; names of files are ours."""
    company.person(team["team"], "=1+1")
    sign_in(client, company.manager)
    token = {"csrf_token": csrf(client.get("/equipe"))}
    answer = client.post("/equipe.csv", data=token)
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == EXPORTED.split(";")
    assert {row[0] for row in rows[1:]} == {"Claire", "Karim", "Lucie", "Nadia", "'=1+1"}
    disposition = f'attachment; filename="reglo-equipe-{today().isoformat()}.csv"'
    assert answer.headers["Content-Disposition"] == disposition
    book = client.post("/equipe.xlsx?etat=pas-commence", data=token)
    assert book.get_data()[:2] == b"PK"


def test_the_list_to_print_names_who_may_call_today_only(
    session, client, sign_in, company, team, catalog, read, read_as, clock
):
    """Somebody cleared is on it with their dates; the day after the last one they are not."""
    earn(session, team["Karim"].actor, catalog, CallType.COURTESY, now())
    sign_in(client, company.manager)
    page = read("/equipe/feux-verts")
    assert page.count(">Karim<") == 1
    assert "8 décembre 2026" in page
    assert "jusqu'au" not in page.lower() or "8 décembre 2027" in page
    clock.shift(timedelta(days=366))
    assert ">Karim<" not in read_as(company.manager, "/equipe/feux-verts")
    assert "0 personne sur 4" in read_as(company.manager, "/equipe")


def test_the_list_to_print_tells_one_karim_from_the_other(
    session, client, sign_in, company, team, catalog, read, make_person
):
    """Of two people of one first name, only one may call: the list that hangs on the wall says which."""
    make_person(organisation=COMPANY, first_name="karim")
    earn(session, team["Karim"].actor, catalog, CallType.COURTESY, now())
    earn(session, team["Lucie"].actor, catalog, CallType.COURTESY, now())
    sign_in(client, company.manager)
    page = read("/equipe/feux-verts")
    assert page.count(f">Karim ({team['Karim'].email})<") == 1
    assert page.count(">Lucie<") == 1


def _many(session, company, team, size):
    """Add learners without passwords to a team, all at once; every third has worked, at different days."""
    organisation_id = company.manager.actor.organisation_id
    rows = [
        {"organisation_id": organisation_id, "email": f"n{n}.{team.id.hex}@exemple.fr", "first_name": f"P{n % 37}", "role": Role.LEARNER,
         "is_guest": False, "created_at": LONG_AGO}
        for n in range(size)
    ]  # fmt: skip
    ids = list(session.scalars(insert(User).returning(User.id), rows))
    stays = [
        {"organisation_id": organisation_id, "team_id": team.id, "user_id": each, "joined_at": LONG_AGO} for each in ids
    ]
    session.execute(insert(TeamMember), stays)
    lines = [
        {"organisation_id": organisation_id, "learner_id": each, "last_active_on": today() - timedelta(days=n % 9)}
        for n, each in enumerate(ids[::3])
    ]
    session.execute(insert(TeamStanding), lines)
    session.commit()


@pytest.mark.parametrize("address", ["tri=aide", "tri=prenom", "tri=activite&ordre=inverse", "tri=aide&ordre=inverse"])
def test_pages_of_fifty_show_everybody_once(session, client, sign_in, company, read, address):
    """From page to page, in any order, each of 124 people comes once, twins of first name included."""
    team = company.team()
    _many(session, company, team, 123)
    sign_in(client, company.manager)
    path, met = f"/equipe?{address}", []
    while path:
        page = read(path)
        met += re.findall(r"/equipe/personnes/([0-9a-f-]+)", page)
        following = re.search(r'href="(/equipe\?[^"]*apres=[^"]+)"', page)
        path = following[1] if following else None
    assert len(met) == len(set(met)) == 124


def test_the_list_costs_the_same_queries_whatever_its_size(app, session, client, sign_in, company, read):
    """The same number of queries, eight at most, for 4 people and for 304."""
    team = company.team()
    _many(session, company, team, 3)
    sign_in(client, company.manager)
    with app.app_context():
        engine = db.engine
    counts = []
    with heard(engine) as asked:
        for size in (0, 300):
            _many_more = [_many(session, company, company.team("Suite"), size)] if size else []
            asked.clear()
            read("/equipe")
            counts.append(sum(text.lstrip().upper().startswith(("SELECT", "WITH")) for text, _values in asked))
    assert counts[0] == counts[1] <= 8


def test_states_in_the_database_and_in_python_agree(session, company, team, catalog, clock):
    """The state by which the database sorts is the state that is shown, whatever the dates."""
    for person, ago, until in (("Karim", 4, None), ("Lucie", 5, -1), ("Nadia", 5, 0)):
        session.add(
            TeamStanding(
                organisation_id=company.manager.actor.organisation_id,
                learner_id=team[person].actor.user_id,
                last_active_on=today() - timedelta(days=ago),
                cleared_until=None if until is None else today() + timedelta(days=until),
            )
        )
    session.flush()
    paths = service.Paths(lambda *_: {}, lambda *_: {}, lambda *_: None)
    actor = company.manager.actor
    for state, expected in zip(TeamState, ("Lucie", "Claire", "Karim", "Nadia"), strict=True):
        asked = service.Asked(state=state, sort=Sort.NAME)
        (found,) = service.listed(session, actor, asked, paths, today())
        assert found.first_name == expected
        assert pages.standing.state_of(found.last_active_on, found.cleared_until, today()) is state
