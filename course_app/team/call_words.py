"""What somebody does in a call, named as a manager would say it aloud: by the comment that the debrief gives it. Pure.

The comments themselves (`library.calls.Remarks`) speak to whoever has just played; alone, they do not say of what.
"""

import re
from collections.abc import Mapping

ACTS: Mapping[str, str] = {
    "named": "Se présenter",
    "named_again": "Se présenter une seconde fois",
    "verified": "Vérifier qui est au bout du fil",
    "verified_again": "Vérifier une seconde fois qui est au bout du fil",
    "asked_stranger": "Questionner quelqu'un dont ce n'est pas le dossier",
    "stated": "Énoncer la facture",
    "stated_unnamed": "Énoncer la facture avant de se présenter",
    "stated_again": "Répéter le montant",
    "stated_blind": "Énoncer la facture sans savoir qui écoute",
    "stated_to_stranger": "Énoncer la facture à quelqu'un d'autre que le client",
    "asked_before_stating": "Questionner avant d'énoncer la facture",
    "asked_openly": "Poser une question ouverte",
    "asked_again": "Redemander une raison déjà donnée",
    "listened": "Se taire et écouter",
    "listened_to_heat": "Laisser passer la colère",
    "listened_too_long": "Se taire quand tout est dit",
    "rephrased": "Reformuler la raison donnée",
    "rephrased_nothing": "Reformuler avant que rien ne soit dit",
    "rephrased_again": "Reformuler une seconde fois",
    "offered": "Proposer une solution",
    "offered_blind": "Proposer une solution avant de connaître la raison",
    "offered_again": "Ajouter une seconde proposition",
    "cited": "Rappeler les pièces",
    "cited_cold": "Rappeler les pièces quand rien n'est contesté",
    "asked_date": "Demander une date",
    "asked_date_blind": "Demander une date avant de connaître la raison",
    "asked_date_again": "Redemander une date déjà donnée",
    "recapped": "Redire l'accord",
    "recapped_nothing": "Redire un accord qui n'existe pas encore",
    "recapped_again": "Redire l'accord une seconde fois",
    "threatened": "Menacer d'une suite qui n'est pas prête",
    "attacked": "S'en prendre à la personne",
    "disclosed": "Parler de la dette à d'autres",
    "pressed": "Faire pression sur la personne",
    "ended_well": "Conclure",
    "ended_early": "Raccrocher sans avoir de date",
}
"""The act behind each comment."""

_RULE = re.compile(r"\s*La règle\s*:\s*")


def cost_and_rule(comment: str) -> tuple[str, str]:
    """Return the two parts of a comment: what the act changed, and the rule, empty when the comment gives none."""
    cost, *rules = _RULE.split(comment, maxsplit=1)
    rule = rules[0] if rules else ""
    return cost, rule[:1].upper() + rule[1:]
