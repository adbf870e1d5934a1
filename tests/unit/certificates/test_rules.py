"""Codes, what is missing, and what a document looks like."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from course_app.certificates import badges, rules
from course_app.certificates.documents.drawing import CURRENT, AnotherLogo, draw
from course_app.certificates.documents.pictures import size_on_paper
from course_app.certificates.rules import CertificateKind
from course_app.library.model import ItemKind, Module, Path, Quiz, QuizKind
from course_app.library.questions import QuestionType
from course_app.printing.pdf import is_printable
from course_app.progress.rules import Exam, ItemState
from tests.support import questions as samples
from tests.support.documents import CODE, COMPLETION, FACTS, LOGO, headed, logo_of

NOW = datetime(2026, 12, 8, 8, tzinfo=UTC)
KINDS = {CertificateKind.SKILLS: FACTS, CertificateKind.COMPLETION: COMPLETION}


@given(st.binary(min_size=16, max_size=16))
def test_a_code_is_read_however_it_is_typed(raw):
    """128 bits in 26 signs, each raw value its own; grouped, lower case, O for 0 and L for 1 all read back."""
    code = rules.written_code(raw)
    assert re.fullmatch(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", code)
    typed = rules.shown_code(code).lower().replace("0", "O").replace("1", "l")
    assert rules.read_code(typed) == rules.read_code(f" {code}\n") == code


@given(st.text(max_size=300))
def test_any_other_text_is_no_code(text):
    """Whatever is typed, a code or nothing; never an error."""
    read = rules.read_code(text)
    assert read is None or re.fullmatch(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", read)


def _path():
    refs = ({"kind": "lesson", "id": "a"}, {"kind": "lesson", "id": "b"}, {"kind": "quiz", "id": "t"})
    module = Module(id="m", title="Module", objectives=("Savoir",), items=refs)
    return Path(id="p", title="Parcours", door="Je", audience="equipe", summary="Rien.", modules=(module,))


TEST = Quiz(
    id="t",
    title="Test",
    minutes=10,
    kind_of_quiz=QuizKind.TEST,
    introduction="…",
    reviewed_on="2026-11-22",
    questions=(samples.choice("b", QuestionType.SINGLE),),
)


def _done(name, days):
    return ItemState(ItemKind.LESSON, name, "0" * 64, {}, "", NOW, NOW + timedelta(days=days))


def _sent(passed, days, test="t"):
    at = NOW + timedelta(days=days)
    return Exam(UUID(int=1), test, "0" * 64, "x", 1, 90 if passed else 50, 0, passed, at)


@pytest.mark.parametrize(
    ("done", "sent", "skills", "completed"),
    [
        ("ab", [(True, 5)], 5, 5),
        ("ab", [(False, 4), (True, 6)], 6, 4),
        ("ab", [(True, 0)], 2, 2),
        ("a", [(True, 5)], None, None),
        ("ab", [], None, None),
        ("ab", [(False, 5)], None, 5),
    ],
)
def test_what_is_earned_and_when(done, sent, skills, completed):
    """Skills: everything done and the test passed; completion: everything done and the test taken; dated by the last."""
    states = {(ItemKind.LESSON, name): _done(name, rank + 1) for rank, name in enumerate(done)}
    keys = [ref.key for ref in _path().items]
    found = rules.standing(_path(), TEST, keys, states, [_sent(True, 1, "autre"), *(_sent(*each) for each in sent)])
    days = [at and (at - NOW).days for at in (found.skills_at, found.completed_at)]
    assert days == [skills, completed]
    assert len(found.missing) == 2 - len(done)


def test_a_path_without_test_earns_nothing():
    """No certificate test, no attestation: whatever was done."""
    states = {(ItemKind.LESSON, name): _done(name, 1) for name in "ab"}
    found = rules.standing(_path(), None, [ref.key for ref in _path().items][:2], states, [_sent(True, 1)])
    assert (found.skills_at, found.completed_at) == (None, None)


def test_a_version_is_what_the_path_promises():
    """Another aim or another step makes another version; another summary does not."""
    path = _path()
    module = path.modules[0]
    same = path.model_copy(update={"summary": "Autre."})
    aim = path.model_copy(update={"modules": (module.model_copy(update={"objectives": ("Pouvoir",)}),)})
    step = path.model_copy(update={"modules": (module.model_copy(update={"items": module.items[:2]}),)})
    assert rules.version(same) == rules.version(path)
    assert len({rules.version(each) for each in (path, aim, step)}) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_is_tagged_french_paper(kind):
    """One A4 page, PDF/UA-1, language, title, a figure with its words; it says who, what, when and how to check."""
    reader = PdfReader(BytesIO(draw(CURRENT[kind], headed(KINDS[kind], LOGO), LOGO)), strict=True)
    (page,) = reader.pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    root = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("fr-FR", True)
    assert "pdfuaid:part" in root["/Metadata"].get_data().decode()
    said = re.sub(r"\s+", " ", page.extract_text().replace("\u202f", " ").replace("\u00a0", " "))
    for words in ("Samira Benali", "Intérimaires", "8 décembre 2026", "3 h 49", rules.shown_code(CODE)):
        assert words in said
    if kind is CertificateKind.COMPLETION:
        for words in (
            "Claire Martin",
            "Atelier du Levant",
            "11 22 33333 44",
            "2 novembre",
            "action de formation",
            "Nantes",
        ):
            assert words in said


RELEASED = {
    "skills-2": "a95cd27255fad55f70db8f5e038161d7f8140ee271384571df5c58d5ad7cc083",
    "completion-2": "e71e6db3c7411e020b83704528af6426e50727f18c0c4bda50449a3ea19aeb7c",
    "skills-1": "67989c9ad1fb141b3d36df2455363f61c7333755d66d986311eb743f0d5a4f85",
    "completion-1": "f0910a7fc459d0cfc90084071849714be6fdb54afdcd44abec45c5b1f488ae52",
}
"""SHA-256 of each template's drawing of the facts above. Another value means that documents already issued would be
drawn otherwise: keep the old template or the old typst, or accept that they are signed anew (issuing.file_of)."""
AS_RELEASED = {
    "skills-1": (FACTS, b""),
    "completion-1": (COMPLETION, b""),
    "skills-2": (headed(FACTS, LOGO), LOGO),
    "completion-2": (headed(COMPLETION, LOGO), LOGO),
}


@pytest.mark.parametrize("name", RELEASED)
def test_the_same_facts_draw_the_same_bytes(name):
    """Twice the same; and today's print is that of each released template: a printer that changes is seen here."""
    facts, logo = AS_RELEASED[name]
    drawn = draw(name, facts, logo)
    assert draw(name, facts, logo) == drawn
    assert hashlib.sha256(drawn).hexdigest() == RELEASED[name]


@pytest.mark.parametrize(
    "holder", ["#sys.inputs", "*x* _y_ $z$ @a <b> \\", "</title>", "x" * 120, "Zoë Ñandú-Œuvré", "Ольга Ψ"]
)
def test_names_are_never_markup(holder):
    """Whatever a name holds is printed as it is, on one page."""
    reader = PdfReader(BytesIO(draw("skills-2", {**FACTS, "holder": holder})))
    assert len(reader.pages) == 1
    printed = re.sub(r"\s+", "", reader.pages[0].extract_text())
    assert re.sub(r"\s+", "", holder)[:20] in printed


def test_a_sign_without_drawing_is_known_beforehand():
    """Signs that no font of ours holds are told before printing, which would refuse them."""
    assert is_printable("Zoë Ñandú-Œuvré, Ольга Ψ ; l’été : 80 %")
    assert not is_printable("李")
    assert not is_printable("Zoé 🙂")


def test_a_long_path_stays_on_its_sheet():
    """Six modules of four aims, of two lines each (the longest path of today has 23 aims): one page, nothing cut."""
    aims = [
        f"Savoir faire la chose numéro {rank} sans jamais perdre le client ni son propre calme" for rank in range(4)
    ]
    modules = [{"title": f"Module {rank} et ce qui le suit", "objectives": aims} for rank in range(6)]
    reader = PdfReader(BytesIO(draw("skills-2", {**FACTS, "modules": modules})))
    assert len(reader.pages) == 1


NAME = "Société coopérative des menuisiers, ébénistes, charpentiers et agenceurs réunis du Bocage et de la Loire"
LONG = {
    "holder": "Bénédicte " * 12,
    "issuer": NAME,
    "title": "Équipe commerciale, comptable et de direction : se faire payer ensemble, de la commande au tribunal",
    "address": "Zone artisanale des Quatre-Chemins, bâtiment C, 2 ter impasse du Moulin, 44390 Nort-sur-Erdre",
    "signatory": f"{NAME[:80]}, gérante",
}


@pytest.mark.parametrize("size", [(600, 240), (60, 240), (48, 16)])
@pytest.mark.parametrize("kind", KINDS)
def test_one_sheet_whatever_the_logo_and_the_words(kind, size):
    """Wide, tall, square or tiny logo, names as long as forms let them be: one page, everything said, the foot included."""
    logo, aims = logo_of(*size), [f"Savoir faire la chose numéro {rank} sans perdre le client" for rank in range(4)]
    modules = [{"title": f"Module {rank}", "objectives": aims} for rank in range(6)]
    facts = headed(KINDS[kind], logo, **LONG, modules=modules)
    if kind is CertificateKind.COMPLETION:
        facts["completion"] = {**facts["completion"], "employer": NAME, "provider": NAME, "place": "Nantes " * 11}
    reader = PdfReader(BytesIO(draw(CURRENT[kind], facts, logo)), strict=True)
    (page,) = reader.pages
    said = re.sub(r"\s+", " ", page.extract_text())
    for words in ("44390 Nort-sur-Erdre", rules.shown_code(CODE), "signé", "Bénédicte"):
        assert words in said


def _figures(node):
    """Return what the figures of a tagged PDF say instead of a picture, in reading order."""
    node = node.get_object()
    if isinstance(node, list):
        return [words for each in node for words in _figures(each)]
    if not isinstance(node, dict):
        return []
    own = [node["/Alt"]] if node.get("/S") == "/Figure" else []
    return own + (_figures(node["/K"]) if "/K" in node else [])


@pytest.mark.parametrize("kind", KINDS)
def test_the_logo_says_whose_it_is(kind):
    """PDF/UA: read aloud, the logo names its company, then the code says what it is for."""
    reader = PdfReader(BytesIO(draw(CURRENT[kind], headed(KINDS[kind], LOGO), LOGO)))
    logo, code = _figures(reader.trailer["/Root"]["/StructTreeRoot"])
    assert logo == "Logo de Menuiserie Bocage"
    assert code.startswith("Code QR")


@pytest.mark.parametrize(
    ("dots", "paper"),
    [((600, 24), (60, 2.4)), ((60, 240), (4, 16)), ((240, 240), (16, 16)), ((48, 16), (10.16, 3.39))],
)
def test_a_logo_keeps_its_shape(dots, paper):
    """Its own proportions inside 60 × 16 mm; one of few dots stays small rather than show its squares."""
    assert size_on_paper(logo_of(*dots)) == paper


def test_another_logo_is_refused():
    """The picture must be the one that the facts name: another, or none, is a fault told at once, never a wrong document."""
    for facts, logo in ((headed(FACTS, LOGO), b""), (headed(FACTS, LOGO), logo_of(9, 9)), (FACTS, LOGO)):
        with pytest.raises(AnotherLogo):
            draw("skills-2", facts, logo)
    with pytest.raises(ValueError, match="PNG"):
        size_on_paper(b"GIF89a")


@pytest.mark.parametrize(
    ("address", "line", "town"),
    [
        ("4 rue des Scieries\n38250 Lans-en-Vercors", "4 rue des Scieries, 38250 Lans-en-Vercors", "Lans-en-Vercors"),
        ("ZA du Port,\r\n\r\n44000 NANTES CEDEX 2\nFrance", "ZA du Port, 44000 NANTES CEDEX 2, France", "NANTES"),
        ("Place du Marché", "Place du Marché", ""),
        ("", "", ""),
    ],
)
def test_an_address_gives_a_line_and_a_town(address, line, town):
    """Lines joined by commas; « Fait à » is the town after the postal code, without CEDEX; nothing is guessed without one."""
    assert (rules.on_one_line(address), rules.town_of(address)) == (line, town)


def test_a_signatory_is_a_name_and_a_quality():
    """« Claire Martin, gérante » fills two fields; a name alone fills one."""
    assert rules.signatory_parts("Claire Martin, gérante et associée") == ("Claire Martin", "gérante et associée")
    assert rules.signatory_parts("Claire Martin") == ("Claire Martin", "")


def test_a_badge_is_one_sound_picture():
    """The picture is well-formed whatever the title, carries one credential, and no script."""
    facts = {**FACTS, "title": 'Un "titre" & <b>long</b> qui tient sur plusieurs lignes'}
    tree = ET.fromstring(badges.picture(facts, "a.b.c"))  # noqa: S314 - our own text
    (held,) = tree.iter(f"{{{badges.NAMESPACE}}}credential")
    assert held.get("verify") == "a.b.c"
    assert not [each for each in tree.iter() if each.tag.endswith("script")]
