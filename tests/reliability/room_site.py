"""The room for the harness: pages that come back after a break and send again what was not answered, as the real one does."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from aiohttp import ClientError, ClientSession

from bot.adapters.room.render import load
from bot.core.plain import plain
from tests.contract.platform import Learner, Seen
from tests.contract.room import RoomLearner
from tests.patience import PATIENCE
from tests.reliability.control import Victim
from tests.reliability.scene import LOOK_AGAIN
from tests.reliability.site import Spoken, Up

Json = dict[str, Any]
POSTED = "SELECT key, id, thread, speaker_name, post FROM room_messages WHERE author = '' AND key NOT LIKE 'answer:%' ORDER BY id"


class RoomSite:
    name = "room"
    wire = None

    def __init__(self) -> None:
        self.session: ClientSession
        self.port = 0
        self.scene: Up
        self._addresses: dict[Victim, int] = {}
        self._people: list[StubbornPage] = []

    async def open(self, scene: Up) -> None:
        self.scene = scene
        self.session = ClientSession()

    async def close(self) -> None:
        for page in self._people:
            await page.hang_up()
        await self.session.close()

    def environment(self) -> Mapping[str, str]:
        return {"ROOM": "on"}

    async def joined(self, victim: Victim, address: str) -> None:
        self._addresses[victim] = int(address.rsplit(":", 1)[1])

    def died(self, victim: Victim) -> None:
        self._addresses.pop(victim, None)

    async def settled(self) -> None:
        return

    def pass_(self, seconds: float) -> None:
        return

    async def person(self, name: str) -> Learner:
        page = StubbornPage(name, self)
        await page.come()
        self._people.append(page)
        await page.sees("Lesson 1 of 4")
        return page

    async def spoken(self) -> list[Spoken]:
        rows: Any = self.scene.ask(POSTED)
        return [
            Spoken(row.key, str(row.id), str(row.thread) if row.thread else None, row.speaker_name, plain(load(row.post)))
            for row in rows
        ]

    def complaints(self) -> list[str]:
        return []

    async def find_a_process(self) -> None:
        """The port of one that is there."""
        async with asyncio.timeout(PATIENCE):
            while not self._addresses:
                await self.scene.up()
                await asyncio.sleep(LOOK_AGAIN)
        self.port = next(reversed(self._addresses.values()))


class StubbornPage(RoomLearner):
    """A page in a browser: keeps a gesture until it is answered."""

    def __init__(self, name: str, site: RoomSite) -> None:
        super().__init__(name)
        self._site = site

    async def come(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                await self._site.find_a_process()
                with suppress(ClientError, ConnectionError, TimeoutError):
                    await self.connect(self._site)
                    return
                await asyncio.sleep(LOOK_AGAIN)

    async def _come_back(self) -> None:
        await self.hang_up()
        await self.come()

    async def _send(self, frame: Json) -> Json:
        self._last = frame
        while True:
            answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
            self._answers[frame["id"]] = answer
            with suppress(ClientError, ConnectionError):
                await self._socket.send_json(frame)
                either: set[asyncio.Future[Any]] = {answer, self._listening}
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED, timeout=PATIENCE)
            if answer.done():
                return answer.result()
            assert self._listening.done() or self._socket.closed, f"the room does not answer {frame['type']}"
            await self._come_back()
            frame = {**frame, "again": True}

    async def sees(self, *words: str, by: str = "", thread: str | None = None, gone: str = "") -> Seen:
        """Also after a break, and what another process has posted."""
        if self._listening.done():
            await self._come_back()
        try:
            return await super().sees(*words, by=by, thread=thread, gone=gone)
        except AssertionError:
            await self._come_back()
            return await super().sees(*words, by=by, thread=thread, gone=gone)

    async def all_seen(self) -> list[Seen]:
        """What the page shows after a reload."""
        await self._come_back()
        await self.gesture("page", channel="general")
        for root in [number for number, message in self._messages.items() if not message["thread"] and not message["private"]]:
            await self.gesture("page", channel="general", thread=root)
        return await super().all_seen()
