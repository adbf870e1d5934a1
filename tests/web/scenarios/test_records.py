"""What is kept of stories: the learner's export, a guest's way into an account, the author's shares."""

import json
import uuid

from course_app.accounts.rules import Role
from course_app.scenarios import records, service
from course_app.scenarios.models import ScenarioAttempt, ScenarioMove
from course_app.web.clock import now
from tests.support.browsers import enter_as, enter_as_guest
from tests.web.scenarios.conftest import Player


def test_the_export_holds_the_whole_log(player, csrf):
    """A learner takes away every entry: choices, steps back, points, receipts."""
    player.choose(1, "ironie")
    player.back(2, 1)
    taken = player.client.post("/reglages/donnees", data={"csrf_token": player.token})
    (attempt,) = json.loads(taken.get_data(as_text=True))["scenario_attempts"]
    assert attempt["scenario"] == player.scenario.id
    assert [(entry["kind"], entry["choice"], entry["back_to"]) for entry in attempt["log"]] == [
        ("choix", "ironie", None),
        ("retour", None, 1),
    ]


def test_a_guest_takes_their_story_along(app, session, scenario, stored):
    """What a visitor played becomes the account's: number after the account's own, receipts unchanged."""
    guest, member = enter_as_guest(app, session), enter_as(app, session)
    for one in (guest, member):
        playing = Player(one.client, scenario, one.csrf)
        playing.start()
        playing.choose(1, "merci")
    receipts = [move.receipt for move in stored(ScenarioMove)]
    records.carry(session, guest.actor, member.actor)
    session.commit()
    rows = service.attempts_at(session, member.actor, scenario.id)
    assert [row.number for row in rows] == [1, 2]
    assert [move.receipt for move in stored(ScenarioMove)] == receipts
    assert {move.organisation_id for move in stored(ScenarioMove)} == {member.actor.organisation_id}
    assert service.attempts_at(session, guest.actor, scenario.id) == []


def _play_first(session, scenario, actor, choice, number):
    row = service.start(session, actor, scenario, uuid.uuid4(), now())
    attempt = service.load(session, actor, row.id, writing=True)
    service.choose(session, actor, attempt, number, choice, uuid.uuid4(), now())
    return row


def test_shares_wait_for_thirty_learners(session, scenario, make_person, app):
    """Under thirty learners the author reads « Trop tôt pour juger »; from thirty on, whole hundredths, one per person."""
    people = [make_person().actor for _one in range(records.ENOUGH_LEARNERS)]
    for rank, person in enumerate(people[:-1]):
        _play_first(session, scenario, person, "merci" if rank % 3 else "verrouiller", 1)
    assert records.shares(session, scenario.id).percent("appel", "merci") is None
    row = _play_first(session, scenario, people[-1], "merci", 1)
    attempt = service.load(session, people[-1], row.id, writing=True)
    service.go_back(session, people[-1], attempt, 2, 1, uuid.uuid4(), now())
    attempt = service.load(session, people[-1], row.id, writing=True)
    service.choose(session, people[-1], attempt, 3, "ironie", uuid.uuid4(), now())
    found = records.shares(session, scenario.id)
    assert found.deciders["appel"] == records.ENOUGH_LEARNERS
    assert (found.percent("appel", "merci"), found.percent("appel", "verrouiller")) == (67, 33)
    assert found.percent("appel", "ironie") == 0
    session.commit()
    author = enter_as(app, session, Role.AUTHOR)
    page = author.client.get(f"/scenarios/{scenario.id}/carte").get_data(as_text=True)
    assert "67\u00a0%" in page
    assert "Trop tôt pour juger" in page
    assert page.count('class="map-box') == len(scenario.nodes) + len(scenario.endings)


def test_only_authors_see_the_map(app, session, scenario):
    """The picture would spoil the story: learners and managers are refused."""
    for role, status in ((Role.LEARNER, 403), (Role.MANAGER, 403), (Role.AUTHOR, 200)):
        assert enter_as(app, session, role).client.get(f"/scenarios/{scenario.id}/carte").status_code == status


def test_an_attempt_keeps_its_version(session, scenario, player, stored):
    """The attempt points at the very words played."""
    assert stored(ScenarioAttempt)[0].content_hash == scenario.content_hash
