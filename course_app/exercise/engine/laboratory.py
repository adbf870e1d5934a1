"""Ways of working written by a manager: "when this, do that", by segment.

Owns the small language of rules and its checks; a policy so written sees only what a learner sees. The first rule
that holds and is legal is played, else the file waits.
"""

from collections.abc import Callable, Mapping
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
    Action,
    Documents,
    Observation,
    Stage,
)

SITUATIONS: dict[str, frozenset[Stage]] = {
    "avant-echeance": NOT_DUE,
    "rien-en-cours": frozenset({Stage.IDLE}),
    "mail-recent": FRESH_MAIL,
    "appel-recent": FRESH_CALL,
    "promesse-en-cours": PROMISED,
    "promesse-non-tenue": LAPSED,
    "delai-en-cours": DEADLINES,
    "delai-expire": EXPIRED,
}
CENTS = 100


class LaboratoryError(ValueError):
    """The policy cannot be read; the message lists every fault, one a line."""


Test = Callable[[View, Any], Flags]


def _situation(view: View, names: Any) -> Flags:
    wanted = [names] if isinstance(names, str) else names
    return view.at(frozenset[Stage]().union(*(SITUATIONS[name] for name in wanted)))


def _heard(view: View, name: Any) -> Flags:
    return view.said(Observation(name))


def _documents(view: View, present: Any) -> Flags:
    return np.asarray((view.field("documents") == Documents.PRESENT) == bool(present))


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
TESTS: dict[str, Test] = {
    "situation": _situation,
    "reponse": _heard,
    "pieces": _documents,
    "seance_min": _from_session,
    "toutes_les": _every,
    **{f"{name}_min": _at_least(name) for name in COUNTED},
    **{f"{name}_max": _at_most(name) for name in COUNTED},
}


def policy_from(raw: Mapping[str, Any]) -> Policy:
    """Build a policy from decoded rules. Raises LaboratoryError with every fault found.

    Keys: `nom`; `releve_toutes_les` (sessions between two readings of the statement, 1 by default); `regles`: a list
    of `{"quand": {condition: value}, "faire": action}`. Conditions: `situation` (one name or several, see
    `SITUATIONS`), `reponse` (last statement heard), `pieces` (true or false), `seance_min`, `toutes_les`, and for
    `niveau` (0 to 5), `appels`, `promesses_rompues`, `plans`, `montant` (euros): a `_min` and a `_max`.
    """
    faults = _faults(raw)
    if faults:
        raise LaboratoryError("\n".join(faults))
    rules = [(dict(rule.get("quand") or {}), Action(rule["faire"])) for rule in raw["regles"]]

    def choose(view: View) -> Ints:
        return first_of(view, [(_holds(view, conditions), action) for conditions, action in rules])

    return Policy(str(raw["nom"]), int(raw.get("releve_toutes_les", 1)), choose)


def _holds(view: View, conditions: Mapping[str, Any]) -> Flags:
    found = np.ones(len(view.state), dtype=np.bool_)
    for name, bound in conditions.items():
        found &= TESTS[name](view, bound)
    return found


def _faults(raw: Mapping[str, Any]) -> list[str]:
    unknown = sorted(set(raw) - {"nom", "releve_toutes_les", "regles"})
    faults = [f"clé inconnue : {key}" for key in unknown]
    faults += [f"clé absente : {key}" for key in ("nom", "regles") if key not in raw]
    every = raw.get("releve_toutes_les", 1)
    if not _is_count(every) or every < 1:
        faults.append("releve_toutes_les : un nombre de séances, 1 au moins")
    rules = raw.get("regles", [])
    if not isinstance(rules, list):
        return [*faults, "regles : une liste est attendue"]
    return faults + [fault for number, rule in enumerate(rules, 1) for fault in _rule_faults(number, rule)]


def _rule_faults(number: int, rule: Any) -> list[str]:
    if not isinstance(rule, Mapping) or set(rule) - {"quand", "faire"}:
        return [f"règle {number} : « quand » et « faire » seulement"]
    faults = []
    if rule.get("faire") not in {action.value for action in Action}:
        faults.append(f"règle {number} : action inconnue, {rule.get('faire')}")
    conditions = rule.get("quand") or {}
    if not isinstance(conditions, Mapping):
        return [*faults, f"règle {number} : « quand » attend des conditions"]
    return faults + [
        f"règle {number} : condition fausse, {name}" for name, bound in conditions.items() if not _valid(name, bound)
    ]


def _valid(name: Any, bound: Any) -> bool:
    if name not in TESTS:
        return False
    if name == "situation":
        wanted = [bound] if isinstance(bound, str) else bound
        return isinstance(wanted, list) and bool(wanted) and all(one in SITUATIONS for one in wanted)
    if name == "reponse":
        return bound in {observation.value for observation in Observation}
    if name == "pieces":
        return isinstance(bound, bool)
    return _is_count(bound) and (bound > 0 or name != "toutes_les")


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
