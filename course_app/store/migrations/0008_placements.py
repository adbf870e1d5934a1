"""placements: six answers before a path, and the lessons one decided to skip"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table(
        "placement_taken",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("path_id", sa.String(length=80), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["user.id"], name=op.f("fk_placement_taken_learner_id_user"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_placement_taken_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_taken")),
    )
    with op.batch_alter_table("placement_taken", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_placement_taken_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index("ix_placement_taken_learner_id_path_id", ["learner_id", "path_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("placement_taken", schema=None) as batch_op:
        batch_op.drop_index("ix_placement_taken_learner_id_path_id")
        batch_op.drop_index(batch_op.f("ix_placement_taken_organisation_id"))

    op.drop_table("placement_taken")
