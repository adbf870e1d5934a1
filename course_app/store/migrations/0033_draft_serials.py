"""An answer of a test knows which sending of its page it was: a slow one no longer takes the place of the next."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("exam_draft", schema=None) as batch_op:
        batch_op.add_column(sa.Column("serial", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("exam_draft", schema=None) as batch_op:
        batch_op.drop_column("serial")
