"""Seats, which only one of several processes may hold, and the choice made where a platform could not tell."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seats",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("holder", sa.String),
        sa.Column("until", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_seats"),
    )
    op.add_column("work", sa.Column("choice", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("work", "choice")  # not as a batch: copying the table would forget AUTOINCREMENT
    op.drop_table("seats")
