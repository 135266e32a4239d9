"""Seats: what only one of several processes may do at a time, held by a lease that ends by itself."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from bot.store.records.shelf import Shelf
from bot.store.tables import seats


class Seats(Shelf):
    """Rows with an end, not the server's locks: a lock pins a connection and is lost behind a pooler."""

    def take_seat(self, name: str, holder: str, now: datetime, lease: float) -> bool:
        insert = self._insert(seats).values(name=name, holder=holder, until=now + timedelta(seconds=lease))
        free = or_(seats.c.holder == holder, seats.c.holder.is_(None), seats.c.until < now)
        change = {"holder": insert.excluded.holder, "until": insert.excluded.until}
        taken = insert.on_conflict_do_update(index_elements=[seats.c.name], set_=change, where=free)
        return self._connection.execute(taken.returning(seats.c.name)).first() is not None

    def leave_seat(self, name: str, holder: str, now: datetime) -> None:
        mine = (seats.c.name == name, seats.c.holder == holder)
        self._connection.execute(update(seats).where(*mine).values(holder=None, until=now))

    def seats_held(self, now: datetime) -> dict[str, str]:
        held = select(seats.c.name, seats.c.holder).where(seats.c.holder.is_not(None), seats.c.until >= now)
        return {row.name: row.holder for row in self._connection.execute(held)}
