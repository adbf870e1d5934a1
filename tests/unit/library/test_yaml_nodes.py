"""Two readers of YAML, one result: the fast one reads what ruamel reads, or leaves it to ruamel."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from course_app.library.yaml_nodes import Refused, compose
from course_app.library.yaml_reader import MAX_DEPTH, read_yaml
from tests.unit.library.material import FILES

ROOT = Path(__file__).parents[3]
REAL = sorted([*ROOT.glob("content/**/*.yaml"), *ROOT.glob("quizzes/*.yaml")])
WRITTEN = [text for name, text in FILES.items() if name.endswith(".yaml")]
SCRATCHES = [
    ": ", "- ", '"', "'", "#", "&a ", "*a ", "!x ", "|", ">", "{", "}", "[", "]", ",", "\t", "%", "@", "? ", "\n", "  ",
    "---\n", "...\n", "é", "0o17", "1_0", "~", "yes", "<<: ", "14:30", "\ufeff", "%YAML 1.1\n",
]  # fmt: skip


def _slowly(text):
    parser = YAML(typ="safe", pure=True)
    parser.composer.warn_double_anchors = False
    return parser.compose(text)


def _told(node):
    """Return all that the rest of the program looks at: kinds, tags, values, and where they stand.

    A value that is not written stands nowhere: the fast reader puts it after its key, ruamel where the next one begins.
    """
    if node is None:
        return None
    if isinstance(node, ScalarNode) and not node.value:
        return type(node), str(node.tag)
    place = (type(node), str(node.tag), node.start_mark.line, node.start_mark.column, node.start_mark.index)
    if isinstance(node, ScalarNode):
        return (*place, node.value, node.end_mark.index)
    if isinstance(node, SequenceNode):
        return (*place, [_told(child) for child in node.value])
    assert isinstance(node, MappingNode)
    return (*place, [(_told(key), _told(value)) for key, value in node.value])


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_every_real_file_is_read_the_same(path):
    """Same kinds, tags, values and places, to the character; and the fast reader does take our files."""
    text = path.read_text(encoding="utf-8")
    assert _told(compose(text, MAX_DEPTH)) == _told(_slowly(text))


@given(
    st.sampled_from(WRITTEN),
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from(SCRATCHES), st.integers(0, 3)), min_size=1, max_size=3),
)
@settings(max_examples=300, deadline=None)
def test_a_scratched_file_is_read_the_same_or_left(text, scratches):
    """Whatever an author mistypes, both readers agree, or the fast one leaves the text to ruamel."""
    for place, scratch, lost in scratches:
        at = int(place * len(text))
        text = text[:at] + scratch + text[at + lost :]
    try:
        fast = compose(text, MAX_DEPTH)
    except Refused:
        assert read_yaml(text) is not None
    else:
        assert _told(fast) == _told(_slowly(text))


@pytest.mark.parametrize("text", ["- " * 100_000, "[a, " * 90_000, "a:\n" + " " * 50 + "- " * 60 + "b", "? " * 50_000])
def test_a_bottomless_text_is_left(text):
    """A text nested too deep never reaches the stack of the C library."""
    with pytest.raises(Refused):
        compose(text, MAX_DEPTH)
    assert read_yaml(text[:390_000]).faults
