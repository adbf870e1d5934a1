"""what counting a team reads of people and of their stays, in the order in which it reads them"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_user_seen", "user", ["organisation_id", "deactivated_at", "is_guest", "id", "first_name"], unique=False
    )
    op.create_index(
        "ix_team_member_seen", "team_member", ["organisation_id", "left_at", "team_id", "user_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_team_member_seen", table_name="team_member")
    op.drop_index("ix_user_seen", table_name="user")
