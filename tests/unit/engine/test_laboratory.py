"""Policies written as rules: reading them, refusing them, playing them."""

import json

import pytest
from click.testing import CliRunner

from course_app.exercise.engine.campaign import simulate
from course_app.exercise.engine.laboratory import LaboratoryError, policy_from
from course_app.exercise.engine.policies import REFERENCES
from course_app.exercise.engine.portfolio import STANDARD
from course_app.exercise.engine_cli import exercise

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
    """`list` gives the scenarios and every reference policy."""
    found = json.loads(run("list", "--json").output)
    assert {"rien", "pme-du-billet", "moyenne", "recommandee", "optimale"} == set(found["policies"])
    assert "standard" in {scenario["name"] for scenario in found["exercises"]}
