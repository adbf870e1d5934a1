"""which mails people want"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_choice",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "topic",
            sa.Enum(
                "echeances",
                "inactivite",
                "semaine",
                "etapes",
                "suivi-equipe",
                name="topic",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_mail_choice_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user.id"], name=op.f("fk_mail_choice_person_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "topic", name=op.f("pk_mail_choice")),
    )
    with op.batch_alter_table("mail_choice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_choice_organisation_id"), ["organisation_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("mail_choice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_choice_organisation_id"))

    op.drop_table("mail_choice")
