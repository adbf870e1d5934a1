"""Playing a story: every choice stored once before it is explained, going back kept, replays on their own."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from sqlalchemy import select

from course_app.progress.models import LearningEvent
from course_app.progress.rules import EventKind
from course_app.scenarios import rules, service
from course_app.scenarios.models import ScenarioAttempt, ScenarioMove
from tests.web.scenarios.conftest import EVERYWHERE, Player


def _log(rows):
    return [(row.sequence, row.kind.value, row.choice_id, row.counted, row.points) for row in rows]


def test_a_choice_is_stored_then_explained(clock, player, scenario, stored):
    """The reply to a choice leads to the same moment, now with what it changes and a numbered receipt."""
    answer = player.choose(1, "merci")
    assert (answer.status_code, answer.location) == (303, player.url(1) + "#feedback")
    (kept,) = stored(ScenarioMove)
    assert (kept.choice_id, kept.points, kept.counted, kept.red_line) == ("merci", 0, True, False)
    page, choice = player.page(player.url(1)), scenario.nodes[0].choices[0]
    for words in (choice.feedback.consequence, choice.feedback.reason, choice.feedback.rule, "3 jours passent"):
        assert words in page
    assert f"Choix enregistré à 9\u00a0h\u00a000 (reçu n°\u00a0{kept.receipt})" in page
    assert 'name="choice"' not in page


def test_s15_a_moment_gives_nothing_away(player, scenario):
    """Before a choice, no feedback, no worth, no target and no later situation is in the page (S15)."""
    page = player.client.get(player.url(1))
    body = unescape(page.get_data(as_text=True)) + str(page.headers)
    choices = [choice for node in scenario.nodes for choice in node.choices]
    secrets = [text for one in choices for text in (one.feedback.consequence, one.feedback.reason, one.feedback.rule)]
    secrets += [node.title for node in scenario.nodes[1:]] + [ending.title for ending in scenario.endings]
    assert not [text for text in secrets if text in body]
    assert not [word for word in ("red_line", "a-revoir", "passable", "quality") if word in body]


def test_going_back_is_an_entry_and_erases_nothing(player, stored):
    """The error stays in the log with its points; the page tells the second visit; the debrief shows both."""
    player.choose(1, "ironie")
    assert player.back(2, 1).location == player.url(3)
    assert "2e passage" in player.page(player.url(3))
    player.choose(3, "verrouiller")
    assert _log(stored(ScenarioMove)) == [
        (1, "choix", "ironie", True, 0),
        (2, "retour", None, False, 0),
        (3, "choix", "verrouiller", True, 2),
    ]
    player.finish(4)
    page = player.page(player.base + "/debrief")
    assert "repris ensuite, et compté" in page
    earned, possible = map(int, re.search(r"(\d+) points? sur (\d+)", page).groups())
    assert earned == possible - 2
    assert "Votre choix" in player.page(player.url(1))


def test_the_log_replays_to_the_same_play(player, session, learner, stored):
    """What is stored per visit is what replaying the log gives."""
    player.choose(1, "ironie")
    player.choose(2, "saisie")
    player.back(3, 2)
    player.choose(4, "excuse")
    session.commit()
    attempt = service.load(session, learner.actor, uuid.UUID(player.attempt_id))
    visits = {visit.sequence: visit for visit in attempt.play.visits}
    for row in stored(ScenarioMove):
        if row.choice_id:
            visit = visits[row.sequence]
            assert (row.counted, row.points, row.red_line) == (visit.counted, visit.points, visit.red_line)
    assert rules.replay(attempt.story, [service.as_entry(move) for move in attempt.log]) == attempt.play
    assert attempt.play.score.red_lines == 1


def test_the_end_is_told_once(player, session, learner, stored):
    """The last choice closes the attempt, marks the step done, and leaves one event of each kind that matters."""
    player.finish()
    (attempt,) = stored(ScenarioAttempt)
    assert attempt.ending_id == "payee"
    kinds = session.scalars(select(LearningEvent.kind).order_by(LearningEvent.id).execution_options(**EVERYWHERE)).all()
    assert kinds[0] is EventKind.SCENARIO_STARTED
    assert kinds[-1] is EventKind.SCENARIO_FINISHED
    assert set(kinds[1:-1]) == {EventKind.DECISION_MADE}
    page = player.page(player.base + "/debrief")
    assert "Payé, et sans fâcherie" in page
    assert "8 autres fins existent" in page


def test_a_moment_is_played_again_in_an_attempt_of_its_own(player, stored):
    """« Rejouer ce moment » takes over what stood before, counts only what follows, and leaves the first as it was."""
    last = player.finish()
    before = _log(stored(ScenarioMove))
    key = str(uuid.uuid4())
    answers = [player.post(player.url(3) + "/rejouer", key=key) for _twice in range(2)]
    assert answers[0].location == answers[1].location
    first, second = stored(ScenarioAttempt)
    assert (second.number, second.replay_of, second.finished_at) == (2, first.id, None)
    moves = _log(stored(ScenarioMove))
    assert moves[: len(before)] == before
    assert [(kind, counted) for _at, kind, _choice, counted, _points in moves[len(before) :]] == [("repris", False)] * 2
    assert last >= 3


def test_an_open_story_is_resumed_everywhere(player, client, scenario, stored):
    """Another tab, another day, Mon parcours: the same moment, one attempt."""
    player.choose(1, "verrouiller")
    assert player.start().location == player.url(2)
    assert client.get(player.base).location == player.url(2)
    mine = player.page("/parcours")
    assert scenario.title in mine
    assert f'href="{player.base}"' in mine
    assert len(stored(ScenarioAttempt)) == 1


def test_r2_a_double_click_stores_one_choice(player, stored):
    """The same key with the same choice gets the same reply, also on the last choice and on a step back."""
    key = str(uuid.uuid4())
    first, second = player.choose(1, "merci", key=key), player.choose(1, "merci", key=key)
    assert (first.status_code, first.location) == (second.status_code, second.location)
    key = str(uuid.uuid4())
    assert player.back(2, 1, key=key).location == player.back(2, 1, key=key).location
    assert len(stored(ScenarioMove)) == 2


def test_r9_two_tabs_keep_the_first_choice_and_show_both(player, scenario, stored):
    """A second tab that decides otherwise gets 409 with both; the first stays (R9)."""
    player.choose(1, "verrouiller")
    late = player.choose(1, "merci")
    page = unescape(late.get_data(as_text=True))
    texts = {choice.id: choice.text for choice in scenario.nodes[0].choices}
    assert late.status_code == 409
    assert f"Décision gardée\u00a0: {texts['verrouiller']}" in page
    assert f"non enregistrée\u00a0: {texts['merci']}" in page
    assert [row.choice_id for row in stored(ScenarioMove)] == ["verrouiller"]


def test_two_choices_at_the_same_instant_keep_one(app, player, stored):
    """Ten different sendings at once: one is stored, the others are told so; never an error."""
    cookies = {cookie.key: cookie.value for cookie in player.client._cookies.values()}

    def send(rank):
        browser = app.test_client()
        for name, value in cookies.items():
            browser.set_cookie(name, value)
        choice = ("merci", "verrouiller")[rank % 2]
        return Player(browser, player.scenario, player.token, player.attempt_id).choose(1, choice).status_code

    with ThreadPoolExecutor(5) as pool:
        statuses = sorted(pool.map(send, range(10)))
    assert statuses == [303, *[409] * 9]
    assert len(stored(ScenarioMove)) == 1


def test_s18_fifty_starts_at_once_make_one_attempt(app, client, learner, scenario, csrf, stored):
    """Fifty parallel starts leave exactly one open attempt (S18)."""
    token = csrf(client.get(f"/scenarios/{scenario.id}"))
    cookies = {cookie.key: cookie.value for cookie in client._cookies.values()}

    def start(_turn):
        browser = app.test_client()
        for name, value in cookies.items():
            browser.set_cookie(name, value)
        return Player(browser, scenario, token).start().location

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(start, range(50)))) == 1
    assert len(stored(ScenarioAttempt)) == 1


BAD_CHOICES = {
    "empty": "",
    "unknown": "zz",
    "of another situation": "part",
    "repeated": ["merci", "merci"],
    "two": ["merci", "verrouiller"],
    "ten thousand": [f"c{number}" for number in range(10_000)],
    "nul": "merci\x00",
    "template": "{{7*7}}",
    "script": "<script>alert(1)</script>",
    "very long": "a" * 100_000,
}


@pytest.mark.parametrize("sent", BAD_CHOICES.values(), ids=BAD_CHOICES)
@pytest.mark.parametrize("decided", [False, True], ids=["open", "decided"])
def test_s22_a_value_that_cannot_be_accepted(player, stored, sent, decided):
    """Whatever is sent instead of a choice is a 422 that changes nothing and comes back unexecuted (S22)."""
    if decided:
        player.choose(1, "verrouiller")
    reply = player.choose(1, sent)
    assert reply.status_code == 422
    assert "<script>alert(1)" not in reply.get_data(as_text=True)
    assert [row.choice_id for row in stored(ScenarioMove)] == (["verrouiller"] if decided else [])


@pytest.mark.parametrize("number", ["0", "2", "99", str(2**31), str(2**63), "9" * 500, "-1", "1.5", "%00", "%ED%A0%80"])
def test_s17_s62_a_moment_that_is_not_there(player, stored, number):
    """A moment not reached is a 409 with the way back; one that cannot be is a 404; nothing is stored (S17, S62)."""
    url = player.url(1).removesuffix("1") + number
    ahead = number.isdecimal() and number != "0"
    assert player.client.get(url).status_code == (409 if ahead else 404)
    assert player.post(url, choice="merci").status_code in ({409} if ahead else {404, 405})
    assert stored(ScenarioMove) == []


@pytest.mark.parametrize(
    ("at", "to"), [("2", "9"), ("9", "1"), ("1", "1"), ("x", "1"), ("2", ""), ("2", "\x00"), ("2", "9" * 9)]
)
def test_a_step_back_that_cannot_be(player, stored, at, to):
    """A step back to nowhere, from elsewhere or in odd letters is refused and stores nothing."""
    player.choose(1, "verrouiller")
    assert player.back(at, to).status_code in {409, 422}
    assert len(stored(ScenarioMove)) == 1


def test_s19_nothing_joins_a_finished_story(player, stored):
    """After the ending, another choice, a later one and a step back are 409 (S19)."""
    last = player.finish()
    before = len(stored(ScenarioMove))
    assert player.choose(last + 1, "merci").status_code == 409
    assert player.back(last + 1, 1).status_code == 409
    assert player.client.get(player.url(last + 1)).status_code == 409
    assert len(stored(ScenarioMove)) == before


def test_a_debrief_waits_for_the_ending(player):
    """The debrief and replays of an open story are 409, with the way back."""
    player.choose(1, "merci")
    for reply in (player.client.get(player.base + "/debrief"), player.post(player.url(1) + "/rejouer")):
        assert reply.status_code == 409
        assert f'href="{player.base}"' in reply.get_data(as_text=True)


def test_s02_a_foreign_story_reads_as_a_missing_one(player, stranger, csrf, stored):
    """Somebody else's attempt answers every address like one that never was (S02)."""
    token = csrf(stranger.get(f"/scenarios/{player.scenario.id}"))
    foreign = Player(stranger, player.scenario, token, player.attempt_id)
    missing = Player(stranger, player.scenario, token, str(uuid.uuid4()))
    for ask in (
        lambda who: stranger.get(who.base),
        lambda who: stranger.get(who.url(1)),
        lambda who: stranger.get(who.base + "/debrief"),
        lambda who: who.choose(1, "merci"),
        lambda who: who.back(1, 1),
        lambda who: who.post(who.url(1) + "/rejouer"),
    ):
        answers = [ask(missing), ask(foreign)]
        assert [answer.status_code for answer in answers] == [404, 404]
        bodies = [answer.get_data(as_text=True).split("<main")[1].split("Réf.")[0] for answer in answers]
        assert bodies[0] == bodies[1]
    assert stored(ScenarioMove) == []


def test_s06_s16_what_the_browser_says_of_its_score_is_ignored(player, stored):
    """Every column sent along changes nothing: the server alone judges (S06, S16)."""
    extra = {column.name: "2" for model in (ScenarioMove, ScenarioAttempt) for column in model.__table__.columns}
    player.client.post(
        player.url(1), data={**extra, "csrf_token": player.token, "key": str(uuid.uuid4()), "choice": "merci"}
    )
    (kept,) = stored(ScenarioMove)
    (attempt,) = stored(ScenarioAttempt)
    assert (kept.points, kept.sequence, attempt.number, attempt.ending_id) == (0, 1, 1, None)


def test_s48_reading_writes_nothing(player, stored):
    """Opening every page leaves the rows as they were (S48)."""
    player.choose(1, "merci")
    before = len(stored(ScenarioMove)), len(stored(ScenarioAttempt))
    for url in (player.base, player.url(1), player.url(2), f"/scenarios/{player.scenario.id}", "/exercices"):
        player.client.get(url)
    assert (len(stored(ScenarioMove)), len(stored(ScenarioAttempt))) == before
