"""An attestation is earned, then issued once, then never changes."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, select

from course_app.accounts.rules import Role
from course_app.audit.models import AuditEntry
from course_app.audit.rules import Act
from course_app.certificates import letterheads, service
from course_app.certificates.issuing import file_of
from course_app.certificates.models import Certificate, WrittenOnce
from course_app.certificates.rules import CertificateKind
from course_app.core.errors import NotFound
from course_app.library.model import ItemKind
from course_app.paths.placement import service as placement
from course_app.progress import service as progress
from course_app.progress.models import LearningEvent
from course_app.progress.rules import EventKind
from course_app.signing import keys, seals
from course_app.store.tenancy import TenantSession
from course_app.web.clock import now
from tests.support import people
from tests.web.certificates.conftest import EVERYWHERE, PATH, follow, lead, wrong_answer


def _count(session):
    session.rollback()
    return session.scalar(select(func.count()).select_from(Certificate).execution_options(**EVERYWHERE))


@pytest.mark.parametrize(
    ("but", "choose"), [(1, "right"), (0, None), (0, "wrong")], ids=["a step left", "no test", "test not passed"]
)
def test_s25_nothing_before_the_rule_is_met(client, session, catalog, desk, make_person, but, choose):
    """A step left, no test, a failed test: 404 by every address, GET and POST, and the service refuses too."""
    person = make_person()
    chosen = {"right": {}, None: {"choose": None}, "wrong": {"choose": wrong_answer}}[choose]
    follow(session, person.actor, catalog, but=but, **chosen)
    people.sign_in(client, person)
    token = people.csrf(client.get("/reglages"))
    url = f"/attestations/parcours/{PATH}"
    assert client.get(url).status_code == 404
    assert client.post(url, data={"csrf_token": token, "holder": "Samira Benali"}).status_code == 404
    assert client.get("/attestations/parcours/nulle-part").status_code == 404
    with pytest.raises(NotFound):
        service.issue_skills(session, person.actor, desk, PATH, "Samira Benali", now())
    assert _count(session) == 0


def test_s25_a_certificate_of_completion_waits_for_the_end(client, session, catalog, make_person):
    """A manager gets 404 before everything is done and the test taken; a test taken and failed is enough then."""
    person, boss = make_person(organisation="Bocage"), make_person(Role.MANAGER, organisation="Bocage")
    lead(session, boss.actor, person.actor)
    follow(session, person.actor, catalog, but=1, choose=wrong_answer)
    people.sign_in(client, boss)
    url = f"/attestations/personnes/{person.actor.user_id}/{PATH}"
    token = people.csrf(client.get("/reglages"))
    assert client.get(url).status_code == 404
    assert client.post(url, data={"csrf_token": token}).status_code == 404
    last = [catalog.item(*ref.key) for ref in catalog.paths[PATH].items][-2]
    progress.finish(session, person.actor, last, now())
    session.commit()
    assert client.get(url).status_code == 200


def test_what_is_missing_is_a_checklist(client, session, catalog, make_person):
    """« Mes attestations » names the steps left, with their links, and the test; nothing is promised, nothing is told of scores."""
    person = make_person()
    follow(session, person.actor, catalog, but=2, choose=None)
    people.sign_in(client, person)
    page = unescape(client.get("/attestations").get_data(as_text=True))
    assert "3 étapes à faire" in page
    assert "/exercices/cinq-premiers-dossiers" in page
    assert "/quiz/test-interimaires" in page
    assert "Établir mon attestation" not in page


def test_a_skipped_lesson_is_not_missing(client, session, catalog, desk, make_person):
    """What a placement let somebody skip is not asked: the test still asks everything."""
    person, path = make_person(), catalog.paths[PATH]
    quiz = catalog.quizzes[path.placement.quiz]
    rights = {each.id: next(o.id for o in each.options if o.correct) for each in quiz.questions}
    placement.take(session, person.actor, path, quiz, rights, now())
    assert placement.skip(session, person.actor, path, quiz, ["six-excuses"])
    follow(session, person.actor, catalog, but=999)
    items = [catalog.item(*ref.key) for ref in path.items]
    for item in items:
        if (item.kind, item.id) != (ItemKind.LESSON, "six-excuses") and item.id != "test-interimaires":
            progress.finish(session, person.actor, item, now())
    session.commit()
    row = service.issue_skills(session, person.actor, desk, PATH, "Samira", now())
    skipped = catalog.lessons["six-excuses"].minutes
    assert row.facts["minutes"] == sum(item.minutes for item in items) - skipped


def test_it_is_dated_at_the_achievement(clock, session, catalog, desk, make_person):
    """Asked for two months later, it bears the day of the last thing done, not the day of the click."""
    person = make_person()
    follow(session, person.actor, catalog)
    earned = now() + timedelta(hours=2)
    clock.shift(60 * 24 * 3600)
    row = service.issue_skills(session, person.actor, desk, PATH, "Samira Benali", now())
    assert row.achieved_at == earned
    assert row.facts["achieved_on"] == "2026-12-08"
    assert row.issued_at == now()


def test_a_double_click_makes_one(client, session, earner):
    """Sent twice, under two names: one row, the first name; the page shows it and no longer offers another."""
    people.sign_in(client, earner)
    url = f"/attestations/parcours/{PATH}"
    token = people.csrf(client.get(url))
    for holder in ("Samira Benali", "Samira B."):
        reply = client.post(url, data={"csrf_token": token, "holder": holder})
        assert reply.status_code == 303
    assert _count(session) == 1
    page = unescape(client.get("/attestations").get_data(as_text=True))
    assert "Au nom de Samira Benali" in page
    assert page.count("Établir mon attestation") == 0


def test_parallel_clicks_make_one(session, desk, earner):
    """Eight clicks at once, each in a transaction of its own: one row, one line in the register, one event."""

    def click(_rank):
        with TenantSession(session.get_bind()) as own:
            row = service.issue_skills(own, earner.actor, desk, PATH, "Samira Benali", now())
            own.commit()
            return row.code

    with ThreadPoolExecutor(8) as many:
        codes = set(many.map(click, range(8)))
    assert len(codes) == 1
    assert _count(session) == 1
    own = AuditEntry.organisation_id == earner.actor.organisation_id
    acts = session.scalars(select(AuditEntry.act).where(own)).all()
    assert acts.count(Act.CERTIFICATE_ISSUED.value) == 1
    told = select(LearningEvent.payload).where(
        LearningEvent.organisation_id == earner.actor.organisation_id,
        LearningEvent.kind == EventKind.CERTIFICATE_ISSUED,
    )
    assert [payload["path"] for payload in session.scalars(told)] == [PATH]


@pytest.mark.parametrize("holder", ["", "   ", "x" * 121, "Samira\nBcc: x", "Sami\u202era", "Samira\x00", "李"])
def test_a_bad_name_is_refused_and_kept(client, session, earner, holder):
    """Empty, too long, two lines, invisible signs: 422 in French, what was typed shown again, nothing issued."""
    people.sign_in(client, earner)
    url = f"/attestations/parcours/{PATH}"
    reply = client.post(url, data={"csrf_token": people.csrf(client.get(url)), "holder": holder})
    assert reply.status_code == 422
    assert "À corriger" in reply.get_data(as_text=True)
    assert len(holder) != 121 or holder in reply.get_data(as_text=True)
    assert _count(session) == 0


def test_the_file_is_the_same_each_time(client, desk, earner, issued):
    """Downloaded twice, and drawn again: the same bytes, sealed by the installation's key, named for its holder."""
    people.sign_in(client, earner)
    first, again = (client.get(f"/attestations/{issued.id}/fichier.pdf") for _ in range(2))
    assert first.data == again.data == file_of(desk.press, issued)
    assert first.headers["Content-Disposition"].startswith("attachment; filename=competences-interimaires-")
    opened = seals.open_sealed(first.data, keys.public_keys(desk.press.data_dir))
    assert opened.facts["holder"] == "Samira Benali"
    assert opened.facts["issuer"] == "Menuiserie Bocage"


def test_an_old_file_survives_a_new_key(desk, issued):
    """After a rotation, the same document gives the same bytes, and the published keys still prove them."""
    before = file_of(desk.press, issued)
    keys.rotate(desk.press.data_dir)
    assert file_of(desk.press, issued) == before
    assert seals.open_sealed(before, keys.public_keys(desk.press.data_dir)).facts["code"] == issued.code


def test_another_drawing_is_signed_anew(session, desk, issued):
    """Were the printer to draw other bytes one day, the file is signed again and stays genuine."""
    before = file_of(desk.press, issued)
    session.expunge(issued)
    issued.pdf_hash = "0" * 64
    after = file_of(desk.press, issued)
    assert seals.open_sealed(after, keys.public_keys(desk.press.data_dir)).facts["code"] == issued.code
    assert after[: len(before) - 400] == before[: len(before) - 400]


def test_a_row_is_written_once(session, issued):
    """No code of ours changes what a document says: a program that tries raises, and nothing moves."""
    issued.facts = {**issued.facts, "holder": "Autre"}
    with pytest.raises(WrittenOnce):
        session.flush()
    session.rollback()
    assert session.get(Certificate, issued.id, execution_options=EVERYWHERE).facts["holder"] == "Samira Benali"


def test_s02_somebody_elses_file_is_absent(client, session, make_person, issued):
    """A stranger, a colleague, a manager of another team: 404 for the file, the badge and the withdrawal."""
    team_mate = make_person(organisation="Menuiserie Bocage")
    boss = make_person(Role.MANAGER, organisation="Menuiserie Bocage")
    lead(session, boss.actor, team_mate.actor)
    outsider = make_person(Role.ADMINISTRATOR)
    for person in (team_mate, boss, outsider):
        people.sign_in(client, person)
        for page in ("fichier.pdf", "badge.svg", "badge.jwt"):
            assert client.get(f"/attestations/{issued.id}/{page}").status_code == 404
        people.csrf(client.get("/reglages"))
        client.post("/deconnexion", data={"csrf_token": people.csrf(client.get("/reglages"))})
    people.sign_in(client, outsider)
    url = f"/attestations/{issued.id}/retirer"
    assert client.get(url).status_code == 404
    token = people.csrf(client.get("/reglages"))
    assert client.post(url, data={"csrf_token": token, "why": "Pour voir"}).status_code == 404
    assert service.by_code(session, issued.code).revoked_at is None


FORM = {
    "holder": "Samira Benali",
    "employer": "Menuiserie Bocage",
    "provider": "Menuiserie Bocage",
    "declaration": "",
    "nature": "action-de-formation",
    "signatory": "Claire Martin",
    "signatory_role": "gérante",
    "place": "Nantes",
}


def test_a_manager_issues_a_certificate_of_completion(clock, client, session, catalog, desk, make_person):
    """On the ministry's model: who, employer, title, nature, dates, planned duration, provider; the next form is filled."""
    person, boss = make_person(organisation="Bocage"), make_person(Role.MANAGER, organisation="Bocage")
    lead(session, boss.actor, person.actor)
    follow(session, person.actor, catalog, choose=wrong_answer, at=now() - timedelta(days=3))
    people.sign_in(client, boss)
    url = f"/attestations/personnes/{person.actor.user_id}/{PATH}"
    token = people.csrf(client.get(url))
    refused = client.post(url, data={"csrf_token": token, **FORM, "signatory": ""})
    assert refused.status_code == 422
    assert "Nantes" in refused.get_data(as_text=True)
    for _twice in range(2):
        assert client.post(url, data={"csrf_token": token, **FORM}).status_code == 303
    (row,) = service.issued_to(session, person.actor)
    assert row.kind is CertificateKind.COMPLETION
    assert {
        **row.facts["completion"],
        "holder": row.facts["holder"],
    } == {**FORM, "began_on": "2026-12-05", "ended_on": "2026-12-05", "issued_on": "2026-12-08"}
    assert row.facts["minutes"] == sum(catalog.item(*ref.key).minutes for ref in catalog.paths[PATH].items)
    page = unescape(client.get(f"/attestations/personnes/{person.actor.user_id}").get_data(as_text=True))
    assert "Certificat de réalisation" in page
    assert "Établir le certificat" not in page
    pdf = client.get(f"/attestations/{row.id}/fichier.pdf")
    assert seals.open_sealed(pdf.data, keys.public_keys(desk.press.data_dir)).facts["kind"] == "realisation"
    assert letterheads.suggested(session, boss.actor)["signatory"] == "Claire Martin"


def test_a_manager_reads_no_result(client, session, catalog, make_person):
    """G2: the manager's pages hold dates and documents; no percent, no count of tries, no question."""
    person, boss = make_person(organisation="Bocage"), make_person(Role.MANAGER, organisation="Bocage")
    lead(session, boss.actor, person.actor)
    follow(session, person.actor, catalog)
    people.sign_in(client, boss)
    page = client.get(f"/attestations/personnes/{person.actor.user_id}").get_data(as_text=True)
    assert "%" not in page.split("<main")[1].split("</main>")[0]
    listed = client.get("/attestations/personnes").get_data(as_text=True)
    assert str(person.actor.user_id) in listed
    assert str(uuid.UUID(int=1)) not in listed
