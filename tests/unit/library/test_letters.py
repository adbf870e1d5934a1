"""Letters as authors write them: what cannot be filled, or is asked in vain, is a fault at its line."""

from datetime import date

import pytest

from course_app.library import skeletons

LETTER = "content/letters/01-rappel.yaml"
FIELDS = "content/champs.yaml"
LETTER_TEXT = """\
id: rappel
title: "Premier rappel"
moment: relancer
stage: j+3
channel: mail
summary: "Court et cordial."
when: "Trois jours après l'échéance."
never:
  - "Aucune menace."
  - "Aucune nouvelle date."
sources: [P-33]
reviewed_on: 2026-11-22
fields: [client, factures, date, signataire, entreprise]
optional: [date]
subject: "Règlement {des_factures}"
body: |
  Bonjour {client},

  {tableau}

  L'indemnité est de {{fait:indemnite}}, soit {indemnites}.
"""
FIELDS_TEXT = "".join(
    f'- {{id: {name}, label: "{name}", kind: {kind}, example: "{shown}"}}\n'
    for name, kind, shown in (
        ("client", "ligne", "Atelier"),
        ("factures", "factures", "F-1 ; 12/10/2026 ; 100 ; ;"),
        ("date", "jour", "20/10/2026"),
        ("signataire", "ligne", "Nadia"),
        ("entreprise", "ligne", "Bocage"),
    )
)


@pytest.fixture
def letters(desk):
    """The desk, with a valid letter and its fields."""
    desk.write(LETTER, LETTER_TEXT)
    desk.write(FIELDS, FIELDS_TEXT)
    return desk


def test_a_finished_skeleton_can_be_published(letters):
    """Once every mark is replaced and its fields declared, a new letter passes without error."""
    more = "".join(
        f'- {{id: {name}, label: "{name}", kind: ligne, example: "x"}}\n' for name in ("interlocuteur", "telephone")
    )
    letters.write(FIELDS, FIELDS_TEXT + more)
    written = skeletons.letter("nouvelle", date(2026, 11, 22)).replace(skeletons.TO_WRITE, "Mot")
    letters.write("content/letters/02-nouvelle.yaml", written)
    assert letters.told() == []
    assert "nouvelle" in letters.load().catalog.letters


def test_a_valid_letter_is_published(letters):
    """The letter is in the catalogue with its fields in order, its text typeset, the facts it quotes and their use."""
    bundle = letters.load()
    assert bundle.findings == ()
    letter = bundle.catalog.letters["rappel"]
    assert [field.id for field in letter.asked] == ["client", "factures", "date", "signataire", "entreprise"]
    assert letter.facts == ("indemnite",)
    assert "L’indemnité est de 40\u00a0€" in letter.body
    assert (LETTER, "lettre", "rappel") in [(use.path, use.kind, use.id) for use in bundle.uses["indemnite"]]


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (LETTER, "{client},", "{inconnu},", f"{LETTER}:16:7 mot-a-remplir-inconnu"),
        (LETTER, "factures, date,", "factures,", f"{LETTER}:16:7 mot-a-remplir-inconnu"),
        (LETTER, "[client, factures", "[client, siren, factures", f"{LETTER}:13:18 champ-inconnu"),
        (LETTER, "[client, factures", "[client, client, factures", f"{LETTER}:13:18 champ-en-double"),
        (LETTER, "date, signataire", "signataire", f"{LETTER}:14:12 champ-inconnu"),
        (LETTER, "signataire, entreprise]", "signataire]", f"{LETTER}:13:9 entete-incomplet"),
        (LETTER, "Bonjour {client},\n\n  {tableau}", "Bonjour {client} : {tableau}", f"{LETTER}:16:7 tableau-dans-une-phrase"),
        (LETTER, "{des_factures}", "du {date}", f"{LETTER}:15:10 objet-facultatif"),
        (LETTER, "Aucune menace.", "Ajoutez une indemnité par client.", f"{LETTER}:9:18 piege"),
        (LETTER, "{{fait:indemnite}}", "{{fait:autre}}", f"{LETTER}:16:7 fait-inconnu"),
        (LETTER, "sources: [P-33]", "sources: [P-99]", f"{LETTER}:11:11 source-inconnue"),
        (LETTER, "moment: relancer", "moment: hier", f"{LETTER}:3:9 valeur-inconnue"),
        (FIELDS, "- {id: date", "- {id: iban, label: i, kind: ligne, example: e}\n- {id: date", f"{FIELDS}:3:8 champ-inutile"),
    ],
)  # fmt: skip
def test_a_faulty_letter_is_told_at_its_line(letters, file, old, new, told):
    """Each fault has its place and its code."""
    letters.change(file, old, new)
    assert told in letters.told()


def test_lessons_link_to_letters_that_exist(letters):
    """A link to a letter or a list is checked; a letter with a fault is declared all the same."""
    lesson = "content/modules/01-oubli.md"
    letters.change(lesson, "Nadia ouvre", "[Écrivez](/outils/lettres/rappel). Nadia ouvre")
    assert letters.told() == []
    letters.change(LETTER, "moment: relancer", "moment: hier")
    assert letters.told() == [f"{LETTER}:3:9 valeur-inconnue"]
    letters.change(lesson, "/outils/lettres/rappel", "/outils/listes/rappel")
    assert f"{lesson}:16:11 liste-inconnue" in letters.told()


def test_a_checklist_is_published(desk):
    """A checklist needs no field; two with one id are a fault."""
    text = (
        'id: douze\ntitle: "Douze pièces"\nsummary: "À cocher."\nwhen: "Avant de livrer."\nsources: [P-33]\n'
        'reviewed_on: 2026-11-22\nparts:\n  - {title: "Avant", items: ["Devis signé."]}\n'
    )
    desk.write("content/checklists/01-douze.yaml", text)
    assert desk.load().catalog.checklists["douze"].parts[0].items == ("Devis signé.",)
    desk.write("content/checklists/02-encore.yaml", text)
    assert "content/checklists/02-encore.yaml:1:5 identifiant-en-double" in desk.told()
