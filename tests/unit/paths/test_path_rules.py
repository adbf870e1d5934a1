"""Steps of a path and the due-date line, from plain values."""

from datetime import UTC, date, datetime

from course_app.library.model import Audience, Case, ItemKind, ItemRef, Lesson, Module, Path, Stage
from course_app.paths.rules import StepState, due_date_line, steps
from course_app.progress.rules import ItemState

NOW = datetime(2026, 12, 8, 8, 0, tzinfo=UTC)


def lesson(lesson_id: str, stage: Stage) -> Lesson:
    """Return a lesson of five minutes at a stage."""
    return Lesson(
        id=lesson_id,
        title=lesson_id.title(),
        minutes=5,
        summary="Résumé.",
        stage=stage,
        audiences=(Audience.TEAM,),
        objectives=("Décider.",),
        sources=("C-01",),
        reviewed_on=date(2026, 11, 22),
        case=Case(customer="Menuiserie Bocage", amount_cents=248_000, on=date(2026, 10, 12)),
        html="<p>Texte.</p>",
    )


def module(name: str, *lessons: str) -> Module:
    """Return a module of lessons."""
    refs = tuple(ItemRef(kind=ItemKind.LESSON, id=each) for each in lessons)
    return Module(id=name, title=name.title(), objectives=("Décider.",), items=refs)


LESSONS = [lesson("devis", Stage.QUOTE), lesson("relance", Stage.OVERDUE_3), lesson("appel", Stage.OVERDUE_3)]
ITEMS = {(item.kind, item.id): item for item in LESSONS}
PATH = Path(
    id="equipe",
    title="Équipe",
    door="Je dirige",
    audience=Audience.TEAM,
    summary="Résumé.",
    modules=(module("avant", "devis"), module("apres", "relance", "retiree", "appel")),
)


def states(**done: bool) -> dict:
    """Return item states by lesson id: done, or open with a place."""
    return {
        (ItemKind.LESSON, name): ItemState(
            ItemKind.LESSON, name, "0" * 64, {} if is_done else {"anchor": "p-2"}, "", NOW, NOW if is_done else None
        )
        for name, is_done in done.items()
    }


def test_the_first_step_not_done_is_the_next_one() -> None:
    """Steps keep the path's order; a withdrawn item is left out; exactly one step is next."""
    modules = steps(PATH, ITEMS, states(devis=True, appel=False))
    listed = [step for part in modules for step in part.steps]
    assert [len(part.steps) for part in modules] == [1, 2]
    assert [step.key[1] for step in listed] == ["devis", "relance", "appel"]
    assert [step.state for step in listed] == [StepState.DONE, StepState.TO_DISCOVER, StepState.OPEN]
    assert [step.is_next for step in listed] == [False, True, False]


def test_no_step_is_next_when_all_are_done() -> None:
    """A finished path points nowhere."""
    assert not any(part.is_current for part in steps(PATH, ITEMS, states(devis=True, relance=True, appel=True)))


def test_a_module_is_stamped_once_all_its_steps_are_done() -> None:
    """One stamp a module; one whose items were all withdrawn never gets it; the current one holds the next step."""
    first, second = steps(PATH, ITEMS, states(devis=True, relance=True))
    assert (first.is_stamped, first.is_current, first.done) == (True, False, 1)
    assert (second.is_stamped, second.is_current, second.done) == (False, True, 1)
    withdrawn, _ = steps(PATH, {key: item for key, item in ITEMS.items() if item.id != "devis"}, {})
    assert not withdrawn.is_stamped


def test_a_stage_is_stamped_when_all_its_lessons_are_done() -> None:
    """The line shows every stage; an empty one never gets the stamp; a link leads to what is left to do."""
    line = {mark.stage: mark for mark in due_date_line(LESSONS, states(devis=True, relance=True))}
    assert list(line) == list(Stage)
    assert line[Stage.QUOTE].is_stamped
    assert not line[Stage.OVERDUE_3].is_stamped
    assert line[Stage.OVERDUE_3].lesson_id == "appel"
    assert not line[Stage.LITIGATION].is_stamped
    assert line[Stage.LITIGATION].lesson_id is None


def test_the_line_says_where_the_next_lesson_is() -> None:
    """« ici » follows the order of the path, not that of the line: a path may start after the due date."""
    late_first = [LESSONS[1], LESSONS[0], LESSONS[2]]

    def here(**done: bool) -> list[Stage]:
        return [mark.stage for mark in due_date_line(late_first, states(**done)) if mark.is_here]

    assert here() == [Stage.OVERDUE_3]
    assert here(relance=True) == [Stage.QUOTE]
    assert here(relance=True, devis=True, appel=False) == [Stage.OVERDUE_3]
    assert here(relance=True, devis=True, appel=True) == []
