"""What lessons contribute to a dossier de preuve: each one as it stood when the learner read it."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from course_app.library.model import ItemKind, Lesson
from course_app.progress import service as progress
from course_app.progress.evidence import Part, Piece, Shown, Wanted


def evidence(session: Session, wanted: Wanted) -> Iterable[Piece]:
    """Yield the lessons of the path that were opened, in the very version that the learner's progress names."""
    states = progress.journey(session, wanted.learner)
    keys = [ref.key for ref in wanted.path.items if ref.kind is ItemKind.LESSON and ref.key in states]
    versions = progress.pinned_all(session, {states[key].content_hash for key in keys})
    for key in keys:
        lesson = versions.get(states[key].content_hash)
        if isinstance(lesson, Lesson):
            name = f"lecon-{lesson.id}-{lesson.content_hash[:12]}"
            yield Shown(name, lesson.title, lesson.content_hash, (Part(lesson.title, lesson.html),))
