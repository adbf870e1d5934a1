"""who has read what is told before the first attempt, in which words"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table(
        "information_read",
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["user.id"], name=op.f("fk_information_read_learner_id_user"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_information_read_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("learner_id", "version", name=op.f("pk_information_read")),
    )
    with op.batch_alter_table("information_read", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_information_read_organisation_id"), ["organisation_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("information_read", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_information_read_organisation_id"))

    op.drop_table("information_read")
