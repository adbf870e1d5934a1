"""The script of an exercise, checked as a whole: what `library` passes through and the engine plays.

Knows neither files nor positions: `library` gives each fault its line.
"""

from typing import Self

from pydantic import ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from course_app.exercise.engine.scripted_checks import faults
from course_app.exercise.engine.scripted_parts import Script


class ScriptedBody(Script):
    """A script whose every state can be reached, every condition met, every chance adds up."""

    @model_validator(mode="after")
    def _check_across(self) -> Self:
        """Report every fault across keys at once, each at its own place."""
        found = [
            InitErrorDetails(
                type=PydanticCustomError(fault.code, "{text}", {"text": fault.text}), loc=fault.loc, input=None
            )
            for fault in faults(self)
        ]
        if found:
            raise ValidationError.from_exception_data("script", found)
        return self
