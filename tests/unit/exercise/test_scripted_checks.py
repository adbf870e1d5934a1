"""What an author is told about a script that cannot be played as written."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from pydantic import ValidationError

from course_app.exercise.engine.scripted_model import ScriptedBody
from tests.unit.exercise.scripts import orphan, orphan_text, small_text

Text = dict[str, Any]


def _client(text: Text) -> Text:
    return text["customers"][0]


def _state(text: Text, rank: int) -> Text:
    return _client(text)["states"][rank]


def _island(text: Text) -> None:
    alone = {"id": "ile", "label": "Île", "standing": "en-retard", "later": {"chance": 10, "on": "2026-12-01"}}
    _client(text)["states"].append({**alone, "wait": [{"to": "debut"}]})


def _dead_end(text: Text) -> None:
    _state(text, 1)["options"] = []
    _client(text)["events"] = []


def _change(path: str, value: Any) -> Callable[[Text], None]:
    """Return a change of the small script: `path` names keys and positions, dots between."""

    def apply(text: Text) -> None:
        *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        for part in parents:
            text = text[part]
        text[last] = value

    return apply


FIRST = "customers.0.states.0"
FAULTS: dict[str, tuple[Callable[[Text], None], tuple[str | int, ...], str]] = {
    "séances en désordre": (_change("sessions.1.on", "2026-10-08"), ("sessions", 1, "on"), "dates-en-desordre"),
    "fin trop tôt": (_change("ends_on", "2026-10-15"), ("ends_on",), "dates-en-desordre"),
    "lettre d'un inconnu": (
        _change("sessions.0.letters", [{"sender": "X", "subject": "Y", "text": "Z", "customer": "nul"}]),
        ("sessions", 0, "letters", 0, "customer"),
        "client-inconnu",
    ),
    "départ inconnu": (_change("customers.0.start", "nul"), ("customers", 0, "start"), "etat-inconnu"),
    "suite inconnue": (
        _change(f"{FIRST}.options.2.outcomes", [{"to": "nul"}]),
        ("customers", 0, "states", 0, "options", 2, "outcomes", 0, "to"),
        "etat-inconnu",
    ),
    "cause inconnue": (_change("customers.0.truth", "nul"), ("customers", 0, "truth"), "cause-inconnue"),
    "id en double": (
        _change(f"{FIRST}.options.0.id", "menace"),
        ("customers", 0, "states", 0, "options"),
        "id-en-double",
    ),
    "id réservé": (
        _change(f"{FIRST}.options.0.id", "attendre"),
        ("customers", 0, "states", 0, "options"),
        "id-en-double",
    ),
    "priors faux": (_change("customers.0.causes.0.prior", 70), ("customers", 0, "causes"), "somme-des-chances"),
    "chances fausses": (
        _change(f"{FIRST}.options.0.outcomes.0.chance", {"bon": 80, "dur": 36}),
        ("customers", 0, "states", 0, "options", 0, "outcomes"),
        "somme-des-chances",
    ),
    "chance d'une cause inconnue": (
        _change(f"{FIRST}.later.chance", {"bon": 10, "dur": 10, "nul": 10}),
        ("customers", 0, "states", 0, "later", "chance"),
        "cause-inconnue",
    ),
    "soldée sans paiement": (
        _change(f"{FIRST}.wait", [{"to": "debut", "chance": 70}, {"to": "paye", "chance": 30}]),
        ("customers", 0, "states", 0, "wait", 1),
        "solde-incoherent",
    ),
    "suite absente": (_change(f"{FIRST}.later", None), ("customers", 0, "states", 0), "suite-absente"),
    "final avec actions": (
        _change("customers.0.states.2.wait", [{"to": "debut"}]),
        ("customers", 0, "states", 2),
        "etat-final",
    ),
    "action trop longue": (
        _change(f"{FIRST}.options.0.minutes", 31),
        ("customers", 0, "states", 0, "options", 0, "minutes"),
        "condition-impossible",
    ),
    "séance inexistante": (
        _change(f"{FIRST}.options.1.sessions", [4]),
        ("customers", 0, "states", 0, "options", 1, "sessions"),
        "condition-impossible",
    ),
    "jamais à cette séance": (
        _change("customers.0.states.1.options.0.sessions", [1]),
        ("customers", 0, "states", 1, "options", 0, "sessions"),
        "condition-impossible",
    ),
    "date hors de l'exercice": (
        _change("customers.0.events.0.on", "2026-10-08"),
        ("customers", 0, "events", 0, "on"),
        "condition-impossible",
    ),
    "événement sans dossier": (
        _change("customers.0.events.0.moves", ["promis", "paye"]),
        ("customers", 0, "events", 0, "moves", 1),
        "condition-impossible",
    ),
    "sans facture": (_change("customers.0.invoice", None), ("customers", 0), "facture-absente"),
    "facture inconnue": (
        _change(f"{FIRST}.wait.0.pays", {"cents": 100, "invoices": ["F-9"]}),
        ("customers", 0, "states", 0, "wait", 0),
        "facture-inconnue",
    ),
    "facture jamais émise": (
        _change("customers.0.invoice.is_pending", True),
        ("customers", 0, "invoices"),
        "facture-jamais-emise",
    ),
    "état inatteignable": (_island, ("customers", 0, "states", 3), "etat-inatteignable"),
    "impasse": (_dead_end, ("customers", 0, "states", 1), "impasse"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found_at_its_place(name):
    """A fault across keys has a stable code, a French sentence and the path of the key to change."""
    change, loc, code = FAULTS[name]
    text = small_text()
    if name == "événement sans dossier":
        _state(text, 0)["wait"] = [{"to": "debut"}]
        _state(text, 0)["options"][1]["sessions"] = [3]
    change(text)
    with pytest.raises(ValidationError) as refused:
        ScriptedBody.model_validate(text)
    found = [(error["loc"], error["type"]) for error in refused.value.errors()]
    assert (loc, code) in found
    assert all(error["msg"] for error in refused.value.errors())


def test_all_faults_are_told_at_once():
    """An author corrects a file in one go: every fault of a customer is listed."""
    text = small_text()
    _client(text)["start"] = "nul"
    _client(text)["truth"] = "nul"
    text["ends_on"] = "2026-10-01"
    with pytest.raises(ValidationError) as refused:
        ScriptedBody.model_validate(text)
    assert {error["type"] for error in refused.value.errors()} >= {
        "etat-inconnu",
        "cause-inconnue",
        "dates-en-desordre",
    }


def test_unknown_keys_are_refused():
    """A key misspelt is a fault, not a silence."""
    text = small_text()
    _state(text, 0)["hints"] = "?"
    with pytest.raises(ValidationError):
        ScriptedBody.model_validate(text)


def test_a_script_survives_its_archive():
    """The archived JSON of a script gives the same script back."""
    body = orphan()
    assert ScriptedBody.model_validate_json(body.model_dump_json()) == body
    assert ScriptedBody.model_validate(deepcopy(orphan_text())) == body
