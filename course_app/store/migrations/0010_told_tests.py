"""told tests: the log says what each sent test was worth, so that other rooms need not know the tests"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = ()
depends_on = None

EVENTS = (
    "lecon-ouverte",
    "lecon-lue",
    "quiz-commence",
    "question-repondue",
    "quiz-termine",
    "exercice-commence",
    "decision-prise",
    "decision-annulee",
    "seance-close",
    "exercice-termine",
    "scenario-commence",
    "scenario-termine",
    "appel-commence",
    "replique-dite",
    "replique-reprise",
    "appel-termine",
)
EXAM_EVENTS = ("test-reussi", "test-manque")

event = sa.table(
    "learning_event",
    sa.column("organisation_id", sa.Uuid()),
    sa.column("learner_id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("item_kind", sa.String()),
    sa.column("item_id", sa.String()),
    sa.column("content_hash", sa.String()),
    sa.column("key", sa.String()),
    sa.column("payload", sa.JSON()),
    sa.column("occurred_at", sa.DateTime(timezone=True)),
)
result = sa.table(
    "exam_result",
    sa.column("organisation_id", sa.Uuid()),
    sa.column("learner_id", sa.Uuid()),
    sa.column("attempt_id", sa.Uuid()),
    sa.column("quiz_id", sa.String()),
    sa.column("receipt", sa.BigInteger()),
    sa.column("percent", sa.Integer()),
    sa.column("red_lines", sa.Integer()),
    sa.column("passed", sa.Boolean()),
    sa.column("sent_at", sa.DateTime(timezone=True)),
)
attempt = sa.table("quiz_attempt", sa.column("id", sa.Uuid()), sa.column("content_hash", sa.String()))


def _allow(kinds):
    """Rewrite which kinds of event are allowed; SQLite rebuilds the table for it."""
    allowed = ", ".join(repr(each) for each in kinds)
    with op.batch_alter_table("learning_event") as batch_op:
        batch_op.drop_constraint(op.f("ck_learning_event_eventkind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_learning_event_eventkind"), f"kind IN ({allowed})")


def _told(row):
    """Return the event that sending this test would have appended."""
    kind = "test-reussi" if row.passed else "test-manque"
    return {
        "organisation_id": row.organisation_id,
        "learner_id": row.learner_id,
        "kind": kind,
        "item_kind": "quiz",
        "item_id": row.quiz_id,
        "content_hash": row.content_hash,
        "key": f"{kind}-{row.attempt_id}",
        "payload": {
            "attempt": str(row.attempt_id),
            "receipt": row.receipt,
            "percent": row.percent,
            "red_lines": row.red_lines,
        },
        "occurred_at": row.sent_at,
    }


def upgrade() -> None:
    _allow((*EVENTS, *EXAM_EVENTS))
    sent = sa.select(result, attempt.c.content_hash).join(attempt, attempt.c.id == result.c.attempt_id)
    rows = [_told(row) for row in op.get_bind().execute(sent.order_by(result.c.receipt))]
    if rows:
        op.bulk_insert(event, rows)


def downgrade() -> None:
    op.execute(event.delete().where(event.c.kind.in_(EXAM_EVENTS)))
    _allow(EVENTS)
