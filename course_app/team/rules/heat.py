"""What a team may learn of its mistakes without learning anybody's (security.md G2, issue 6 acceptance 4). Pure.

Three rules make it hold, whatever teams share, whoever leaves, whenever somebody asks:

- an answer counts once, in one published group, ever: no two publications can be subtracted;
- a group is published when at least five people who never counted before have answered;
- of a group, only what more than half chose is told, and never how many: each member may or may not be among them,
  even for a reader who is a member and knows their own answer. What fewer chose is hidden, and with it how many were
  right. (Half would not do: of six people, two wrong options chosen by three each leave nobody right.)
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

GROUP = 5
"""People in a published group at least (CNIL's minimum for team figures, security.md G2)."""

Mistakes = Mapping[tuple[UUID, str], frozenset[str]]
"""Wrong options of each person's first answer, by person and subject; empty when it was right."""


@dataclass(frozen=True)
class Group:
    """One published group: the subject, who is in it (kept so that they never count again), what more than half of it chose."""

    subject: str
    people: frozenset[UUID]
    often: tuple[str, ...]


def majority(people: int) -> int:
    """Return how many make more than half of a group: from 3 to all but two, for any group of five or more."""
    return people // 2 + 1


def groups(mistakes: Mistakes, counted: Collection[tuple[UUID, str]], members: Collection[UUID]) -> tuple[Group, ...]:
    """Return what may be published now about these members, by subject; what is counted already is left out."""
    waiting: dict[str, dict[UUID, frozenset[str]]] = {}
    for (person, subject), wrong in mistakes.items():
        if person in members and (person, subject) not in counted:
            waiting.setdefault(subject, {})[person] = wrong
    found = []
    for subject in sorted(waiting):
        people = waiting[subject]
        if len(people) >= GROUP:
            chosen = Counter(option for wrong in people.values() for option in wrong)
            often = sorted(option for option, times in chosen.items() if times >= majority(len(people)))
            found.append(Group(subject, frozenset(people), tuple(often)))
    return tuple(found)
