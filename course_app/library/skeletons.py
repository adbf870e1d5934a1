"""The files `course new` writes: complete in shape, with a mark wherever the author has something to say.

The mark is a finding of `course check`, so that no skeleton is ever published.
"""

import re
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


def lesson(slug: str, today: date) -> str:
    """Return the text of a new lesson."""
    return _LESSON.format(slug=slug, today=today.isoformat(), mark=TO_WRITE)


def quiz(slug: str, today: date) -> str:
    """Return the text of a new quiz: one question, three options, the second one right."""
    head = _QUIZ_HEAD.format(slug=slug, today=today.isoformat(), mark=TO_WRITE)
    rights = {"b": "\n        correct: true"}
    options = (_QUIZ_OPTION.format(letter=one, mark=TO_WRITE, right=rights.get(one, "")) for one in "abc")
    return head + "".join(options)


def lesson_path(modules: Path, slug: str) -> Path:
    """Return where a new lesson goes: after the highest number in its folder."""
    numbers = [int(match.group(1)) for path in modules.glob("*.md") if (match := _NUMBERED.match(path.name))]
    return modules / f"{max(numbers, default=0) + 1:02d}-{slug}.md"
