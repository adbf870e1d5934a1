"""The models that the scripts of exercises follow, by the name of their engine; light, so that a check loads no engine."""

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import BaseModel

from course_app.exercise.engine.portfolio_model import PortfolioBody
from course_app.exercise.engine.scripted_model import ScriptedBody

EXERCISE_BODIES: Mapping[str, type[BaseModel]] = MappingProxyType(
    {"portfolio": PortfolioBody, "scripted": ScriptedBody}
)
