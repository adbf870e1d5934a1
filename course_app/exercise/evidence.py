"""What the bureau des relances contributes to a dossier de preuve: to the learner alone, games and decisions, judged.

Practice stays private: somebody else's dossier says of an exercise what the record of activity says.
"""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from course_app.core.french import euros, typeset
from course_app.exercise import runs
from course_app.exercise.engine.contract import MomentReview
from course_app.exercise.runs import OutdatedRun, Run
from course_app.library.model import ItemKind
from course_app.progress.evidence import Piece, Sheet, Wanted, day_of

MOST = 10
"""Games that a dossier judges, the latest ones: judging a long one takes half a second."""
NOTE = "Les dix dernières parties terminées. Les sommes et les clients sont inventés."
DECIDED_NOTE = "Chaque décision de ces parties, avec l'avis du débrief. Une décision annulée n'y est pas."


def evidence(session: Session, wanted: Wanted) -> Iterable[Piece]:
    """Yield the learner's finished games of the path, and each decision made in them; nothing to anybody else."""
    if not wanted.own:
        return
    played = list(_played(session, wanted))
    if not played:
        return
    columns = ("Exercice", "Partie", "Commencée le", "Terminée le", "Encaissé", "Clients qui ont payé", "Lignes rouges")
    yield Sheet("parties", "Mes parties au bureau", typeset(NOTE), columns, tuple(_line(each) for each in played))
    columns = ("Exercice", "Partie", "Séance", "Client", "Décision", "Avis", "Prise le")
    decided = tuple(_decision(run, moment, wanted) for run in played for moment in run.debrief.moments)
    yield Sheet("decisions", "Mes décisions", typeset(DECIDED_NOTE), columns, decided)


def _played(session: Session, wanted: Wanted) -> Iterable[Run]:
    asked = {ref.id for ref in wanted.path.items if ref.kind is ItemKind.EXERCISE}
    rows = [
        (row.finished_at, row.id)
        for row in runs.runs_of(session, wanted.learner)
        if row.exercise_id in asked and row.finished_at is not None
    ]
    for _at, run_id in sorted(rows)[-MOST:]:
        try:
            yield runs.load(session, wanted.learner, run_id)
        except OutdatedRun:  # its rules are no longer kept: the export of one's data has its moves
            continue


def _line(run: Run) -> tuple[str, ...]:
    told = run.debrief
    return (
        run.exercise.title,
        str(run.row.number),
        day_of(run.row.started_at),
        day_of(run.row.finished_at),
        euros(told.collected_cents),
        f"{told.customers_paid} sur {told.customers_total}",
        str(sum(bool(moment.red_line) for moment in told.moments)),
    )


def _decision(run: Run, moment: MomentReview, wanted: Wanted) -> tuple[str, ...]:
    made = run.moves[moment.sequence] if not moment.is_implicit and moment.sequence < len(run.moves) else None
    return (
        run.exercise.title,
        str(run.row.number),
        moment.session_label,
        moment.customer_name,
        moment.action_label,
        "Ligne rouge" if moment.red_line else typeset(wanted.catalog.label(moment.grade)),
        day_of(made.decided_at) if made else "sans décision",
    )
