"""The log of a play: errors stay, loops show, replaying gives the same play."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_app.core.errors import Invalid
from course_app.library.scenario_play import Story
from course_app.scenarios import rules
from course_app.scenarios.rules import Climate, Entry, MoveKind
from tests.unit.scenarios.stories import SMALL, written

STORY = Story(written(SMALL).value)


def _choice(sequence, node, name, kind=MoveKind.CHOICE):
    return Entry(sequence, kind, node, name)


def _back(sequence, to):
    return Entry(sequence, MoveKind.BACK, "", back_to=to)


def test_effects_are_felt_and_bounded():
    """Days, mood, red lines and flags move as the file says; the mood never leaves its scale."""
    play = rules.replay(STORY, [_choice(1, "lundi", "attendre"), _choice(2, "lundi", "crier")])
    state = play.position.state
    assert (state.days, state.temperature, state.red_lines, play.position.node) == (2, 0, 1, "mardi")
    assert {"flag:prevenu", "evidence:devis", "visited:lundi", "chosen:lundi.crier"} <= state.marks
    assert rules.climate(state.temperature) is Climate.FURIOUS


def test_a_route_depends_on_what_was_done():
    """The same choice leads elsewhere once the client is in a better mood; settling brings all that is owed."""
    kind = rules.replay(STORY, [_choice(1, "lundi", "appeler"), _choice(2, "mardi", "remise")])
    harsh = rules.replay(STORY, [_choice(1, "lundi", "crier"), _choice(2, "mardi", "remise")])
    settled = rules.replay(STORY, [_choice(1, "lundi", "appeler"), _choice(2, "mardi", "date")])
    assert (kind.position.node, harsh.position.node) == ("payee", "fachee")
    assert settled.position.state.cash_cents == 100000


def test_going_back_erases_no_error():
    """The red line crossed before going back stays in the log, in the score and in the debrief's rows."""
    log = [_choice(1, "lundi", "crier"), _back(2, 1), _choice(3, "lundi", "appeler"), _choice(4, "mardi", "date")]
    play = rules.replay(STORY, log)
    assert (play.score.earned, play.score.possible, play.score.red_lines, play.score.backs) == (4, 6, 1, 1)
    assert [(visit.sequence, visit.undone) for visit in play.visits] == [(1, True), (3, False), (4, False)]
    assert [visit.turn for visit in play.visits] == [1, 2, 1]
    assert play.position.state.red_lines == 0
    assert play.trail == (3, 4)


def test_the_same_choice_again_is_worth_nothing():
    """Going back to repeat a good choice neither earns nor dilutes."""
    once = rules.replay(STORY, [_choice(1, "lundi", "appeler")])
    again = rules.replay(STORY, [_choice(1, "lundi", "appeler"), _back(2, 1), _choice(3, "lundi", "appeler")])
    assert (again.score.earned, again.score.possible) == (once.score.earned, once.score.possible)
    assert [visit.counted for visit in again.visits] == [True, False]


def test_a_moment_is_taken_over_without_its_points():
    """Replaying a moment brings the choices that stood before it, and counts only what follows."""
    log = [
        _choice(1, "lundi", "crier"),
        _back(2, 1),
        _choice(3, "lundi", "attendre"),
        _choice(4, "lundi", "appeler"),
        _choice(5, "mardi", "remise"),
    ]
    given_ = rules.taken_over(STORY, log, 4)
    assert [(entry.kind, entry.choice) for entry in given_] == [(MoveKind.GIVEN, "attendre")]
    play = rules.replay(STORY, [*given_, _choice(2, "lundi", "crier")])
    assert (play.score.earned, play.score.possible) == (0, 2)
    assert rules.taken_over(STORY, log, 1) == ()


@pytest.mark.parametrize(
    "log",
    [
        [_choice(1, "lundi", "voler")],
        [_choice(1, "lundi", "")],
        [_choice(1, "lundi", "date")],
        [_back(1, 1)],
        [_choice(1, "lundi", "appeler"), _back(2, 7)],
        [_choice(1, "lundi", "attendre"), _choice(2, "lundi", "attendre")],
        [_choice(1, "lundi", "appeler"), _choice(2, "mardi", "date"), _choice(3, "lundi", "appeler")],
    ],
    ids=["unknown", "empty", "elsewhere", "back to nothing", "back to the future", "closed loop", "after the end"],
)
def test_a_log_that_cannot_be_is_refused(log):
    """What is not offered where the play stands is refused in words, never accepted, never a crash."""
    with pytest.raises(Invalid):
        rules.replay(STORY, log)


@st.composite
def plays(draw):
    """Draw a log of the small story: choices that are offered, and steps back."""
    log, play = [], rules.begin(STORY)
    for sequence in range(1, draw(st.integers(1, 14))):
        if play.trail and draw(st.booleans()):
            entry = Entry(sequence, MoveKind.BACK, play.position.node, back_to=draw(st.sampled_from(play.trail)))
        else:
            offered = STORY.offered(play.position)
            if not offered:
                break
            entry = _choice(sequence, play.position.node, draw(st.sampled_from(offered)).choice.id)
        log.append(entry)
        play = rules.add(STORY, play, entry)
    return log, play


@settings(max_examples=150, deadline=None)
@given(plays())
def test_replaying_gives_the_same_play(drawn):
    """Whatever is chosen and taken back: same state, same score, within bounds; nothing leaves the log."""
    log, play = drawn
    assert rules.replay(STORY, log) == play
    assert 0 <= play.score.earned <= play.score.possible <= 2 * len(play.visits)
    assert len(play.visits) + play.score.backs == play.length == len(log)
    crossed = [entry for entry in log if entry.choice == "crier"]
    assert bool(play.score.red_lines) == bool(crossed)
