"""What a reply of a lab was made of."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("turns", sa.Column("shape", sa.Text()))


def downgrade() -> None:
    op.drop_column("turns", "shape")
