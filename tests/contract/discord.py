"""Discord as a platform: the real client through the gateway of the strict double, and people who type, press and read there."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, Self

from bot.adapters.library import Library
from bot.core.ports import Tutor
from bot.settings import Settings
from tests.contract.chats import ChatLearner, ChatPlatform, Client
from tests.contract.platform import Seen
from tests.doubles.discord import Channel, DiscordDouble, Interaction, Message, NotOffered, Part, Person
from tests.doubles.discord.reading import parts
from tests.doubles.discord.specs import Json
from tests.doubles.discord.things import walk

LETTERED = re.compile(r"^([A-Z]{1,2})\) (.*)$", re.MULTILINE)
_MARKED = re.compile(r"\\(.)|\*+|`+|^(?:#{1,3} |-# |> )", re.MULTILINE | re.DOTALL)
BUTTON, SELECT = 2, 3


class DiscordPlatform(ChatPlatform["DiscordLearner"]):
    """A server with one channel."""

    def __init__(
        self, folder: Path, library: Library, description: Json, tutor: Tutor | None = None, *, message_content: bool = True
    ) -> None:
        self.double, self._reads = DiscordDouble(description, message_content=message_content), message_content
        self.channel: Channel
        super().__init__(folder, library, self.double, tutor)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *error: object) -> None:
        await self.stop()
        if kind is None:
            self.double.assert_clean()

    def settings(self, **more: object) -> Settings:
        known = {
            "discord_token": self.double.token,
            "discord_api_url": self.double.api_url,
            "discord_message_content": self._reads,
            **more,
        }
        return Settings(database_url=self.url, port=0, _env_file=None, **known)  # type: ignore[arg-type]

    @property
    def client(self) -> Client | None:
        return self.app.discord

    def open(self) -> None:
        self.channel = self.double.channel("course")

    async def joined(self) -> None:
        await self.double.ready()

    def newcomer(self, name: str) -> "DiscordLearner":
        return DiscordLearner(self, self.double.user(name))


class Course(Protocol):
    """A double, and the channel the course is in."""

    double: DiscordDouble
    channel: Channel


class DiscordLearner(ChatLearner):
    def __init__(self, platform: Course, person: Person) -> None:
        super().__init__(platform.double)
        self._platform, self._double, self.person = platform, platform.double, person

    @property
    def name(self) -> str:
        return self.person.name

    # ------------------------------------------------------------ what a person does

    async def types(self, command: str) -> None:
        """One that Discord does not offer is sent all the same, as by a client that has not heard of a change."""
        channel = self._platform.channel
        try:
            done = await self.person.command(command, channel)
        except NotOffered:
            name = command.removeprefix("/").split()[0]
            courier = self._double.courier
            done = await courier.bring(courier.make(2, name, self.person.user, channel, {"id": "1", "name": name, "type": 1}))
        assert not done.error, f"{command}: {done.error}"

    async def says(self, text: str, thread: str | None = None) -> None:
        await self.person.says(text, self._thread(thread) if thread else self._platform.channel)

    def _thread(self, thread: str) -> Channel:
        return next(one for one in self.person.threads(self._platform.channel) if one.id == thread)

    async def presses(self, message: Seen, label: str) -> None:
        await self._presses(message, label)

    async def _presses(self, message: Seen, label: str) -> Interaction:
        done = await self.person.clicks(self._message(message), label)
        assert not done.error, f"{label}: {done.error}"
        return done

    async def presses_again(self) -> None:
        await self.person.again(next(one for one in reversed(self._double.courier.sent) if one.kind == 3))

    async def chooses(self, message: Seen, *options: str) -> None:
        found = self._message(message)
        written = _written(found)
        for part in parts(found.components):
            if part.type == BUTTON and part.custom_id[1] == "o":
                if written.get(part.label, part.label).startswith(options):
                    await self.presses(message, part.custom_id)
                    return
            elif part.type == SELECT:
                await self._selects(found, part, written, options)
                if part.custom_id[1] == "s":
                    return
        await self.presses(message, "1c")

    async def _selects(self, found: Message, part: Part, written: dict[str, str], options: tuple[str, ...]) -> None:
        labels = [label for label in part.options if _whole(label, written).startswith(options)]
        done = await self.person.chooses(found, part.custom_id, *labels)
        assert not done.error, done.error

    async def fills(self, message: Seen, label: str, **fields: str) -> None:
        await self._presses(message, label)
        form = await self.person.sees_form()
        entries = {part.custom_id: _entry(part, fields[part.custom_id]) for part in form.entries if part.custom_id in fields}
        done = await self.person.submits(form, entries)
        assert not done.error, f"{label}: {done.error}"

    # ------------------------------------------------------------ what a person sees

    def _all(self) -> list[Seen]:
        return [_seen(message) for message in self._messages() if not message.loading]

    def _messages(self) -> list[Message]:
        channel = self._platform.channel
        found = [
            message for where in (channel, *self.person.threads(channel), self.person.dm) for message in self.person.sees(where)
        ]
        return sorted(found, key=lambda message: int(message.id))

    def _message(self, seen: Seen) -> Message:
        return next(message for message in self._messages() if message.id == seen.id)


def _entry(part: Part, text: str) -> str:
    """An option that is longer than Discord's label stands there by its beginning."""
    return next((label for label in part.options if text.startswith(label.rstrip("…"))), text)


def _seen(message: Message) -> Seen:
    private = bool(message.only_for) or message.channel.guild is None
    thread = message.channel.id if message.channel.is_thread else None
    text = "\n".join(_texts(message)) if message.by_app else message.content
    return Seen(message.id, message.name, text, private, thread, tuple(_buttons(message)), tuple(_options(message)))


def _texts(message: Message) -> Iterator[str]:
    if message.content:
        yield display(message.content)
    for one in walk(message.components):
        if one["type"] == 10:
            yield display(one["content"])
        for item in one.get("items") or ():
            yield item.get("description") or ""


def _buttons(message: Message) -> Iterator[str]:
    return (part.label for part in parts(message.components) if part.type == BUTTON and part.custom_id[1] == "p")


def _options(message: Message) -> Iterator[str]:
    written = _written(message)
    for part in parts(message.components):
        if part.type == BUTTON and part.custom_id[1] == "o":
            yield written.get(part.label, part.label)
        elif part.type == SELECT:
            yield from (_whole(label, written) for label in part.options)


def _written(message: Message) -> dict[str, str]:
    """Options that stand in the text, by their letters."""
    return dict(LETTERED.findall("\n".join(_texts(message))))


def _whole(label: str, written: dict[str, str]) -> str:
    letter, mark, _ = label.partition(") ")
    return written.get(letter, label) if mark else label


def display(markdown: str) -> str:
    """What a reader sees of it."""
    return _MARKED.sub(lambda found: found[1] or "", markdown).replace("\u2060", "")
