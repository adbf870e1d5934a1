"""Keep what each question is worth, counted beside the pages."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quiz_count",
        sa.Column("quiz_id", sa.String(length=80), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("newest", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("quiz_id", name=op.f("pk_quiz_count")),
    )
    op.create_table(
        "question_measure",
        sa.Column("quiz_id", sa.String(length=80), nullable=False),
        sa.Column("question_id", sa.String(length=130), nullable=False),
        sa.Column("wording", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("correct", sa.Integer(), nullable=False),
        sa.Column("sure_and_wrong", sa.Integer(), nullable=False),
        sa.Column("mistaken", sa.Integer(), nullable=False),
        sa.Column("mistake", sa.String(length=300), nullable=True),
        sa.Column("discrimination", sa.Double(), nullable=True),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("quiz_id", "question_id", "wording", name=op.f("pk_question_measure")),
    )


def downgrade() -> None:
    op.drop_table("question_measure")
    op.drop_table("quiz_count")
