"""From what authors wrote to what is shown: references in words, French typography, Markdown as HTML.

Pure: values in, values out. What is wrong was said before; here every text comes out in some shape.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic_core import to_jsonable_python

from course_app.core.french import typeset
from course_app.library import references
from course_app.library.calls import Call, Objection, Phrasebook
from course_app.library.files import CallFile, ExerciseFile, LetterFile, QuizFile, ScenarioFile
from course_app.library.letters import Letter, LetterField
from course_app.library.markdown import Place, render
from course_app.library.markdown_checks import Embed
from course_app.library.model import Exercise, Frozen, ItemKind, Lesson, LessonHeader, Question, Quiz
from course_app.library.references import Known
from course_app.library.scenario_model import Ending, Node, Scenario, Variant

_Model = TypeVar("_Model", bound=Frozen)


def spoken(value: Any, known: Known) -> Any:
    """Return a value with all its sentences expanded and typeset; words without space (ids, slugs) stay."""
    if isinstance(value, str):
        return typeset(references.expand(value, known)) if any(mark in value for mark in " '{") else value
    if isinstance(value, Mapping):
        return {key: spoken(part, known) for key, part in value.items()}
    return [spoken(part, known) for part in value] if isinstance(value, list | tuple) else value


def printed(model: _Model, known: Known) -> _Model:
    """Return a catalogue value with its texts typeset."""
    return type(model).model_validate(spoken(model.model_dump(), known))


def lesson(header: LessonHeader, body: str, embeds: tuple[Embed, ...], place: Place) -> Lesson:
    """Return a lesson, rendered. Raises pydantic's ValidationError when typeset texts outgrow their limits."""
    rendered = render(body, place)
    return Lesson(
        **spoken(header.model_dump(), place.known),
        html=rendered.html,
        outline=rendered.outline,
        paragraphs=rendered.paragraphs,
        facts=rendered.facts,
        quizzes=_targets(embeds, ItemKind.QUIZ),
        exercises=_targets(embeds, ItemKind.EXERCISE),
        scenarios=_targets(embeds, ItemKind.SCENARIO),
        calls=_targets(embeds, ItemKind.CALL),
    )


def _targets(embeds: tuple[Embed, ...], kind: ItemKind) -> tuple[str, ...]:
    return tuple(dict.fromkeys(embed.id for embed in embeds if embed.kind is kind))


def quiz(file: QuizFile, place: Place) -> Quiz:
    """Return a quiz, its situations rendered. Raises as `lesson`."""
    values = file.model_dump(exclude={"kind", "questions"})
    return Quiz(
        **spoken(values, place.known),
        kind_of_quiz=file.kind,
        questions=tuple(_question(question, place) for question in file.questions),
    )


def _question(question: Question, place: Place) -> Question:
    values = spoken(question.model_dump(exclude={"situation"}), place.known)
    return type(question)(**values, situation=render(question.situation, place).html)


def call(file: CallFile, objections: tuple[Objection, ...], phrasebook: Phrasebook, known: Known) -> Call:
    """Return a call with what it may say; `objections` and `phrasebook` are already typeset. Raises as `lesson`."""
    raised = tuple(one for one in objections if one.number in file.objections)
    return Call(**spoken(file.model_dump(), known), objection_texts=raised, phrasebook=phrasebook)


def letter(file: LetterFile, fields: tuple[LetterField, ...], known: Known) -> Letter:
    """Return a letter with the fields it asks, in its order, and the facts it quotes. Raises as `lesson`."""
    declared = {field.id: field for field in fields}
    quoted = [
        mention.id for text in (file.when, *file.never, file.subject, file.body) for mention in references.find(text)
    ]
    return Letter(
        **spoken(file.model_dump(), known),
        asked=tuple(declared[name] for name in file.fields if name in declared),
        facts=tuple(dict.fromkeys(fact for fact in quoted if fact in known.facts)),
    )


def exercise(file: ExerciseFile, known: Known) -> Exercise:
    """Return an exercise, its body as JSON values with their texts typeset. Raises as `lesson`."""
    values = spoken(file.model_dump(exclude={"script"}), known)
    return Exercise(**values, body=to_jsonable_python(spoken(file.script, known)))


def scenario(file: ScenarioFile, place: Place) -> Scenario:
    """Return a scenario, its situations and endings rendered. Raises as `lesson`."""
    values = file.model_dump(exclude={"nodes", "endings"})
    return Scenario(
        **spoken(values, place.known),
        nodes=tuple(_node(node, place) for node in file.nodes),
        endings=tuple(_ending(ending, place) for ending in file.endings),
    )


def _node(node: Node, place: Place) -> Node:
    values = spoken(node.model_dump(exclude={"situation", "variants"}), place.known)
    variants = tuple(Variant(when=one.when, text=render(one.text, place).html) for one in node.variants)
    return Node(**values, situation=render(node.situation, place).html, variants=variants)


def _ending(ending: Ending, place: Place) -> Ending:
    values = spoken(ending.model_dump(exclude={"story"}), place.known)
    return Ending(**values, story=render(ending.story, place).html)
