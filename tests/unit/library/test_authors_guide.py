"""The authors' guide, content/README.md, knows every key and every box there is."""

import re
import typing
from pathlib import Path

import pytest
from pydantic import BaseModel

from course_app.exercise.engine.portfolio_model import Level, PortfolioBody
from course_app.exercise.engine.scripted_model import ScriptedBody
from course_app.library import markdown_html, model, registers, scenario_model
from course_app.library.calls import Answerer, Motive, Objection, Persona, Phrasebook, Temperature
from course_app.library.clearances import CallType, ClearanceRule, Information
from course_app.library.files import CallFile, ExerciseFile, GlossaryFile, LetterFile, QuizFile, ScenarioFile
from course_app.library.letters import COMPUTED, Channel, Checklist, FieldKind, LetterField, LetterMoment

GUIDE = (Path(__file__).parents[3] / "content" / "README.md").read_text(encoding="utf-8")
CODE = re.sub(r"```.*?```", "", GUIDE, flags=re.DOTALL)
WRITTEN = {word for span in re.findall(r"`([^`]+)`", CODE) for word in re.findall(r"[\w+-]+", span)}


def _models(annotation):
    """Yield the models an annotation mentions."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in typing.get_args(annotation):
        yield from _models(part)


def _keys(root):
    """Return every key an author may write under a model."""
    seen, ahead = set(), [root]
    while ahead:
        one = ahead.pop()
        for name, field in one.model_fields.items():
            yield name
            ahead += [found for found in _models(field.annotation) if found not in seen]
            seen.update(_models(field.annotation))


@pytest.mark.parametrize(
    "root",
    [
        model.LessonHeader,
        QuizFile,
        ExerciseFile,
        CallFile,
        Objection,
        Phrasebook,
        ScenarioFile,
        GlossaryFile,
        model.Path,
        registers.Fact,
        registers.SourceRef,
        registers.Trap,
        LetterFile,
        LetterField,
        Checklist,
        ClearanceRule,
        Information,
        ScriptedBody,
        PortfolioBody,
    ],
    ids=lambda root: root.__name__,
)
def test_every_key_is_documented(root):
    """Each key of each kind of file stands in the guide, in code."""
    keys = set(_keys(root))
    assert len(keys) >= 3
    assert keys - WRITTEN == set()


@pytest.mark.parametrize(
    "enum",
    [
        model.Stage,
        model.Audience,
        model.QuizKind,
        model.QuestionType,
        Persona,
        Temperature,
        CallType,
        Answerer,
        Motive,
        model.ItemKind,
        LetterMoment,
        Channel,
        FieldKind,
        Level,
        scenario_model.ChoiceQuality,
        scenario_model.Outcome,
    ],
)
def test_every_value_is_documented(enum):
    """Each value an author may choose stands in the guide."""
    assert {member.value for member in enum} - WRITTEN == set()


def test_every_computed_blank_is_documented():
    """Each value that a letter computes by itself stands in the guide."""
    assert set(COMPUTED) - WRITTEN == set()


def test_every_box_is_documented():
    """Each box stands in the guide, and the guide names no box that does not exist."""
    assert set(re.findall(r"`::: ([\w-]+)", GUIDE)) - {"nom"} == set(markdown_html.BOX_NAMES)
