"""Pictures of a scenario: the author's, with the share of learners on each branch, and the learner's own map.

Boxes and arrows ready for the template; makes no query. The learner's map holds what they met and nothing else.
"""

import textwrap
from dataclasses import dataclass

from course_app.library.scenario_model import ChoiceQuality, Scenario
from course_app.library.scenario_play import Story
from course_app.library.scenario_proof import Proof
from course_app.scenarios import rules
from course_app.scenarios.drawing import BOX_HEIGHT, BOX_WIDTH, Drawing, draw
from course_app.scenarios.records import Shares
from course_app.scenarios.service import Attempt

_LETTERS = 21
"""Letters of a title that fit on one line of a box."""


@dataclass(frozen=True)
class MapBox:
    """One box: where it stands, its title on two lines at most, a word below, whether it is an ending."""

    id: str
    x: int
    y: int
    lines: tuple[str, ...]
    note: str
    is_ending: bool
    is_here: bool


@dataclass(frozen=True)
class MapArrow:
    """One arrow: its path, whether it climbs, and its width in pixels when it tells a share."""

    path: str
    climbs: bool
    width: int


@dataclass(frozen=True)
class Map:
    """A drawing ready for the template; sizes in pixels."""

    width: int
    height: int
    box_width: int
    box_height: int
    boxes: tuple[MapBox, ...]
    arrows: tuple[MapArrow, ...]


@dataclass(frozen=True)
class Branch:
    """One line of the author's table: a choice, its worth, where it leads, how many learners take it.

    `percent` is None while it is too early to judge.
    """

    node: str
    node_title: str
    text: str
    quality: ChoiceQuality
    red_line: bool
    targets: tuple[tuple[str, str], ...]
    takers: int
    percent: int | None
    is_first: bool
    rows: int


@dataclass(frozen=True)
class AuthorPage:
    """The author's page of a scenario: its picture, its proof, its table."""

    scenario: Scenario
    map: Map
    proof: Proof | None
    branches: tuple[Branch, ...]
    endings: tuple[tuple[str, str, int], ...]
    learners: int


def titles_of(story: Story) -> dict[str, str]:
    """Return the titles of situations and endings by id."""
    nodes = {node.id: node.title for node in story.scenario.nodes}
    return nodes | {ending.id: ending.title for ending in story.scenario.endings}


def _targets(story: Story) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return, for each choice, where it may lead, once each."""
    return {
        (node, move.choice.id): tuple(dict.fromkeys([*(to for _guard, to in move.routes), move.choice.to]))
        for node, moves in story.moves.items()
        for move in moves
    }


def _map(drawing: Drawing, boxes: tuple[MapBox, ...], arrows: tuple[MapArrow, ...]) -> Map:
    return Map(drawing.width, drawing.height, BOX_WIDTH, BOX_HEIGHT, boxes, arrows)


def _lines(title: str) -> tuple[str, ...]:
    return tuple(textwrap.wrap(title, _LETTERS, max_lines=2, placeholder="…"))


def author_page(scenario: Scenario, proof: Proof | None, shares: Shares) -> AuthorPage:
    """Build the author's page."""
    story = Story(scenario)
    titles, targets = titles_of(story), _targets(story)
    drawing = draw(list(titles), ((node, to) for (node, _choice), ends in targets.items() for to in ends))
    weights: dict[tuple[str, str], int] = {}
    for (node, choice), ends in targets.items():
        for to in ends:
            weights[node, to] = weights.get((node, to), 0) + (shares.percent(node, choice) or 0)
    boxes = tuple(
        MapBox(
            box.id,
            box.x,
            box.y,
            _lines(titles[box.id]),
            "" if box.id in story.endings else str(shares.deciders.get(box.id, 0)),
            box.id in story.endings,
            box.id == story.opening.node,
        )
        for box in drawing.boxes
    )
    arrows = tuple(
        MapArrow(one.path, one.climbs, 1 + min(weights[one.start, one.end], 100) // 20) for one in drawing.arrows
    )
    return AuthorPage(
        scenario=scenario,
        map=_map(drawing, boxes, arrows),
        proof=proof,
        branches=tuple(_branches(story, titles, targets, shares)),
        endings=tuple(
            (ending.id, ending.title, proof.by_ending.get(ending.id, 0) if proof else 0) for ending in scenario.endings
        ),
        learners=shares.deciders.get(story.opening.node, 0),
    )


def _branches(
    story: Story, titles: dict[str, str], targets: dict[tuple[str, str], tuple[str, ...]], shares: Shares
) -> list[Branch]:
    return [
        Branch(
            node=node.id,
            node_title=node.title,
            text=choice.text,
            quality=choice.quality,
            red_line=choice.red_line,
            targets=tuple((to, titles[to]) for to in targets[node.id, choice.id]),
            takers=shares.takers.get((node.id, choice.id), 0),
            percent=shares.percent(node.id, choice.id),
            is_first=rank == 0,
            rows=len(node.choices),
        )
        for node in story.nodes.values()
        for rank, choice in enumerate(node.choices)
    ]


def learner_map(attempt: Attempt) -> Map:
    """Return the map of what an attempt met: its situations in order, the ways taken, nothing that was not seen."""
    story, play = attempt.story, attempt.play
    titles, met = titles_of(story), rules.seen(play.visits)
    drawing = draw(met, ((visit.before.node, visit.after.node) for visit in play.visits))
    standing = {(visit.before.node, visit.after.node) for visit in play.way}
    boxes = tuple(
        MapBox(
            box.id,
            box.x,
            box.y,
            _lines(titles[box.id]),
            "" if box.id in story.endings else "{} / {}".format(*rules.tried(story, play.visits, box.id)),
            box.id in story.endings,
            box.id == play.position.node,
        )
        for box in drawing.boxes
    )
    arrows = tuple(
        MapArrow(one.path, one.climbs, 3 if (one.start, one.end) in standing else 1) for one in drawing.arrows
    )
    return _map(drawing, boxes, arrows)
