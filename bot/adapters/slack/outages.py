"""After an outage: what was said in open labs while Slack could not reach us is read back, and heard as if it came now."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.adapters.slack.calls import Calls
from bot.adapters.slack.faults import Rejected, log_withheld
from bot.adapters.slack.inbound import Busy, Json
from bot.adapters.slack.workspaces import Workspaces
from bot.core.chat import Place
from bot.core.listening import Listening
from bot.core.ports import Clock, NotSent, OpenLab, Store, Unclear, Undeliverable

PATIENCE = timedelta(minutes=1)
"""A shorter outage is Slack's to mend: it brings an event again at once, after one minute and after five."""
LOOKED_EVERY = 15.0
AGAIN_AFTER = 60.0
"""Seconds after which a reading that failed is begun anew."""
PAGE = 100
PAGES = 6
"""Six pages of 15, which is all that Slack gives an app that is sold outside its Marketplace, hold a whole lab."""
LONGEST = 15 * 60.0
"""Seconds that one reading may take. Such an app is given one page a minute: then the labs least lately used are not read."""

log = logging.getLogger(__name__)


class Outages:
    """`watch` runs as long as we listen. What was heard before is not heard again: each message comes under its own event."""

    def __init__(self, workspaces: Workspaces, store: Store, clock: Clock) -> None:
        self._workspaces = workspaces
        self._listening = Listening(store, clock, "slack")

    async def watch(self, connected: Callable[[], bool]) -> None:
        whole = False
        while True:
            if connected():
                whole = await self._step(whole=whole)
            else:
                whole = False
            await asyncio.sleep(LOOKED_EVERY if whole or not connected() else AGAIN_AFTER)

    async def _step(self, *, whole: bool) -> bool:
        """Whether everything said until now was heard, as far as it can be."""
        try:
            if whole:
                await self._listening.note()
            else:
                await self.catch_up()
        except (NotSent, Unclear, Busy):
            log.warning("Open labs could not be read back; trying again")
            return False
        except Exception as error:  # noqa: BLE001 - a database gone for a minute must not end the watch
            log_withheld("What was heard could not be noted; trying again", error)
            return False
        return True

    async def catch_up(self) -> int:
        """Read open labs back, if the outage was a longer one. How many were read."""
        now = asyncio.get_running_loop().time
        end, left = now() + LONGEST, 0

        async def read_back(lab: OpenLab, since: datetime) -> None:
            nonlocal left
            if now() > end:
                left += 1
            else:
                await self._read_back(lab, since)

        read = await self._listening.catch_up(read_back, PATIENCE)
        if read:
            log.info("Open labs were read back after an outage", extra={"labs": read - left, "left": left})
        return read

    async def _read_back(self, lab: OpenLab, since: datetime) -> None:
        if lab.lab.thread is None:
            return
        try:
            there = await self._workspaces.of(lab.lab.thread)
            said = await _said_since(there.calls, lab.lab.thread, since)
        except (Undeliverable, Rejected) as refused:
            log.warning("An open lab could not be read back", extra={"code": str(getattr(refused, "code", ""))})
            return
        for message in said:
            await there.inbound.message(message)


async def _said_since(calls: Calls, thread: Place, since: datetime) -> list[Json]:
    """The messages in the thread as events of it, oldest first. Whoever hears them knows people from robots."""
    said: list[Json] = []
    cursor = ""
    for _ in range(PAGES):
        page = await _page(calls, thread, since, cursor)
        for message in page.get("messages") or ():
            if message.get("thread_ts") == thread.thread:
                kind = "im" if thread.direct else "channel"
                said.append({**message, "channel": thread.channel, "channel_type": kind})
        cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            break
    return said


async def _page(calls: Calls, thread: Place, since: datetime, cursor: str) -> dict[str, Any]:
    """In its turn, after everything that somebody waits for."""
    more = {"cursor": cursor} if cursor else {}
    where = {"channel": thread.channel, "ts": thread.thread, "oldest": f"{since.timestamp():.6f}"}
    while True:
        await calls.buckets.room("conversations.replies")
        try:
            return await calls.now("conversations.replies", **where, limit=PAGE, **more)
        except NotSent as later:  # and the buckets know from now on how long there is no room
            if later.retry_after is None:
                raise
