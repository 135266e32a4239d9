"""The workspaces we are in. What talks with one of them is made for it alone: nothing there knows another's token or people."""

import asyncio

from bot.adapters.slack.calls import Calls, Identity
from bot.adapters.slack.hearing import place_of
from bot.adapters.slack.inbound import Hear, Inbound, Json
from bot.adapters.slack.installations import Installations, StoredToken, identity
from bot.adapters.slack.outbound import SlackChat
from bot.adapters.slack.people import People
from bot.adapters.slack.presence import Presence
from bot.adapters.slack.tokens import Tokens
from bot.adapters.slack.wire import Wire
from bot.core.chat import Place
from bot.core.ports import Clock, Installation, Store, Undeliverable


class Workspace:
    def __init__(self, wire: Wire, tokens: Tokens, me: Identity, hear: Hear, store: Store, clock: Clock) -> None:
        self.me, self.tokens, self._store = me, tokens, store
        self.calls = Calls(wire, tokens, me)
        self.people = People(self.calls)
        self.chat = SlackChat(self.calls)
        self.inbound = Inbound(self.calls, self.people, self.chat, hear, store, clock)
        self.presence = Presence(self.calls, self.people, self.inbound, hear, store, clock)

    async def event(self, event: Json) -> None:
        """An event that concerns what people do here. Raises whatever keeps it from being committed."""
        match event.get("type"):
            case "message":
                await self.inbound.message(event)
            case "app_mention":
                await self.inbound.mention(event)
            case "app_home_opened":
                await self.presence.opened(event)
            case "agent_session_stopped":
                await self.inbound.stopped(event)
                self.inbound.start(self.chat.stopped(event))
            case "channel_id_changed":
                await self._moved(str(event["old_channel_id"]), str(event["new_channel_id"]))
            case "member_joined_channel":
                await self.presence.joined(event)
            case _:
                pass  # acknowledged, or Slack would bring it again

    async def check(self) -> None:
        """Ask Slack whether it still knows us here. If it does not, whoever keeps the token has been told when this returns.

        Raises NotSent or Unclear. What Slack tells of an end may be older than a new beginning.
        """
        try:
            await self.calls.now("auth.test")
        except Undeliverable:
            return

    async def _moved(self, old: str, new: str) -> None:
        """The channel has another id, as when it is shared with another company. Its name we never kept."""
        place = place_of(self.me.team, old)
        await self._store.write(lambda records: records.move_channel(place, new))
        self.inbound.membership.forget(new)

    async def close(self) -> None:
        await self.chat.stop()
        await self.people.stop()


class Workspaces:
    """The one that the settings hold a token of; or, with `installations`, those kept in the database, as they come and go."""

    def __init__(self, wire: Wire, hear: Hear, store: Store, clock: Clock, installations: Installations | None = None) -> None:
        self._wire, self._hear, self._store, self._clock = wire, hear, store, clock
        self._installations = installations
        self._all: dict[str, Workspace] = {}

    def enter(self, me: Identity, tokens: Tokens) -> Workspace:
        """Be there, as whom Slack knows us there."""
        self._all[me.team] = workspace = Workspace(self._wire, tokens, me, self._hear, self._store, self._clock)
        return workspace

    async def find(self, team: str | None) -> Workspace | None:
        """The workspace of something heard; None where we are not (any more)."""
        if self._installations is None:
            return next(iter(self._all.values()), None)
        installation = await self._installations.at(team) if team else None
        return self._installed(self._installations, installation) if installation else None

    async def of(self, place: Place) -> Workspace:
        """The workspace to speak in. Raises Undeliverable where we are not there."""
        if self._installations is None:
            found = self._all.get(place.workspace)
            why = "This bot is connected to another Slack workspace than the one this was meant for."
        else:
            found, why = await self.find(place.workspace), self._installations.advice
        if found is None:
            raise Undeliverable(why)
        return found

    def _installed(self, installations: Installations, installation: Installation) -> Workspace:
        """As it is in the database now: any process may have renewed its token or taken a new installation."""
        known = self._all.get(installation.workspace)
        if known is None:
            return self.enter(identity(installation), StoredToken(installations, installation))
        known.me = known.calls.me = identity(installation)
        if isinstance(known.tokens, StoredToken):
            known.tokens.saw(installation)
        return known

    @property
    def nowhere(self) -> str:
        """For somebody who asks in a workspace we are not in any more."""
        return self._installations.advice if self._installations else ""

    @property
    def busy(self) -> bool:
        return any(one.inbound.busy for one in self._all.values())

    async def drain(self, seconds: float) -> None:
        """Let what has begun come to its end; what takes longer is stopped."""
        await asyncio.gather(*(one.inbound.drain(seconds) for one in self._all.values()))

    async def close(self) -> None:
        for one in self._all.values():
            await one.close()
