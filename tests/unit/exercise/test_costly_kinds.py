"""Kinds of costly decisions: what leaves a finished run for the team's briefing, and their words."""

import pytest

from course_app.exercise.engine import costly_kinds
from course_app.exercise.engine.contract import play
from course_app.exercise.engine.costly_kinds import COSTLY, of_portfolio, portfolio_words
from course_app.exercise.engine.debrief import Skill
from course_app.exercise.engine.portfolio_red_lines import AFTER_JUDGMENT, RED_LINES
from course_app.exercise.runs import ENGINES
from course_app.team.models import OPTION_LENGTH
from tests.support import real_content
from tests.unit.exercise import scripts
from tests.unit.exercise.players import PORTFOLIO, game, portfolio

LONGEST_SENTENCE = 25


@pytest.mark.parametrize(("engine", "exercise"), [(PORTFOLIO, portfolio), (scripts.ENGINE, scripts.orphan)])
def test_kinds_are_those_that_the_debrief_grades(engine, exercise):
    """Whatever is played, the kinds kept are those of the debrief's « erreur », « coûteux » and red lines; each has words."""
    body, found = exercise(), set()
    for player in range(6):
        moves = game(engine, body, 11, player)
        moments = engine.review(body, 11, moves).moments
        wanted = {one.kind for one in moments if one.red_line or one.grade in COSTLY}
        assert engine.costly_kinds(play(engine, body, 11, moves), moves) == tuple(sorted(wanted))
        found |= wanted
    assert len(found) > 3
    assert all(engine.kind_in_words(body, kind) for kind in found)
    assert engine.kind_in_words(body, "inconnu") is None


def test_every_kind_of_a_portfolio_has_words():
    """Each skill and each red line is told by short French sentences, with a rule and a lesson."""
    kinds = [skill.value for skill in Skill]
    kinds += [of_portfolio(Skill.LAW, name) for name in (*RED_LINES, AFTER_JUDGMENT.kind.value)]
    for kind in kinds:
        told = portfolio_words(kind)
        assert told is not None, kind
        assert told.rule, kind
        assert told.lesson_id, kind
        for sentence in f"{told.case} {told.chosen}. {told.why}".split(". "):
            assert len(sentence.split()) <= LONGEST_SENTENCE, sentence


def test_every_option_of_a_script_fits_the_briefing():
    """No published script has a decision whose name is longer than the briefing keeps, or without words."""
    for exercise in real_content.real_content().catalog.exercises.values():
        engine = ENGINES[exercise.engine]
        if exercise.engine != "scripted":
            continue
        script = engine.prepare(exercise.body)
        for customer in script.customers:
            for state in customer.states:
                for option in state.moves:
                    kind = costly_kinds.of_script(customer.id, state.id, option.id)
                    assert len(kind) <= OPTION_LENGTH, kind
                    assert engine.kind_in_words(script, kind), kind
