"""Which events the app gets: what it subscribed to, has the scope for, and is a member of the channel for."""

from typing import Any

from tests.doubles.slack import payloads
from tests.doubles.slack.courier import Courier, Delivery
from tests.doubles.slack.scopes import EVENTS
from tests.doubles.slack.specs import Json
from tests.doubles.slack.world import Channel, Installation, Message, World

FAMILY = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}
SCOPES = {
    "app_mention": "app_mentions:read",
    "member_joined_channel": "channels:read",
    "agent_session_stopped": "chat:write",
    "agent_session_title_changed": "chat:write",
    "app_context_changed": "assistant:write",
}


class Events:
    """`echo` is whether the app's own posts and edits come back to it, as they do in Slack."""

    def __init__(self, world: World, courier: Courier) -> None:
        self.subscriptions = set(EVENTS)
        self.echo = True
        self._world = world
        self._courier = courier
        world.listeners.append(self._heard)

    def tell(self, name: str, inner: Json, channel: Channel | None = None, app: Installation | None = None) -> list[Delivery]:
        """An event to every installation concerned."""
        found = [app] if app else self._audience(channel) if channel else self._world.installations
        return [delivery for one in found for delivery in self._send(name, inner, one, channel)]

    def _send(self, name: str, inner: Json, app: Installation, channel: Channel | None) -> list[Delivery]:
        kind = str(inner["type"])
        family = FAMILY[channel.kind] if channel else ""
        subscription = f"message.{family}" if kind == "message" else kind
        scope = f"{family}:history" if kind == "message" else SCOPES.get(kind, "")
        if subscription not in self.subscriptions or (scope and scope not in app.scopes):
            return []
        team = next((team for team in app.teams if channel and team in (channel.team, *channel.shared)), app.teams[0])
        return [self._courier.event(name, payloads.event(self._world, app, team, inner, channel))]

    def _audience(self, channel: Channel) -> list[Installation]:
        teams = {channel.team, *channel.shared}
        return [
            app
            for app in self._world.installations
            if app.bot.id in channel.members and app.state in ("", "token_expired") and teams & set(app.teams)
        ]

    def _heard(self, what: str, message: Message, before: Any) -> None:
        for app in self._audience(message.channel):
            own = message.author is app.bot
            if own and not self.echo:
                continue
            self._send("message", self._inner(what, message, before), app, message.channel)
            if what == "posted" and not own and f"<@{app.bot.id}>" in message.text:
                self._send("app_mention", payloads.mentioned(message), app, message.channel)

    def _inner(self, what: str, message: Message, before: Any) -> Json:
        if what == "edited":
            return payloads.edited(self._world, message, before)
        if what == "deleted":
            return payloads.deleted(self._world, message)
        return payloads.posted(message)
