"""What the factory hands to the team's briefing: a costly kind of decision in words, from the published exercise."""

from course_app.exercise.engine.contract import KindInWords
from course_app.exercise.runs import ENGINES
from course_app.library.catalog import Catalog


def in_words(exercise_id: str, kind: str, catalog: Catalog) -> KindInWords | None:
    """Return a kind of decision in words; None when its exercise is no longer published or no longer has it."""
    exercise = catalog.exercises.get(exercise_id)
    engine = ENGINES.get(exercise.engine) if exercise else None
    if exercise is None or engine is None:
        return None
    return engine.kind_in_words(engine.prepare(exercise.body), kind)
