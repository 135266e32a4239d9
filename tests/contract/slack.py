"""Slack as a platform: the real client over a socket to the strict double, and people who type, press and read there."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from bot.adapters.library import Library
from bot.core.ports import Tutor
from bot.settings import Settings
from tests.contract.chats import ChatLearner, ChatPlatform, Client
from tests.contract.platform import Seen
from tests.doubles.slack import Channel, Message, Person, SlackDouble, Specs
from tests.doubles.slack.forms import Element, elements

LETTERED = re.compile(r"^([A-Z]{1,2})\) (.*)$", re.MULTILINE)


class SlackPlatform(ChatPlatform["SlackLearner"]):
    """A workspace with one channel."""

    def __init__(self, folder: Path, library: Library, specs: Specs, tutor: Tutor | None = None, *, http: bool = False) -> None:
        self.double, self._http = SlackDouble(specs), http
        self.channel: Channel
        super().__init__(folder, library, self.double, tutor)

    def settings(self, **more: object) -> Settings:
        listening = (
            {"slack_signing_secret": self.double.signing_secret} if self._http else {"slack_app_token": self.double.app_token}
        )
        unset = {"slack_client_id": "", "slack_client_secret": ""}  # whatever this machine's environment says
        known = {"slack_bot_token": self.double.bot_token, "slack_api_url": self.double.base_url, **unset, **listening, **more}
        return Settings(database_url=self.url, port=0, _env_file=None, **known)  # type: ignore[arg-type]

    @property
    def client(self) -> Client | None:
        return self.app.slack

    def open(self) -> None:
        self.channel = self.double.channel("course")

    async def joined(self) -> None:
        if self._http:
            self.double.over_http(f"{self.app.room.address}/slack/events")
        else:
            await self.double.until(lambda: self.double.sockets.live, what="no socket")

    def newcomer(self, name: str) -> "SlackLearner":
        person = self.double.user(name)
        self.channel.members.append(person.id)
        return SlackLearner(self, person)


class Course(Protocol):
    """A double, and the channel the course is in."""

    double: SlackDouble
    channel: Channel


class SlackLearner(ChatLearner):
    def __init__(self, platform: Course, person: Person) -> None:
        super().__init__(platform.double)
        self._platform, self._double, self.person = platform, platform.double, person

    @property
    def name(self) -> str:
        return self.person.user.real_name

    # ------------------------------------------------------------ what a person does

    async def types(self, command: str) -> None:
        delivery = await self.person.command(command, self._platform.channel)
        assert not delivery.error, f"{command}: {delivery.error}"

    async def says(self, text: str, thread: str | None = None) -> None:
        root = self._platform.channel.messages[thread] if thread else None
        await self.person.says(text, self._platform.channel, root)

    async def presses(self, message: Seen, label: str) -> None:
        delivery = await self.person.clicks(self._message(message), label)
        assert not delivery.error, f"{label}: {delivery.error}"

    async def presses_again(self) -> None:
        last = next(one for one in reversed(self._double.courier.sent) if one.what == "interactive")
        again = await self._double.courier.interaction(last.what, last.name, last.payload)
        assert not again.error, again.error

    async def chooses(self, message: Seen, *options: str) -> None:
        found = self._message(message)
        letters = {text: letter for letter, text in LETTERED.findall(found.words)}
        for element in elements(found.blocks):
            if element.action_id.startswith("pick:") and element.type == "button":
                wanted = [letter for text, letter in letters.items() if text.startswith(options)]
                if element.label in wanted:
                    await self.presses(message, element.action_id)
                    return
            elif element.action_id.startswith("pick:"):
                delivery = await self.person.selects(found, element.action_id, _named(element, found.words, *options)[0])
                assert not (delivery and delivery.error), f"{options}: {delivery.error}"
                return
            elif element.action_id.startswith("tick:"):
                await self.person.selects(found, element.action_id, _named(element, found.words, *options))
        await self.presses(message, "send:0")

    async def fills(self, message: Seen, label: str, **fields: str) -> None:
        await self.presses(message, label)
        view = await self.person.sees_view()
        await self.person.submits(view, {f"field:{name}": value for name, value in fields.items()})

    # ------------------------------------------------------------ what a person sees

    def _all(self) -> list[Seen]:
        return [_seen(message) for message in self._messages()]

    def _messages(self) -> list[Message]:
        found: dict[int, Message] = {}
        for channel in (self._platform.channel, self.person.dm):
            for message in self.person.sees(channel):
                found[id(message)] = message
                if not message.only_for:
                    found |= {id(reply): reply for reply in self.person.sees(message)}
        return sorted(found.values(), key=lambda message: message.ts)

    def _message(self, seen: Seen) -> Message:
        return next(message for message in self._messages() if message.ts == seen.id)


def _named(element: Element, words: str, *wanted: str) -> list[str]:
    """The values of options by what they say, whole or by their beginning; of lettered ones by what stands at their letter."""
    at = dict(LETTERED.findall(words))
    said = [(option["value"], option["text"]["text"]) for option in element.body["options"]]
    values = [value for value, text in said if at.get(text, text).startswith(wanted)]
    assert len(values) == len(wanted), f"not all of {wanted} among {element.body['options']}"
    return values


def _seen(message: Message) -> Seen:
    private = bool(message.only_for) or message.channel.kind == "im"
    thread = message.thread_ts if message.is_reply else None
    text = message.words if message.blocks else _decoded(message.text)
    return Seen(message.ts, message.name, text, private, thread, tuple(_buttons(message)), tuple(_options(message)))


def _buttons(message: Message) -> Iterator[str]:
    return (element.label for element in elements(message.blocks) if element.action_id.startswith("press:"))


def _options(message: Message) -> Iterator[str]:
    letters = dict(LETTERED.findall(message.words))
    for element in elements(message.blocks):
        if element.action_id.startswith("pick:") and element.type == "button":
            yield letters.get(element.label, element.label)
        elif element.action_id.startswith(("pick:", "tick:")):
            yield from (option["text"]["text"] for option in element.body["options"])


def _decoded(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
