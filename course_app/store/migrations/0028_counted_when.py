"""when somebody's answer was counted in a published group, so that the line is forgotten one day"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("heat_counted", schema=None) as batch_op:
        batch_op.add_column(sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True))
    # The latest group of the same subject: later than the truth at worst, and nothing is forgotten too soon.
    op.execute(
        "UPDATE heat_counted SET counted_at = (SELECT max(frozen_at) FROM heat_topic"
        " WHERE heat_topic.organisation_id = heat_counted.organisation_id"
        " AND heat_topic.subject = heat_counted.subject)"
    )
    op.execute("UPDATE heat_counted SET counted_at = CURRENT_TIMESTAMP WHERE counted_at IS NULL")
    with op.batch_alter_table("heat_counted", schema=None) as batch_op:
        batch_op.alter_column("counted_at", existing_type=sa.DateTime(timezone=True), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("heat_counted", schema=None) as batch_op:
        batch_op.drop_column("counted_at")
