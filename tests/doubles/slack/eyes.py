"""What a person sees: channels, threads, forms, the Home tab, and the line that says somebody is writing."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.doubles.slack.views import View
from tests.doubles.slack.world import Channel, Installation, Message, User
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from tests.doubles.slack.server import SlackDouble

Place = Channel | Message
"""A channel, or the root of a thread in it."""


class Eyes:
    def __init__(self, double: "SlackDouble", user: User) -> None:
        self.user = user
        self._double = double

    @property
    def id(self) -> str:
        return self.user.id

    @property
    def mention(self) -> str:
        return f"<@{self.user.id}>"

    @property
    def dm(self) -> Channel:
        """The conversation with the app."""
        return self._double.world.im(self.user, self._app().bot)

    @property
    def views(self) -> list[View]:
        """The modals on the screen; the last is on top."""
        return self._double.views.stacks.get(self.user.id, [])

    @property
    def home(self) -> View:
        """The Home tab, which must have been published."""
        return self._double.views.homes[self._app().bot.id, self.user.id]

    def sees(self, place: Place) -> list[Message]:
        """What is on the screen there, oldest first: a channel's messages or a thread with its root, and one's ephemerals."""
        channel = place if isinstance(place, Channel) else place.channel
        ephemerals = [message for message in channel.ephemerals if message.only_for == self.user.id and message.shown]
        if isinstance(place, Channel):
            seen = [*channel.roots(), *(message for message in ephemerals if not message.thread_ts)]
        else:
            ts = place.thread_ts or place.ts
            root = [channel.messages[ts]] if ts in channel.messages else []
            seen = [*root, *channel.replies(ts), *(message for message in ephemerals if message.thread_ts == ts)]
        return sorted((message for message in seen if not message.deleted), key=lambda message: message.ts)

    def read(self, message: Message) -> str:
        """The words of a message as this person sees them: of somebody else's stream in a channel, the beginning."""
        stream = message.stream
        if stream and not stream.stopped and message.channel.kind != "im" and stream.recipient != self.user.id:
            return stream.first
        return message.words

    async def reads(self, place: Place, words: str | Callable[[str], bool] = "", *, seconds: float = PATIENCE) -> Message:
        """The newest message there that has these words, as soon as there is one from the app or anybody else."""
        fits = words if callable(words) else lambda text: words in text

        def look() -> Message | None:
            return next((message for message in reversed(self.sees(place)) if fits(self.read(message))), None)

        found = await self._double.pulse.until(look, seconds, f"{self.user.name} looks for {words!r} among {self.sees(place)}")
        assert found is not None
        return found

    async def sees_view(self, title: str = "", *, seconds: float = PATIENCE) -> View:
        """The modal on top, as soon as there is one with that title."""

        def look() -> View | None:
            return next((view for view in reversed(self.views) if title in view.title), None)

        found = await self._double.pulse.until(look, seconds, f"{self.user.name} waits for the form {title!r}")
        assert found is not None
        return found

    def status(self, root: Message) -> str:
        """The line under the thread, if one is shown now."""
        found = self._double.agents.shown(root.channel.id, root.thread_ts or root.ts)
        return found.text if found else ""

    def reloads(self) -> None:
        """Ephemeral messages do not survive it."""
        for channel in self._double.world.channels.values():
            channel.ephemerals = [message for message in channel.ephemerals if message.only_for != self.user.id]

    def _app(self, channel: Channel | None = None) -> Installation:
        teams = [channel.team, *channel.shared] if channel else [self.user.team]
        found = next((app for team in teams if (app := self._double.world.installation(team))), None)
        assert found is not None, f"the app is not installed where {self.user.name} is"
        return found
