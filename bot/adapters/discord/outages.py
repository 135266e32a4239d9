"""After an outage: what was said in open labs while we did not listen is read back, and heard as if it came now."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import discord

from bot.adapters.discord.faults import NETWORK, log_withheld, sorted_out
from bot.adapters.discord.hearing import spoken
from bot.adapters.discord.messages import conversation
from bot.adapters.discord.sayings import Sayings
from bot.core.chat import Place
from bot.core.listening import Listening
from bot.core.ports import Clock, NotSent, OpenLab, Store, Unclear

LOOKED_EVERY = 15.0
AGAIN_AFTER = 30.0
"""Seconds after which a reading that failed is begun anew."""
MOST = 300
"""Messages read back in one lab: all that one holds."""

log = logging.getLogger(__name__)


class Outages:
    """`watch` runs as long as we listen. What was heard before is not heard again: each message comes under its own event."""

    def __init__(self, client: discord.Client, sayings: Sayings, store: Store, clock: Clock) -> None:
        self._client, self._sayings = client, sayings
        self._listening = Listening(store, clock, "discord")
        self._behind = asyncio.Event()
        self._whole = asyncio.Event()

    def missed(self) -> None:
        """Something may have been said that we do not know of: a new session began, or what was heard could not be kept."""
        self._whole.clear()
        self._behind.set()

    async def wait(self) -> None:
        """Until everything said before was read back, so that what is said now comes after it."""
        await self._whole.wait()

    async def watch(self, connected: Callable[[], bool]) -> None:
        pause = LOOKED_EVERY
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._behind.wait()
            self._behind.clear()
            pause = LOOKED_EVERY if not connected() or await self._step() else AGAIN_AFTER

    async def _step(self) -> bool:
        """Whether everything said until now was heard, as far as it can be."""
        try:
            if self._whole.is_set():
                await self._listening.note()
            else:
                await self.catch_up()
        except (NotSent, Unclear):
            log.warning("Open labs could not be read back; trying again")
            return False
        except Exception as error:  # noqa: BLE001 - a database gone for a minute must not end the watch
            log_withheld(log, "What was heard could not be noted; trying again", error)
            return False
        finally:
            self._whole.set()  # whoever speaks now does not wait for a second reading
        return True

    async def catch_up(self) -> int:
        """Read open labs back. How many were read."""
        read = await self._listening.catch_up(self._read_back)
        if read:
            log.info("Open labs were read back after an outage", extra={"labs": read})
        return read

    async def _read_back(self, lab: OpenLab, since: datetime) -> None:
        thread = lab.lab.thread
        if thread is None:
            return
        try:
            said = await self._said_since(thread, since)
        except NETWORK as error:
            found = sorted_out(error)
            if isinstance(found, NotSent | Unclear):
                raise found from None
            log.warning("An open lab could not be read back", extra={"code": str(getattr(found, "code", ""))})
            return
        for message in said:
            await self._sayings.hear_again(message)

    async def _said_since(self, thread: Place, since: datetime) -> list[discord.Message]:
        """Oldest first."""
        guild = int(thread.workspace) if thread.workspace.isdecimal() and thread.thread else None
        there = self._client.get_partial_messageable(int(conversation(thread)), guild_id=guild)
        history = there.history(after=since, oldest_first=True, limit=MOST)
        return [message async for message in history if spoken(message, self._client.user.id if self._client.user else 0)]
