"""Property 20 and the review: records, beliefs, moments, replays with the same fortunes, doubts."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from course_app.core.french import typeset
from course_app.exercise.engine import debrief, game, judgement
from course_app.exercise.engine.board import Board
from course_app.exercise.engine.campaign import first_beliefs, update_beliefs, view_of
from course_app.exercise.engine.contract_review import Grade
from course_app.exercise.engine.counterfactual import play_again
from course_app.exercise.engine.policies import REFERENCES
from course_app.exercise.engine.portfolio import draw_files
from course_app.exercise.engine.portfolio_doubts import WORDS, contested
from course_app.exercise.engine.reporting import as_json
from course_app.exercise.engine.sampled import STANDARD
from course_app.exercise.engine.sensitivity import Trial, doubts
from course_app.exercise.engine.value_file import StaleValues, load, save
from course_app.exercise.engine.vocabulary import ACTIONS, Action
from course_app.library.markdown_html import slugify

SEED = 3


def recorded(kernel, name, sessions=36):
    """The record of a reference policy played on one standard portfolio."""
    policy, plans = REFERENCES[name], []
    files = draw_files(kernel, STANDARD, SEED, 0, 1)
    board, mix = Board(kernel, files), first_beliefs(kernel, files)
    for session in range(sessions):
        statement = session % policy.statement_every == 0
        if statement:
            board.check_statement()
        listed = board.known_open()
        made = policy.choose(view_of(board, listed, mix))
        moves = {int(file): ACTIONS[code] for file, code in zip(listed, made, strict=True) if code}
        plans.append(game.Plan(moves, statement))
        update_beliefs(kernel, mix, board.play(listed, made))
    return game.Record(STANDARD, SEED, 0, tuple(plans))


@pytest.fixture(scope="module")
def company(kernel):
    """The company of the article, replayed: it reads its statement once a month."""
    return game.replay(kernel, recorded(kernel, "pme-du-billet"))


@pytest.fixture(scope="module")
def judged(kernel, values, company):
    """Every decision of the company, judged."""
    return judgement.judge_all(kernel, values, company)


def test_p08_the_identity_closes_on_a_recorded_game(kernel, values, company, judged):
    """Property 8: start - losses + luck = realised within 1e-6 euro, statement read or not."""
    parts = judgement.identity(kernel, values, company, judged)
    assert abs(parts.closure) < 1e-6
    assert parts.losses > 0


def test_a_record_survives_json(kernel, company):
    """A game stored as JSON replays to the same decisions."""
    record = recorded(kernel, "pme-du-billet")
    raw = {
        "scenario": "standard",
        "seed": SEED,
        "sessions": [
            {"statement": plan.statement, "moves": {str(file): move.value for file, move in plan.moves.items()}}
            for plan in record.plans
        ],
    }
    again = game.replay(kernel, game.Record.from_json(json.loads(json.dumps(raw))))
    assert [row.action for row in again.decisions] == [row.action for row in company.decisions]
    assert again.collected == company.collected


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"scenario": "inconnu", "seed": 1, "sessions": []},
        {"scenario": "standard", "seed": 1, "sessions": [{"moves": {"0": "danser"}}]},
        {"scenario": "standard", "seed": 1, "sessions": [{"moves": []}]},
        {"scenario": "standard", "seed": 1, "sessions": [{}] * 37},
    ],
)
def test_unreadable_records_are_refused(raw):
    """A record with an unknown scenario, move, shape or too many sessions is refused with a clear error."""
    with pytest.raises(game.GameError):
        game.Record.from_json(raw)


@pytest.mark.parametrize("moves", [{99: Action.CALL}, {0: Action.PAYMENT_ORDER}])
def test_impossible_moves_are_refused(kernel, moves):
    """A move on an unknown customer or without its precondition stops the replay, naming the session."""
    with pytest.raises(game.GameError, match="session 0"):
        game.replay(kernel, game.Record(STANDARD, 1, 0, (game.Plan(moves),)))


def test_p20_losses_depend_on_what_was_seen_only(kernel, values):
    """Property 20: other hidden profiles that show the same thing change no belief, no value and no loss."""
    record = game.Record(STANDARD, SEED, 0, (game.Plan({}, statement=True),) * 6)
    files = draw_files(kernel, STANDARD, SEED, 0, 1)
    other = replace(files, profile=(files.profile + 3) % 10)
    first, second = game.replay(kernel, record, files), game.replay(kernel, record, other)
    seen = {(row.session, row.customer): row for row in second.decisions}
    common = 0
    for row in first.decisions:
        twin = seen.get((row.session, row.customer))
        if twin is None:
            continue
        common += 1
        one, two = (judgement.judge(kernel, values, decision) for decision in (row, twin))
        assert (one.loss, one.worth) == (two.loss, two.worth)
        np.testing.assert_array_equal(row.mix, twin.mix)
    assert common > 60


def test_losses_are_not_negative_and_split(judged):
    """Each loss is nil or positive and its three parts sum to it, the price of the statement apart."""
    for row in judged:
        assert row.loss >= 0
        assert -1e-9 <= sum(row.parts) - row.loss <= 6.01
        assert row.grade is Grade.GOOD or row.loss >= 4.995


def test_acting_without_reading_the_statement_costs(kernel, values, company):
    """The chance that a customer has paid unseen grows until the statement is read, and acting then costs more."""
    unread = [row for row in company.decisions if row.paid > 0.02 and row.action is not Action.WAIT]
    assert unread
    for row in unread:
        with_risk = judgement.judge(kernel, values, row)
        without = judgement.judge(kernel, values, replace(row, paid=0.0))
        assert with_risk.loss >= (1 - row.paid) * without.loss - 1e-9
    assert all(row.paid == 0 for row in company.decisions if row.session % 8 == 0)


def test_waits_after_one_trigger_are_one_moment(kernel, values):
    """Doing nothing for the whole game is one moment per customer, judged once."""
    replayed = game.replay(kernel, recorded(kernel, "rien"))
    moments = debrief.moments_of(kernel, judgement.judge_all(kernel, values, replayed))
    assert len(moments) == STANDARD.files
    keys = debrief.key_moments(moments)
    assert len(keys) == 3
    assert [moment.loss for moment in keys] == sorted((moment.loss for moment in moments), reverse=True)[:3]


def test_red_lines_stand_apart(kernel, company, judged):
    """Chasing a customer who had paid is a red line of the skill « droit », whatever it cost."""
    chased = [moment for moment in debrief.moments_of(kernel, judged) if moment.red_line]
    assert len(chased) == sum(row.chased for row in company.decisions)
    assert all(moment.skill is debrief.Skill.LAW for moment in chased)


def test_a_replay_keeps_the_fortunes(kernel, company):
    """Playing the same moves again from any session gives the same cents; another move may give others."""
    record = recorded(kernel, "recommandee")
    played = game.replay(kernel, record)
    for customer in range(STANDARD.files):
        again = play_again(kernel, record, (customer, 36), None, REFERENCES["rien"])
        assert again.collected == played.board.collected[customer]


def test_the_verdict_is_tested_against_the_bands(kernel, values, company):
    """With the constants unchanged the test of a verdict finds the same belief and the same losses."""
    history = game.of_customer(company.decisions, 3)[:6]
    trial = Trial(kernel, values, history, int(company.files.age[3]))
    np.testing.assert_allclose(trial.belief(), history[-1].mix, atol=1e-12)
    worth, found = trial.worth(), judgement.judge(kernel, values, replace(history[-1], paid=0.0))
    assert worth.keys() == found.worth.keys()
    for action, value in found.worth.items():
        assert worth[action] == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("name", ["share_unpaid", "hazard_idle", "call_reaches", "goodwill", "failure", "drift"])
def test_a_piece_kept_is_the_piece_made_again(kernel, values, company, name):
    """Whatever constant is moved, keeping the pieces that do not read it changes nothing to the verdict."""
    history, age = game.of_customer(company.decisions, 3)[:6], int(company.files.age[3])
    moved = replace(kernel, parameters=kernel.parameters.varied(name, 1.2))
    kept, again = Trial(kernel, values, history, age).worth(name, 1.2), Trial(moved, values, history, age).worth()
    assert kept == pytest.approx(again, abs=1e-9)


def test_a_verdict_near_a_limit_is_debatable(kernel, values):
    """A loss close to a limit of class is debatable, with the constants that turn it; a gross one is not."""
    replayed = game.replay(kernel, recorded(kernel, "recommandee", 12))
    judged = judgement.judge_all(kernel, values, replayed)

    def past(row):
        history = game.of_customer(replayed.decisions, row.decision.customer)[: row.decision.session + 1]
        return history, int(replayed.files.age[row.decision.customer])

    near = min(judged, key=lambda row: abs(row.share - 0.015) if row.loss > 20 else 1.0)
    found = doubts(kernel, values, *past(near))
    assert found
    fine = near.grade in {Grade.GOOD, Grade.FAIR}
    for doubt in found:
        assert doubt.constant in kernel.parameters.estimated()
        assert doubt.factor in kernel.parameters.band(doubt.constant)
        assert (doubt.grade in {Grade.GOOD, Grade.FAIR}) != fine
    told = contested(kernel, values, *past(near), near.loss)
    assert any(typeset(WORDS[doubt.constant]) in told for doubt in found)
    assert ("Il tient aussi à" in told) == (len({doubt.constant for doubt in found}) > 1)
    gross = replace(replayed.decisions[0], action=Action.WRITE_OFF)
    assert not doubts(kernel, values, [gross], int(replayed.files.age[gross.customer]))


def test_every_estimate_has_its_words(kernel):
    """A learner reads in French which estimate a verdict hangs on: none is left without words, none is invented."""
    assert set(WORDS) == set(kernel.parameters.estimated())
    assert len(set(WORDS.values())) == len(WORDS)


def test_p23_the_json_of_a_review_has_its_keys_and_its_notice(kernel, stored, company, judged):
    """Property 23: the review says that constants are calibrated; each decision tells its session, customer, action, loss, gap, grade, best actions and belief."""
    parts = judgement.identity(kernel, stored.values, company, judged)
    content = json.loads(json.dumps(as_json(kernel, stored, company, judged, parts)))
    keys = {"day", "customer", "action", "loss_cents", "gap_cents", "grade", "best_actions", "belief", "why"}
    assert keys <= set(content["decisions"][0])
    assert "estim" in content["notice"]
    whole = content["expected_cents"] - content["loss_cents"] + content["luck_cents"]
    assert abs(content["realised_cents"] - whole) <= 3


def test_a_stale_value_file_is_recognised(kernel, values, stored, tmp_path):
    """A value file reads back within its rounding, and is refused once the model has changed."""
    path = tmp_path / "values.npz"
    save(path, kernel, values, {})
    assert np.abs(load(path, kernel).values.vectors - values.vectors).max() < 0.06
    changed = replace(kernel, cost=kernel.cost * 1.001)
    with pytest.raises(StaleValues):
        load(path, changed)
    with pytest.raises(StaleValues):
        load(tmp_path / "absent.npz", kernel)


def test_every_rule_names_a_title_of_a_lesson():
    """The rule behind a verdict sends to a lesson of the content and to one of its titles."""
    lessons = {}
    for path in (Path(__file__).parents[3] / "content" / "modules").glob("*.md"):
        text = path.read_text(encoding="utf-8")
        name = re.search(r"^id: (\S+)$", text, re.MULTILINE)
        titles = re.findall(r"^## (.+)$", text, re.MULTILINE)
        lessons[name.group(1)] = {f"s-{slugify(title)}" for title in titles}
    for rule in debrief.RULES.values():
        assert rule.anchor in lessons[rule.lesson]
