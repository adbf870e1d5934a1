"""what groups of five or more got wrong; the line of each person in an index"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heat_counted",
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["user.id"], name=op.f("fk_heat_counted_learner_id_user"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_heat_counted_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("learner_id", "subject", name=op.f("pk_heat_counted")),
    )
    with op.batch_alter_table("heat_counted", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_heat_counted_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "heat_topic",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("option", sa.String(length=80), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_heat_topic_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_heat_topic_team_id_team"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heat_topic")),
    )
    with op.batch_alter_table("heat_topic", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_heat_topic_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_heat_topic_team_id"), ["team_id"], unique=False)

    with op.batch_alter_table("team_standing", schema=None) as batch_op:
        batch_op.create_index(
            "ix_team_standing_line", ["learner_id", "organisation_id", "last_active_on", "cleared_until"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("team_standing", schema=None) as batch_op:
        batch_op.drop_index("ix_team_standing_line")

    with op.batch_alter_table("heat_topic", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_heat_topic_team_id"))
        batch_op.drop_index(batch_op.f("ix_heat_topic_organisation_id"))

    op.drop_table("heat_topic")
    with op.batch_alter_table("heat_counted", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_heat_counted_organisation_id"))

    op.drop_table("heat_counted")
