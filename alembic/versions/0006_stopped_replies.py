"""Replies that were stopped or cut off, and which reply a lab's persona is writing."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("turns", sa.Column("kind", sa.String(), nullable=False, server_default="said"))
    op.add_column("turns", sa.Column("reply", sa.String(), nullable=False, server_default=""))
    op.add_column("labs", sa.Column("replying", sa.String(), nullable=False, server_default=""))
    op.add_column("labs", sa.Column("stopped", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    for table, column in (("labs", "stopped"), ("labs", "replying"), ("turns", "reply"), ("turns", "kind")):
        op.drop_column(table, column)
