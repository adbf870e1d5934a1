"""The log of a play: what it adds up to, what each decision is worth, what may come next.

A log is append-only. Going back adds an entry and takes nothing away: the decisions before it keep their points.
Replaying a log always gives the same play. Must not know Flask, the database, nor the words of the screens.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from course_app.core.errors import Invalid
from course_app.library.scenario_play import Move, Position, Story
from course_app.library.scenario_proof import BEST, POINTS

MAX_ENTRIES = 300
"""Entries of one log: far above the longest story, and a bound on what one attempt can store (our own)."""


class MoveKind(StrEnum):
    """What an entry of the log is: a choice made, a step back, a choice taken over from an earlier attempt."""

    CHOICE = "choix"
    BACK = "retour"
    GIVEN = "repris"


class Climate(StrEnum):
    """How the client feels, from the coldest to the warmest: the five degrees of the temperature."""

    FURIOUS = "fache"
    TENSE = "tendu"
    NEUTRAL = "neutre"
    CORDIAL = "cordial"
    CONFIDENT = "confiant"


def climate(temperature: int) -> Climate:
    """Return the word of a temperature, from 0 to 4."""
    return tuple(Climate)[temperature]


@dataclass(frozen=True)
class Entry:
    """One entry of the log. `choice` is empty for a step back, `back_to` the sequence of the choice taken back."""

    sequence: int
    kind: MoveKind
    node: str
    choice: str = ""
    back_to: int | None = None


@dataclass(frozen=True)
class Visit:
    """One decision as it was met: where, what, where it led.

    `counted`: it earns its `points` (0 to 2); a decision taken over, or made again just as before, earns nothing and
    costs nothing. `undone`: the learner went back before it. `turn`: how many times this situation had been met by
    then, this time included.
    """

    sequence: int
    before: Position
    move: Move
    after: Position
    counted: bool
    given: bool
    turn: int
    undone: bool = False

    @property
    def points(self) -> int:
        """What the choice is worth, whether it counts or not."""
        return POINTS[self.move.choice.quality]

    @property
    def red_line(self) -> bool:
        """Whether the choice crosses a line the trade never crosses."""
        return self.move.choice.red_line


@dataclass(frozen=True)
class Score:
    """Points earned out of those that could be, over every decision that counts, taken back or not; red lines apart."""

    earned: int
    possible: int
    red_lines: int
    backs: int


@dataclass(frozen=True)
class Play:
    """Where a log leads: every decision in order, the way still standing, the position now."""

    position: Position
    visits: tuple[Visit, ...] = ()
    trail: tuple[int, ...] = ()
    backs: tuple[tuple[int, int], ...] = ()
    length: int = 0
    _met: frozenset[tuple[Position, str]] = field(default=frozenset(), repr=False)

    @property
    def score(self) -> Score:
        """What the decisions add up to."""
        counted = [visit for visit in self.visits if visit.counted]
        return Score(
            earned=sum(visit.points for visit in counted),
            possible=BEST * len(counted),
            red_lines=sum(visit.red_line for visit in counted),
            backs=len(self.backs),
        )

    @property
    def way(self) -> tuple[Visit, ...]:
        """The decisions that still stand, in order."""
        return tuple(visit for visit in self.visits if visit.sequence in self.trail)

    def visit(self, sequence: int) -> Visit | None:
        """Return the decision of an entry; None for a step back, or beyond the log."""
        return next((visit for visit in self.visits if visit.sequence == sequence), None)

    def turn(self, node: str) -> int:
        """Return how many times a situation has been decided so far."""
        return sum(visit.before.node == node for visit in self.visits)


def begin(story: Story) -> Play:
    """Return the play of an empty log."""
    return Play(story.opening)


def judged(story: Story, position: Position, choice: str) -> Move:
    """Return the move of a choice id; raise `Invalid` when none came or it is not offered here."""
    if not choice:
        raise Invalid("Choisissez une réponse, puis validez.", code="reponse-vide")
    move = next((move for move in story.offered(position) if move.choice.id == choice), None)
    if move is None:
        raise Invalid("Choisissez parmi les réponses proposées.", code="choix-inconnu")
    return move


def chosen(story: Story, play: Play, entry: Entry) -> Play:
    """Return the play after a choice. Raises `Invalid` when it is not offered where the play stands."""
    move = judged(story, play.position, entry.choice)
    given = entry.kind is MoveKind.GIVEN
    decision = (play.position, entry.choice)
    visit = Visit(
        sequence=entry.sequence,
        before=play.position,
        move=move,
        after=move.after(play.position.state),
        counted=not given and decision not in play._met,  # noqa: SLF001 - the play's own memory
        given=given,
        turn=play.turn(play.position.node) + 1,
    )
    return replace(
        play,
        position=visit.after,
        visits=(*play.visits, visit),
        trail=(*play.trail, entry.sequence),
        length=play.length + 1,
        _met=play._met | {decision},  # noqa: SLF001
    )


def taken_back(play: Play, entry: Entry) -> Play:
    """Return the play before one of its standing choices; raise `Invalid` when it does not stand."""
    if entry.back_to is None or entry.back_to not in play.trail:
        raise Invalid("Ce moment n'est plus sur votre chemin. Rechargez la page.", code="moment-inconnu")
    kept = play.trail[: play.trail.index(entry.back_to)]
    undone = set(play.trail) - set(kept)
    before = play.visit(entry.back_to)
    return replace(
        play,
        position=before.before if before else play.position,
        visits=tuple(replace(each, undone=each.undone or each.sequence in undone) for each in play.visits),
        trail=kept,
        backs=(*play.backs, (entry.sequence, entry.back_to)),
        length=play.length + 1,
    )


def add(story: Story, play: Play, entry: Entry) -> Play:
    """Return the play with one more entry of its log."""
    return taken_back(play, entry) if entry.kind is MoveKind.BACK else chosen(story, play, entry)


def replay(story: Story, log: Iterable[Entry]) -> Play:
    """Return where a log leads from the opening. Raises `Invalid` on a log that this story did not make."""
    play = begin(story)
    for entry in log:
        play = add(story, play, entry)
    return play


def is_over(story: Story, play: Play) -> bool:
    """Tell whether the play stands at an ending."""
    return play.position.node in story.endings


def taken_over(story: Story, log: Sequence[Entry], sequence: int) -> tuple[Entry, ...]:
    """Return the entries that bring a new log to the moment of an entry: the choices that then stood before it."""
    standing = replay(story, log[: sequence - 1]).way
    return tuple(
        Entry(rank, MoveKind.GIVEN, visit.before.node, visit.move.choice.id) for rank, visit in enumerate(standing, 1)
    )


def tried(story: Story, visits: Sequence[Visit], node: str) -> tuple[int, int]:
    """Return how many choices of a situation were tried, and how many it has."""
    made = {visit.move.choice.id for visit in visits if visit.before.node == node}
    return len(made), len(story.nodes[node].choices)


def seen(visits: Collection[Visit]) -> tuple[str, ...]:
    """Return the situations and endings met, in the order met, once each."""
    met: dict[str, None] = {}
    for visit in visits:
        met[visit.before.node] = None
        met[visit.after.node] = None
    return tuple(met)
