"""From what happened in the world to the gateway's events, each with its intents."""

from collections.abc import Callable
from typing import Any

from tests.doubles.discord import guild_shapes, permissions, shapes
from tests.doubles.discord.gateway import Gateway
from tests.doubles.discord.sessions import Session
from tests.doubles.discord.specs import Json
from tests.doubles.discord.things import Channel, Guild, Member, Message, Role, User
from tests.doubles.discord.world import World


class News:
    """Tells the app what it may know: only of places it can see."""

    def __init__(self, world: World, gateway: Gateway, wrong: Callable[[str, Json], list[str]], violations: list[str]) -> None:
        self._world = world
        self._wrong = wrong
        self._violations = violations
        self._gateway = gateway
        self._table: dict[str, Callable[..., None]] = {
            "MESSAGE_CREATE": self._message,
            "MESSAGE_UPDATE": self._message,
            "MESSAGE_DELETE": self._message_deleted,
            "MESSAGE_REACTION_ADD": self._reaction,
            "CHANNEL_CREATE": self._channel,
            "CHANNEL_UPDATE": self._channel,
            "CHANNEL_DELETE": self._channel,
            "THREAD_CREATE": self._thread,
            "THREAD_UPDATE": self._thread,
            "THREAD_DELETE": self._thread_deleted,
            "THREAD_LIST_SYNC": self._threads,
            "THREAD_MEMBERS_UPDATE": self._thread_members,
            "GUILD_CREATE": self._guild,
            "GUILD_DELETE": self._guild_deleted,
            "GUILD_MEMBER_ADD": self._member,
            "GUILD_MEMBER_UPDATE": self._own_member,
            "GUILD_ROLE_CREATE": self._role,
            "GUILD_ROLE_UPDATE": self._role,
            "WEBHOOKS_UPDATE": self._webhooks,
            "TYPING_START": self._typing,
        }
        world.listeners.append(self.hear)

    def hear(self, name: str, about: Any, *more: Any) -> None:
        self._table[name](name, about, *more)

    def _checked(self, schema: str, body: Json) -> Json:
        """What the gateway sends is held against the description too, as far as that knows it."""
        found = self._wrong(schema, body)
        self._violations.extend(f"the double itself is wrong: {complaint}" for complaint in found)
        return body

    def _sees(self, channel: Channel) -> bool:
        return permissions.sees(channel, self._world.bot) and (channel.guild is None or channel.guild.bot_inside)

    def _message(self, name: str, message: Message) -> None:
        channel, world = message.channel, self._world
        if message.only_for or not self._sees(channel):
            return
        guild = channel.guild
        member = guild.members.get(message.author.id) if guild and message.webhook is None else None

        def data(session: Session) -> Json:
            shown = shapes.seen_by_app(message, world, intent=session.has("MESSAGE_CONTENT"))
            self._checked("MessageResponse", shown)
            inside: Json = {"guild_id": guild.id} if guild else {}
            if member is not None:
                inside["member"] = shapes.member(member, inside=False)
            return shown | inside | {"channel_type": channel.type}

        kind = "GUILD_MESSAGES" if guild else "DIRECT_MESSAGES"
        self._gateway.dispatch(name, guild.id if guild else None, kind, data=data)

    def _message_deleted(self, name: str, message: Message) -> None:
        channel = message.channel
        if message.only_for or not self._sees(channel):
            return
        body = {"id": message.id, "channel_id": channel.id} | ({"guild_id": channel.guild.id} if channel.guild else {})
        kind = "GUILD_MESSAGES" if channel.guild else "DIRECT_MESSAGES"
        self._gateway.dispatch(name, channel.guild.id if channel.guild else None, kind, data=body)

    def _reaction(self, name: str, message: Message, user: User, emoji: str) -> None:
        channel = message.channel
        if not self._sees(channel):
            return
        guild_id = channel.guild.id if channel.guild else None
        body: Json = {
            "user_id": user.id, "channel_id": channel.id, "message_id": message.id, "emoji": {"id": None, "name": emoji},
            "burst": False, "type": 0, "message_author_id": message.author.id, **({"guild_id": guild_id} if guild_id else {}),
        }  # fmt: skip
        kind = "GUILD_MESSAGE_REACTIONS" if guild_id else "DIRECT_MESSAGE_REACTIONS"
        self._gateway.dispatch(name, guild_id, kind, data=body)

    def _channel(self, name: str, channel: Channel) -> None:
        assert channel.guild is not None
        if channel.guild.bot_inside:
            self._gateway.dispatch(
                name,
                channel.guild.id,
                "GUILDS",
                data=self._checked("GuildChannelResponse", guild_shapes.channel(channel, self._world)),
            )

    def _threads(self, name: str, channel: Channel) -> None:
        assert channel.guild is not None
        self._gateway.dispatch(name, channel.guild.id, "GUILDS", data=guild_shapes.thread_list(channel, self._world))

    def _thread(self, name: str, thread: Channel, newly: bool = False) -> None:
        assert thread.guild is not None
        if not self._sees(thread):
            return
        shown = self._checked("ThreadResponse", shapes.thread_for(thread, self._world.bot.id))
        shown = shown | ({"newly_created": True} if newly else {})
        self._gateway.dispatch(name, thread.guild.id, "GUILDS", data=shown)

    def _thread_deleted(self, name: str, thread: Channel) -> None:
        assert thread.guild is not None
        body = {
            "id": thread.id, "guild_id": thread.guild.id, "parent_id": thread.parent.id if thread.parent else None,
            "type": thread.type,
        }  # fmt: skip
        self._gateway.dispatch(name, thread.guild.id, "GUILDS", data=body)

    def _thread_members(self, name: str, thread: Channel, added: list[str], removed: list[str]) -> None:
        """Without the members intent the app hears of itself only."""
        assert thread.guild is not None
        own = self._world.bot.id
        if own in added:
            self._gateway.dispatch("THREAD_CREATE", thread.guild.id, "GUILDS", data=shapes.thread_for(thread, own))

        def data(session: Session) -> Json:
            known = session.has("GUILD_MEMBERS")
            here = [shapes.thread_member(thread, one) for one in added if known or one == own]
            gone = [one for one in removed if known or one == own]
            body: Json = {
                "id": thread.id,
                "guild_id": thread.guild.id if thread.guild else "",
                "member_count": len(thread.members),
            }
            return body | {"added_members": here, "removed_member_ids": gone}

        if own in (*added, *removed):
            self._gateway.dispatch(name, thread.guild.id, "GUILDS", data=data)
        else:
            self._gateway.dispatch(name, thread.guild.id, "GUILD_MEMBERS", data=data)

    def _guild(self, name: str, guild: Guild, back: bool = False) -> None:
        """Of one the app has come to, or that is `back` after an outage: only of those it is said that they are available."""
        shown = guild_shapes.guild_create(guild, self._world)
        if not back:
            del shown["unavailable"]
        self._gateway.dispatch(name, guild.id, "GUILDS", data=shown)

    def _guild_deleted(self, name: str, guild: Guild) -> None:
        outage = {} if guild.available else {"unavailable": True}
        self._gateway.dispatch(name, guild.id, "GUILDS", data={"id": guild.id, **outage})

    def _member(self, name: str, guild: Guild, member: Member) -> None:
        self._gateway.dispatch(name, guild.id, "GUILD_MEMBERS", data=shapes.member(member) | {"guild_id": guild.id})

    def _own_member(self, name: str, guild: Guild, member: Member) -> None:
        """Of itself the app hears without the members intent."""
        intents = ["GUILDS", "GUILD_MEMBERS"] if member.user is self._world.bot else ["GUILD_MEMBERS"]
        self._gateway.dispatch(name, guild.id, *intents, data=shapes.member(member) | {"guild_id": guild.id})

    def _role(self, name: str, guild: Guild, role: Role) -> None:
        self._gateway.dispatch(name, guild.id, "GUILDS", data={"guild_id": guild.id, "role": shapes.role(role)})

    def _webhooks(self, name: str, channel: Channel) -> None:
        assert channel.guild is not None
        body = {"guild_id": channel.guild.id, "channel_id": channel.id}
        self._gateway.dispatch(name, channel.guild.id, "GUILD_WEBHOOKS", data=body)

    def _typing(self, name: str, channel: Channel, user: User) -> None:
        guild_id = channel.guild.id if channel.guild else None
        kind = "GUILD_MESSAGE_TYPING" if guild_id else "DIRECT_MESSAGE_TYPING"
        body: Json = {"channel_id": channel.id, "user_id": user.id, "timestamp": int(self._world.clock.now())}
        if channel.guild and guild_id:
            body |= {"guild_id": guild_id, "member": shapes.member(channel.guild.members[user.id])}
        if self._sees(channel):
            self._gateway.dispatch(name, guild_id, kind, data=body)
