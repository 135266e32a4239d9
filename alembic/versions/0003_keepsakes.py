"""What adapters must find again after a restart, and labs by the conversation they are held in."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "keepsakes",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("platform", "name", name=op.f("pk_keepsakes")),
    )
    op.create_index("ix_labs_thread", "labs", ["thread"])
    op.create_index("ix_labs_thread_channel", "labs", ["thread_channel"])


def downgrade() -> None:
    op.drop_index("ix_labs_thread_channel", table_name="labs")
    op.drop_index("ix_labs_thread", table_name="labs")
    op.drop_table("keepsakes")
