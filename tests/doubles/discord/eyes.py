"""What a person sees: channels, threads, direct messages, forms, and the line that says somebody is writing."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.doubles.discord import permissions
from tests.doubles.discord.interactions import Interaction
from tests.doubles.discord.reading import Part, parts
from tests.doubles.discord.things import SYSTEM, Attachment, Channel, Message, User
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from tests.doubles.discord.server import DiscordDouble

TYPING = 10.0
"""Seconds for which "is typing" is shown."""


class Form:
    """A modal on the screen."""

    def __init__(self, interaction: Interaction) -> None:
        assert interaction.modal is not None
        self.interaction = interaction
        self.title = str(interaction.modal["title"])
        self.custom_id = str(interaction.modal["custom_id"])
        self.components = interaction.modal["components"]

    @property
    def entries(self) -> list[Part]:
        return parts(self.components)

    @property
    def words(self) -> str:
        """Everything there is to read in it."""
        read = [self.title]
        for one in self.components:
            read += [one.get("label") or "", one.get("description") or "", one.get("content") or ""]
        return "\n".join(part for part in read if part)

    def __repr__(self) -> str:
        return f"<form {self.title!r} {[entry.label for entry in self.entries]}>"


class Eyes:
    def __init__(self, double: "DiscordDouble", user: User) -> None:
        self.user = user
        self._double = double
        self._dismissed: set[str] = set()

    @property
    def id(self) -> str:
        return self.user.id

    @property
    def name(self) -> str:
        return self.user.display

    @property
    def mention(self) -> str:
        return f"<@{self.user.id}>"

    @property
    def dm(self) -> Channel:
        """The conversation with the app."""
        return self._double.world.dm(self.user)

    @property
    def forms(self) -> list[Form]:
        return [Form(one) for one in self._double.world.modals.get(self.user.id, [])]

    def can_see(self, channel: Channel) -> bool:
        return not channel.deleted and permissions.sees(channel, self.user)

    def sees(self, channel: Channel) -> list[Message]:
        """What is on the screen there, oldest first, with one's own ephemeral messages, without what Discord wrote down."""
        if not self.can_see(channel):
            return []
        seen = [one for one in channel.messages.values() if self._shown(one)]
        return sorted(seen, key=lambda message: int(message.id))

    def _shown(self, one: Message) -> bool:
        return one.only_for in ("", self.id) and one.id not in self._dismissed and one.type not in SYSTEM

    def threads(self, channel: Channel) -> list[Channel]:
        """The channel's threads this person can find, archived ones too."""
        return [one for one in channel.threads if self.can_see(one)]

    async def reads(self, place: Channel, words: str | Callable[[str], bool] = "", *, seconds: float = PATIENCE) -> Message:
        """The newest message there that has these words and is no longer being thought about, as soon as there is one."""
        fits = words if callable(words) else lambda text: words in text

        def look() -> Message | None:
            return next((one for one in reversed(self.sees(place)) if fits(one.words) and not one.loading), None)

        found = await self._double.until(look, seconds, f"{self.name} looks for {words!r} among {self.sees(place)}")
        assert found is not None
        return found

    async def sees_thread(self, channel: Channel, name: str = "", *, seconds: float = PATIENCE) -> Channel:
        """The newest thread of the channel with that in its name, as soon as there is one."""

        def look() -> Channel | None:
            return next((one for one in reversed(self.threads(channel)) if name in one.name), None)

        found = await self._double.until(look, seconds, f"{self.name} waits for the thread {name!r}")
        assert found is not None
        return found

    async def sees_form(self, title: str = "", *, seconds: float = PATIENCE) -> Form:
        """The form on top, as soon as there is one with that title."""

        def look() -> Form | None:
            return next((form for form in reversed(self.forms) if title in form.title), None)

        found = await self._double.until(look, seconds, f"{self.name} waits for the form {title!r}")
        assert found is not None
        return found

    def parts(self, message: Message) -> list[Part]:
        """What can be pressed or chosen from in a message."""
        return parts(message.components)

    def pictures(self, message: Message) -> list[Attachment]:
        """The files shown with it, with `description` as the alternative text."""
        return message.attachments

    def writing(self, channel: Channel) -> bool:
        """Whether the app is shown as typing there."""
        since = self._double.world.typing.get(channel.id)
        return since is not None and self._double.clock.now() - since < TYPING

    def reloads(self) -> None:
        """Ephemeral messages and forms do not survive it."""
        for channel in self._double.world.channels.values():
            self._dismissed.update(one.id for one in channel.messages.values() if one.only_for == self.user.id)
        self._double.world.modals.pop(self.user.id, None)
