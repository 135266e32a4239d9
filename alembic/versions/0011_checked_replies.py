"""Which checks a model's reply did not pass, beside what it took."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("usage", sa.Column("failed", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("usage", "failed")
