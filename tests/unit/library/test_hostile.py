"""What cannot hurt: live markup, heavy texts, files that are no files."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_app.library.markdown import Place, parse, render
from course_app.library.markdown_checks import MAX_CHARACTERS, MAX_LINES, scan, too_heavy
from course_app.library.references import Known
from course_app.library.wording import body_findings
from course_app.library.yaml_reader import read_yaml
from tests.support.hostile_strings import ALL
from tests.unit.library.material import FILES, LESSON, QUIZ

TAGS = frozenset(
    [
        "a",
        "abbr",
        "blockquote",
        "br",
        "code",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "h2",
        "h3",
        "hr",
        "img",
        "li",
        "ol",
        "p",
        "pre",
        "section",
        "span",
        "strong",
        "summary",
        "sup",
        "ul",
    ]
)
ATTRIBUTES = {"href", "id", "class", "rel", "src", "alt", "start", "aria-label", "aria-labelledby"}
PIECES = [
    "\n",
    "\n\n",
    ":::",
    " regle",
    " quiz x",
    "**",
    "*",
    "_",
    "`",
    "```",
    "[",
    "](",
    ")",
    "![",
    "{{",
    "}}",
    "fait:a",
]
PIECES += [
    "terme:a|",
    "#",
    "## ",
    "- ",
    "  : ",
    "> ",
    "1. ",
    "<b>",
    "&amp;",
    "\\",
    "é",
    "tu ",
    "Etat ",
    ".",
    " !",
    "«",
    '"',
]


class Reader(HTMLParser):
    """Gathers what a browser would make of a page."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.live, self.words = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in TAGS:
            self.live.append(tag)
        for name, value in attrs:
            if name not in ATTRIBUTES and not name.startswith("data-"):
                self.live.append(f"{tag} {name}")
            if name == "href" and not value.startswith(("https://", "http://", "mailto:", "tel:", "/", "#")):
                self.live.append(value)
            if name == "src" and (not value.startswith("/static/") or ".." in value):
                self.live.append(value)

    def handle_comment(self, data):
        self.live.append("comment")

    def handle_data(self, data):
        self.words.append(data)


def live_markup(html):
    """Return whatever in some HTML is not of our own making."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.live


@pytest.mark.parametrize("text", ALL)
@pytest.mark.parametrize("is_lesson", [True, False])
def test_s08_s54_no_markup_of_an_author_is_live(text, is_lesson):
    """None of a hundred hostile texts becomes markup, in a lesson or in a question."""
    assert live_markup(render(text, Place(is_lesson=is_lesson)).html) == []


def _quoted(text):
    """Return a text as a single-quoted YAML scalar."""
    return "'" + text.replace("'", "''").replace("\n", "\n\n        ") + "'"


def test_s54_hostile_quizzes_hold_no_live_markup(desk):
    """A hundred hostile situations, choices and titles are published as words or refused, never as markup."""
    head, question = FILES[QUIZ].split("  - id: premier-contact\n")
    for old in ('"Atelier **Clémence** doit {{fait:indemnite}}."', '"Vous attendez."', '"Que faites-vous ?"'):
        question = question.replace(old, "HOSTILE")
    asked = [f"  - id: q-{number}\n" + question.replace("HOSTILE", _quoted(text)) for number, text in enumerate(ALL)]
    desk.write(QUIZ, head + "".join(asked))
    (quiz,) = desk.load().catalog.quizzes.values()
    assert len(quiz.questions) == len(ALL) >= 100
    assert [question.id for question in quiz.questions if live_markup(question.situation)] == []


@pytest.mark.parametrize("text", ["{{7*7}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "%(name)s %s {0}"])
def test_s58_template_marks_come_back_unchanged(text):
    """« {{7*7}} » is text like any other."""
    reader = Reader()
    reader.feed(render(text, Place()).html)
    assert " ".join("".join(reader.words).split()) == text


HEAVY = {
    "brackets": "[" * 65_536,
    "images": "![" * 32_768,
    "links": "[a](b" * 13_107,
    "stars": "*a **b " * 9_362,
    "underscores": "_a*" * 21_845,
    "backticks": "".join("`" * size + " " for size in range(1, 360)),
    "quotes": "> " * 32_768,
    "lists": "- " * 32_768,
    "lines": "a\n" * 32_768,
    "numbered": "1. a\n" * 13_107,
    "titles": "## a\n" * 13_107,
    "definitions": "a\n: b\n\n" * 8_192,
    "boxes": "::: regle\n" * 6_553,
    "entities": "&" * 65_536,
    "references": "{{fait:a}}" * 6_553,
    "one word": "a" * 65_536,
    "dots": "." * 65_536,
    "addresses": "a@" * 32_768,
}


def _within_limits(text):
    """Return as much of a text as is not refused, the worst that can still be rendered."""
    spaced = " ".join(text[at : at + 290] for at in range(0, len(text), 290)) if "\n" not in text[:300] else text
    lines = spaced[:MAX_CHARACTERS].split("\n")[:MAX_LINES]
    kept = "\n".join(lines)
    while too_heavy(kept):
        kept = kept[: len(kept) * 3 // 4]
    return kept


@pytest.mark.parametrize("name", HEAVY)
def test_s56_a_hostile_text_is_refused_unread_or_rendered_quickly(name):
    """64 kB of any construct is refused at once; what is accepted of it costs less than 200 ms of processor."""
    assert too_heavy(HEAVY[name])
    text = _within_limits(HEAVY[name])

    def cost():
        began = time.process_time()
        scan(text, 0)
        render(text, Place(is_lesson=True))
        return time.process_time() - began

    assert any(cost() < 0.2 for _try in range(3))  # a busy machine slows one try, not three


@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_lesson_is_a_finding(desk, name):
    """A text too heavy to be rendered is told at its first line, and nothing of it is published."""
    desk.write(LESSON, FILES[LESSON].partition("::: case")[0] + HEAVY[name])
    bundle = desk.load()
    assert (LESSON, 15, "texte-trop-lourd") in [(one.path, one.line, one.code) for one in bundle.findings]
    assert not bundle.is_whole


def test_limits_leave_room_for_lessons():
    """A lesson three times as long as five minutes of reading is accepted."""
    paragraph = "Une phrase **courte**, puis un [lien](/lecons/oubli). " + "Et la suite, sans rien de plus. " * 3
    assert too_heavy((paragraph + "\n\n") * 140) is None


@pytest.mark.parametrize(
    "bomb",
    [
        "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(f"{n}: &{n} [*{p},*{p},*{p},*{p},*{p},*{p},*{p},*{p}]\n" for p, n in zip("abcdefg", "bcdefgh", strict=True)),
        "&a [*a]",
        "[" * 5_000,
        "- " * 5_000,
        "{a: " * 5_000,
        "a: " + "9" * 5_000,
        "? " * 2_000,
        "a: !!python/object/apply:os.system [id]",
        "a: *b",
        "'\\ud800'",
        '"\\ud800"',
        '"\\u0000"',
    ],
)  # fmt: skip
def test_s67_a_yaml_bomb_is_a_fault(bomb):
    """Aliases that multiply, endless nesting, objects, impossible characters: faults, in good time."""
    began = time.process_time()
    document = read_yaml(bomb)
    assert document.faults or document.value == "\\ud800"
    assert time.process_time() - began < 2


@given(st.binary(max_size=400))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_random_bytes_are_findings(desk, data):
    """Whatever bytes stand in any file, reading says findings and never fails."""
    for name in (LESSON, QUIZ):
        desk.path(name).write_bytes(data)
    assert not desk.load().is_publishable


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@settings(max_examples=300, deadline=None)
def test_random_markdown_renders_safely(text):
    """Any pile of our own marks is scanned, judged and rendered without failure, and without live markup."""
    scan(text, 0)
    for finding in body_findings("x", text, 0, Known()):
        assert 1 <= finding.line <= text.count("\n") + 1
    assert live_markup(render(text, Place(is_lesson=True)).html) == []
    assert parse(text) is not None


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_random_text_renders_safely(text):
    """Any characters at all render without failure."""
    assert live_markup(render(text, Place(is_lesson=True)).html) == []


def test_an_anchor_used_twice_is_no_warning():
    """The later anchor of one name wins, as YAML says; nothing is printed on an author's terminal."""
    assert read_yaml("- &x 1\n- &x 2\n- *x").value == [1, 2, 2]


@given(
    st.recursive(
        st.sampled_from(
            ["a", "1", "[", "]", "{", "}", ": ", "- ", "\n", "  ", '"', "&x ", "*x ", "|", ">", "#", "!t "]
        ),
        lambda s: st.lists(s, max_size=8).map("".join),
    )
)
@settings(max_examples=150, deadline=None)
def test_random_yaml_is_read_or_told(text):
    """Any pile of YAML marks gives values or faults, at lines that exist."""
    document = read_yaml(text)
    assert document.faults or document.root is not None
    assert all(1 <= fault.line <= text.count("\n") + 2 for fault in document.faults)
