"""The real stories: whoever walks them, however they choose, they go on, they end, and they teach."""

import random

import pytest

from course_app.library.model import ItemKind
from course_app.library.scenario_model import ChoiceQuality
from course_app.library.scenario_play import Story
from course_app.library.scenario_proof import lens_of, prove
from course_app.scenarios import rules
from course_app.scenarios.drawing import draw
from course_app.scenarios.rules import Entry, MoveKind
from tests.support.real_content import real_content

WALKS = 200
CATALOG = real_content().catalog
SCENARIOS = CATALOG.scenarios


def _walk(story, chance):
    """Return a log made of random choices, with a step back now and then, until an ending."""
    log, play = [], rules.begin(story)
    while not rules.is_over(story, play):
        sequence = len(log) + 1
        if play.trail and chance.random() < 0.15 and sequence < 60:
            entry = Entry(sequence, MoveKind.BACK, play.position.node, back_to=chance.choice(play.trail))
        else:
            choice = chance.choice(story.offered(play.position)).choice.id
            entry = Entry(sequence, MoveKind.CHOICE, play.position.node, choice)
        log.append(entry)
        play = rules.add(story, play, entry)
    return log, play


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_random_path_ends(name):
    """Two hundred walks, steps back included: an ending, no exception, score within bounds, replay equal."""
    story, chance = Story(SCENARIOS[name]), random.Random(20261122)
    proof, reached = prove(SCENARIOS[name]), set()
    for _walk_number in range(WALKS):
        log, play = _walk(story, chance)
        assert rules.replay(story, log) == play
        assert 0 <= play.score.earned <= play.score.possible
        assert play.position.state.cash_cents <= story.scenario.case.amount_cents
        reached.add(play.position.node)
        if not play.backs:
            assert proof.lowest <= 100 * play.score.earned // play.score.possible <= proof.highest
    assert len(reached) >= len(story.endings) - 2


@pytest.mark.parametrize("name", SCENARIOS)
def test_good_judgement_ends_well(name):
    """Whoever always makes a good choice crosses no line, and ends with the invoice paid or secured."""
    story, chance = Story(SCENARIOS[name]), random.Random(7)
    for _walk_number in range(50):
        play = rules.begin(story)
        while not rules.is_over(story, play):
            good = [one for one in story.offered(play.position) if one.choice.quality is ChoiceQuality.GOOD]
            move = chance.choice(good)
            play = rules.chosen(story, play, Entry(play.length + 1, MoveKind.CHOICE, move.node, move.choice.id))
        assert play.score.red_lines == 0
        assert story.endings[play.position.node].outcome.value in {"paye", "securise"}


def test_stories_are_worth_the_name():
    """At least three stories of twelve situations or more, several endings, good and sad, each in a path."""
    reached = {ref.key for path in CATALOG.paths.values() for ref in path.items}
    assert len(SCENARIOS) >= 3
    for scenario in SCENARIOS.values():
        assert len(scenario.nodes) >= 12
        assert len(scenario.endings) >= 4
        assert len({ending.outcome for ending in scenario.endings}) >= 3
        assert any(choice.red_line for node in scenario.nodes for choice in node.choices)
        assert (ItemKind.SCENARIO, scenario.id) in reached


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_is_decided_changes_what_follows(name):
    """Many paths, from few points to all of them; what was done or how the client feels is read later on."""
    proof, lens = prove(SCENARIOS[name]), lens_of(Story(SCENARIOS[name]))
    assert proof.paths >= 100
    assert proof.lowest <= 25
    assert proof.highest == 100
    assert set(proof.by_ending) == {ending.id for ending in SCENARIOS[name].endings}
    assert lens.marks or lens.temperature or any(lens.tops)


def test_the_good_choice_is_not_always_first():
    """In no story does the place of the good choice give it away."""
    for scenario in SCENARIOS.values():
        places = [[choice.quality for choice in node.choices].index(ChoiceQuality.GOOD) for node in scenario.nodes]
        assert len(set(places)) > 1
        assert max(places.count(place) for place in places) <= 0.75 * len(places), scenario.id


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_picture_is_readable(name):
    """The graph fits a picture at most ten boxes wide, all arrows down: stories read from top to bottom."""
    story = Story(SCENARIOS[name])
    pairs = [
        (node, to)
        for node, moves in story.moves.items()
        for move in moves
        for to in (move.choice.to, *(to for _guard, to in move.routes))
    ]
    drawing = draw([*story.nodes, *story.endings], pairs)
    assert drawing.width < 2200
    assert not any(arrow.climbs for arrow in drawing.arrows)
