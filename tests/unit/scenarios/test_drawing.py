"""The picture of a graph: every box has its place, nothing overlaps, arrows go down unless they close a loop."""

import itertools
import re
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from course_app.scenarios.drawing import BOX_HEIGHT, BOX_WIDTH, draw


@st.composite
def graphs(draw_):
    """Draw names and pairs of names, loops and repetitions included."""
    names = [f"n{number}" for number in range(draw_(st.integers(1, 14)))]
    pair = st.tuples(st.sampled_from(names), st.sampled_from(names))
    return names, draw_(st.lists(pair, max_size=40))


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_boxes_stand_apart_inside_the_picture(drawn):
    """Each name has one box, inside the picture, that touches no other."""
    names, pairs = drawn
    drawing = draw(names, pairs)
    assert sorted(box.id for box in drawing.boxes) == sorted(names)
    for box in drawing.boxes:
        assert 0 <= box.x <= drawing.width - BOX_WIDTH
        assert 0 <= box.y <= drawing.height - BOX_HEIGHT
    for one, two in itertools.combinations(drawing.boxes, 2):
        assert abs(one.x - two.x) >= BOX_WIDTH or abs(one.y - two.y) >= BOX_HEIGHT


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_arrows_join_their_boxes(drawn):
    """Each pair has one arrow, down from below its start to above its end; what climbs is marked."""
    names, pairs = drawn
    drawing = draw(names, pairs)
    places = {box.id: box for box in drawing.boxes}
    assert {(one.start, one.end) for one in drawing.arrows} == {pair for pair in pairs if pair[0] != pair[1]}
    for arrow in drawing.arrows:
        start, end = places[arrow.start], places[arrow.end]
        assert (end.y > start.y) is not arrow.climbs
        numbers = [int(number) for number in re.findall(r"-?\d+", arrow.path)]
        assert numbers[1] == start.y + (0 if arrow.climbs else BOX_HEIGHT)
        assert numbers[-1] == end.y + (BOX_HEIGHT if arrow.climbs else 0)


def test_a_chain_is_drawn_straight():
    """A story without branches is a column."""
    drawing = draw(["a", "b", "c"], [("a", "b"), ("b", "c")])
    assert len({box.x for box in drawing.boxes}) == 1


def test_a_large_graph_is_drawn_quickly():
    """Two hundred situations are drawn in under a second of processor."""
    names = [f"n{number}" for number in range(200)]
    pairs = [(names[at], names[min(at + step, 199)]) for at in range(199) for step in (1, 3)]
    started = time.process_time()
    draw(names, pairs)
    assert time.process_time() - started < 1
