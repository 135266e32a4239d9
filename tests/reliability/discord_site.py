"""Discord for the harness: the strict double, with one gateway session for whoever listens."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from bot.adapters.discord.messages import mark_of
from tests.contract.chats import found
from tests.contract.discord import DiscordLearner
from tests.contract.platform import Learner
from tests.doubles.discord import Channel, DiscordDouble, Message, require
from tests.reliability.control import PATIENCE, Victim
from tests.reliability.site import Spoken, Up, Wire


class DiscordSite:
    name = "discord"

    def __init__(self) -> None:
        self.double = DiscordDouble(require())
        self.wire = Wire(self._calls, self.double.fail, self.double.faults.waiting)
        self.channel: Channel
        self._scene: Up
        self._founded = False
        self._posted: list[tuple[int, Message]] = []

    async def open(self, scene: Up) -> None:
        self._scene = scene
        await self.double.start()
        self.channel = self.double.channel("course")
        self.double.world.listeners.append(self._hear)

    async def close(self) -> None:
        await self.double.stop()

    def environment(self) -> Mapping[str, str]:
        return {"DISCORD_TOKEN": self.double.token, "DISCORD_API_URL": self.double.api_url}

    async def joined(self, victim: Victim, address: str) -> None:
        await self._scene.outlive("gateway:")
        await self.double.until(lambda: self.double.gateway.live or victim.gone.is_set(), PATIENCE, "no session")

    def died(self, victim: Victim) -> None:
        """Whoever waits for an answer that will not come is told that it failed."""
        waiting = [one for one in self.double.courier.sent if not one.acked and not one.error]
        if waiting:
            self.double.advance(self.double.courier.ack_seconds + 0.1)

    async def settled(self) -> None:
        with suppress(ConnectionError):  # it has died meanwhile
            if self.double.gateway.live:
                await self.double.settled()

    def pass_(self, seconds: float) -> None:
        self.double.advance(seconds)

    async def person(self, name: str) -> Learner:
        learner = DiscordLearner(self, self.double.user(name))
        if not self._founded:
            self._founded = True
            await found(learner)
        return learner

    def _hear(self, event: str, about: Any, *_: Any) -> None:
        """The number a message bears when it is posted: an edit may take it away."""
        if event == "MESSAGE_CREATE" and about.by_app and not about.only_for and not about.interaction and about.components:
            self._posted.append((int(about.components[0].get("id") or 0), about))

    async def spoken(self) -> list[Spoken]:
        rows: Any = self._scene.ask("SELECT key FROM work")
        keys = {mark_of(row.key): row.key for row in rows}
        posts = [(mark, one) for mark, one in self._posted if not one.deleted]

        def words(one: Message) -> str:
            rest = [mark_of(f"{one.id}:{n}") for n in range(1, 10)]
            return "\n".join([one.words, *(other.words for mark, other in posts if mark in rest)])

        return [
            Spoken(keys.get(mark, ""), one.id, one.channel.id if one.channel.is_thread else None, one.name, words(one))
            for mark, one in posts
        ]

    def _calls(self) -> list[str]:
        return [call.route for call in self.double.calls]

    def complaints(self) -> list[str]:
        return list(self.double.violations)
