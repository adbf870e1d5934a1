"""A team of six: nothing that can be asked reveals one person's answer (issue 6, acceptance 4)."""

import itertools
import uuid

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from course_app.team.rules import heat

SIX = [uuid.UUID(int=number) for number in range(6)]
ANSWERS = (frozenset(), frozenset({"a"}), frozenset({"b"}))
"""Right, or one of two wrong options of a question."""
KINDS = (frozenset(), frozenset({"a"}), frozenset({"a", "b"}))
"""What a call or a run at the desk tells: nothing costly, one kind of decision, or two."""
SUBJECT = "quiz/essai/question"

# What may happen: somebody answers, leaves, comes back, joins the other team; somebody asks about a team.
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("answers"), st.integers(0, 5)),
        st.tuples(st.just("leaves"), st.integers(0, 5)),
        st.tuples(st.just("joins"), st.integers(0, 5)),
        st.tuples(st.just("joins the other"), st.integers(0, 5)),
        st.tuples(st.just("asks"), st.integers(0, 1)),
    ),
    max_size=16,
)


def _seen(world, first, steps):
    """Return everything that was ever shown to somebody who reads both teams, when answers are those of a world."""
    teams = [set(SIX), set(SIX[:3])]
    answered, counted, shown = {SIX[rank] for rank in first}, set(), []
    for what, rank in steps:
        person = SIX[rank]
        if what == "answers":
            answered.add(person)
        elif what == "leaves":
            teams[0].discard(person)
        elif what in {"joins", "joins the other"}:
            teams[what == "joins the other"].add(person)
        else:
            mistakes = {(one, SUBJECT): world[SIX.index(one)] for one in answered}
            for group in heat.groups(mistakes, counted, teams[rank]):
                counted |= {(one, group.subject) for one in group.people}
                shown.append((rank, group.people, group.often))
            shown.append(("asked", rank))
    return tuple(shown)


@pytest.mark.parametrize("answers", [ANSWERS, KINDS], ids=["a question", "a run"])
@settings(deadline=None, max_examples=40)
@given(first=st.sets(st.integers(0, 5), min_size=4), steps=STEPS)
@example(first={0, 1, 2, 3, 4}, steps=[("asks", 0), ("answers", 5), ("asks", 0), ("leaves", 0), ("asks", 0)])
@example(first={0, 1, 2, 3, 4, 5}, steps=[("joins the other", 3), ("joins the other", 4), ("asks", 1), ("asks", 0)])
def test_a_team_of_six_reveals_nobodys_answer(answers, first, steps):
    """Whatever is asked of teams that share members, before and after answers and departures, every answer stays possible.

    Even for a reader who is one of the six and knows their own.
    """
    alike = {}
    for world in itertools.product(answers, repeat=6):
        alike.setdefault(_seen(world, first, steps), []).append(world)
    for worlds in alike.values():
        for reader in range(6):
            for own in {world[reader] for world in worlds}:
                known = [world for world in worlds if world[reader] == own]
                for person in set(range(6)) - {reader}:
                    assert {world[person] for world in known} == set(answers)


@given(st.integers(heat.GROUP, 400))
def test_a_majority_leaves_room_on_both_sides(people):
    """A majority is never fewer than three, and leaves two people or more who may have answered otherwise."""
    assert 3 <= heat.majority(people) <= people - 2


def test_four_people_publish_nothing_and_the_fifth_tells_what_most_chose():
    """Under five new people nothing is told; at five, what three chose is, what two chose is not, with no count."""
    chosen = ["a", "a", "a", "b", "b"]
    mistakes = {(person, SUBJECT): frozenset({option}) for person, option in zip(SIX, chosen, strict=False)}
    four = {key: wrong for key, wrong in mistakes.items() if key[0] != SIX[4]}
    assert heat.groups(four, set(), SIX) == ()
    (group,) = heat.groups(mistakes, set(), SIX)
    assert (group.subject, group.often) == (SUBJECT, ("a",))
    assert heat.groups(mistakes, {(person, SUBJECT) for person in group.people}, SIX) == ()


def test_subjects_are_published_each_on_its_own():
    """What is told of one subject never depends on another: a question and a run at the desk cannot be crossed."""
    asked = {(person, SUBJECT): frozenset({"a"}) for person in SIX}
    ran = {(person, "exercise/facture-orpheline"): KINDS[rank % 3] for rank, person in enumerate(SIX)}
    apart = (*heat.groups(ran, set(), SIX), *heat.groups(asked, set(), SIX))
    assert heat.groups(asked | ran, set(), SIX) == apart
