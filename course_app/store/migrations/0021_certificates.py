"""certificates: what was issued, its signature, its withdrawal; the event that tells it"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = ()
depends_on = None

EVENTS = (
    "lecon-ouverte",
    "lecon-lue",
    "quiz-commence",
    "question-repondue",
    "quiz-termine",
    "exercice-commence",
    "decision-prise",
    "decision-annulee",
    "seance-close",
    "exercice-termine",
    "scenario-commence",
    "scenario-termine",
    "appel-commence",
    "replique-dite",
    "replique-reprise",
    "appel-termine",
    "test-reussi",
    "test-manque",
)
ISSUED = "attestation-etablie"


def _allow(table, name, column, values):
    """Rewrite which values a column takes; SQLite rebuilds the table for it."""
    allowed = ", ".join(repr(each) for each in values)
    with op.batch_alter_table(table) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        batch_op.create_check_constraint(op.f(f"ck_{table}_{name}"), f"{column} IN ({allowed})")


def upgrade() -> None:
    _allow("learning_event", "eventkind", "kind", (*EVENTS, ISSUED))
    op.create_table(
        "certificate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "competences",
                "realisation",
                name="certificatekind",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("path_id", sa.String(length=80), nullable=False),
        sa.Column("path_version", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("achieved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=True),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("pdf_hash", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=43), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_why", sa.String(length=300), nullable=False),
        sa.Column("may_be_reissued", sa.Boolean(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["user.id"], name=op.f("fk_certificate_issued_by_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["user.id"], name=op.f("fk_certificate_learner_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_certificate_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"], ["user.id"], name=op.f("fk_certificate_revoked_by_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(
            "uq_certificate_once",
            ["learner_id", "path_id", "kind", "path_version"],
            unique=True,
            sqlite_where=sa.text("NOT may_be_reissued"),
            postgresql_where=sa.text("NOT may_be_reissued"),
        )


def downgrade() -> None:
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_certificate_once",
            sqlite_where=sa.text("NOT may_be_reissued"),
            postgresql_where=sa.text("NOT may_be_reissued"),
        )
        batch_op.drop_index(batch_op.f("ix_certificate_organisation_id"))

    op.drop_table("certificate")
    # What the older schema cannot hold: the log loses these facts, the chain keeps their prints.
    op.execute(f"DELETE FROM learning_event WHERE kind = '{ISSUED}'")
    _allow("learning_event", "eventkind", "kind", EVENTS)
