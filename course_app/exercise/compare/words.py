"""What the laboratory calls things: policies, situations, answers, levels, actions, conditions. French, no rule."""

from collections.abc import Mapping
from typing import Any

from course_app.core.french import NBSP, count
from course_app.exercise.engine.way_of_working import MINE

POLICIES: Mapping[str, str] = {
    "rien": "Ne rien faire",
    "pme-du-billet": "La PME de l'article",
    "moyenne": "Relance moyenne",
    "recommandee": "Scénario recommandé",
    "optimale": "Meilleur jeu connu",
    MINE: "Vous",
}
SCENARIOS: Mapping[str, str] = {
    "standard": "Impayés de deux à quatre mois",
    "avant-echeance": "Factures pas encore échues",
    "reputation-entamee": "Impayés, quand vos menaces n'ont pas été suivies d'effet",
}
SITUATIONS: Mapping[str, str] = {
    "": "À tout moment",
    "a-relancer": "Rien ne court, on peut agir",
    "avant-echeance": "Avant l'échéance",
    "rien-en-cours": "Aucun échange récent",
    "mail-recent": "Mail envoyé cette semaine",
    "appel-recent": "Appel passé cette semaine",
    "promesse-en-cours": "Promesse en cours",
    "promesse-non-tenue": "Promesse non tenue",
    "delai-en-cours": "Délai annoncé, encore en cours",
    "delai-expire": "Délai annoncé, dépassé",
}
ANSWERS: Mapping[str, str] = {
    "": "Peu importe",
    "promesse": "« Je paie à telle date »",
    "piece-manquante": "« Il manque une pièce »",
    "litige": "« Je conteste »",
    "tresorerie": "« Je n'ai pas l'argent »",
    "evasif": "Réponse vague",
    "rien": "Rien entendu, ou déjà traité",
}
LEVELS: Mapping[str, str] = {
    "": "Peu importe",
    "0": "0 · aucune relance",
    "1": "1 · une relance",
    "2": "2 · plusieurs relances",
    "3": "3 · dernier avis",
    "4": "4 · mise en demeure",
    "5": "5 · sommation",
}
ACTIONS: Mapping[str, str] = {
    "attendre": "Attendre",
    "rappel-avant-echeance": "Rappeler l'échéance",
    "mail": "Écrire un mail poli",
    "appel": "Appeler",
    "ultimatum": "Écrire un dernier avis",
    "mise-en-demeure": "Envoyer une mise en demeure",
    "conformite": "Corriger et renvoyer la facture",
    "traiter-litige": "Traiter le litige",
    "pieces": "Réunir les pièces",
    "blocage": "Suspendre les livraisons",
    "echeancier": "Proposer un échéancier",
    "sommation": "Faire délivrer une sommation",
    "injonction": "Demander une injonction de payer",
    "refere": "Assigner en référé",
    "agence": "Confier à une agence",
    "passage-en-pertes": "Passer en pertes",
    "appel-mal-conduit": "Appeler et hausser le ton",
}
READINGS: Mapping[str, str] = {
    "1": "À chaque séance",
    "2": "Une fois par semaine",
    "4": "Toutes les deux semaines",
    "8": "Une fois par mois",
}
YES_NO: Mapping[str, str] = {"": "Peu importe", "oui": "Oui", "non": "Non"}
COUNTED: Mapping[str, tuple[str, str]] = {
    "appels": ("appel", "appels"),
    "promesses_rompues": ("promesse rompue", "promesses rompues"),
    "plans": ("échéancier proposé", "échéanciers proposés"),
    "montant": ("€ dû", "€ dus"),
}


def rule_in_words(rule: Mapping[str, Any]) -> str:
    """Return a rule as a sentence: « Aucun échange récent, niveau 0 au plus : écrire un mail poli »."""
    conditions = dict(rule.get("quand") or {})
    situation = SITUATIONS.get(str(conditions.pop("situation", "")), "À tout moment")
    parts = [situation, *(_condition(name, bound) for name, bound in conditions.items())]
    action = ACTIONS.get(str(rule.get("faire", "")), "…")
    return f"{', '.join(parts)}{NBSP}: {action[:1].lower()}{action[1:]}"


def _condition(name: str, bound: Any) -> str:
    if name == "reponse":
        return f"réponse {ANSWERS.get(bound, bound)}"
    if name in {"pieces", "litige_traite"}:
        wording = {
            "pieces": ("pièces réunies", "pièces manquantes"),
            "litige_traite": ("litige traité", "pas de litige traité"),
        }
        return wording[name][0 if bound else 1]
    if name == "seance_min":
        return f"à partir de la séance {int(bound) + 1}"
    if name == "toutes_les":
        return f"une séance sur {bound}"
    stem, _, end = name.rpartition("_")
    limit = "au moins" if end == "min" else "au plus"
    return f"niveau {bound} {limit}" if stem == "niveau" else f"{count(bound, *COUNTED[stem])} {limit}"


def percent(share: float, digits: int = 1) -> str:
    """Return a share as people read it: 0.7913 is « 79,1 % »."""
    return f"{100 * share:.{digits}f}".replace(".", ",") + f"{NBSP}%"


def points(share: float) -> str:
    """Return an absolute difference of shares in points: 0.0834 is « 8,3 points »; below two, no plural."""
    shown = round(100 * abs(share), 1)
    return f"{shown:.1f}".replace(".", ",") + f"{NBSP}point{'s' if shown >= 2 else ''}"


def interval(low: float, high: float) -> str:
    """Return an interval of shares: « de 78,5 % à 79,7 % »."""
    return f"de {percent(low)} à {percent(high)}"
