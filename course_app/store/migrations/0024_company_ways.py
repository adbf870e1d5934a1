"""a company's own ways"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table(
        "company_ways",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=400), nullable=False),
        sa.Column("phone", sa.String(length=120), nullable=False),
        sa.Column("signatory", sa.String(length=120), nullable=False),
        sa.Column(
            "terms",
            sa.Enum(
                "comptant",
                "30-jours",
                "45-jours-fin-de-mois",
                "60-jours",
                name="paymentterms",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column(
            "tone",
            sa.Enum("cordial", "neutre", "ferme", name="tone", native_enum=False, create_constraint=True, length=16),
            nullable=True,
        ),
        sa.Column("reminder_days", sa.JSON(), nullable=False),
        sa.Column("contacts", sa.JSON(), nullable=False),
        sa.Column("has_logo", sa.Boolean(), nullable=False),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_company_ways_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["user.id"], name=op.f("fk_company_ways_updated_by_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_ways")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_company_ways_organisation_id")),
    )
    with op.batch_alter_table("company_ways", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_company_ways_organisation_id"), ["organisation_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("company_ways", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_company_ways_organisation_id"))

    op.drop_table("company_ways")
