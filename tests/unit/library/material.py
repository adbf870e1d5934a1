"""The files of a small valid content, as an author would write them."""

LESSON = "content/modules/01-oubli.md"
QUIZ = "quizzes/oubli.yaml"
EXERCISE = "content/exercises/orpheline.yaml"
PATH = "content/paths/equipe.yaml"
FACTS = "content/facts.yaml"
SOURCES = "content/sources.yaml"
GLOSSARY = "content/glossary.yaml"
TRAPS = "content/traps.yaml"

FILES = {
    LESSON: """\
---
id: oubli
title: "L'oubli"
summary: "Trois jours de retard : que faire ?"
minutes: 5
stage: j+3
audiences: [equipe]
objectives:
  - "Demander une date"
prerequisites: []
sources: [P-33]
case: {customer: "Menuiserie Bocage", amount_cents: 248000, on: 2026-10-12}
reviewed_on: 2026-11-22
---
::: case Menuiserie Bocage · 2 480,00 €
Nadia ouvre le relevé. Rien.
:::

## Avant d'écrire

Un {{terme:avoir}} est promis ? Une indemnité de {{fait:indemnite}} s'ajoute.

::: a-retenir
- Demander une date.
:::

::: quiz oubli
:::

::: exercise orpheline
:::
""",
    QUIZ: """\
id: oubli
title: "La facture oubliée"
kind: practice
lesson: oubli
minutes: 4
introduction: "Un autre client."
reviewed_on: 2026-11-22
sources: [P-33]
questions:
  - id: premier-contact
    type: single
    situation: "Atelier **Clémence** doit {{fait:indemnite}}."
    facts:
      - {label: "Client", value: "Atelier Clémence"}
    transcript:
      - {who: "Cliente", text: "Le chèque est parti vendredi."}
    prompt: "Que faites-vous ?"
    options:
      - id: a
        text: "Vous demandez une date."
        correct: true
        feedback: {consequence: "Elle répond.", reason: "La question est simple.", rule: "Une date."}
      - id: b
        text: "Vous attendez."
        feedback: {consequence: "Rien ne vient.", reason: "Personne ne sait.", rule: "Demander."}
      - id: c
        text: "Vous appelez son voisin."
        red_line: true
        feedback: {consequence: "Le voisin sait.", reason: "C'est interdit.", rule: "Se taire."}
""",
    EXERCISE: """\
id: orpheline
title: "La facture orpheline"
minutes: 15
audiences: [equipe]
engine: scripted
summary: "Trois clients, cinq séances."
reviewed_on: 2026-11-22
sources: [P-33]
script:
  takeaway: "Une date, c'est tout !"
  on: 2026-10-12
  lesson: oubli
  anchor: s-avant-d-ecrire
  source: P-33
""",
    PATH: """\
id: equipe
title: "Équipe"
door: "Je dirige"
audience: equipe
summary: "Se faire payer ensemble."
modules:
  - id: premier-contact
    title: "Le premier contact"
    objectives:
      - "Demander une date"
    items:
      - {kind: lesson, id: oubli}
      - {kind: quiz, id: oubli}
      - {kind: exercise, id: orpheline}
""",
    FACTS: """\
- id: indemnite
  value: "40 €"
  label: "Indemnité forfaitaire, par facture en retard"
  source: P-33
  checked_on: 2026-11-22
  valid_from: 2013-01-01
  valid_to: null
  next_check_on: 2027-01-05
""",
    SOURCES: """\
- id: P-33
  title: "Code de commerce, art. D441-5"
  checked_on: 2026-11-22
""",
    TRAPS: """\
- id: penalite-par-client
  number: 22
  message: "l'indemnité est due par facture"
  near: ["indemnité"]
  pattern: "indemnité.{0,40}par client"
  unless: "par facture"
  must: ["On ajoute l'indemnité par client."]
  must_not: ["On ajoute l'indemnité par facture et non par client."]
""",
    GLOSSARY: """\
terms:
  - id: avoir
    term: "avoir"
    definition: "Une somme que l'on doit au client."
enums:
  - {enum: Stage, member: QUOTE, slug: devis, label: "Devis"}
""",
}
