"""regrading after a correction: who, when, why; what answers and tests were worth before"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = ()
depends_on = None

# SQLite rebuilds the tables: without this, the number of a receipt erased with its person could be given again.
NUMBERED = {"sqlite_autoincrement": True}
CHANGED = {"quiz_answer": "judged_before", "exam_result": "worth_before"}


def upgrade() -> None:
    op.create_table(
        "regrading",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("quiz_id", sa.String(length=80), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("from_hashes", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("attempts_changed", sa.Integer(), nullable=False),
        sa.Column("now_passed", sa.Integer(), nullable=False),
        sa.Column("now_below", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["content_hash"],
            ["content_version.content_hash"],
            name=op.f("fk_regrading_content_hash_content_version"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_regrading_decided_by_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrading")),
        sa.UniqueConstraint("key", name=op.f("uq_regrading_key")),
    )
    op.create_index(op.f("ix_regrading_quiz_id"), "regrading", ["quiz_id"], unique=False)
    for table, history in CHANGED.items():
        with op.batch_alter_table(table, schema=None, table_kwargs=NUMBERED) as batch_op:
            batch_op.add_column(sa.Column("regrading_id", sa.Uuid(), nullable=True))
            batch_op.add_column(sa.Column(history, sa.JSON(), nullable=True))
            batch_op.create_foreign_key(
                op.f(f"fk_{table}_regrading_id_regrading"), "regrading", ["regrading_id"], ["id"]
            )


def downgrade() -> None:
    # Verdicts stay as they were last judged; the older schema cannot tell what they were before.
    for table, history in CHANGED.items():
        with op.batch_alter_table(table, schema=None, table_kwargs=NUMBERED) as batch_op:
            batch_op.drop_constraint(op.f(f"fk_{table}_regrading_id_regrading"), type_="foreignkey")
            batch_op.drop_column(history)
            batch_op.drop_column("regrading_id")
    op.drop_table("regrading")
