"""Until when everything said on a platform was heard."""

from datetime import datetime

from sqlalchemy import select, update

from bot.store.records.shelf import Shelf
from bot.store.tables import listening


class Listening(Shelf):
    def heard_until(self, platform: str) -> datetime | None:
        query = select(listening.c.until).where(listening.c.platform == platform)
        until: datetime | None = self._connection.execute(query).scalar_one_or_none()
        return until

    def keep_heard_until(self, platform: str, until: datetime) -> None:
        if not self._keep(listening, platform=platform, until=until):
            later = (listening.c.platform == platform, listening.c.until < until)
            self._connection.execute(update(listening).where(*later).values(until=until))
