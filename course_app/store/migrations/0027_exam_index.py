"""Read tests without wading through all that people did."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("learning_event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_learning_event_exam",
            ["learner_id", "item_id", "kind"],
            unique=False,
            sqlite_where=sa.text("kind IN ('test-reussi', 'test-manque')"),
            postgresql_where=sa.text("kind IN ('test-reussi', 'test-manque')"),
        )


def downgrade() -> None:
    with op.batch_alter_table("learning_event", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_learning_event_exam",
            sqlite_where=sa.text("kind IN ('test-reussi', 'test-manque')"),
            postgresql_where=sa.text("kind IN ('test-reussi', 'test-manque')"),
        )
