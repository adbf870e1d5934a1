"""The files `course new` writes: complete in shape, with a mark wherever the author has something to say.

The mark is a finding of `course check`, so that no skeleton is ever published.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

TO_WRITE = "À COMPLÉTER"
_NUMBERED = re.compile(r"(\d+)-")

_LESSON = """\
---
# Identifiant permanent : il ne change plus une fois publié, même si le fichier change de nom.
id: {slug}
title: "{mark} : le titre"
summary: "{mark} : une phrase qui dit ce que l'on saura faire."
# Durée prévue : 200 mots par minute, plus 20 secondes par question.
minutes: 5
# devis, commande, livraison, facture, j-7, echeance, j+3, j+15, j+30 ou contentieux
stage: j+3
# equipe, commerciaux, interimaires
audiences: [equipe]
objectives:
  - "{mark} : un verbe d'action, que l'on peut vérifier"
# Identifiants de leçons conseillées avant celle-ci ; [] s'il n'y en a pas.
prerequisites: []
# Clés de content/sources.yaml sur lesquelles la leçon s'appuie.
sources: []
# Le cas : un client, un montant en centimes, la date d'échéance.
case: {{customer: "{mark}", amount_cents: 100000, on: {today}}}
# Date de la dernière relecture complète.
reviewed_on: {today}
---
::: case {mark} : client · montant · date d'échéance
{mark} : racontez la scène en quelques phrases courtes.
:::

## {mark} : ce qui se passe

{mark} : une idée par paragraphe, trois lignes au plus.

::: en-clair
{mark} : la même chose en mots de tous les jours.
:::

::: regle
{mark} : la règle, en une ou deux phrases.
:::

::: exemple-annote {mark} : le titre de l'exemple
- {mark} : une ligne dite ou écrite
  : {mark} : pourquoi cette ligne marche.
:::

::: a-retenir
- {mark} : le point à retenir.
:::
"""

_QUIZ_HEAD = """\
# Identifiant permanent : il ne change plus une fois publié, même si le fichier change de nom.
id: {slug}
title: "{mark} : le titre"
# practice (s'entraîner) ou trial (l'essai sans compte)
kind: practice
# Identifiant de la leçon que ce quiz fait travailler ; null s'il n'y en a pas.
lesson: null
minutes: 4
introduction: "{mark} : une ou deux phrases."
reviewed_on: {today}
# Clés de content/sources.yaml.
sources: []
questions:
  - id: premiere-decision
    # single : une seule réponse juste ; multiple : une au moins.
    type: single
    # Qui, combien, quand. Un autre client que celui de la leçon.
    situation: "{mark} : la situation."
    facts:
      - {{label: "Client", value: "{mark}"}}
      - {{label: "Montant", value: "{mark}"}}
    prompt: "{mark} : que faites-vous ?"
    objective: "{mark} : l'objectif de la leçon que cette question vérifie"
    # Trois ou quatre réponses, dans l'ordre montré. Chaque commentaire : 60 mots au plus.
    options:
"""
_QUIZ_OPTION = """\
      - id: {letter}
        text: "{mark} : la réponse {letter}"{right}
        feedback:
          consequence: "{mark} : ce qui se passe."
          reason: "{mark} : pourquoi."
          rule: "{mark} : la règle."
"""

_LETTER = """\
# Identifiant permanent : il ne change plus une fois publié, même si le fichier change de nom.
id: {slug}
title: "{mark} : le titre"
# avant-echeance, relancer, convenir, litige, fermete ou procedure-collective
moment: relancer
# devis, commande, livraison, facture, j-7, echeance, j+3, j+15, j+30 ou contentieux
stage: j+3
# mail, lettre ou recommande
channel: mail
summary: "{mark} : ce qu'elle fait, en une phrase."
when: "{mark} : quand s'en servir."
# Ce qu'elle ne doit pas dire : de deux à six phrases.
never:
  - "{mark} : une faute à ne pas commettre"
  - "{mark} : une autre"
# Identifiant de la leçon qui l'explique ; null s'il n'y en a pas.
lesson: null
# Clés de content/sources.yaml.
sources: []
reviewed_on: {today}
# Champs de content/champs.yaml, dans l'ordre ; une lettre sur papier en demande d'autres (voyez le guide).
fields: [interlocuteur, factures, signataire, entreprise, telephone]
# Ceux qui peuvent rester vides : leur paragraphe disparaît alors.
optional: [interlocuteur, telephone]
subject: "{mark} : l'objet"
body: |
  {{bonjour}},

  {mark} : le texte. Le règlement {{des_factures}} n'est pas arrivé.

  {{tableau}}

  Bien cordialement,
"""

_SCENARIO_HEAD = """\
# Identifiant permanent : il ne change plus une fois publié, même si le fichier change de nom.
id: {slug}
title: "{mark} : le titre"
summary: "{mark} : une phrase qui donne envie de décider."
# Durée prévue d'une partie.
minutes: 8
# equipe, commerciaux, interimaires
audiences: [equipe]
# Identifiant de la leçon que l'histoire fait travailler ; null s'il n'y en a pas.
lesson: null
introduction: "{mark} : qui l'on est, pour quelle maison, devant quel client."
# Le client, ce qu'il doit en centimes, la date d'échéance.
case: {{customer: "{mark}", amount_cents: 100000, on: {today}}}
reviewed_on: {today}
# Clés de content/sources.yaml.
sources: []
# Les pièces du dossier : un choix les ajoute (adds), une condition les demande (has, lacks).
evidence:
  - {{id: ecrit, label: "{mark} : une pièce du dossier"}}
# Les faits dont l'histoire se souvient : un choix les lève (raises), une condition les demande (flags, without).
flags:
  - {{id: prevenu, label: "{mark} : un fait dont l'histoire se souvient"}}
# Humeur du client : de 0 (fâché) à 4 (confiant).
opening: {{node: depart, temperature: 2}}
# Une histoire finie a douze situations ou plus ; « course check » prouve que toutes se rejoignent et se terminent.
nodes:
"""
_SCENARIO_NODE = """\
  - id: {node}
    title: "{mark} : le moment, en quelques mots"
    situation: "{mark} : ce que l'on voit et ce que l'on sait."{more}
    prompt: "{mark} : que faites-vous ?"
    # De deux à cinq choix, tous vraisemblables ; le bon n'est pas toujours au même rang. Commentaire : 60 mots au plus.
    choices:
"""
_SCENARIO_CHOICE = """\
      - id: {choice}
        text: "{mark} : le choix {choice}"
        # juste (deux points), passable (un point) ou a-revoir
        quality: {quality}{effects}
        to: {to}{routes}
        feedback:
          consequence: "{mark} : ce qui se passe."
          reason: "{mark} : pourquoi."
          rule: "{mark} : la règle."
"""
_SCENARIO_ENDING = """\
  - id: {ending}
    title: "{mark} : le titre de cette fin"
    # paye, securise, a-moitie ou perdu
    outcome: {outcome}
    story: "{mark} : ce qui se passe."
    reason: "{mark} : ce qui a mené là."
    rule: "{mark} : la règle à garder."
"""
_VARIANT = """
    # Un paragraphe de plus, quand une condition est remplie.
    variants:
      - when: {{has: [ecrit]}}
        text: "{mark} : ce que l'on voit si la pièce est au dossier."
    transcript:
      - {{who: "{mark}", text: "{mark} : ce qui se dit"}}"""
_ROUTES = """
        # La première route dont la condition est remplie l'emporte sur « to ».
        routes:
          - when: {flags: [prevenu]}
            to: securise"""
_SCENARIO_NODES: Mapping[str, Sequence[tuple[str, str, str, str, str]]] = {
    "depart": (
        ("a", "a-revoir", "{temperature: -1, days: 7}", "suite", ""),
        ("b", "juste", "{adds: [ecrit], raises: [prevenu]}", "suite", ""),
        ("c", "passable", "{days: 1}", "suite", ""),
    ),
    "suite": (
        ("a", "juste", "{settles: true}", "paye", ""),
        ("b", "passable", "{days: 3}", "a-moitie", _ROUTES),
        ("c", "a-revoir", "{temperature: -2}", "perdu", ""),
    ),
}
"""The choices of a new story, by situation: id, quality, effects, where it leads, other routes."""


def lesson(slug: str, today: date) -> str:
    """Return the text of a new lesson."""
    return _LESSON.format(slug=slug, today=today.isoformat(), mark=TO_WRITE)


def quiz(slug: str, today: date) -> str:
    """Return the text of a new quiz: one question, three options, the second one right."""
    head = _QUIZ_HEAD.format(slug=slug, today=today.isoformat(), mark=TO_WRITE)
    rights = {"b": "\n        correct: true"}
    options = (_QUIZ_OPTION.format(letter=one, mark=TO_WRITE, right=rights.get(one, "")) for one in "abc")
    return head + "".join(options)


def scenario(slug: str, today: date) -> str:
    """Return the text of a new branching story: two situations and four endings, sound as it stands."""
    text = _SCENARIO_HEAD.format(slug=slug, today=today.isoformat(), mark=TO_WRITE)
    for node, choices in _SCENARIO_NODES.items():
        more = _VARIANT.format(mark=TO_WRITE) if node == "suite" else ""
        text += _SCENARIO_NODE.format(node=node, mark=TO_WRITE, more=more)
        for choice, quality, effects, to, routes in choices:
            told = f"\n        effects: {effects}"
            text += _SCENARIO_CHOICE.format(
                choice=choice, mark=TO_WRITE, quality=quality, effects=told, to=to, routes=routes
            )
    endings = ("paye", "securise", "a-moitie", "perdu")
    return (
        text
        + "endings:\n"
        + "".join(_SCENARIO_ENDING.format(ending=one, outcome=one, mark=TO_WRITE) for one in endings)
    )


def letter(slug: str, today: date) -> str:
    """Return the text of a new letter: an e-mail about unpaid invoices."""
    return _LETTER.format(slug=slug, today=today.isoformat(), mark=TO_WRITE)


def numbered_path(folder: Path, slug: str, suffix: str) -> Path:
    """Return where a new lesson or letter goes: after the highest number in its folder."""
    numbers = [int(match.group(1)) for path in folder.glob(f"*{suffix}") if (match := _NUMBERED.match(path.name))]
    return folder / f"{max(numbers, default=0) + 1:02d}-{slug}{suffix}"
