"""Keep of each wording all that the page of a quiz shows. What was counted before is counted again within minutes."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("question_measure", schema=None) as batch_op:
        batch_op.add_column(sa.Column("success", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("degrees", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("content_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("last_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("question_measure", schema=None) as batch_op:
        batch_op.drop_column("last_at")
        batch_op.drop_column("content_hash")
        batch_op.drop_column("degrees")
        batch_op.drop_column("success")
