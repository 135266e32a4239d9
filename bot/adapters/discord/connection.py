"""The connection to Discord: checked at the start, through the gateway, and quiet at the end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from zoneinfo import available_timezones

from bot.adapters.discord.answers import Answers
from bot.adapters.discord.calls import Calls
from bot.adapters.discord.client import Client, Ears, point_at
from bot.adapters.discord.entry import introduce, kept_out, unreachable
from bot.adapters.discord.errors import DiscordRefused
from bot.adapters.discord.faces import Faces
from bot.adapters.discord.faults import TROUBLE, hush_library
from bot.adapters.discord.hands import Hands, Hear
from bot.adapters.discord.inbound import Inbound
from bot.adapters.discord.messages import Messages
from bot.adapters.discord.outages import Outages
from bot.adapters.discord.outbound import DiscordChat
from bot.adapters.discord.places import Places
from bot.adapters.discord.presence import Presence
from bot.adapters.discord.sayings import Sayings
from bot.adapters.discord.seal import Seal
from bot.adapters.discord.sync import sync
from bot.adapters.discord.webhooks import Webhooks
from bot.core.curriculum import Curriculum
from bot.core.ports import Clock, Store
from bot.core.seats import Seat

START_SECONDS = 20.0
"""What Discord may take to let us in. Its library would try for ever."""
DRAIN_SECONDS = 10.0
GATE_SECONDS = 20.0
"""What is said now waits for so long at most until what was said before is read back."""

log = logging.getLogger(__name__)


class Discord:
    """`start` raises DiscordRefused with a sentence for the operator. `stop` hears nothing more and lets what was heard end;
    `close` comes after the last delivery."""

    def __init__(
        self,
        *,
        token: str,
        api_url: str,
        message_content: bool,
        hear: Hear,
        store: Store,
        clock: Clock,
        course: Curriculum,
        faces: Mapping[str, bytes],
        seat: Callable[[str], Seat],
    ) -> None:
        """`seat`: of several processes one listens, and all speak."""
        self._token, self._api_url, self._store, self._clock, self._seat = token, api_url, store, clock, seat
        self._client = Client(message_content=message_content)
        self._calls = Calls(self._client)
        self._faces = Faces(self._calls, store, clock, faces)
        webhooks = Webhooks(self._client, self._calls, store, clock, Seal(token))
        said = Messages(self._client, self._calls, webhooks, self._faces)
        places = Places(self._client, self._calls)
        self.chat = DiscordChat(self._calls, said, places, webhooks, self._faces, replies=not message_content)
        answers = Answers(self._calls, self.chat)
        self._hands = Hands(hear, store, clock)
        inbound = Inbound(answers, self._hands, course, lambda: self._zones, self.chat.opened)
        sayings = Sayings(self._calls, answers, self._hands, store, clock, reads=message_content)
        self._outages = Outages(self._client, sayings, store, clock)
        sayings.missed, sayings.caught_up = self._outages.missed, self._caught_up
        presence = Presence(self._client, self.chat, store, clock)
        hearing = self._while_listening
        self._client.ears = Ears(hearing(inbound.interaction), hearing(sayings.message), hearing(presence.joined), self._began)
        self._running: asyncio.Task[None] | None = None
        self._watch: asyncio.Task[None] | None = None
        self._listening = self._sits = False
        self._zones: list[str] = []
        self.workspace = ""

    @property
    def ready(self) -> bool:
        """Whether Discord can reach us, as far as we know; or another process listens, and we would take over."""
        running = self._running is not None and not self._running.done()
        return self._listening and running and (self._connected() or not self._sits)

    @property
    def identify_pause(self) -> float:
        """Seconds before a new session is asked for: Discord allows one in five seconds."""
        return self._client.identify_pause

    @identify_pause.setter
    def identify_pause(self, seconds: float) -> None:
        self._client.identify_pause = seconds

    def _connected(self) -> bool:
        return self._client.inside.is_set()

    # ------------------------------------------------------------ start and stop

    async def start(self) -> None:
        await self._enter()
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._prepare()
                self._listening = True
                self._watch = asyncio.create_task(self._outages.watch(self._connected))
                await self._connect()
        except BaseException as error:
            await self._abandon()
            if isinstance(error, TimeoutError):
                raise DiscordRefused(unreachable(self._api_url)) from None
            raise
        if self._running:
            self._running.add_done_callback(_ended)

    async def sync(self) -> int:
        """Bring the registered commands up to date, whether or not they have changed, without coming in. How many there are."""
        await self._enter()
        try:
            return await sync(self._calls, self._store, self._clock, anew=True)
        except TROUBLE as trouble:
            raise DiscordRefused(_not_registered(trouble)) from None
        finally:
            await self._client.close()

    async def _enter(self) -> None:
        hush_library()
        point_at(self._api_url)
        try:
            async with asyncio.timeout(START_SECONDS):
                self.workspace = await introduce(self._client, self._token, self._api_url)
        except BaseException as error:
            await self._client.close()
            if isinstance(error, TimeoutError):
                raise DiscordRefused(unreachable(self._api_url)) from None
            raise

    async def _prepare(self) -> None:
        try:
            await sync(self._calls, self._store, self._clock)
        except TROUBLE as trouble:
            raise DiscordRefused(_not_registered(trouble)) from None
        await self._faces.upload()
        self._zones = sorted(await asyncio.to_thread(available_timezones))  # it reads a folder

    async def _connect(self) -> None:
        """Until Discord says that we are in, or that we are not to be, or another process is seen to listen."""
        seat = self._seat(f"gateway:discord:{self._calls.application}")
        stands_by = not await seat.look()
        self._running = asyncio.create_task(seat.hold(self._listen))
        if stands_by:
            log.info("Another process listens to Discord; this one stands by")
            return
        ready = asyncio.create_task(self._client.inside.wait())
        try:
            await asyncio.wait({self._running, ready}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()
            await asyncio.gather(ready, return_exceptions=True)
        if self._running.done():
            error = self._running.exception()
            raise kept_out(error, self._api_url) if error else DiscordRefused(unreachable(self._api_url))

    async def _listen(self) -> None:
        self._sits = True
        try:
            await self._client.listen()
        finally:
            self._sits = False

    async def stop(self) -> None:
        """Safe to call twice, and before `start`. What Discord brings from now on is not heard; labs are read back later."""
        self._listening = False
        if self._watch:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        await self._hands.drain(DRAIN_SECONDS)

    async def settle(self) -> None:
        """Wait until everything heard is answered. For tests and for an orderly end."""
        await self._caught_up()
        while self._hands.busy:
            await self._hands.drain(DRAIN_SECONDS)

    async def close(self) -> None:
        await self.chat.stop()
        await self._abandon()

    async def _abandon(self) -> None:
        self._listening = False
        tasks = [task for task in (self._watch, self._running) if task is not None]
        if self._running:
            self._running.remove_done_callback(_ended)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._client.close()

    # ------------------------------------------------------------ while it runs

    def _while_listening(self, hear: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        async def ear(heard: object) -> None:
            if self._listening:
                await hear(heard)

        return ear

    async def _began(self) -> None:
        self._outages.missed()

    async def _caught_up(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(GATE_SECONDS):
                await self._outages.wait()


def _ended(running: "asyncio.Task[None]") -> None:
    """The connection has ended for good: Discord has taken our token or our leave away."""
    error = None if running.cancelled() else running.exception()
    if error is not None:
        log.error("Discord has put us out, for good: %s", kept_out(error, "its address"))


def _not_registered(trouble: Exception) -> str:
    why = getattr(trouble, "why", "") or "It refuses them as they are; tell whoever maintains Lectern."
    return f"Discord did not take the commands. {why}"
