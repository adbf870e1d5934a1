"""What simulated calls contribute to a dossier de preuve: to the learner alone, what they said and how it was judged.

Practice stays private (experience.md §5, 48): somebody else's dossier says of a call what the record of activity says.
"""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from course_app.calls import service
from course_app.calls.engine.conversation import Ending
from course_app.calls.engine.review import review
from course_app.calls.service import Attempt
from course_app.core.french import typeset
from course_app.library.model import ItemKind
from course_app.progress.evidence import Piece, Sheet, Wanted, day_of

NOTE = "Une ligne par appel simulé, du plus ancien au plus récent. Raccrocher n'est jamais un échec."
SAID_NOTE = "Ce que vous avez dit, dans l'ordre, et l'avis du débrief. Une phrase reprise n'y est pas."
_ENDINGS = {
    Ending.CONCLUDED: "mené à son terme",
    Ending.CUT_BY_CUSTOMER: "coupé par le client",
    Ending.OUT_OF_TIME: "arrivé au bout du temps",
    None: "interrompu",
}


def evidence(session: Session, wanted: Wanted) -> Iterable[Piece]:
    """Yield the learner's finished calls of the path, and each sentence said in them; nothing to anybody else."""
    if not wanted.own:
        return
    asked = {ref.id for ref in wanted.path.items if ref.kind is ItemKind.CALL}
    rows = [row for row in service.attempts(session, wanted.learner) if row.call_id in asked and row.client_id is None]
    finished = [service.load(session, wanted.learner, row.id) for row in rows if row.finished_at is not None]
    if not finished:
        return
    columns = ("Appel", "Essai", "Commencé le", "Terminé le", "Issue", "Étapes faites", "Lignes rouges")
    yield Sheet("appels", "Mes appels", typeset(NOTE), columns, tuple(_line(each) for each in finished))
    told = ("Appel", "Essai", "Phrase", "Ce que j'ai dit", "Avis", "Le")
    said = tuple(line for each in finished for line in _said(each, wanted))
    yield Sheet("phrases", "Mes phrases", typeset(SAID_NOTE), tuple(map(typeset, told)), said)


def _line(attempt: Attempt) -> tuple[str, ...]:
    row, judged = attempt.row, review(attempt.conversation)
    done = sum(step.done for step in judged.steps)
    return (
        attempt.call.title,
        str(row.number),
        day_of(row.started_at),
        day_of(row.finished_at),
        "raccroché" if row.hung_up else _ENDINGS[attempt.conversation.ending],
        f"{done} sur {len(judged.steps)}",
        str(judged.red_lines),
    )


def _said(attempt: Attempt, wanted: Wanted) -> Iterable[tuple[str, ...]]:
    judged = review(attempt.conversation).turns
    for turn, told in zip(attempt.turns, judged, strict=False):
        grade = typeset(wanted.catalog.label(told.grade))
        yield attempt.call.title, str(attempt.row.number), str(turn.number), turn.said, grade, day_of(turn.said_at)
