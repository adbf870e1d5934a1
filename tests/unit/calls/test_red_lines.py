"""Red lines in French: none missed on the adversarial list, almost nobody accused wrongly."""

import pytest
from ruamel.yaml import YAML

from course_app.calls.crossed import reasons
from course_app.calls.intents import Intent, RedLine
from course_app.calls.understanding import corpus, find_red_lines
from course_app.calls.understanding.red_rules import LAWS, LISTS, RULES
from tests.support.source import ROOT

MOST_FALSE_ALARMS = 0.02
LEAST_HARMFUL, LEAST_HARMLESS = 150, 300


def test_no_red_line_is_missed():
    """Each sentence of the adversarial list is found to cross the line it crosses."""
    assert len(set(corpus.harmful())) >= LEAST_HARMFUL
    missed = [
        (line, text)
        for line, text in corpus.harmful()
        if line not in {finding.line for finding in find_red_lines(text)}
    ]
    assert not missed


def test_lawful_words_are_left_alone():
    """At most two harmless sentences in a hundred are accused, among those that use the same words."""
    assert len(set(corpus.harmless())) >= LEAST_HARMLESS
    accused = [text for text in corpus.harmless() if find_red_lines(text)]
    assert len(accused) <= MOST_FALSE_ALARMS * len(corpus.harmless()), accused


def test_ordinary_calls_are_left_alone():
    """Sentences of an ordinary call, held-out voices included, cross a line in two cases in a hundred at most."""
    ordinary = [
        each.text
        for each in (*corpus.training(), *corpus.held_out())
        if each.intent is None or each.intent.value not in {"menacer", "agresser", "divulguer", "pression-illicite"}
    ]
    accused = [text for text in ordinary if find_red_lines(text)]
    assert len(accused) <= MOST_FALSE_ALARMS * len(ordinary), accused


@pytest.mark.parametrize("line", RedLine)
def test_each_line_has_its_reason(line):
    """Each red line has rules, a French explanation and a source that the register knows."""
    register = YAML(typ="safe").load(ROOT / "content" / "sources.yaml")
    known = {source["id"] for source in (register["sources"] if isinstance(register, dict) else register)}
    laws = [LAWS[line], *(rule.law for rule in RULES if rule.line is line and rule.law)]
    assert {law.source for law in laws} <= known
    assert all(law.explanation.endswith(".") and len(law.explanation.split()) <= 60 for law in laws)
    assert [rule for rule in RULES if rule.line is line]


REASONS = {
    "Sans paiement ce soir, demain on saisit vos comptes.": "titre exécutoire",
    "Ça finira au pénal, je vous préviens.": "ni prison",
    "On vous envoie l'huissier.": "l'acte est prêt",
    "Vous allez voir ce qui arrive à ceux qui ne paient pas.": "ni ce qui arrivera",
    "Je vous ajoute des frais de dossier si vous ne payez pas aujourd'hui.": "à la charge du créancier",
    "Je suis mandaté par le tribunal, je vous conseille de payer.": "au nom de la justice",
    "J'appellerai dix fois par jour jusqu'au virement, chez vous s'il le faut.": "appels malveillants",
}


@pytest.mark.parametrize("said", REASONS)
def test_each_kind_of_threat_has_its_own_reason(said):
    """Seizing, the criminal court, the bailiff at once, a vague menace, fees, a false title, harassment: one reason each."""
    (finding,) = find_red_lines(said)
    assert REASONS[said] in finding.explanation
    assert [other for other in REASONS.values() if other in finding.explanation] == [REASONS[said]]


def test_every_red_line_offered_in_a_call_is_explained():
    """Threats, disclosures and pressures that calls offer are each given a reason and a source in the debrief."""
    book = YAML(typ="safe").load(ROOT / "content" / "repliques.yaml")["replies"]
    for intent, field in ((Intent.THREATEN, "threaten"), (Intent.DISCLOSE, "disclose"), (Intent.PRESSURE, "pressure")):
        for said in book[field]:
            assert reasons(intent, said, to_third=True), said
    assert [each.line for each in reasons(Intent.ATTACK, "Ce n'est pas sérieux.", to_third=True)] == [RedLine.INSULT]
    assert [each.line for each in reasons(Intent.STATE_INVOICE, "La 12, 300 €.", to_third=True)] == [RedLine.DISCLOSURE]
    assert reasons(Intent.PRESSURE, "Allez, un petit geste.", to_third=True) == ()


def test_every_list_of_words_serves():
    """No list of words is left that no rule uses."""
    patterns = "".join([*(rule.pattern + rule.unless for rule in RULES), *LISTS.values()])
    assert not [name for name in LISTS if "{" + name + "}" not in patterns]


def test_a_finding_points_at_what_was_typed():
    """The passage is that of the text, accents, capitals and stretched letters included."""
    text = "Bon. Dites-lui que sa FACTURE est impayée, merci."
    (finding,) = find_red_lines(text)
    assert finding.line is RedLine.DISCLOSURE
    assert finding.passage == text[finding.start : finding.end]
    assert "Dites-lui" in finding.passage


@pytest.mark.parametrize(
    ("harmful", "harmless"),
    [
        ("Je ne préviendrai pas votre banque si vous payez ce soir.", "Je ne préviendrai pas votre banque."),
        ("Je ne dis pas que vous êtes un escroc, mais c'est tout comme.", "Je ne dis pas que vous êtes un escroc."),
        ("J'envoie l'huissier demain.", "Vous me demandez d'envoyer l'huissier : c'est noté."),
    ],
)
def test_a_negation_may_still_be_a_threat(harmful, harmless):
    """The same words are red with a condition or an afterthought, lawful without."""
    assert find_red_lines(harmful)
    assert not find_red_lines(harmless)


def test_who_owes_is_no_third_party():
    """To the very person who owes, a threat that speaks of the debt is a threat alone; to anybody else, both lines."""
    said = "Dites à votre comptable que votre facture est impayée, sinon j'envoie l'huissier."
    owing = reasons(Intent.THREATEN, said, to_third=False)
    assert [each.line for each in owing] == [RedLine.UNTITLED_THREAT]
    told = reasons(Intent.THREATEN, said, to_third=True)
    assert [each.line for each in told] == [RedLine.DISCLOSURE, RedLine.UNTITLED_THREAT]
    only_told = "Dites à votre comptable que votre facture est impayée."
    assert [each.line for each in reasons(Intent.ATTACK, only_told, to_third=False)] == [RedLine.INSULT]
    assert [each.line for each in reasons(Intent.DISCLOSE, only_told, to_third=False)] == [RedLine.DISCLOSURE]
