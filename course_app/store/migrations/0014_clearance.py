"""feu verts: who may call, for which kind of call, since when and until when"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clearance_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column(
            "call_type",
            sa.Enum(
                "courtoisie",
                "echeance-depassee",
                "mise-en-demeure",
                name="calltype",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column(
            "change",
            sa.Enum("accorde", "expire", "perdu", name="change", native_enum=False, create_constraint=True, length=8),
            nullable=False,
        ),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("rule_hash", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["user.id"], name=op.f("fk_clearance_entry_learner_id_user"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_clearance_entry_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clearance_entry")),
        sa.UniqueConstraint(
            "learner_id", "call_type", "rank", name=op.f("uq_clearance_entry_learner_id_call_type_rank")
        ),
    )
    with op.batch_alter_table("clearance_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clearance_entry_organisation_id"), ["organisation_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("clearance_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clearance_entry_organisation_id"))

    op.drop_table("clearance_entry")
