"""tutor messages"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tutor_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("from_learner", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("about", sa.String(length=160), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user.id"], name=op.f("fk_tutor_message_author_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["user.id"], name=op.f("fk_tutor_message_learner_id_user"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_tutor_message_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tutor_message")),
        sa.UniqueConstraint("author_id", "key", name=op.f("uq_tutor_message_author_id_key")),
    )
    with op.batch_alter_table("tutor_message", schema=None) as batch_op:
        batch_op.create_index("ix_tutor_message_learner_id_written_at", ["learner_id", "written_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_tutor_message_organisation_id"), ["organisation_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("tutor_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tutor_message_organisation_id"))
        batch_op.drop_index("ix_tutor_message_learner_id_written_at")

    op.drop_table("tutor_message")
