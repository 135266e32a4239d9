"""How a migration is run: everything or nothing, by one process at a time."""

from alembic import context
from sqlalchemy import Connection, text

from bot.store.engines import address, migrating
from bot.store.tables import metadata

LOCK = 0x1EC7E44
"""The number all processes agree on for PostgreSQL's advisory lock."""


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,  # SQLite changes a table by copying it
        transaction_per_migration=False,
    )
    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        context.run_migrations()
        if connection.dialect.name == "sqlite" and (broken := connection.execute(text("PRAGMA foreign_key_check")).all()):
            raise RuntimeError(f"the migration left {len(broken)} rows that point nowhere")


def url_given() -> str:
    url = context.get_x_argument(as_dictionary=True).get("url")
    if not isinstance(url, str):
        raise SystemExit("Say which database: alembic -x url=sqlite:///lectern.db ...")
    return url


engine = migrating(context.config.attributes.get("url") or address(url_given()))
try:
    with engine.connect() as connection:
        migrate(connection)
finally:
    engine.dispose()
