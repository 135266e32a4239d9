"""Workspaces: installations with their sealed tokens, absences, and tickets for one use."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.String(27)


def upgrade() -> None:
    op.create_table(
        "installations",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("bot_user", sa.String(), nullable=False),
        sa.Column("bot", sa.String(), nullable=False),
        sa.Column("organisation", sa.String()),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("expires_at", INSTANT),
        sa.Column("installed_at", INSTANT, nullable=False),
        sa.Column("renewing_until", INSTANT),
        sa.PrimaryKeyConstraint("platform", "workspace", name=op.f("pk_installations")),
    )
    op.create_table(
        "absences",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", name=op.f("pk_absences")),
    )
    op.create_table(
        "tickets",
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("ticket", name=op.f("pk_tickets")),
    )


def downgrade() -> None:
    for table in ("tickets", "absences", "installations"):
        op.drop_table(table)
