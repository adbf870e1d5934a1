"""Ways of working written by a manager: "when this, do that", by segment.

Owns the small language of rules, its checks and its text; a policy so written sees only what a learner sees. The
first rule that holds and is legal is played, else the file waits.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_app.exercise.engine.policies import Flags, Policy, View, first_of
from course_app.exercise.engine.portfolio import Ints
from course_app.exercise.engine.vocabulary import (
    DEADLINES,
    EXPIRED,
    FRESH_CALL,
    FRESH_MAIL,
    LAPSED,
    NOT_DUE,
    PROMISED,
    STATEMENTS,
    Action,
    Cause,
    Documents,
    Observation,
    Stage,
)

SITUATIONS: dict[str, frozenset[Stage]] = {
    "a-relancer": NOT_DUE | {Stage.IDLE} | FRESH_MAIL | FRESH_CALL | LAPSED | EXPIRED,
    "avant-echeance": NOT_DUE,
    "rien-en-cours": frozenset({Stage.IDLE}),
    "mail-recent": FRESH_MAIL,
    "appel-recent": FRESH_CALL,
    "promesse-en-cours": PROMISED,
    "promesse-non-tenue": LAPSED,
    "delai-en-cours": DEADLINES,
    "delai-expire": EXPIRED,
}
"""Groups of stages, by name; « a-relancer » is every one in which nothing is promised, running or in other hands."""
CENTS = 100
MOST_RULES = 24
NAME_LENGTH = 80
LARGEST = 100_000_000
"""Largest number a condition may hold: more than any amount in euros."""


class LaboratoryError(ValueError):
    """The policy cannot be read; the message lists every fault, one a line."""


@dataclass(frozen=True)
class PolicyFault:
    """What is wrong and where: keys and ranks from the top (`("regles", 2, "faire")`), and a French sentence."""

    location: tuple[str | int, ...]
    message: str


Test = Callable[[View, Any], Flags]


def _situation(view: View, names: Any) -> Flags:
    wanted = [names] if isinstance(names, str) else names
    return view.at(frozenset[Stage]().union(*(SITUATIONS[name] for name in wanted)))


def _heard(view: View, name: Any) -> Flags:
    return view.said(Observation(name))


def _documents(view: View, present: Any) -> Flags:
    return np.asarray((view.field("documents") == Documents.PRESENT) == bool(present))


def _disputed(view: View, treated: Any) -> Flags:
    return np.asarray((view.field("cause") == Cause.DISPUTE) == bool(treated))


def _from_session(view: View, session: Any) -> Flags:
    return np.full(len(view.state), view.session >= int(session))


def _every(view: View, sessions: Any) -> Flags:
    return np.full(len(view.state), view.session % int(sessions) == 0)


def _at_least(name: str) -> Test:
    return lambda view, bound: np.asarray(_count(view, name) >= bound)


def _at_most(name: str) -> Test:
    return lambda view, bound: np.asarray(_count(view, name) <= bound)


def _count(view: View, name: str) -> Ints:
    counts = {
        "niveau": view.field("ladder"),
        "appels": view.calls,
        "promesses_rompues": view.lapses,
        "plans": view.plans,
        "montant": np.asarray(view.amount // CENTS),
    }
    return np.asarray(counts[name], dtype=np.int64)


COUNTED = ("niveau", "appels", "promesses_rompues", "plans", "montant")
YES_OR_NO = frozenset({"pieces", "litige_traite"})
TESTS: dict[str, Test] = {
    "situation": _situation,
    "reponse": _heard,
    "pieces": _documents,
    "litige_traite": _disputed,
    "seance_min": _from_session,
    "toutes_les": _every,
    **{f"{name}_min": _at_least(name) for name in COUNTED},
    **{f"{name}_max": _at_most(name) for name in COUNTED},
}


def policy_from(raw: Mapping[str, Any]) -> Policy:
    """Build a policy from decoded rules. Raises LaboratoryError with every fault found.

    Keys: `nom`; `releve_toutes_les` (sessions between two readings of the statement, 1 by default); `regles`: a list
    of `{"quand": {condition: value}, "faire": action}`. Conditions: `situation` (one name or several, see
    `SITUATIONS`), `reponse` (last statement heard), `pieces` and `litige_traite` (true or false), `seance_min`,
    `toutes_les`, and for `niveau` (0 to 5), `appels`, `promesses_rompues`, `plans`, `montant` (euros): a `_min` and a
    `_max`.
    """
    found = faults(raw)
    if found:
        raise LaboratoryError("\n".join(fault.message for fault in found))
    rules = [(dict(rule.get("quand") or {}), Action(rule["faire"])) for rule in raw["regles"]]

    def choose(view: View) -> Ints:
        return first_of(view, [(_holds(view, conditions), action) for conditions, action in rules])

    return Policy(str(raw["nom"]), int(raw.get("releve_toutes_les", 1)), choose)


def _holds(view: View, conditions: Mapping[str, Any]) -> Flags:
    found = np.ones(len(view.state), dtype=np.bool_)
    for name, bound in conditions.items():
        found &= TESTS[name](view, bound)
    return found


def faults(raw: Mapping[str, Any]) -> tuple[PolicyFault, ...]:
    """Return every fault of decoded rules, in the order of the text; empty when a policy can be built."""
    return tuple(_faults(raw))


def _faults(raw: Mapping[str, Any]) -> Iterator[PolicyFault]:
    known = {"nom", "releve_toutes_les", "regles"}
    yield from (PolicyFault((key,), f"clé inconnue : {key}") for key in raw if key not in known)
    yield from (PolicyFault((), f"clé absente : {key}") for key in ("nom", "regles") if key not in raw)
    name = raw.get("nom", "x")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= NAME_LENGTH:
        yield PolicyFault(("nom",), f"nom : un texte de {NAME_LENGTH} caractères au plus est attendu")
    every = raw.get("releve_toutes_les", 1)
    if not _is_count(every) or every < 1:
        yield PolicyFault(("releve_toutes_les",), "releve_toutes_les : un nombre de séances, 1 au moins")
    rules = raw.get("regles", [])
    if not isinstance(rules, list):
        yield PolicyFault(("regles",), "regles : une liste est attendue")
        return
    if len(rules) > MOST_RULES:
        yield PolicyFault(("regles",), f"regles : {MOST_RULES} règles au plus, celle-ci en a {len(rules)}")
    for rank, rule in enumerate(rules[:MOST_RULES]):
        yield from _rule_faults(rank, rule)


def _rule_faults(rank: int, rule: Any) -> Iterator[PolicyFault]:
    here: tuple[str | int, ...] = ("regles", rank)
    number = rank + 1
    if not isinstance(rule, Mapping) or set(rule) - {"quand", "faire"}:
        yield PolicyFault(here, f"règle {number} : « quand » et « faire » seulement")
        return
    if rule.get("faire") not in {action.value for action in Action}:
        yield PolicyFault((*here, "faire"), f"règle {number} : action inconnue, {rule.get('faire')}")
    conditions = rule.get("quand") or {}
    if not isinstance(conditions, Mapping):
        yield PolicyFault((*here, "quand"), f"règle {number} : « quand » attend des conditions")
        return
    for name, bound in conditions.items():
        if not _valid(name, bound):
            yield PolicyFault((*here, "quand", name), f"règle {number} : condition fausse, {name}")


def _valid(name: Any, bound: Any) -> bool:
    if name not in TESTS:
        return False
    if name == "situation":
        wanted = [bound] if isinstance(bound, str) else bound
        return isinstance(wanted, list) and bool(wanted) and all(_is_situation(one) for one in wanted)
    if name == "reponse":
        return bound in {observation.value for observation in (Observation.NONE, *STATEMENTS)}
    if name in YES_OR_NO:
        return isinstance(bound, bool)
    return _is_count(bound) and (bound > 0 or name != "toutes_les")


def _is_situation(name: Any) -> bool:
    return isinstance(name, str) and name in SITUATIONS


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST


def one_situation_each(rules: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rules that play the same, each with one situation at most: a list of them is one rule after another."""
    return [
        {"quand": {**conditions, **situation}, "faire": rule["faire"]}
        for rule in rules
        for conditions in [dict(rule.get("quand") or {})]
        for situation in _each_situation(conditions.get("situation"))
    ]


def _each_situation(named: Any) -> list[dict[str, str]]:
    if named is None:
        return [{}]
    return [{"situation": name} for name in ([named] if isinstance(named, str) else named)]


def as_yaml(raw: Mapping[str, Any]) -> str:
    """Return valid rules as the YAML text that `course exercise simulate --policy` reads."""
    lines = [f"nom: {_quoted(raw['nom'])}", f"releve_toutes_les: {raw.get('releve_toutes_les', 1)}"]
    lines.append("regles:" if raw["regles"] else "regles: []")
    for rule in raw["regles"]:
        conditions = ", ".join(f"{name}: {_written(bound)}" for name, bound in (rule.get("quand") or {}).items())
        lines += (
            [f"  - quand: {{{conditions}}}", f"    faire: {rule['faire']}"]
            if conditions
            else [f"  - faire: {rule['faire']}"]
        )
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _written(bound: Any) -> str:
    if isinstance(bound, bool):
        return "true" if bound else "false"
    return f"[{', '.join(bound)}]" if isinstance(bound, list) else str(bound)
