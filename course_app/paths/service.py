"""What the landing, the programme and Mon parcours show. Takes a session, never commits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.rules import Actor, Cutoffs
from course_app.core.errors import Invalid
from course_app.library.catalog import AnyItem, Catalog
from course_app.library.model import ItemKind, Lesson, Module, Path
from course_app.membership import assignments
from course_app.membership.assignments import Given
from course_app.paths import rules
from course_app.paths.models import PathChoice, PlacementTaken
from course_app.paths.placement import service as placement
from course_app.progress import service as progress
from course_app.progress.rules import Completion, ItemKey, ItemState, completion, to_resume
from course_app.store.deleting import deleted


@dataclass(frozen=True)
class ProgrammePath:
    """One path as the programme lists it: its modules with their items in order, its planned minutes."""

    path: Path
    modules: tuple[tuple[Module, tuple[AnyItem, ...]], ...]
    minutes: int


@dataclass(frozen=True)
class Resume:
    """The one thing to do now: an item, the place kept in it if any, and the minutes it takes."""

    item: AnyItem
    state: ItemState | None


@dataclass(frozen=True)
class MyPath:
    """Mon parcours, ready to show; `resume` is None when everything is done."""

    path: Path
    others: tuple[Path, ...]
    has_chosen: bool
    resume: Resume | None
    modules: tuple[rules.ModuleSteps, ...]
    line: tuple[rules.StageMark, ...]
    completion: Completion
    placed: bool = False
    """Whether the path's placement was taken."""
    given: Given | None = None
    """What the person's manager gave them, if that path is still published."""
    given_path: Path | None = None

    @property
    def open_module(self) -> str:
        """Id of the module to show unfolded: the one with the next step, the last when all is done."""
        return next((part.module.id for part in self.modules if part.is_current), self.modules[-1].module.id)


def items_by_key(catalog: Catalog) -> dict[ItemKey, AnyItem]:
    """Return every item of a catalogue by kind and id."""
    return {(kind, name): item for kind, group in catalog.groups.items() for name, item in group.items()}


def programme(catalog: Catalog) -> tuple[ProgrammePath, ...]:
    """Return the paths with their items, in the catalogue's order."""
    items = items_by_key(catalog)
    listed = []
    for path in catalog.paths.values():
        modules = tuple(
            (module, tuple(items[ref.key] for ref in module.items if ref.key in items)) for module in path.modules
        )
        minutes = sum(item.minutes for _, found in modules for item in found)
        listed.append(ProgrammePath(path, modules, minutes))
    return tuple(listed)


def _chosen(session: Session, actor: Actor) -> str | None:
    choice = _choice(session, actor)
    return choice.path_id if choice else None


def _choice(session: Session, actor: Actor) -> PathChoice | None:
    return session.scalar(
        select(PathChoice).where(
            PathChoice.organisation_id == actor.organisation_id, PathChoice.learner_id == actor.user_id
        )
    )


def _followed(choice: PathChoice | None, given: Given | None) -> str | None:
    """Return the path a person follows: what they chose or what they were given, whichever came last."""
    if choice is None or (given is not None and given.assigned_at > choice.chosen_at):
        return given.path_id if given else None
    return choice.path_id


def followed(session: Session, organisation_id: UUID, people: Collection[UUID]) -> dict[UUID, str]:
    """Return the path that each of these people of one organisation chose; one query."""
    rows = session.execute(
        select(PathChoice.learner_id, PathChoice.path_id).where(
            PathChoice.organisation_id == organisation_id, PathChoice.learner_id.in_(people)
        )
    )
    return {learner_id: path_id for learner_id, path_id in rows}  # noqa: C416 - rows are no pairs to mypy


def select_followers(organisation_id: UUID, path_id: str) -> Select[UUID]:
    """Select those of an organisation who chose a path."""
    return select(PathChoice.learner_id).where(
        PathChoice.organisation_id == organisation_id, PathChoice.path_id == path_id
    )


def choose_path(session: Session, actor: Actor, catalog: Catalog, path_id: str, now: datetime) -> None:
    """Follow a path; raise `Invalid` when it does not exist."""
    if path_id not in catalog.paths:
        raise Invalid("Choisissez l'un des parcours proposés.", code="parcours-inconnu")
    session.execute(  # two clicks come one after the other
        select(User.id).where(User.id == actor.user_id, User.organisation_id == actor.organisation_id)
        .with_for_update(key_share=True)
    )  # fmt: skip
    session.execute(
        delete(PathChoice).where(
            PathChoice.organisation_id == actor.organisation_id, PathChoice.learner_id == actor.user_id
        )
    )
    session.add(
        PathChoice(organisation_id=actor.organisation_id, learner_id=actor.user_id, path_id=path_id, chosen_at=now)
    )
    session.flush()


def my_path(session: Session, actor: Actor, catalog: Catalog) -> MyPath:
    """Return Mon parcours: where the person is, what comes next, what is done."""
    given = assignments.given(session, actor)
    given_path = catalog.paths.get(given.path_id) if given else None
    chosen = _followed(_choice(session, actor), given if given_path else None)
    path = catalog.paths.get(chosen or "") or next(iter(catalog.paths.values()))
    items, states = items_by_key(catalog), progress.journey(session, actor)
    taken = placement.latest(session, actor, path.id) if path.placement else None
    skipped = placement.skipped(taken)
    modules = rules.steps(path, items, states, skipped)
    steps = [step for module in modules for step in module.steps]
    asked = [ref.key for ref in path.items if ref.key in items and ref.key not in skipped]
    lessons = [items[key] for key in asked if key[0] is ItemKind.LESSON]
    return MyPath(
        path=path,
        others=tuple(other for other in catalog.paths.values() if other.id != path.id),
        has_chosen=chosen is not None,
        resume=_resume(items, states, steps),
        modules=modules,
        line=rules.due_date_line([lesson for lesson in lessons if isinstance(lesson, Lesson)], states),
        completion=completion((step.key for step in steps if step.state is not rules.StepState.SKIPPED), states),
        placed=taken is not None,
        given=given if given_path else None,
        given_path=given_path,
    )


def _resume(
    items: dict[ItemKey, AnyItem], states: dict[ItemKey, ItemState], steps: Sequence[rules.Step]
) -> Resume | None:
    """Return the place left last, else the first step not done."""
    left = to_resume(state for key, state in states.items() if key in items)
    if left is not None:
        return Resume(items[left.kind, left.item_id], left)
    following = next((step for step in steps if step.is_next), None)
    return Resume(items[following.key], None) if following else None


def export(session: Session, actor: Actor) -> dict[str, Any]:
    """Return the chosen path and the placements taken, ready for JSON."""
    return {"path": _chosen(session, actor), "placements": placement.export(session, actor)}


def carry(session: Session, guest: Actor, to: Actor) -> None:
    """Keep a guest's choice of path unless the person already had one, and their placements."""
    placement.carry(session, guest, to)
    theirs = (PathChoice.organisation_id == guest.organisation_id, PathChoice.learner_id == guest.user_id)
    if _chosen(session, to) is None:
        values = {"organisation_id": to.organisation_id, "learner_id": to.user_id}
        session.execute(update(PathChoice).where(*theirs).values(**values))
    else:
        session.execute(delete(PathChoice).where(*theirs))


def erase(session: Session, actor: Actor, _now: datetime) -> None:
    """Forget which path the person follows; placements stay as proof of what they knew on arrival."""
    session.execute(
        delete(PathChoice).where(
            PathChoice.organisation_id == actor.organisation_id, PathChoice.learner_id == actor.user_id
        )
    )


def expire(session: Session, cutoffs: Cutoffs) -> dict[str, int]:
    """Delete placements older than what results are kept."""
    return {"positionnements": deleted(session, PlacementTaken, PlacementTaken.taken_at < cutoffs.results)}
