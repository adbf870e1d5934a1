"""What a placement contributes to a dossier de preuve: that it was taken and when; to the learner, what came of it.

A skipped lesson follows from one right answer: somebody else's dossier tells neither.
"""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from course_app.core.french import typeset
from course_app.library.catalog import Catalog
from course_app.library.model import ItemKind, Quiz
from course_app.paths.models import PlacementTaken
from course_app.paths.placement import rules
from course_app.paths.placement.rules import Known, Reading
from course_app.progress import service as progress
from course_app.progress.evidence import Part, Piece, Sheet, Shown, Wanted, day_of

NOTE = "Six questions avant le parcours : elles proposent des leçons à passer, et la personne décide."
_VERDICTS = {Known.RIGHT: "juste", Known.WRONG: "à revoir", Known.UNKNOWN: "je ne sais pas"}


def evidence(session: Session, wanted: Wanted) -> Iterable[Piece]:
    """Yield the placements taken before the path, and the questions as they were asked."""
    taken = session.scalars(
        select(PlacementTaken)
        .where(
            PlacementTaken.organisation_id == wanted.learner.organisation_id,
            PlacementTaken.learner_id == wanted.learner.user_id,
            PlacementTaken.path_id == wanted.path.id,
        )
        .order_by(PlacementTaken.taken_at, PlacementTaken.id)
    ).all()
    if not taken:
        return
    kept = taken if wanted.own else taken[-1:]
    versions = progress.pinned_all(session, {row.content_hash for row in kept})
    quizzes = {key: quiz for key, quiz in versions.items() if isinstance(quiz, Quiz)}
    yield _taken(wanted, kept)
    if wanted.own:
        yield _given(wanted, kept, quizzes)
    for quiz in quizzes.values():
        yield _shown(quiz)


def _taken(wanted: Wanted, rows: Iterable[PlacementTaken]) -> Sheet:
    told = tuple(
        (day_of(row.taken_at), row.content_hash[:12], *((_titles(row, wanted.catalog),) if wanted.own else ()))
        for row in rows
    )
    columns = ("Fait le", "Version", *(("Leçons que j'ai choisi de passer",) if wanted.own else ()))
    return Sheet("positionnement", "Positionnement", typeset(NOTE), tuple(map(typeset, columns)), told)


def _titles(row: PlacementTaken, catalog: Catalog) -> str:
    found = (catalog.item(ItemKind.LESSON, lesson) for lesson in row.skipped)
    return "\u202f; ".join(item.title for item in found if item is not None) or "aucune"


def _given(wanted: Wanted, rows: Iterable[PlacementTaken], quizzes: dict[str, Quiz]) -> Sheet:
    lines = tuple(
        (day_of(row.taken_at), each.question.prompt, _answer(each), _VERDICTS[each.known])
        for row in rows
        if row.content_hash in quizzes
        for each in rules.read(wanted.path, quizzes[row.content_hash], row.answers)
    )
    columns = ("Le", "Question", "Réponse", "Verdict")
    note = typeset("Chaque réponse, telle qu'elle a été enregistrée.")
    return Sheet("positionnement-reponses", "Mes réponses au positionnement", note, columns, lines)


def _answer(reading: Reading) -> str:
    return reading.chosen.text if reading.chosen else ""


def _shown(quiz: Quiz) -> Shown:
    parts = tuple(
        Part(f"{number}. {question.prompt}", question.situation, tuple(option.text for option in question.options))
        for number, question in enumerate(rules.asked(quiz), 1)
    )
    return Shown(f"quiz-{quiz.id}-{quiz.content_hash[:12]}", quiz.title, quiz.content_hash, parts)
