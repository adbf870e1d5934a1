"""dossiers: finished files wait in the database, cut in pieces"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dossier_piece",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_dossier_piece_job_id_job"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_dossier_piece_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_piece")),
        sa.UniqueConstraint("job_id", "number", name=op.f("uq_dossier_piece_job_id_number")),
    )
    with op.batch_alter_table("dossier_piece", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dossier_piece_organisation_id"), ["organisation_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("dossier_piece", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dossier_piece_organisation_id"))

    op.drop_table("dossier_piece")
