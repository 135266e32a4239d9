"""Gestures are known again by a digest of their name, which holds ids of people; work that is done keeps nobody's words."""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    for name, key in (("heard", "event"), ("labs", "id"), ("turns", "id")):
        table = sa.table(name, sa.column("event", sa.String), *([sa.column("id", sa.BigInteger)] if key == "id" else []))
        for row in connection.execute(
            sa.select(table.c[key].label("key"), table.c.event).where(table.c.event.is_not(None))
        ).all():
            digest = hashlib.sha256(row.event.encode()).hexdigest()[:40]
            connection.execute(sa.update(table).where(table.c[key] == row.key).values(event=digest))
    work = sa.table("work", sa.column("id", sa.BigInteger), sa.column("state", sa.String), sa.column("payload", sa.Text))
    for row in connection.execute(sa.select(work.c.id, work.c.payload).where(work.c.state == "done")).all():
        numbers = {name: value for name, value in json.loads(row.payload).items() if isinstance(value, int)}
        connection.execute(sa.update(work).where(work.c.id == row.id).values(payload=json.dumps(numbers)))


def downgrade() -> None:
    """A name cannot be had back from its digest; what is kept stays unique."""
