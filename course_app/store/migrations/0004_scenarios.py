"""branching scenarios: attempts, their append-only log, and the new kind of item with its events"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = ()
depends_on = None

ITEMS = ("lesson", "quiz", "exercise")
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
)
# table: (constraint, column, values before, values after)
ALLOWED = {
    "content_version": (("itemkind", "kind", ITEMS, (*ITEMS, "scenario")),),
    "learning_event": (
        ("itemkind", "item_kind", ITEMS, (*ITEMS, "scenario")),
        ("eventkind", "kind", EVENTS, (*EVENTS, "scenario-commence", "scenario-termine")),
    ),
    "item_progress": (("itemkind", "item_kind", ITEMS, (*ITEMS, "scenario")),),
}


def _allow(*, after):
    """Rewrite which values are allowed."""
    for table, checks in ALLOWED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, column, old, new in checks:
                allowed = ", ".join(repr(each) for each in (new if after else old))
                batch_op.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
                batch_op.create_check_constraint(op.f(f"ck_{table}_{name}"), f"{column} IN ({allowed})")


def upgrade() -> None:
    _allow(after=True)
    op.create_table(
        "scenario_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("scenario_id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("replay_of", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending_id", sa.String(length=80), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(finished_at IS NULL) = (ending_id IS NULL)", name=op.f("ck_scenario_attempt_finished_at_an_ending")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_scenario_attempt_number_from_one")),
        sa.ForeignKeyConstraint(
            ["content_hash"],
            ["content_version.content_hash"],
            name=op.f("fk_scenario_attempt_content_hash_content_version"),
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["user.id"], name=op.f("fk_scenario_attempt_learner_id_user"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_scenario_attempt_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["replay_of"],
            ["scenario_attempt.id"],
            name=op.f("fk_scenario_attempt_replay_of_scenario_attempt"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario_attempt")),
        sa.UniqueConstraint("learner_id", "key", name=op.f("uq_scenario_attempt_learner_id_key")),
        sa.UniqueConstraint(
            "learner_id", "scenario_id", "number", name=op.f("uq_scenario_attempt_learner_id_scenario_id_number")
        ),
    )
    with op.batch_alter_table("scenario_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scenario_attempt_organisation_id"), ["organisation_id"], unique=False)
    op.create_table(
        "scenario_move",
        sa.Column("receipt", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("choix", "retour", "repris", name="movekind", native_enum=False, create_constraint=True, length=12),
            nullable=False,
        ),
        sa.Column("node_id", sa.String(length=80), nullable=False),
        sa.Column("choice_id", sa.String(length=80), nullable=True),
        sa.Column("back_to", sa.Integer(), nullable=True),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("red_line", sa.Boolean(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(choice_id IS NULL) = (back_to IS NOT NULL)", name=op.f("ck_scenario_move_choice_or_back")),
        sa.CheckConstraint("points >= 0 AND points <= 2", name=op.f("ck_scenario_move_points_in_bounds")),
        sa.CheckConstraint("sequence >= 1", name=op.f("ck_scenario_move_sequence_from_one")),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["scenario_attempt.id"],
            name=op.f("fk_scenario_move_attempt_id_scenario_attempt"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_scenario_move_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("receipt", name=op.f("pk_scenario_move")),
        sa.UniqueConstraint("attempt_id", "key", name=op.f("uq_scenario_move_attempt_id_key")),
        sa.UniqueConstraint("attempt_id", "sequence", name=op.f("uq_scenario_move_attempt_id_sequence")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("scenario_move", schema=None) as batch_op:
        batch_op.create_index("ix_scenario_move_node_id_choice_id", ["node_id", "choice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_scenario_move_organisation_id"), ["organisation_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("scenario_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scenario_move_organisation_id"))
        batch_op.drop_index("ix_scenario_move_node_id_choice_id")
    op.drop_table("scenario_move")
    with op.batch_alter_table("scenario_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scenario_attempt_organisation_id"))
    op.drop_table("scenario_attempt")
    # What the older schema cannot hold goes with the attempts it was about.
    op.execute("DELETE FROM learning_event WHERE item_kind = 'scenario'")
    op.execute("DELETE FROM item_progress WHERE item_kind = 'scenario'")
    op.execute("DELETE FROM content_version WHERE kind = 'scenario'")
    _allow(after=False)
