"""surveys, complaints and requests for adaptation"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table(
        "learner_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "reclamation", "adaptation", name="requestkind", native_enum=False, create_constraint=True, length=16
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=2000), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["user.id"], name=op.f("fk_learner_request_answered_by_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["user.id"], name=op.f("fk_learner_request_learner_id_user"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_learner_request_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learner_request")),
        sa.UniqueConstraint("learner_id", "key", name=op.f("uq_learner_request_learner_id_key")),
    )
    with op.batch_alter_table("learner_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_learner_request_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "survey_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("path_id", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("a-chaud", "a-froid", name="surveykind", native_enum=False, create_constraint=True, length=16),
            nullable=False,
        ),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("comment", sa.String(length=1000), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["user.id"], name=op.f("fk_survey_answer_learner_id_user"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_survey_answer_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answer")),
        sa.UniqueConstraint("learner_id", "path_id", "kind", name=op.f("uq_survey_answer_learner_id_path_id_kind")),
    )
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_answer_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index("ix_survey_answer_path_id_kind", ["path_id", "kind"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_answer_path_id_kind")
        batch_op.drop_index(batch_op.f("ix_survey_answer_organisation_id"))

    op.drop_table("survey_answer")
    with op.batch_alter_table("learner_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_learner_request_organisation_id"))

    op.drop_table("learner_request")
