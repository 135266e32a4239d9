"""What an adapter must find again after a restart and cannot ask its platform for."""

from datetime import datetime

from sqlalchemy import delete, select

from bot.store.records.shelf import Shelf
from bot.store.tables import keepsakes


class Keepsakes(Shelf):
    def keepsake(self, platform: str, name: str) -> str | None:
        query = select(keepsakes.c.value).where(keepsakes.c.platform == platform, keepsakes.c.name == name)
        value: str | None = self._connection.execute(query).scalar_one_or_none()
        return value

    def keep_keepsake(self, platform: str, name: str, value: str, now: datetime) -> None:
        self._set(keepsakes, (keepsakes.c.platform, keepsakes.c.name), platform=platform, name=name, value=value, at=now)

    def drop_keepsake(self, platform: str, name: str, value: str) -> bool:
        same = (keepsakes.c.platform == platform, keepsakes.c.name == name, keepsakes.c.value == value)
        return self._connection.execute(delete(keepsakes).where(*same)).rowcount > 0
