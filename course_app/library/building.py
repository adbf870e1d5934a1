"""The catalogue, built from what was understood: each item rendered, typeset, accepted by its model."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from course_app.library import files, rendering
from course_app.library.catalog import Catalog, index
from course_app.library.files import ExerciseFile, Written
from course_app.library.markdown import Place
from course_app.library.markdown_html import Card
from course_app.library.model import Exercise, Finding, Frozen, ItemKind, Lesson, LessonHeader
from course_app.library.parts import Parts, WrittenLesson
from course_app.library.references import Known
from course_app.library.yaml_reader import Location

_Model = TypeVar("_Model", bound=Frozen)


def build(parts: Parts, exercise_bodies: Mapping[str, type[BaseModel]]) -> tuple[Catalog, list[Finding]]:
    """Return the catalogue of everything that could be built, and why the rest could not."""
    builder = _Builder(exercise_bodies)
    raw = parts.known
    known = Known(
        {name: rendering.printed(fact, raw) for name, fact in raw.facts.items()},
        {name: rendering.printed(term, raw) for name, term in raw.terms.items()},
    )
    sources = index(rendering.printed(source, known) for source in (parts.sources.value if parts.sources else ()))
    fragment = Place(known, sources=sources)
    quizzes = index(builder.each(parts.quizzes, lambda one: rendering.quiz(one.value, fragment)))
    exercises = index(builder.each(parts.exercises, lambda one: builder.exercise(one, known)))
    scenarios = index(builder.each(parts.scenarios, lambda one: rendering.scenario(one.value, fragment)))
    objections = tuple(rendering.printed(one, known) for one in (parts.objections.value if parts.objections else ()))
    phrasebook = rendering.printed(parts.phrasebook.value, known) if parts.phrasebook else None
    calls = index(
        builder.each(
            parts.calls,
            lambda one: rendering.call(one.value, objections, phrasebook, known) if phrasebook else None,
        )
    )
    cards = {
        **{(ItemKind.QUIZ, quiz.id): Card(quiz.title, quiz.minutes, len(quiz.questions)) for quiz in quizzes.values()},
        **{(ItemKind.EXERCISE, one.id): Card(one.title, one.minutes) for one in exercises.values()},
        **{(ItemKind.SCENARIO, one.id): Card(one.title, one.minutes) for one in scenarios.values()},
        **{(ItemKind.CALL, one.id): Card(one.title, one.minutes) for one in calls.values()},
    }
    place = Place(known, cards, sources, is_lesson=True)
    lessons = index(
        rendered for lesson in parts.lessons for rendered in builder.each([lesson.header], _renderer(lesson, place))
    )
    fields = tuple(rendering.printed(one, known) for one in (parts.fields.value if parts.fields else ()))
    letters = index(builder.each(parts.letters, lambda one: rendering.letter(one.value, fields, known)))
    checklists = index(builder.each(parts.checklists, lambda one: rendering.printed(one.value, known)))
    paths = index(builder.each(parts.paths, lambda one: rendering.printed(one.value, known)))
    clearances = tuple(rendering.printed(one, known) for one in (parts.clearances.value if parts.clearances else ()))
    information = rendering.printed(parts.information.value, known) if parts.information else None
    labels = parts.glossary.value.enums if parts.glossary else ()
    catalog = Catalog(
        lessons=lessons,
        quizzes=quizzes,
        exercises=exercises,
        scenarios=scenarios,
        calls=calls,
        letters=letters,
        checklists=checklists,
        paths=paths,
        terms=index(known.terms.values()),
        facts=index(known.facts.values()),
        sources=sources,
        enum_labels=labels,
        objections=objections,
        phrasebook=phrasebook,
        clearances=clearances,
        information=information,
    )
    return catalog, builder.refused


def _renderer(written: WrittenLesson, place: Place) -> Callable[[Written[LessonHeader]], Lesson]:
    return lambda header: rendering.lesson(header.value, written.body, written.embeds, place)


class _Builder:
    def __init__(self, exercise_bodies: Mapping[str, type[BaseModel]]) -> None:
        self.exercise_bodies = exercise_bodies
        self.refused: list[Finding] = []

    def each(self, written: list[Written[Any]], make: Callable[[Written[Any]], _Model | None]) -> list[_Model]:
        """Return what could be made; a text that outgrows its limit once typeset is a finding."""
        made: list[_Model] = []
        for one in written:
            try:
                item = make(one)
            except ValidationError as error:
                self._refuse(one, error)
            else:
                made += [item] if item is not None else []
        return made

    def _refuse(self, written: Written[Any], error: ValidationError, under: Location = ()) -> None:
        self.refused += files.findings(written.name, files.shape_faults(written.document, error, under))

    def exercise(self, written: Written[ExerciseFile], known: Known) -> Exercise | None:
        """Return an exercise whose script its engine accepts; None, with findings, when it does not."""
        engine = self.exercise_bodies.get(written.value.engine)
        if engine is None:
            names = ", ".join(sorted(self.exercise_bodies))
            message = f"moteur inconnu : « {written.value.engine} ». Moteurs possibles : {names}"
            self.refused.append(written.finding(("engine",), "moteur-inconnu", message))
            return None
        exercise = rendering.exercise(written.value, known)
        try:
            engine.model_validate(exercise.body)
        except ValidationError as error:
            self._refuse(written, error, under=("script",))
            return None
        return exercise
