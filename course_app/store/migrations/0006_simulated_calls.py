"""simulated calls: attempts, sentences said, the learner's own customers, and the new kind of item with its events"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = ()
depends_on = None

ITEMS = ("lesson", "quiz", "exercise", "scenario")
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
)
CALL_EVENTS = ("appel-commence", "replique-dite", "replique-reprise", "appel-termine")
# table: (constraint, column, values before, values after)
ALLOWED = {
    "content_version": (("itemkind", "kind", ITEMS, (*ITEMS, "call")),),
    "learning_event": (
        ("itemkind", "item_kind", ITEMS, (*ITEMS, "call")),
        ("eventkind", "kind", EVENTS, (*EVENTS, *CALL_EVENTS)),
    ),
    "item_progress": (("itemkind", "item_kind", ITEMS, (*ITEMS, "call")),),
}


def _allow(*, after):
    """Rewrite which values are allowed; SQLite rebuilds the table for it."""
    for table, checks in ALLOWED.items():
        with op.batch_alter_table(table) as batch_op:
            for name, column, old, new in checks:
                allowed = ", ".join(repr(each) for each in (new if after else old))
                batch_op.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
                batch_op.create_check_constraint(op.f(f"ck_{table}_{name}"), f"{column} IN ({allowed})")


def upgrade() -> None:
    _allow(after=True)
    op.create_table(
        "difficult_client",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["user.id"], name=op.f("fk_difficult_client_learner_id_user"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_difficult_client_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_difficult_client")),
        sa.UniqueConstraint("learner_id", "key", name=op.f("uq_difficult_client_learner_id_key")),
    )
    with op.batch_alter_table("difficult_client", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_difficult_client_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "call_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.String(length=80), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "temperature",
            sa.Enum(
                "calme", "presse", "tendu", name="temperature", native_enum=False, create_constraint=True, length=12
            ),
            nullable=False,
        ),
        sa.Column("guided", sa.Boolean(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("replay_of", sa.Uuid(), nullable=True),
        sa.Column("replay_from", sa.Integer(), nullable=True),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hung_up", sa.Boolean(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_call_attempt_number_from_one")),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["difficult_client.id"],
            name=op.f("fk_call_attempt_client_id_difficult_client"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["user.id"], name=op.f("fk_call_attempt_learner_id_user"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_call_attempt_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["replay_of"], ["call_attempt.id"], name=op.f("fk_call_attempt_replay_of_call_attempt"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_attempt")),
        sa.UniqueConstraint("learner_id", "call_id", "number", name=op.f("uq_call_attempt_learner_id_call_id_number")),
        sa.UniqueConstraint("learner_id", "key", name=op.f("uq_call_attempt_learner_id_key")),
    )
    with op.batch_alter_table("call_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_attempt_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "call_turn",
        sa.Column("receipt", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "intent",
            sa.Enum(
                "s-identifier",
                "verifier-interlocuteur",
                "enoncer-facture",
                "question-ouverte",
                "ecouter",
                "reformuler",
                "proposer-solution",
                "demander-engagement",
                "recapituler",
                "rappeler-pieces",
                "menacer",
                "agresser",
                "divulguer",
                "pression-illicite",
                "conclure",
                name="intent",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column(
            "how",
            sa.Enum(
                "choisie", "tapee", "dictee", name="spokenhow", native_enum=False, create_constraint=True, length=12
            ),
            nullable=False,
        ),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["call_attempt.id"], name=op.f("fk_call_turn_attempt_id_call_attempt"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_call_turn_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("receipt", name=op.f("pk_call_turn")),
        sa.UniqueConstraint("attempt_id", "key", name=op.f("uq_call_turn_attempt_id_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("call_turn", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_turn_organisation_id"), ["organisation_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("call_turn", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_turn_organisation_id"))

    op.drop_table("call_turn")
    with op.batch_alter_table("call_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_attempt_organisation_id"))

    op.drop_table("call_attempt")
    with op.batch_alter_table("difficult_client", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_difficult_client_organisation_id"))

    op.drop_table("difficult_client")
    # What the older schema cannot hold goes with the attempts it was about.
    op.execute("DELETE FROM learning_event WHERE item_kind = 'call'")
    op.execute("DELETE FROM item_progress WHERE item_kind = 'call'")
    op.execute("DELETE FROM content_version WHERE kind = 'call'")
    _allow(after=False)
