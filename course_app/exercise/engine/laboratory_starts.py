"""The reference ways of working, written in the language of the laboratory: where one's own starts from.

Owns three texts. Each plays the very same moves as the policy of its name in `policies`, which a test proves; the
company of the article draws its moves at random, so it cannot be written as rules.
"""

from collections.abc import Mapping
from typing import Any

OPEN, CALLED, LATE = "a-relancer", "appel-recent", "delai-expire"

_NOTHING: Mapping[str, Any] = {"nom": "Ne rien faire", "releve_toutes_les": 8, "regles": []}

_AVERAGE: Mapping[str, Any] = {
    "nom": "Relance moyenne",
    "releve_toutes_les": 2,
    "regles": [
        {"quand": {"situation": "promesse-non-tenue", "niveau_max": 3}, "faire": "appel"},
        {"quand": {"situation": OPEN, "niveau_max": 0}, "faire": "mail"},
        {
            "quand": {"situation": OPEN, "niveau_max": 3, "seance_min": 8, "toutes_les": 4},
            "faire": "mise-en-demeure",
        },
        {"quand": {"situation": OPEN, "niveau_max": 3, "seance_min": 4, "toutes_les": 4}, "faire": "appel"},
        {"quand": {"situation": "rien-en-cours", "niveau_min": 4}, "faire": "agence"},
        {"quand": {"situation": LATE, "niveau_min": 4}, "faire": "agence"},
    ],
}

_RECOMMENDED: Mapping[str, Any] = {
    "nom": "Scénario recommandé",
    "releve_toutes_les": 1,
    "regles": [
        {"quand": {"situation": "avant-echeance"}, "faire": "rappel-avant-echeance"},
        {"quand": {"situation": "avant-echeance"}, "faire": "pieces"},
        {"quand": {"situation": CALLED, "reponse": "piece-manquante"}, "faire": "conformite"},
        {"quand": {"situation": OPEN, "reponse": "litige"}, "faire": "traiter-litige"},
        {"quand": {"situation": CALLED, "reponse": "tresorerie", "plans_max": 1}, "faire": "echeancier"},
        {"quand": {"situation": "delai-en-cours", "niveau_min": 4}, "faire": "blocage"},
        {
            "quand": {"situation": OPEN, "niveau_min": 4, "pieces": True, "montant_min": 1_000},
            "faire": "sommation",
        },
        {
            "quand": {
                "situation": OPEN,
                "niveau_min": 4,
                "pieces": True,
                "montant_min": 10_000,
                "litige_traite": False,
            },
            "faire": "refere",
        },
        {
            "quand": {"situation": OPEN, "niveau_min": 4, "pieces": True, "montant_min": 1_000},
            "faire": "injonction",
        },
        {"quand": {"situation": OPEN, "niveau_min": 4}, "faire": "agence"},
        {"quand": {"situation": OPEN, "niveau_max": 3, "promesses_rompues_min": 2}, "faire": "pieces"},
        {"quand": {"situation": OPEN, "niveau_max": 3, "appels_min": 3}, "faire": "pieces"},
        {"quand": {"situation": OPEN, "niveau_max": 3, "promesses_rompues_min": 2}, "faire": "mise-en-demeure"},
        {"quand": {"situation": OPEN, "niveau_max": 3, "appels_min": 3}, "faire": "mise-en-demeure"},
        {"quand": {"situation": CALLED}, "faire": "attendre"},
        {"quand": {"situation": OPEN, "niveau_max": 0}, "faire": "mail"},
        {"quand": {"situation": OPEN, "niveau_max": 3}, "faire": "appel"},
    ],
}

STARTS: Mapping[str, Mapping[str, Any]] = {
    "recommandee": _RECOMMENDED,
    "moyenne": _AVERAGE,
    "rien": _NOTHING,
}
"""Decoded policies by the name of the reference they equal."""
