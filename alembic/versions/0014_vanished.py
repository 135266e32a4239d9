"""How often a process ended with a piece of work in hand is counted, so that work which ends processes is not tried for ever."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("work", sa.Column("vanished", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("work", "vanished")
