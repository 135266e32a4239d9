"""Beginnings: what a new installation finds, so that somebody who starts Lectern for the first time sees it teach."""

from bot.core.chat import Person, Place
from bot.core.digests import Digests
from bot.core.ports import Clock, Records, Store

HOME = Place("room", "local", "general")
"""The room's first channel, where a new installation finds its demo cohort."""


class Beginnings:
    def __init__(self, store: Store, clock: Clock, digests: Digests) -> None:
        self._store, self._clock, self._digests = store, clock, digests

    async def furnish(self) -> None:
        """An empty database gets a demo cohort, and its first digest goes out at once, as any digest does."""

        def unit(records: Records) -> None:
            now = self._clock.now()
            if records.any_cohort(HOME.platform):
                return
            if cohort := records.create_cohort(HOME, "Demo cohort", now):
                self._digests.post_now(records, cohort, "", now)

        await self._store.write(unit)

    async def welcome(self, person: Person) -> None:
        """Whoever comes first to a new installation leads its demo cohort."""

        def unit(records: Records) -> None:
            now = self._clock.now()
            who = records.know(person, now)
            cohort = records.cohort_at(HOME)
            if cohort and not records.leads(cohort.id):
                records.lead(cohort.id, who, now)

        await self._store.write(unit)
