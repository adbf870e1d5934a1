"""Policies written as rules: reading them, refusing them, playing them."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from course_app.exercise.engine.campaign import run as play
from course_app.exercise.engine.campaign import simulate
from course_app.exercise.engine.laboratory import (
    MOST_RULES,
    LaboratoryError,
    as_yaml,
    faults,
    one_situation_each,
    policy_from,
)
from course_app.exercise.engine.laboratory_starts import STARTS
from course_app.exercise.engine.policies import REFERENCES
from course_app.exercise.engine.portfolio import draw_files
from course_app.exercise.engine.sampled import SCENARIOS, STANDARD
from course_app.exercise.engine_cli import exercise
from course_app.library.yaml_reader import read_yaml

CAREFUL = {
    "nom": "soignée",
    "regles": [
        {"quand": {"reponse": "piece-manquante", "situation": "appel-recent"}, "faire": "conformite"},
        {"quand": {"situation": ["promesse-non-tenue", "delai-expire"]}, "faire": "appel"},
        {"quand": {"situation": "rien-en-cours", "niveau_max": 0}, "faire": "mail"},
        {"quand": {"situation": "rien-en-cours", "appels_min": 3, "niveau_max": 3}, "faire": "mise-en-demeure"},
        {"quand": {"situation": "rien-en-cours", "niveau_min": 4, "montant_min": 1000}, "faire": "injonction"},
        {"quand": {"situation": ["rien-en-cours", "mail-recent"]}, "faire": "appel"},
    ],
}


def test_a_careful_policy_beats_average_dunning(kernel):
    """Rules written by a manager are played like a reference policy."""
    careful = simulate(kernel, STANDARD, policy_from(CAREFUL), 150, seed=1)
    average = simulate(kernel, STANDARD, REFERENCES["moyenne"], 150, seed=1)
    assert careful.recovered_share > average.recovered_share
    assert careful.red_lines_mean == 0


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ({}, "clé absente : nom"),
        ({"nom": "x", "regles": [], "autre": 1}, "clé inconnue : autre"),
        ({"nom": "x", "regles": {}}, "une liste est attendue"),
        ({"nom": "x", "regles": [{"faire": "danser"}]}, "action inconnue, danser"),
        ({"nom": "x", "regles": [{"quand": {"humeur": 1}, "faire": "mail"}]}, "condition fausse, humeur"),
        ({"nom": "x", "regles": [{"quand": {"toutes_les": 0}, "faire": "mail"}]}, "condition fausse, toutes_les"),
        ({"nom": "x", "regles": [{"quand": {"situation": "lune"}, "faire": "mail"}]}, "condition fausse, situation"),
        ({"nom": "x", "releve_toutes_les": True, "regles": []}, "releve_toutes_les"),
    ],
)
def test_wrong_policies_are_refused(raw, fault):
    """Each fault of a policy is named in French."""
    with pytest.raises(LaboratoryError, match=fault):
        policy_from(raw)


@pytest.mark.parametrize("name", STARTS)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_start_plays_the_reference_of_its_name(kernel, name, scenario):
    """The rules offered to start from play the reference policy itself: the same euros on every file."""
    written, reference = policy_from(STARTS[name]), REFERENCES[name]
    files = draw_files(kernel, SCENARIOS[scenario], 5, 0, 60)
    mine, theirs = (play(kernel, files, policy, 36) for policy in (written, reference))
    assert written.statement_every == reference.statement_every
    np.testing.assert_array_equal(mine.collected, theirs.collected)
    np.testing.assert_array_equal(mine.minutes, theirs.minutes)


@pytest.mark.parametrize("raw", [*STARTS.values(), CAREFUL])
def test_rules_survive_their_text(raw):
    """Written as YAML and read again, by the site or by the command, rules are the same."""
    assert read_yaml(as_yaml(raw)).value == {"releve_toutes_les": 1, **raw}
    assert YAML(typ="safe").load(as_yaml(raw)) == {"releve_toutes_les": 1, **raw}


@given(
    name=st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=80)
)
def test_any_name_survives_its_text(name):
    """Quotes, colons and hashes in a name change nothing to the text that carries it."""
    assert read_yaml(as_yaml({"nom": name, "regles": []})).value["nom"] == name


def test_a_list_of_situations_is_one_rule_after_another(kernel):
    """A rule for two situations plays as two rules in a row."""
    files = draw_files(kernel, STANDARD, 9, 0, 40)
    split = {**CAREFUL, "regles": one_situation_each(CAREFUL["regles"])}
    assert len(split["regles"]) == len(CAREFUL["regles"]) + 2
    whole, apart = (play(kernel, files, policy_from(raw), 36) for raw in (CAREFUL, split))
    np.testing.assert_array_equal(whole.collected, apart.collected)


def test_faults_say_where_they_are():
    """Each fault carries the keys that lead to it, so that a page can show the line to correct."""
    raw = {"nom": "x" * 81, "regles": [{"faire": "mail"}, {"quand": {"niveau_min": 10**9}, "faire": "danser"}] * 13}
    places = [fault.location for fault in faults(raw)]
    assert places[:2] == [("nom",), ("regles",)]
    assert ("regles", 1, "faire") in places
    assert ("regles", 1, "quand", "niveau_min") in places
    assert not [place for place in places if len(place) > 1 and place[1] >= MOST_RULES]


def run(*arguments):
    """Run `course exercise` and return its result."""
    return CliRunner().invoke(exercise, arguments)


def test_simulate_speaks_json():
    """`simulate --json` gives the keys announced, and the same figures for the same seed."""
    command = ("simulate", "--exercise", "standard", "--policy", "recommandee", "--portfolios", "50", "--seed", "4")
    first, second = (json.loads(run(*command, "--json").output) for _ in range(2))
    keys = {
        "policy",
        "portfolios",
        "seed",
        "engine_version",
        "recovered_share",
        "recovered_share_ci",
        "net_value_cents_mean",
        "dso_days_mean",
        "red_lines_mean",
        "by_profile",
        "seconds",
    }
    assert keys <= set(first)
    del first["seconds"], second["seconds"]
    assert first == second


def test_simulate_plays_a_policy_file(tmp_path):
    """`simulate --policy file.yaml` plays the rules of the file, and names what is wrong in it."""
    path = tmp_path / "politique.yaml"
    path.write_text("nom: appels\nregles:\n  - faire: appel\n", encoding="utf-8")
    assert (
        json.loads(run("simulate", "--policy", str(path), "--portfolios", "20", "--json").output)["policy"] == "appels"
    )
    path.write_text("nom: appels\nregles:\n  - faire: danser\n", encoding="utf-8")
    refused = run("simulate", "--policy", str(path))
    assert refused.exit_code == 1
    assert "danser" in refused.output


def test_unknown_policies_are_named():
    """An unknown policy is refused with the list of the known ones."""
    refused = run("simulate", "--policy", "magique")
    assert refused.exit_code == 2
    assert "recommandee" in refused.output


def test_solve_check_accepts_the_shipped_file():
    """`solve --check` accepts the value file of the repository, which stays under five megabytes."""
    found = json.loads(run("solve", "--check", "--json").output)
    assert found["fresh"]
    assert found["bytes"] < 5_000_000


def test_review_reads_a_game(tmp_path):
    """`review` judges a recorded game; an impossible move is refused with its session."""
    path = tmp_path / "partie.json"
    game = {"scenario": "standard", "seed": 2, "sessions": [{"moves": {"0": "appel", "1": "mise-en-demeure"}}, {}]}
    path.write_text(json.dumps(game), encoding="utf-8")
    found = json.loads(run("review", str(path), "--json").output)
    by_customer = {row["customer"]: row for row in found["decisions"] if row["session"] == 0}
    assert by_customer[1]["loss_cents"] > by_customer[0]["loss_cents"]
    game["sessions"][0]["moves"]["0"] = "injonction"
    path.write_text(json.dumps(game), encoding="utf-8")
    refused = run("review", str(path))
    assert refused.exit_code == 1
    assert "session 0" in refused.output


def test_list_names_scenarios_and_policies():
    """`list` gives the scenarios of the engine, the exercises of the content and every reference policy."""
    found = json.loads(run("list", "--json").output)
    assert {"rien", "pme-du-billet", "moyenne", "recommandee", "optimale"} == set(found["policies"])
    assert {"standard", "facture-orpheline"} <= {each["id"] for each in found["exercises"]}
