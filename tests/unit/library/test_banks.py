"""Question banks: nothing of ours is lost on the way, nothing foreign is taken that would be."""

import contextlib
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from course_app.authors_cli import export_bank, import_bank
from course_app.library import files
from course_app.library.banks import files as banks
from course_app.library.banks import gift, moodle
from course_app.library.banks.neutral import Answer, Native, Refused, Unreadable, visible_hash
from course_app.library.banks.ours import from_native, to_native
from course_app.library.files import QuizFile
from course_app.library.questions import Question
from course_app.library.yaml_reader import read_yaml
from tests.support.questions import every_kind, with_reason

QUIZZES = sorted((Path(__file__).parents[3] / "quizzes").glob("*.yaml"))
FORMATS = {
    "gift": lambda natives: gift.read(gift.write(natives)),
    "moodle": lambda natives: moodle.read(moodle.write(natives).encode()),
}
every_format = pytest.mark.parametrize("form", FORMATS)
QUESTION = TypeAdapter(Question)

GIFT = r"""
$CATEGORY: $course$/Relances

// une remarque
::Premier geste::[markdown]Le relevé\: que fait-on\n\nEt d'abord ? {
=On l'ouvre.#Bien.
~On attend.#Non.
~On écrit \~ vite.
}

::Plusieurs::Que cocher ? {
~%50%Une date#Oui
~%50%Un montant
~%-100%Un soupir
}

::Paires::Reliez. {
=Rejetée -> Réémettre
=Refusée -> Traiter
}

::Calcul::Combien ? {#
=131.43:0.01#Juste.
=%0%744:0#Une année entière.
}

::Fourchette::Combien de jours ? {#5..7}

::Lettre::Écrivez. {}

::Vrai::Le client a toujours raison. {F}

::Mot::Un mot ? {=lettrage =rapprochement}

::Demi::Presque ? {=Oui ~%50%À moitié ~Non}

::Deux::Oui ou non ? {=Oui ~Non}

::Trou::Un virement {=jeudi ~lundi ~hier} se contrôle vendredi.

::Ouverte::Sans fin { =a

::Consigne::Lisez ce texte.
"""

MOODLE = """<?xml version="1.0"?>
<quiz>
<question type="category"><category><text>$course$/Relances</text></category></question>
<question type="multichoice"><name><text>HTML simple</text></name>
<questiontext format="html"><text><![CDATA[<p>Le relevé est <b>vide</b>.</p><p>Que faites-vous ?</p>]]></text></questiontext>
<single>true</single>
<answer fraction="100"><text>A</text><feedback><text>Oui.</text></feedback></answer>
<answer fraction="0"><text>B</text></answer><answer fraction="0"><text>C</text></answer></question>
<question type="multichoice"><name><text>Image</text></name>
<questiontext format="html"><text><![CDATA[<p><img src="x"></p>]]></text></questiontext></question>
<question type="multichoice"><name><text>Attribut</text></name>
<questiontext format="html"><text><![CDATA[<p style="color:red">Quoi ?</p>]]></text></questiontext></question>
<question type="numerical"><name><text>Unité</text></name><questiontext format="plain_text"><text>Combien ?</text></questiontext>
<answer fraction="100"><text>26</text><tolerance>0</tolerance></answer>
<units><unit><multiplier>1</multiplier><unit_name>jours</unit_name></unit></units></question>
<question type="numerical"><name><text>Deux unités</text></name><questiontext><text>Combien ?</text></questiontext>
<units><unit><unit_name>m</unit_name></unit><unit><unit_name>km</unit_name></unit></units></question>
<question type="essay"><name><text>Lettre</text></name><questiontext><text>Écrivez.</text></questiontext>
<graderinfo><text>Bonjour.</text></graderinfo></question>
<question type="cloze"><name><text>Cloze</text></name></question>
<question type="shortanswer"><name><text>Mot</text></name><questiontext><text>Un mot ?</text></questiontext></question>
<question type="matching"><name><text>Indices</text></name><questiontext><text>Reliez</text></questiontext>
<hint><text>Cherchez.</text></hint></question>
</quiz>
"""


def _ours(path):
    file = files.read(path, path.name)
    written, _faults = files.understand(file, read_yaml(file.text), QuizFile)
    return written.value.questions


@every_format
@pytest.mark.parametrize("path", QUIZZES, ids=lambda path: path.stem)
def test_our_quizzes_come_back_whole(form, path):
    """Every question of every real quiz, written and read again, is the same to the last word."""
    questions = _ours(path)
    back = FORMATS[form]([to_native(question) for question in questions])
    assert [QUESTION.validate_python(from_native(native)) for native in back] == list(questions)


@every_format
def test_each_kind_comes_back_whole(form):
    """So do questions of every kind, red lines and reasons included."""
    questions = [*every_kind(), with_reason(every_kind()[0])]
    back = FORMATS[form]([to_native(question) for question in questions])
    assert [QUESTION.validate_python(from_native(native)) for native in back] == questions


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn", "Co"]), min_size=1)
texts = words.map(str.strip).filter(bool)


@every_format
@given(name=texts, text=texts, answers=st.lists(st.tuples(texts, texts), min_size=2, max_size=5))
def test_any_words_survive(form, name, text, answers):
    """Whatever the words hold (marks of either format, arrows), what is written reads back as it was."""
    told = [Answer(one, Decimal(100 if place == 0 else 0), two) for place, (one, two) in enumerate(answers)]
    if any("->" in answer.text for answer in told) and form == "gift":
        return  # GIFT itself reads an arrow as a pair
    native = Native("multichoice", name, text, tuple(told))
    (back,) = FORMATS[form]([native])
    assert visible_hash(back) == visible_hash(native)


@every_format
def test_what_was_edited_elsewhere_counts(form):
    """When somebody changed the visible question, its seal no longer speaks for it."""
    native = to_native(every_kind()[0])
    (back,) = FORMATS[form]([native])
    changed = Native(**{**vars(back), "text": "Une autre situation.\n\nUne autre question ?"})
    taken = from_native(changed)
    assert taken["prompt"] == "Une autre question ?"
    assert [option.get("correct", False) for option in taken["options"]] == [False, True, False, False]


def _told(found):
    return {each.name: each.reason for each in found if isinstance(each, Refused)}


def test_a_foreign_gift_bank_is_taken_or_refused_question_by_question():
    """Each feature of GIFT is taken as ours or refused with the line and the reason; nothing is dropped in silence."""
    taken, refused = banks.imported(GIFT.encode(), "gift")
    assert {native.name: question["type"] for native, question in taken} == {
        "Premier geste": "single", "Plusieurs": "multiple", "Paires": "matching", "Calcul": "numeric",
        "Fourchette": "numeric", "Lettre": "free-text", "Trou": "single",
    }  # fmt: skip
    assert set(_told(refused)) == {"Vrai", "Mot", "Demi", "Deux", "Ouverte", "Consigne"}
    first = taken[0][1]
    assert (first["situation"], first["prompt"]) == ("Le relevé: que fait-on", "Et d'abord ?")
    assert first["options"][2]["text"] == "On écrit ~ vite."
    numbers = {native.name: question for native, question in taken}
    assert (numbers["Fourchette"]["expected"], numbers["Fourchette"]["tolerance"]) == (6.0, 1.0)
    assert numbers["Calcul"]["mistakes"][0]["value"] == 744.0
    assert taken[0][0].line == 5


def test_a_foreign_moodle_bank_is_taken_or_refused_question_by_question():
    """Simple HTML becomes Markdown; images, styles, hints, several units and other types are refused, each by its name."""
    taken, refused = banks.imported(MOODLE.encode(), "moodle")
    assert {native.name: question["type"] for native, question in taken} == {
        "HTML simple": "single", "Unité": "numeric", "Lettre": "free-text",
    }  # fmt: skip
    assert set(_told(refused)) == {"Image", "Attribut", "Deux unités", "Cloze", "Mot", "Indices"}
    first = taken[0][1]
    assert (first["situation"], first["prompt"]) == ("Le relevé est **vide**.", "Que faites-vous ?")
    assert all(each.line > 1 for each in refused)


FORMATS_OF_GIFT = r"""
::Reliez::[html]Reliez l'<b>acte</b> à son <i style\="x">but</i>.{
=[html]Une <strong>relance</strong> -> Rappeler
=[plain]Un <b>avoir</b> -> Corriger
= -> Menacer
}

::Couleur::Quelle couleur ? {
=vert # [html]C&apos;est &eacute;crit.
~[plain]bleu # non
~rouge
}

::Ailleurs::Combien ? {#3:2~#Relisez le contrat.}";

::Lien::[html]<a href\="http\://exemple.fr">Lisez</a> ceci. {=oui ~non ~peut-être}
"""
LOSSES = """<quiz>
<question type="multichoice"><name><text>Vieille image</text></name><questiontext format="html"><text>Que voit-on ?</text></questiontext>
<image>logo.png</image>ANSWERS</question>
<question type="multichoice"><name><text>Commune</text></name><questiontext><text>Alors ?</text></questiontext>
<incorrectfeedback format="html"><text>Relisez le chapitre 3.</text></incorrectfeedback>ANSWERS</question>
<question type="multichoice"><name><text>Par défaut</text></name>
<questiontext format="html"><text><![CDATA[<p dir="ltr" style="text-align: left;">L&rsquo;&eacute;t&eacute;&nbsp;?<br></p>]]></text></questiontext>
<correctfeedback format="html"><text>Votre réponse est correcte.</text></correctfeedback>ANSWERS</question>
<question type="multichoice"><name><text>Sans fermeture</text></name>
<questiontext format="html"><text><![CDATA[Voici <img src="a.png" alt="le logo"> le logo.]]></text></questiontext>ANSWERS</question>
<question type="essay"><name><text>Amorce</text></name><questiontext><text>Écrivez.</text></questiontext>
<responsetemplate format="html"><text>Madame, Monsieur,</text></responsetemplate></question>
<question type="numerical"><name><text>Étoile</text></name><questiontext><text>Combien ?</text></questiontext>
<answer fraction="100"><text>40</text><tolerance>0</tolerance></answer>
<answer fraction="0"><text>*</text><feedback format="html"><text>Relisez.</text></feedback></answer></question>
</quiz>""".replace(
    "ANSWERS",
    '<answer fraction="100"><text>a</text></answer><answer fraction="0"><text>b</text></answer>'
    '<answer fraction="0"><text>c</text></answer>',
)


def test_formats_told_inside_a_gift_question_are_understood():
    """A format said by the question or by one answer is obeyed, never kept as text; « any other number » has its words."""
    taken, refused = banks.imported(FORMATS_OF_GIFT.encode(), "gift")
    found = {native.name: question for native, question in taken}
    assert found["Reliez"]["prompt"] == "Reliez l'**acte** à son *but*."
    assert [thing["text"] for thing in found["Reliez"]["things"]] == ["Une **relance**", "Un <b>avoir</b>"]
    assert [option["text"] for option in found["Couleur"]["options"]] == ["vert", "bleu", "rouge"]
    assert found["Couleur"]["options"][0]["feedback"]["consequence"] == "C'est écrit."
    assert (found["Ailleurs"]["expected"], found["Ailleurs"]["mistakes"]) == (3.0, [])
    assert found["Ailleurs"]["otherwise"]["consequence"] == "Relisez le contrat."
    assert _told(refused) == {"Lien": "une balise « a »"}


def test_what_moodle_holds_beside_a_question_is_not_lost_in_silence():
    """Old pictures, comments common to answers, a text begun: refused by name; what Moodle writes by itself is not."""
    taken, refused = banks.imported(LOSSES.encode(), "moodle")
    found = {native.name: question for native, question in taken}
    assert found["Par défaut"]["prompt"] == "L’été ?"
    assert found["Étoile"]["otherwise"]["consequence"] == "Relisez."
    assert _told(refused) == {
        "Vieille image": "une image jointe",
        "Commune": "une explication commune à plusieurs réponses",
        "Sans fermeture": "une balise « img »",
        "Amorce": "un début de réponse déjà écrit",
    }


BOMB = '<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><quiz>&b;</quiz>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>'


@pytest.mark.parametrize(
    "data",
    [
        BOMB.encode(),
        OUTSIDE.encode(),
        b"<quiz>" + b"<question>" * 40 + b"</question>" * 40 + b"</quiz>",
        b"<quiz>" + b"<x/>" * 100_001 + b"</quiz>",
        b"<quiz>" + b" " * 5_000_001 + b"</quiz>",
        b"<quiz><question></quiz>",
        b"<html></html>",
        b"",
        b"\x00\xff",
        "<quiz>\ufffe</quiz>".encode(),
        b'<?xml version="1.0" encoding="klingon"?><quiz/>',
    ],
    ids=["entities", "outside", "deep", "many", "big", "unclosed", "other", "empty", "binary", "odd", "encoding"],
)
def test_s67_hostile_xml_is_refused_whole(data):
    """No document type, no entity, bounded bytes, elements and depth: a French sentence, never another exception."""
    with pytest.raises(Unreadable) as refused:
        moodle.read(data)
    assert refused.value.line >= 1


@given(st.binary(max_size=400) | st.text("<>{}=~#:\\/!- \nquiz", max_size=400).map(str.encode))
def test_any_bytes_are_read_or_refused(data):
    """Whatever the bytes, an import ends with questions, refusals, or one clear fault."""
    for form in FORMATS:
        with contextlib.suppress(Unreadable):
            taken, refused = banks.imported(data, form)
            assert all(each.reason for each in refused)
            assert all(question["id"] for _native, question in taken)


def test_the_commands_go_there_and_back(tmp_path, monkeypatch):
    """`course export` then `course import` make a quiz with the same questions; a dry run writes nothing."""
    monkeypatch.setenv("QUIZZES_DIR", str(QUIZZES[0].parent))
    runner, bank = CliRunner(), tmp_path / "banque.xml"
    assert runner.invoke(export_bank, ["gestes-de-l-appel", "--output", str(bank)]).exit_code == 0
    monkeypatch.setenv("QUIZZES_DIR", str(tmp_path))
    dry = runner.invoke(import_bank, [str(bank), "--dry-run"])
    assert (dry.exit_code, list(tmp_path.glob("*.yaml"))) == (0, [])
    assert "banque.xml:" in dry.output
    done = runner.invoke(import_bank, [str(bank), "--id", "revenu"])
    assert done.exit_code == 0, done.output
    assert list(_ours(tmp_path / "revenu.yaml")) == list(_ours(QUIZZES[0].parent / "gestes-de-l-appel.yaml"))
    assert runner.invoke(import_bank, [str(bank), "--id", "revenu"]).exit_code == 1
