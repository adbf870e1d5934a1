"""What Markdown becomes: boxes, cards, notes, terms, places, French typography."""

from datetime import date

import pytest

from course_app.library.markdown import Place, render
from course_app.library.markdown_html import Card
from course_app.library.model import ItemKind
from course_app.library.references import Known
from course_app.library.registers import Fact, SourceRef, Term

N, T = "\u202f", "&nbsp;"
FACT = Fact(
    id="indemnite", value="40 €", label="Indemnité", source="P-33", checked_on=date(2026, 11, 22), next_check_on=date(2027, 1, 5)
)  # fmt: skip
KNOWN = Known({"indemnite": FACT}, {"avoir": Term(id="avoir", term="avoir", definition="Une somme due au client.")})
PLACE = Place(
    known=KNOWN,
    cards={(ItemKind.QUIZ, "oubli"): Card("La facture oubliée", 4, 6)},
    sources={"P-33": SourceRef(id="P-33", title="Code de commerce", checked_on=date(2026, 11, 22))},
    is_lesson=True,
)


def _html(text):
    return render(text, PLACE).html.strip()


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Que faire ?", f"Que faire{N}?"),
        ("l'oubli", "l’oubli"),
        ("l'**oubli**", "l’<strong>oubli</strong>"),
        ("**Attention !** Puis", f"<strong>Attention{N}!</strong> Puis"),
        ("**Attention** !", f"<strong>Attention</strong>{N}!"),
        ('un "mot" ici', f"un «{T}mot{T}» ici"),
        ("« **mot** »", f"«{T}<strong>mot</strong>{T}»"),
        ("2 480,00 € : cher", f"2{N}480,00{T}€{T}: cher"),
        ("`l'oubli ?`", "<code>l'oubli ?</code>"),
        ("l'[*avoir*](/lecons/a) !", f'l’<a href="/lecons/a"><em>avoir</em></a>{N}!'),
        ("<https://exemple.fr/a?b> ?", None),
        ("jusqu'à\nl'échéance !", f"jusqu’à\nl’échéance{N}!"),
        ("l'{{terme:avoir}} !", f'l’<a class="term term-button" href="#terme-avoir" data-term="avoir">avoir</a>{N}!'),
        ("{{terme:avoir|d'avoirs}}", '<a class="term term-button" href="#terme-avoir" data-term="avoir">d’avoirs</a>'),
        ("`{{terme:avoir}}`", "<code>{{terme:avoir}}</code>"),
        ("{{terme:inconnu|mots}}", "mots"),
        ("{{fait:inconnu}}", "inconnu"),
    ],
)
def test_typography_runs_across_marks(text, html):
    """French spaces and apostrophes are right across bold, links and references; code is left as typed."""
    result = _html(text)
    assert (html or 'href="https://exemple.fr/a?b"') in result


def test_paragraphs_and_titles_are_places():
    """Paragraphs are p-1..p-n in order, inside boxes too; second-level titles have stable, distinct anchors."""
    rendered = render(
        "Un.\n\n## L'appel\n\n::: regle\nDeux.\n:::\n\n### Détail\n\n- point\n\n## L'appel\n\nTrois.", PLACE
    )
    assert rendered.paragraphs == ("p-1", "p-2", "p-3")
    assert [tuple(heading) for heading in rendered.outline] == [("s-l-appel", "L’appel"), ("s-l-appel-2", "L’appel")]
    assert rendered.html.count('id="p-') == 3
    assert "<h3>Détail</h3>" in rendered.html


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("case", "Le cas"),
        ("en-clair", "En clair"),
        ("regle", "La règle"),
        ("erreur", "L’erreur à éviter"),
        ("a-retenir", "À retenir"),
        ("exemple-annote", "Exemple annoté"),
    ],
)
def test_boxes_have_a_name_and_a_title(name, title):
    """Each box is a division with its class; its usual title gives way to the author's."""
    assert _html(f"::: {name}\nTexte.\n:::").startswith(f'<div class="box {name}">\n<p class="box-title">{title}</p>')
    assert '<p class="box-title">Chez l’ami</p>' in _html(f"::: {name} Chez l'ami\nTexte.\n:::")


def test_an_annotated_example_is_one_definition_list():
    """Lines become terms and margin notes definitions of one list; a line without note stays a term."""
    text = "::: exemple-annote Le courriel\n- Objet : facture\n  : Un fait.\n- Bonjour,\n- Merci !\n  : Poli.\n:::"
    tags = "".join(_html(text).split("\n")[2:]).replace("</div>", "")
    assert tags == (
        f"<dl><dt>Objet{T}: facture</dt><dd>Un fait.</dd><dt>Bonjour,</dt><dt>Merci{N}!</dt><dd>Poli.</dd></dl>"
    )
    assert "<dl><dt>Bonjour,</dt><dd>Poli.</dd></dl>" in _html("::: exemple-annote\nBonjour,\n: Poli.\n:::").replace(
        "\n", ""
    )


def test_a_card_leads_to_a_quiz():
    """An embedded quiz is a card with a plain link, its title, its length and its duration."""
    html = _html("::: quiz oubli\n:::")
    assert html.startswith('<div class="embed embed-quiz" data-kind="quiz" data-id="oubli">')
    assert '<a href="/quiz/oubli">La facture oubliée</a>' in html
    assert f"6{T}questions · 4{T}min" in html
    assert '<a href="/exercices/autre">autre</a>' in _html("::: exercise autre\n:::")


def test_a_term_is_defined_once_after_its_block():
    """The definition stands folded after the first block that uses the term, never inside a paragraph."""
    html = _html("Un {{terme:avoir}} et un {{terme:avoir}}.\n\nEncore un {{terme:avoir}}.")
    note = '<details class="term-note" data-term="avoir"><summary>avoir</summary><p id="terme-avoir">'
    assert html.count(note) == 1
    assert html.index("</p>") < html.index(note) < html.index("Encore")


def test_facts_are_numbered_and_dated():
    """A quoted fact shows its value and leads to a note with its source and the date of its check, and back."""
    rendered = render("Soit {{fait:indemnite}}, oui {{fait:indemnite}}.", PLACE)
    assert rendered.facts == ("indemnite",)
    assert rendered.html.count('href="#note-1"') == 2
    assert rendered.html.count('id="appel-1"') == 1
    assert f"Indemnité{T}: 40{T}€. Source{T}: Code de commerce. Vérifié le 22 novembre 2026." in rendered.html
    fragment = render("Soit {{fait:indemnite}}.", Place(known=KNOWN)).html
    assert fragment == f'<p>Soit <span class="fact" data-fact="indemnite">40{T}€</span>.</p>\n'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "![reçu](https://exemple.fr/a.png)",
            '<a href="https://exemple.fr/a.png" rel="external noopener noreferrer">reçu</a>',
        ),
        ("![reçu](//exemple.fr/a.png)", '<p id="p-1">reçu</p>'),
        ("![reçu](data:image/png;base64,AA)", '<p id="p-1">reçu</p>'),
        ("![reçu](/static/img/a.png)", '<img src="/static/img/a.png" alt="reçu">'),
        ("[mot](autre.md)", '<p id="p-1">mot</p>'),
        ("[mot](https://exemple.fr)", 'rel="external noopener noreferrer"'),
        ("<b>gras</b>", "&lt;b&gt;gras&lt;/b&gt;"),
        ("| a | b |\n|---|---|\n| c | d |", "| a | b |"),
        ("    pas du code", "pas du code"),
        ("Titre\n---", "Titre"),
    ],
)
def test_s55_the_dialect_is_small(text, html):
    """Images of other sites become links, odd links become words, HTML and tables stay text."""
    result = _html(text)
    assert html in result
    assert "<table" not in result
    assert "<pre" not in result
    assert "<h2" not in result
