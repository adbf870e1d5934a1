"""What six answers say: right, wrong or unknown, and the lessons each right one lets skip. Values in, values out."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from course_app.library.model import Feedback, Option, Path, Quiz
from course_app.library.questions import ChoiceQuestion


class Known(StrEnum):
    """How an answer of a placement reads."""

    RIGHT = "juste"
    WRONG = "faux"
    UNKNOWN = "je-ne-sais-pas"


@dataclass(frozen=True)
class Reading:
    """One question of a placement, read: what was chosen (None: unknown), the right option, what to explain.

    `lessons` are the ids of the lessons of the question: to skip when known, to read otherwise.
    """

    question: ChoiceQuestion
    chosen: Option | None
    right: Option
    lessons: tuple[str, ...]

    @property
    def known(self) -> Known:
        """Whether the person knew."""
        if self.chosen is None:
            return Known.UNKNOWN
        return Known.RIGHT if self.chosen.correct else Known.WRONG

    @property
    def feedback(self) -> Feedback:
        """What happens with the answer given, or with the right one when none was."""
        return (self.chosen or self.right).feedback


def asked(quiz: Quiz) -> tuple[ChoiceQuestion, ...]:
    """Return the questions of a placement: plain choices, as the content is checked to hold."""
    return tuple(question for question in quiz.questions if isinstance(question, ChoiceQuestion))


def kept(quiz: Quiz, answers: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that name an option of their question; « je ne sais pas » is no answer."""
    offered = {question.id: {option.id for option in question.options} for question in asked(quiz)}
    return {name: option for name, option in answers.items() if option in offered.get(name, ())}


def read(path: Path, quiz: Quiz, answers: Mapping[str, str]) -> tuple[Reading, ...]:
    """Return the questions of a path's placement with what was answered, in order."""
    skips = {skip.question: skip.lessons for skip in path.placement.skips} if path.placement else {}
    return tuple(
        Reading(
            question=question,
            chosen=next((option for option in question.options if option.id == answers.get(question.id)), None),
            right=next(option for option in question.options if option.correct),
            lessons=skips.get(question.id, ()),
        )
        for question in asked(quiz)
    )


def proposed(readings: tuple[Reading, ...]) -> tuple[str, ...]:
    """Return the lessons that may be skipped: those of right answers, unless a wrong or unknown one needs them too."""
    needed = {lesson for reading in readings if reading.known is not Known.RIGHT for lesson in reading.lessons}
    known = (lesson for reading in readings if reading.known is Known.RIGHT for lesson in reading.lessons)
    return tuple(dict.fromkeys(lesson for lesson in known if lesson not in needed))
