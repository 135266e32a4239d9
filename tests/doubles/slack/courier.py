"""Bringing things to the app: events until they are acknowledged, commands and interactions once, each within three seconds."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from tests.doubles.pulse import Pulse
from tests.doubles.slack.specs import Json

What = Literal["events_api", "slash_commands", "interactive"]


@dataclass(slots=True, eq=False)
class Delivery:
    """One thing to bring, and what became of it."""

    what: What
    name: str
    payload: Json
    attempts: int = 0
    acked: bool = False
    latency: float = 0.0
    """Seconds from the sending of the last attempt to its ack."""
    answer: Json = field(default_factory=dict)
    error: str = ""
    """What the person reads when it failed: `operation_timeout`, `dispatch_failed`; for an event `lost`."""


class NoConnection(Exception):
    """Nobody of the app is there to receive."""


class Refused(Exception):
    """The app answered, and not with a success."""

    def __init__(self, *, final: bool) -> None:
        super().__init__()
        self.final = final


class Transport(Protocol):
    async def carry(self, delivery: Delivery, attempt: int, reason: str, seconds: float) -> Json | None:
        """The ack's payload, or nothing if none came in time."""


class Courier:
    """`pace` scales the pauses between redeliveries (at once, 60 s, 300 s); `ack_seconds` is how long an ack may take."""

    def __init__(
        self, transport: Transport, pulse: Pulse, checked: Callable[[Delivery], None], *, ack_seconds: float, pace: float
    ) -> None:
        self.transport = transport
        self.ack_seconds = ack_seconds
        self.pauses: tuple[float, ...] = tuple(pace * seconds for seconds in (0, 60, 300))
        self.sent: list[Delivery] = []
        self.lost: list[Delivery] = []
        """Events given up after the last redelivery."""
        self.broken: list[BaseException] = []
        """Mistakes of the double itself."""
        self._checked = checked
        self._held: list[Delivery] | None = None
        self._pulse = pulse
        self._tasks: set[asyncio.Task[None]] = set()

    def event(self, name: str, payload: Json) -> Delivery:
        delivery = Delivery("events_api", name, payload)
        self._checked(delivery)
        self.sent.append(delivery)
        if self._held is None:
            self._start(self._insist(delivery))
        else:
            self._held.append(delivery)
        return delivery

    async def interaction(self, what: What, name: str, payload: Json) -> Delivery:
        """Brings it once. Returns when it was acknowledged, or when the person has read that it failed."""
        delivery = Delivery(what, name, payload)
        self._checked(delivery)
        self.sent.append(delivery)
        try:
            if not await self._once(delivery, 0, ""):
                delivery.error = "operation_timeout"
        except (NoConnection, Refused):
            delivery.error = "dispatch_failed"
        self._pulse.changed()
        return delivery

    async def again(self, delivery: Delivery, reason: str = "http_timeout") -> None:
        """The same event once more, as Slack does when an ack was lost on the way."""
        await self._once(delivery, max(delivery.attempts, 1), reason)

    def hold(self) -> None:
        """Keep events back until they are released."""
        self._held = []

    def release(self, order: Callable[[list[Delivery]], list[Delivery]] = list) -> None:
        held, self._held = self._held or [], None
        for delivery in order(held):
            self._start(self._insist(delivery))

    @property
    def busy(self) -> bool:
        return bool(self._tasks)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._pulse.changed()
        if not task.cancelled() and (error := task.exception()):
            self.broken.append(error)

    async def _insist(self, delivery: Delivery) -> None:
        reason = ""
        for attempt, pause in enumerate((0.0, *self.pauses)):
            await asyncio.sleep(pause)
            try:
                if await self._once(delivery, attempt, reason):
                    return
                reason = "http_timeout"
            except NoConnection:
                reason = "connection_failed"
            except Refused as refused:
                if refused.final:
                    break
                reason = "http_error"
        delivery.error = "lost"
        self.lost.append(delivery)

    async def _once(self, delivery: Delivery, attempt: int, reason: str) -> bool:
        delivery.attempts = attempt + 1
        began = time.monotonic()
        answer = await self.transport.carry(delivery, attempt, reason, self.ack_seconds)
        if answer is None:
            return False
        delivery.acked, delivery.answer, delivery.latency = True, answer, time.monotonic() - began
        self._pulse.changed()
        return True
