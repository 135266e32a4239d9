"""Slack speaks in several workspaces: each place's words go out through its own workspace's token."""

from bot.adapters.slack.outbound import SlackChat
from bot.adapters.slack.workspaces import Workspaces
from bot.core.chat import Person, Place, Post, Speaker


class SlackChats:
    """Implements core.ports.Chat."""

    settle = SlackChat.settle

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    async def _at(self, place: Place) -> SlackChat:
        return (await self._workspaces.of(place)).chat

    async def post(self, place: Place, post: Post, key: str) -> str:
        return await (await self._at(place)).post(place, post, key)

    async def begin(self, place: Place, post: Post, key: str) -> str | None:
        return await (await self._at(place)).begin(place, post, key)

    async def find(self, place: Place, key: str, post: Post | None = None, *, settled: bool = True) -> str | None:
        return await (await self._at(place)).find(place, key, post, settled=settled)

    async def edit(self, place: Place, ref: str, post: Post) -> None:
        await (await self._at(place)).edit(place, ref, post)

    async def show(self, place: Place, ref: str, post: Post) -> None:
        await (await self._at(place)).show(place, ref, post)

    async def busy(self, place: Place, speaker: Speaker) -> None:
        await (await self._at(place)).busy(place, speaker)

    async def open_thread(self, place: Place, ref: str, title: str, person: Person) -> Place:
        return await (await self._at(place)).open_thread(place, ref, title, person)

    async def aside(self, place: Place, person: Person) -> Place:
        return await self.direct(person)

    async def lacks(self, place: Place) -> str:
        return ""  # Slack tells of a channel only to whoever is in it, and then nothing is missing

    async def direct(self, person: Person) -> Place:
        there = await self._workspaces.of(Place(person.platform, person.workspace, ""))
        return await there.chat.direct(person)
