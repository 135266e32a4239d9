"""What is said in Discord is heard: in labs, in direct conversations, and where we are called by name."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

import discord

from bot.adapters.discord import hearing
from bot.adapters.discord.answers import Answers
from bot.adapters.discord.calls import Calls
from bot.adapters.discord.faults import log_withheld
from bot.adapters.discord.greetings import UNREADABLE
from bot.adapters.discord.hands import DOUBLE, Hands
from bot.adapters.discord.hearing import Spot
from bot.adapters.discord.places import HERE
from bot.core.chat import Answer, Place, Reply, Said, Shown, say
from bot.core.ports import Clock, Store

log = logging.getLogger(__name__)


class Sayings:
    def __init__(self, calls: Calls, answers: Answers, hands: Hands, store: Store, clock: Clock, *, reads: bool) -> None:
        """`reads`: whether messages that do not name us are given to us with their words."""
        self._calls, self._answers, self._hands = calls, answers, hands
        self._store, self._clock, self._reads = store, clock, reads
        self._lanes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.missed: Callable[[], None] = lambda: None
        """Called when something said could not be kept: Discord does not bring it again."""
        self.caught_up: Callable[[], Awaitable[None]] = _at_once
        """Waits until what was said before is heard."""

    async def message(self, message: discord.Message) -> None:
        """Something said in a lab, in a direct conversation, or to us by name. Nothing else is any of our business."""
        if not hearing.spoken(message, self._calls.me):
            return
        event = hearing.event_of_message(message)
        if self._hands.knows(event):
            return
        try:
            await self.caught_up()
            await self.hear_again(message)
        except Exception as error:  # noqa: BLE001 - the last line before the library's own log
            log_withheld(log, "Something said in Discord could not be kept; it will be read back", error)
            self._hands.forget(event)
            self.missed()

    async def hear_again(self, message: discord.Message) -> None:
        """A message, perhaps read back. Raises what keeps it from being kept."""
        event = hearing.event_of_message(message)
        task = self._hands.start(self._said(message, event))
        self._hands.remember(event, task)
        await asyncio.shield(task)

    async def _said(self, message: discord.Message, event: str) -> None:
        here = str(message.channel.id)
        lock = self._lanes.setdefault(here, asyncio.Lock())
        async with lock:  # in the order in which it was said
            spot = await self._spot_of(message, here)
            if spot is None:
                return
            if not self._readable(message):
                answer = await self._unreadable(spot)
            else:
                said = Said(spot.person, spot.place, event, hearing.decoded(message, self._calls.me))
                answer = await self._hands.once(event, said)
        if answer is not None and answer is not DOUBLE:
            await self._answers.show(spot, None, answer)

    async def _spot_of(self, message: discord.Message, here: str) -> Spot | None:
        server = hearing.server_of(message)
        lab = await self._store.read(lambda records: records.lab_at("discord", here))
        if lab and lab.thread:
            place = lab.thread
        elif not server:
            home = await self._hands.home(str(message.author.id))
            place = Place("discord", home or HERE, here, None, True)
        elif hearing.calls_us(message, self._calls.me):
            place = Place("discord", server, here)
        else:
            return None
        return Spot(place, hearing.person_of(message.author, place.workspace), said=str(message.id))

    def _readable(self, message: discord.Message) -> bool:
        return self._reads or not hearing.server_of(message) or bool(message.content) or hearing.calls_us(message, self._calls.me)

    async def _unreadable(self, spot: Spot) -> Answer:
        """Said in a lab, but withheld from us: once a lab we say how we can be spoken to."""
        key = f"discord:unreadable:{spot.place.lane}"
        fresh = await self._store.write(lambda records: records.hear_once(key, self._clock.now()))
        return Reply(say(UNREADABLE).post, Shown.OPENLY) if fresh else None


async def _at_once() -> None:
    return None
