"""Calls through their pages: kept turn by turn, idempotent, private, and never a failure to leave."""

import json
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from sqlalchemy import func, select

from course_app.calls.models import CallAttempt, DifficultClient
from course_app.progress.models import ContentVersion, LearningEvent
from tests.support.browsers import copied, enter_as, enter_as_guest
from tests.support.people import PASSWORD
from tests.web.calls.conftest import EVERYWHERE, Caller

HOSTILE = ["", "z", "A", "a\x00", "\ud800", "é", "9" * 400, "a,b", "s-identifier"]


def _transcript(page):
    return re.findall(r'<span class="who">[^<]+</span>\s*([^<]+?)\s*</li>', page)


def test_a_call_is_kept_turn_by_turn(caller, turns):
    """Each sentence is stored before its answer; reloading shows the same turn, and the end opens the debrief."""
    assert caller.dial().status_code == 303
    assert caller.say(1).status_code == 303
    first = caller.page()
    assert "Réplique 2" in first
    assert caller.page() == first or _transcript(caller.page()) == _transcript(first)
    assert len(turns()) == 1
    said = 1
    while caller.client.get(caller.url).status_code == 200:
        said += 1
        assert caller.say(said).status_code == 303
    debrief = caller.page("/bilan")
    assert "Débrief" in debrief
    assert "Les sept temps" in debrief
    assert len(turns()) == said <= 10


def test_r2_the_same_form_is_one_sentence(caller, turns):
    """A double click stores one sentence; the same key with other words is refused, and both are shown."""
    caller.dial()
    key = str(uuid.uuid4())
    assert [caller.say(1, "a", key).status_code for _click in range(3)] == [303, 303, 303]
    assert len(turns()) == 1
    refused = caller.say(1, "b", key)
    assert refused.status_code == 409
    assert "Réplique gardée" in refused.get_data(as_text=True)
    assert len(turns()) == 1


def test_r9_two_tabs_keep_the_first_sentence(caller, turns):
    """A second tab that says turn one again is told which sentence was kept, and loses nothing."""
    caller.dial()
    caller.say(1, "a")
    late = caller.say(1, "c")
    assert late.status_code == 409
    assert "Réplique arrivée ensuite" in late.get_data(as_text=True)
    assert len(turns()) == 1
    assert caller.say(3).status_code == 409
    assert caller.say(2).status_code == 303


def test_the_same_form_dials_once(caller, session):
    """A dialling form sent three times is one call; dialling again resumes the open one."""
    key = str(uuid.uuid4())
    locations = {caller.dial(key=key).location for _click in range(3)} | {caller.dial().location}
    assert len(locations) == 1
    assert session.scalar(select(func.count()).select_from(CallAttempt).execution_options(**EVERYWHERE)) == 1
    assert caller.dial("encore-vous", key=key).status_code == 409


def test_hanging_up_is_always_allowed_and_never_a_failure(caller):
    """Hanging up before a word opens a debrief that blames nobody; saying more is refused; twice is once."""
    caller.dial()
    assert "Raccrocher" in caller.page()
    for _click in range(2):
        assert caller.post(f"{caller.url}/raccrocher").status_code == 303
    debrief = caller.page("/bilan")
    assert "c’est permis" in debrief
    assert not re.search("échec|raté|perdu !", debrief, re.IGNORECASE)
    assert caller.say(1).status_code == 409
    assert caller.post(f"{caller.url}/reprendre", turn="1").status_code == 303


def test_taking_back_leaves_a_trace(caller, turns):
    """A sentence taken back is gone from the call and stays in the record; not offered without help."""
    caller.dial()
    caller.say(1)
    caller.say(2)
    assert [caller.post(f"{caller.url}/reprendre", turn="2").status_code for _click in range(2)] == [303, 303]
    assert "Réplique 2" in caller.page()
    assert [turn.undone_at is None for turn in turns()] == [True, False]
    assert caller.say(2).status_code == 303
    assert [turn.number for turn in turns()] == [1, 2, 2]
    caller.post(f"{caller.url}/raccrocher")
    caller.dial(mode="libre")
    caller.say(1)
    assert "Reprendre ma dernière" not in caller.page()
    assert caller.post(f"{caller.url}/reprendre", turn="1").status_code == 409


def test_a_hint_changes_nothing_and_is_guided_only(caller, turns):
    """« Souffler » writes nothing, and is absent without help."""
    caller.dial(mode="libre")
    assert "On vous souffle" not in caller.page("?souffler=1")
    caller.post(f"{caller.url}/raccrocher")
    caller.dial()
    assert "On vous souffle" in caller.page("?souffler=1")
    assert turns() == []


def test_s15_nothing_tells_the_sentences_apart_before_the_debrief(caller):
    """No intent, grade, profile or comment stands in the page of a call going on (S15)."""
    caller.dial("encore-vous")
    for turn in range(1, 4):
        page = caller.page()
        assert re.findall(r'name="choice"[^>]*value="([^"]+)"', page) == ["a", "b", "c"]
        for secret in ("menacer", "verifier-interlocuteur", "tresorerie-tendue", "ligne-rouge", "bien-joue", "grade-"):
            assert secret not in page
        if caller.say(turn).status_code != 303 or caller.client.get(caller.url).status_code != 200:
            break


@pytest.mark.parametrize("choice", HOSTILE)
def test_s22_s62_odd_choices_are_refused_and_nothing_is_written(caller, turns, choice):
    """Unknown, empty or unstorable choices read 422, the sentences stay on the screen, nothing is stored."""
    caller.dial()
    answer = caller.say(1, choice.encode("utf-8", "surrogatepass"))
    assert answer.status_code == 422
    assert 'name="choice"' in answer.get_data(as_text=True)
    assert turns() == []


@pytest.mark.parametrize("turn", ["", "x", "0", "-1", "99999999999999999999", "2"])
def test_odd_turns_are_refused(caller, turns, turn):
    """A turn that is no turn, or out of order, reads 422 or 409 and stores nothing."""
    caller.dial()
    assert caller.say(turn).status_code in (409, 422)
    assert turns() == []


def test_s22_ten_thousand_choices_are_refused(caller, turns):
    """A body full of choices is refused without being stored."""
    caller.dial()
    answer = caller.client.post(
        caller.url, data={"csrf_token": caller.token, "turn": "1", "key": str(uuid.uuid4()), "choice": ["a"] * 10_000}
    )
    assert answer.status_code in (413, 422)
    assert turns() == []


def test_s02_somebody_elses_call_does_not_exist(app, session, caller):
    """Pages and forms of another person's call read exactly as those of none (S02)."""
    caller.dial()
    other = enter_as(app, session)
    for suffix in ("", "/bilan"):
        assert other.client.get(caller.url + suffix).status_code == 404
    for suffix in ("", "/raccrocher", "/reprendre", "/rejouer/1"):
        assert other.post(caller.url + suffix, turn="1", key=str(uuid.uuid4())).status_code == 404


def test_the_debrief_waits_for_the_end(caller):
    """The debrief of a call going on reads 409 with the way back."""
    caller.dial()
    early = caller.client.get(f"{caller.url}/bilan")
    assert early.status_code == 409
    assert caller.url in early.get_data(as_text=True)


def test_whom_one_plays_is_said_before_dialling(caller):
    """The page of every call says which house one calls for, and that it is invented, before the number is dialled."""
    index = caller.client.get("/appels").get_data(as_text=True)
    addresses = set(re.findall(r'href="(/appels/[a-z0-9-]+)"', index)) - {"/appels/clients"}
    assert len(addresses) >= 10
    for address in addresses:
        page = unescape(caller.client.get(address).get_data(as_text=True))
        supplier = re.search(r"<dt>Vous appelez pour</dt><dd>([^<]+)</dd>", page)[1]
        role = rf"vous travaillez à la comptabilité (?:de |d’){re.escape(supplier)}, une entreprise inventée"
        assert re.search(role, page.partition("Composer le numéro")[0]), address


def test_a_moment_is_played_again_from_where_it_was(caller, turns):
    """Replaying turn two keeps turn one word for word, under a new attempt; the same form replays once."""
    caller.dial()
    caller.talk_to_the_end()
    before, key = caller.url, str(uuid.uuid4())
    first = turns()[0].said
    answers = [caller.post(f"{before}/rejouer/2", key=key) for _click in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    caller.attempt_id = re.search(r"/essais/([0-9a-f-]+)", answers[0].location)[1]
    page = caller.page()
    assert "Réplique 2" in page
    assert first in page
    assert caller.post(f"{before}/rejouer/99", key=str(uuid.uuid4())).status_code == 404


def test_the_first_attempt_never_counts(caller, session):
    """Every event of a first attempt says that it does not count; the second does."""
    caller.dial()
    caller.talk_to_the_end()
    caller.dial()
    session.expire_all()
    rows = session.scalars(select(CallAttempt).order_by(CallAttempt.number).execution_options(**EVERYWHERE)).all()
    assert [row.counts for row in rows] == [False, True]
    events = session.scalars(
        select(LearningEvent).where(LearningEvent.item_kind == "call").execution_options(**EVERYWHERE)
    ).all()
    told = {(event.kind.value, event.payload["counts"]) for event in events if "counts" in event.payload}
    assert told == {("appel-commence", False), ("appel-termine", False), ("appel-commence", True)}


CLIENT = {
    "customer": "Chaudronnerie Test",
    "contact": "Mme Zébuline",
    "amount": "2 480,50",
    "days_late": "40",
    "history": "Deux promesses <b>non</b> tenues.",
    "persona": "stratege",
    "temperature": "tendu",
    "answerer": "standard",
    "objections": ["1", "27"],
}


def _keep(caller, **changes):
    return caller.post("/appels/clients/nouveau", **{"key": str(uuid.uuid4()), **CLIENT, **changes})


def test_my_difficult_client_is_private_and_can_be_called(app, session, caller):
    """A customer of one's own is called, debriefed, unseen by others, absent from shared tables, erased at will."""
    made = _keep(caller)
    assert made.status_code == 303
    page = caller.client.get(made.location).get_data(as_text=True)
    assert "&lt;b&gt;non&lt;/b&gt;" in page
    assert caller.dial(made.location.rsplit("/", 1)[1], base="/appels/clients/").status_code == 303
    caller.talk_to_the_end()
    assert "Zébuline" in caller.page("/bilan")
    assert enter_as(app, session).client.get(made.location).status_code == 404
    session.expire_all()
    assert not [
        row for row in session.scalars(select(ContentVersion).execution_options(**EVERYWHERE)) if "Zébuline" in row.body
    ]
    assert caller.post(f"{made.location}/effacer").status_code == 303
    for table in (DifficultClient, CallAttempt):
        assert session.scalar(select(func.count()).select_from(table).execution_options(**EVERYWHERE)) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"customer": ""},
        {"customer": "x" * 81},
        {"contact": "a\x00b"},
        {"amount": "beaucoup"},
        {"amount": "NaN"},
        {"amount": "1e99"},
        {"amount": "0"},
        {"days_late": "0"},
        {"days_late": "9" * 30},
        {"history": "x" * 301},
        {"persona": "inconnu"},
        {"temperature": ""},
        {"answerer": "voisin"},
        {"objections": []},
        {"objections": ["1", "1"]},
        {"objections": ["28"]},
        {"objections": ["1", "2", "3", "4"]},
    ],
    ids=str,
)
def test_a_customer_badly_described_is_refused(caller, session, changes):
    """Each faulty field reads 422 with all that was typed, and keeps no customer."""
    answer = _keep(caller, **changes)
    assert answer.status_code == 422
    assert "error-summary" in answer.get_data(as_text=True)
    assert session.scalar(select(func.count()).select_from(DifficultClient).execution_options(**EVERYWHERE)) == 0


def test_customers_are_bounded_and_kept_once(caller):
    """The same form keeps one customer; the eleventh is refused with what to do."""
    key = str(uuid.uuid4())
    assert len({_keep(caller, key=key).location for _click in range(3)}) == 1
    for _rank in range(9):
        assert _keep(caller).status_code == 303
    refused = _keep(caller)
    assert refused.status_code == 422
    assert "effacez-en un" in refused.get_data(as_text=True)


def test_calls_are_exported_and_follow_a_guest(app, session):
    """A guest's calls and customers follow them into their account, and are all in the export."""
    guest = enter_as_guest(app, session)
    caller = Caller(guest.client, guest.csrf)
    caller.dial()
    caller.say(1)
    assert _keep(caller).status_code == 303
    form = {"first_name": "Samira", "email": "samira@bocage.fr", "password": PASSWORD, "company": "Menuiserie Bocage"}
    assert caller.post("/inscription", **form).status_code == 303
    settings = caller.client.get("/reglages").get_data(as_text=True)
    caller.token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', settings)[1]
    exported = json.loads(caller.post("/reglages/donnees").get_data(as_text=True))
    text = json.dumps(exported, ensure_ascii=False)
    assert "mon-assistante" in text
    assert "Chaudronnerie Test" in text
    assert caller.client.get(caller.url).status_code == 200


def test_the_call_sheet_holds_the_steps(caller):
    """The A5 sheet shows the file and the seven steps, and loads its own paper size."""
    page = caller.client.get("/appels/mon-assistante/fiche").get_data(as_text=True)
    assert "call-sheet" in page
    assert "Menuiserie Bocage" in page
    assert page.count("<li>") >= 7


def test_s18_fifty_calls_at_once_make_one(app, session, caller):
    """Fifty parallel starts, each with its own key, ring one customer once: no second draw to choose from (S18)."""
    session.commit()

    def dial(_turn):
        return Caller(copied(app, caller.client), caller.token).dial().location

    caller.client.shared_session = None
    with ThreadPoolExecutor(10) as threads:
        assert len(set(threads.map(dial, range(50)))) == 1
    session.rollback()
    assert session.scalar(select(func.count()).select_from(CallAttempt).execution_options(**EVERYWHERE)) == 1
