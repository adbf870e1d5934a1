"""logos kept with the documents that bear them"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificate_logo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("picture_hash", sa.String(length=64), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_certificate_logo_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_logo")),
        sa.UniqueConstraint(
            "organisation_id", "picture_hash", name=op.f("uq_certificate_logo_organisation_id_picture_hash")
        ),
    )
    with op.batch_alter_table("certificate_logo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_logo_organisation_id"), ["organisation_id"], unique=False)

    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("logo_id", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_certificate_logo_id"), ["logo_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_certificate_logo_id_certificate_logo"), "certificate_logo", ["logo_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_certificate_logo_id_certificate_logo"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_certificate_logo_id"))
        batch_op.drop_column("logo_id")

    with op.batch_alter_table("certificate_logo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_logo_organisation_id"))

    op.drop_table("certificate_logo")
