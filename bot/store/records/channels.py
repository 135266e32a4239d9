"""Channels that a platform calls by another id from one day to the next."""

from sqlalchemy import or_, select, update

from bot.core.chat import Place
from bot.store.records.shelf import Shelf
from bot.store.tables import cohorts, labs


class Channels(Shelf):
    def move_channel(self, place: Place, channel: str) -> bool:
        here = (labs.c.platform == place.platform, labs.c.workspace == place.workspace)
        held = or_(labs.c.channel == place.channel, labs.c.thread_channel == place.channel)
        for lab in self._connection.execute(select(labs).where(*here, held)).all():
            thread = Place(lab.platform, lab.workspace, channel, lab.thread, bool(lab.thread_direct))
            there = {"thread_channel": channel, "thread_lane": thread.lane} if lab.thread_channel == place.channel else {}
            home = {"channel": channel} if lab.channel == place.channel else {}
            self._connection.execute(update(labs).where(labs.c.id == lab.id).values(**there, **home))
        home_of = (cohorts.c.platform == place.platform, cohorts.c.workspace == place.workspace)
        if self._connection.execute(select(cohorts.c.id).where(*home_of, cohorts.c.channel == channel)).first():
            return False
        moved = update(cohorts).where(*home_of, cohorts.c.channel == place.channel).values(channel=channel)
        return self._changed(moved)
