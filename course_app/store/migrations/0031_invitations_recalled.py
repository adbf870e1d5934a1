"""an invitation is recalled once, and may refuse it; a topic of mails is plain text"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = ()
depends_on = None

TOPICS_BEFORE = ("echeances", "inactivite", "semaine", "etapes", "suivi-equipe")


def upgrade() -> None:
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recall_token_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("recall_stopped_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_unique_constraint(op.f("uq_invitation_recall_token_hash"), ["recall_token_hash"])
    with op.batch_alter_table("mail_choice", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_mail_choice_topic"), type_="check")


def downgrade() -> None:
    allowed = ", ".join(f"'{topic}'" for topic in TOPICS_BEFORE)
    op.execute(f"DELETE FROM mail_choice WHERE topic NOT IN ({allowed})")
    with op.batch_alter_table("mail_choice", schema=None) as batch_op:
        batch_op.create_check_constraint(op.f("ck_mail_choice_topic"), f"topic IN ({allowed})")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_invitation_recall_token_hash"), type_="unique")
        batch_op.drop_column("recall_stopped_at")
        batch_op.drop_column("recall_token_hash")
