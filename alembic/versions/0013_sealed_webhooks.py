"""Webhooks' tokens are kept sealed: what was kept in the open goes, and is found again in Discord when it is needed."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kept = sa.table("keepsakes", sa.column("platform", sa.String), sa.column("name", sa.String))
    op.execute(sa.delete(kept).where(kept.c.platform == "discord", kept.c.name.like("webhook:%")))


def downgrade() -> None:
    """What is sealed cannot be read without its seal, and is found again, too."""
    upgrade()
