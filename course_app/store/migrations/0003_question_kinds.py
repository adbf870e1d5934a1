"""kinds of question: what was typed, the share that is right, the wording judged, « La raison ? »"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = ()
depends_on = None

# SQLite rebuilds the table: without this, the number of a receipt erased with its person could be given again.
NUMBERED = {"sqlite_autoincrement": True}


def upgrade() -> None:
    with op.batch_alter_table("quiz_answer", schema=None, table_kwargs=NUMBERED) as batch_op:
        batch_op.add_column(sa.Column("question_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("typed", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("credit_percent", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.String(length=80), nullable=True))
        batch_op.alter_column("question_id", existing_type=sa.String(length=80), type_=sa.String(length=130))
        batch_op.alter_column("correct", existing_type=sa.Boolean(), nullable=True)


def downgrade() -> None:
    # What the older schema cannot hold goes: answers that are never marked, and those of questions with long names.
    op.execute("DELETE FROM quiz_answer WHERE correct IS NULL OR length(question_id) > 80")
    with op.batch_alter_table("quiz_answer", schema=None, table_kwargs=NUMBERED) as batch_op:
        batch_op.alter_column("correct", existing_type=sa.Boolean(), nullable=False)
        batch_op.alter_column("question_id", existing_type=sa.String(length=130), type_=sa.String(length=80))
        batch_op.drop_column("reason")
        batch_op.drop_column("credit_percent")
        batch_op.drop_column("typed")
        batch_op.drop_column("question_hash")
