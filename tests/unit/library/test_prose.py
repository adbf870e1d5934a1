"""The rules of French wording, on sentences an author could write."""

import pytest

from course_app.library import prose
from course_app.library.prose import Style


def _codes(text, **style):
    return [fault.code for fault in prose.faults(text, Style(**style))]


@pytest.mark.parametrize(
    "text",
    [
        "Tu peux appeler.",
        "Que fais-tu ?",
        "Où es-tu ?",
        "Pense à toi-même.",
        "Je te rappelle.",
        "C'est ta facture.",
        "Relis tes notes.",
        "Appelle ton client.",
        "Ton client attend.",
        "Je t'appelle demain.",
        "Je t’écris.",
        "« Tu paies quand ? »",
    ],
)
def test_tutoiement_is_told(text):
    """Every form of « tu » is a fault, quoted or not."""
    assert "tutoiement" in _codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Gardez un ton calme.",
        "Le ton compte plus que les mots.",
        "Changez de ton sans hausser la voix.",
        "Votre ton reste poli.",
        "Baissez d'un ton.",
        "Il s'est tu.",
        "Les clients se sont tus.",
        "Va-t-il payer ?",
        "A-t-elle répondu ?",
        "Le statut du contrat est connu.",
        "La tante de Karim téléphone.",
        "Un litre de lait, une tasse de thé.",
        "Facture T1, ligne T-4.",
        "Entêtement et attention.",
    ],
)
def test_other_words_are_left_alone(text):
    """The tone of a voice, « s'est tu », « va-t-il » are no tutoiement."""
    assert "tutoiement" not in _codes(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Vous appelez.", [2]),
        ("Vous appelez. Il répond !", [2, 2]),
        ("Vous devez 2 480,00 € à M. Bocage, art. 4.", [8]),
        ("« Trois jours ! » dit-il. Rien", [2, 1, 1]),
        ("L'oubli, l'avoir : deux causes ?", [4]),
        ("Attendez… puis écrivez", [1, 2]),
        ("Le 12 octobre 2026, à 8 h 40.", [8]),
        ("", []),
        ("…", []),
    ],
)
def test_words_are_counted_as_people_read_them(text, words):
    """An amount is one word, punctuation none; abbreviations end no sentence."""
    assert [sentence.words for sentence in prose.sentences(text)] == words


def test_a_sentence_may_hold_twenty_five_words():
    """Twenty-five words pass, twenty-six are told at the first of them."""
    assert _codes("mot " * 24 + "fin.") == []
    (fault,) = prose.faults("Court. " + "mot " * 25 + "fin.", Style())
    assert (fault.code, fault.offset) == ("phrase-longue", 7)
    assert _codes("mot " * 26, sentences=False) == []


@pytest.mark.parametrize("text", ["C'est un échec.", "Mauvaise réponse.", "Vous êtes nul.", "C'est de votre faute."])
def test_feedback_never_judges_the_person(text):
    """The words that judge are banned from feedback."""
    assert "mot-interdit" in _codes(text, feedback=True)


def test_words_that_judge_may_be_used_elsewhere():
    """« Mauvaise adresse » is fine in a story; an insult is fine nowhere."""
    assert _codes("La mauvaise adresse, et un échec.") == []
    assert _codes("Vous êtes nul.") == ["mot-interdit"]


@pytest.mark.parametrize(
    "text", ["Etat des lieux", "A l'échéance, appelez.", "Bien. A retenir : rien.", "ECHEANCE", "Ecrivez.", "Ca va"]
)
def test_capitals_carry_their_accents(text):
    """A capital without its accent is told."""
    assert "capitale-sans-accent" in _codes(text)


@pytest.mark.parametrize(
    "text", ["Un plan A la veille", "État des lieux", "À l'échéance", "Le plan A est prêt.", "Elle écrit.", "En clair"]
)
def test_plain_capitals_are_left_alone(text):
    """Words that take no accent, and the letter A, are left alone."""
    assert _codes(text) == []


def test_the_bailiff_is_explained_where_he_is_named():
    """« Huissier » stands only beside « commissaire de justice », in the same paragraph."""
    assert _codes("Un huissier passera.") == ["huissier-seul"]
    assert _codes("Un commissaire de justice, l'ancien huissier.") == []
    assert _codes("Celui que l'on appelait huissier.") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Envoyez la LRAR.", ["LRAR"]),
        ("Envoyez la LRAR (courrier suivi).", []),
        ("Le numéro d'entreprise (SIREN).", []),
        ("La TVA, la SARL, un PDF.", []),
        ("DERNIER RAPPEL AVANT SAISIE", []),
        ("Référence D-117, facture F-2026.", []),
    ],
)
def test_acronyms_are_explained(text, told):
    """An acronym outside everyday French needs a bracket; shouted words and references are none."""
    assert [letters for _offset, letters, explained in prose.acronyms(text) if not explained] == told
