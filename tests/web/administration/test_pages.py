"""The administrator's pages: the installation in words, the register of one's own organisation."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from course_app.accounts.rules import Role
from course_app.administration import service
from course_app.administration.pages import chart
from course_app.administration.service import DayKind
from course_app.audit import service as audit
from course_app.audit.rules import Act, Entry
from course_app.membership.models import Team
from course_app.store.backup import notes
from course_app.web.clock import now, today
from tests.support.browsers import enter_as, user_of

JOURNAL = "/administration/journal"


@pytest.fixture
def administrator(app, session):
    """The browser of an administrator."""
    return enter_as(app, session, Role.ADMINISTRATOR, first_name="Bérénice")


def _noted(session, actor, act=Act.ROLE_CHANGED, subject="", moment=None, **details):
    audit.record(session, Entry(actor.organisation_id, act, actor.user_id, subject, details), moment or now())
    session.commit()


def _text(answer):
    return answer.get_data(as_text=True).replace("\u00a0", " ").replace("\u202f", " ").replace("\u2019", "'")


def test_the_installation_is_told_in_words(administrator, session, settings):
    """Backups, room, queue, days: all there, and a day of failures is in the table beneath the charts."""
    service.add(session, today(), {DayKind.ANSWERED: 412, DayKind.CRASHED: 3, DayKind.UNAVAILABLE: 2})
    session.commit()
    notes.note_made(settings.data_dir, settings.data_dir / "reglo.sqlite3", now() - timedelta(hours=3))
    text = _text(administrator.client.get("/administration"))
    for told in (
        "Dernière sauvegarde il y a 3 heures",
        "libres pour les données",
        "Courriels à envoyer",
        ">412<",
        ">3<",
    ):
        assert told in text, told
    assert text.count("<rect") == 2


def test_s77_no_page_of_the_administration_shows_a_secret(make_app, settings, session):
    """Neither the key, nor the passwords of mail and database, are on any page, figures included (S77)."""
    secrets = ("cle-tres-secrete-0123456789-abcdefgh", "motdepasse-du-courriel")
    served = make_app(secret_key=secrets[0], mail_url=f"smtp://reglo:{secrets[1]}@127.0.0.1:9")
    held = enter_as(served, session, Role.ADMINISTRATOR)
    for path in ("/administration", JOURNAL, "/metrics", "/reglages", "/readyz"):
        text = held.client.get(path).get_data(as_text=True)
        assert not [secret for secret in (*secrets, settings.database_url) if secret in text], path
    assert not any(secret in " ".join(served.extensions["reglo.settings"].masked().values()) for secret in secrets)


def test_s02_the_register_of_another_company_is_never_read(app, session, administrator):
    """An administrator reads the acts of their own organisation, whatever they ask (S02)."""
    other = enter_as(app, session, Role.ADMINISTRATOR, first_name="Léopoldine")
    _noted(session, other.actor, subject="autre-entreprise")
    _noted(session, administrator.actor, subject="la-notre")
    text = _text(administrator.client.get(JOURNAL))
    assert "la-notre" in text
    assert "autre-entreprise" not in text
    assert administrator.client.get(f"{JOURNAL}?personne={other.actor.user_id}").status_code == 422


def test_the_register_is_searched_by_person_act_and_day(session, administrator):
    """Each filter narrows what is shown; together too; days are those of Paris, both included."""
    actor = administrator.actor
    _noted(session, actor, Act.SIGNED_IN, "hier", now() - timedelta(days=1))
    _noted(session, actor, Act.ROLE_CHANGED, "aujourd-hui")
    audit.record(session, Entry(actor.organisation_id, Act.DATA_ERASED, None, "par-le-site"), now())
    session.commit()
    day = today().isoformat()
    for query, expected in {
        "": {"hier", "aujourd-hui", "par-le-site"},
        f"personne={actor.user_id}": {"hier", "aujourd-hui"},
        "acte=connexion": {"hier"},
        f"du={day}": {"aujourd-hui", "par-le-site"},
        f"du={day}&au={day}&personne={actor.user_id}&acte=role-change": {"aujourd-hui"},
    }.items():
        text = _text(administrator.client.get(f"{JOURNAL}?{query}"))
        found = {word for word in ("hier", "aujourd-hui", "par-le-site") if f">{word}<" in text}
        assert found == expected, query
    assert "Le site" in _text(administrator.client.get(JOURNAL))


@pytest.mark.parametrize("query", ["acte=inconnu", "du=pas-un-jour", "du=2026-12-08&au=2026-12-01", "personne=x"])
def test_a_search_that_means_nothing_is_refused_and_kept(administrator, query):
    """Nonsense in the address: 422, the form says what is wrong, and what was typed stays."""
    answer = administrator.client.get(f"{JOURNAL}?{query}")
    assert answer.status_code == 422
    assert "field-error" in _text(answer)


@pytest.mark.parametrize("line", ["-1", "x", "99999999999999999999"])
def test_s62_an_odd_line_number_starts_from_the_first(administrator, line):
    """A line number that no line has shows the first page, on both databases (S62)."""
    assert administrator.client.get(f"{JOURNAL}?avant={line}").status_code == 200


def test_long_registers_go_page_by_page(session, administrator):
    """Fifty lines a page; the older ones follow, none twice, none lost."""
    for number in range(60):
        audit.record(
            session, Entry(administrator.actor.organisation_id, Act.TEAM_CHANGED, None, f"ligne-{number:02}"), now()
        )
    session.commit()
    first = _text(administrator.client.get(JOURNAL))
    assert "ligne-59" in first
    assert "ligne-09" not in first
    following = first.split("avant=")[1].split('"')[0].split("&")[0]
    second = _text(administrator.client.get(f"{JOURNAL}?avant={following}"))
    assert ("ligne-09" in second, "ligne-10" in second, "ligne-00" in second) == (True, False, True)


def test_s60_s78_the_file_runs_nothing_and_is_itself_noted(session, administrator):
    """The file neutralises formulas (S60), holds what the search finds, and its download joins the register (S78)."""
    user_of(session, administrator.actor).first_name = "=HYPERLINK(1)"
    _noted(session, administrator.actor, subject="@somme", moment=now())
    answer = administrator.post(f"{JOURNAL}?acte=role-change")
    text = answer.get_data(as_text=True)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="journal-')
    assert ";'@somme;" in text
    assert ";'=HYPERLINK(1) (" in text
    assert text.count("\r\n") == 2
    entries = audit.latest(session, administrator.actor.organisation_id, 1)
    assert (entries[0].act, entries[0].details) == (Act.DATA_EXPORTED.value, {"lignes": 1})


def test_the_file_of_the_register_tells_the_time_of_paris(session, administrator):
    """Ten past midnight in Paris is the next day in the file too, as on the page, in winter and in summer."""
    for moment in (datetime(2026, 12, 8, 23, 10, tzinfo=UTC), datetime(2026, 7, 8, 22, 10, tzinfo=UTC)):
        _noted(session, administrator.actor, moment=moment)
    text = administrator.post(JOURNAL).get_data(as_text=True)
    assert "Date (heure de Paris)" in text
    assert "\r\n2026-12-09 00:10:00;" in text
    assert "\r\n2026-07-09 00:10:00;" in text


def test_the_register_is_in_words(session, administrator):
    """A team, a path, a role, a day: their names of today, on the page and in the file; no id and no slug."""
    actor = administrator.actor
    team = Team(id=uuid.uuid4(), organisation_id=actor.organisation_id, name="Bureau", created_at=now())
    session.add(team)
    session.flush()
    given = {"path": "equipe", "deadline_on": "2026-12-13"}
    _noted(session, actor, Act.PATH_GIVEN, f"personne:{actor.user_id}", **given)
    _noted(session, actor, Act.TEAM_CHANGED, f"equipe:{team.id}", change="entree", person=str(actor.user_id))
    _noted(session, actor, Act.PERSON_INVITED, f"invitation:{uuid.uuid4()}", role="apprenant", team=str(team.id))
    _noted(session, actor, Act.DATA_EXPORTED, "membres", lines=1_012)
    for proof in ("secours", "application", "cle", "entreprise"):  # what accounts write
        _noted(session, actor, Act.SIGNED_IN, f"personne:{actor.user_id}", second_moyen=proof)
    page = _text(administrator.client.get(JOURNAL))
    lines = page.partition("<tbody>")[2].partition("</tbody>")[0]
    for told in (
        "à finir pour le : 13 décembre 2026, parcours : Équipe : se faire payer ensemble",
        ">Bureau<",
        "changement : une personne entre, personne : Bérénice",
        "Une invitation",
        "équipe : Bureau, rôle : Apprenant",
        "Liste des membres",
        "lignes : 1 012",
        "second moyen : code de secours",
        "second moyen : application de codes",
        "second moyen : clé d'accès",
    ):
        assert told in lines, told
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}|deadline|creee|interimaires", lines)
    assert "Second moyen d'entrer ajouté" in page


def test_an_erased_person_has_no_name_left(session, administrator):
    """Lines stay when a person is gone, as those of somebody erased."""
    gone = "personne:00000000-0000-4000-8000-000000000001"
    _noted(session, administrator.actor, Act.DATA_ERASED, gone)
    assert "Personne effacée" in _text(administrator.client.get(JOURNAL))


def test_a_chart_shows_every_day_that_counts():
    """The highest day fills the height, a small one is still seen, a day of nothing has no bar."""
    drawn = chart([0, 1, 1000])
    assert drawn.highest == 1000
    assert [bar.height for bar in drawn.bars] == [0.0, 2.0, 60.0]
    assert chart([]).highest == 0
