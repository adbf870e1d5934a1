"""the line of each person in their manager's list"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = ()
depends_on = None

progress = sa.table(
    "item_progress",
    sa.column("learner_id", sa.Uuid()),
    sa.column("organisation_id", sa.Uuid()),
    sa.column("updated_at", sa.DateTime(timezone=True)),
)
user = sa.table("user", sa.column("id", sa.Uuid()), sa.column("is_guest", sa.Boolean()))
standing = sa.table(
    "team_standing",
    sa.column("learner_id", sa.Uuid()),
    sa.column("organisation_id", sa.Uuid()),
    sa.column("last_active_on", sa.Date()),
)


def _date_what_was_done():
    """Give a line to whoever has learned before there were lines; their feu verts are earned from now on."""
    last = sa.func.max(progress.c.updated_at, type_=sa.DateTime(timezone=True)).label("last")
    rows = op.get_bind().execute(
        sa.select(progress.c.learner_id, progress.c.organisation_id, last)
        .join(user, user.c.id == progress.c.learner_id)
        .where(~user.c.is_guest)
        .group_by(progress.c.learner_id, progress.c.organisation_id)
    )
    lines = [
        {"learner_id": row.learner_id, "organisation_id": row.organisation_id, "last_active_on": row.last.date()}
        for row in rows
    ]
    if lines:
        op.bulk_insert(standing, lines)


def upgrade() -> None:
    op.create_table(
        "team_standing",
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("last_active_on", sa.Date(), nullable=False),
        sa.Column("cleared_until", sa.Date(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["user.id"], name=op.f("fk_team_standing_learner_id_user"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_team_standing_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("learner_id", name=op.f("pk_team_standing")),
    )
    with op.batch_alter_table("team_standing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_standing_organisation_id"), ["organisation_id"], unique=False)
    _date_what_was_done()


def downgrade() -> None:
    with op.batch_alter_table("team_standing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_standing_organisation_id"))

    op.drop_table("team_standing")
