"""Threads: opened under a message or alone, joined, archived, locked, listed. Source: topics/threads, resources/channel."""

from datetime import datetime

from tests.doubles.discord import permissions, posting, shapes
from tests.doubles.discord.call import Call, Trouble, invalid
from tests.doubles.discord.clock import age
from tests.doubles.discord.specs import Json
from tests.doubles.discord.things import (
    ADDED,
    ANNOUNCEMENT,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    RENAMED,
    STARTER,
    TEXT,
    THREAD_CREATED,
    Channel,
    Message,
    User,
)
from tests.doubles.discord.web import Route
from tests.doubles.discord.world import World

MOST_MEMBERS = 1000


class Threads:
    def __init__(self, world: World) -> None:
        self._world = world
        members = "/channels/{channel_id}/thread-members"
        self.table: dict[str, Route] = {
            "post /channels/{channel_id}/threads": self._open,
            "post /channels/{channel_id}/messages/{message_id}/threads": self._under,
            "patch /channels/{channel_id}": self._change,
            f"put {members}/@me": lambda call: self._add(call, call.me),
            f"delete {members}/@me": lambda call: self._drop(call, call.me),
            f"put {members}/{{user_id}}": lambda call: self._add(call, call.path["user_id"]),
            f"delete {members}/{{user_id}}": lambda call: self._drop(call, call.path["user_id"]),
            f"get {members}/{{user_id}}": self._member,
            f"get {members}": self._members,
            "get /channels/{channel_id}/threads/archived/public": lambda call: self._archived(call, PUBLIC_THREAD),
            "get /channels/{channel_id}/threads/archived/private": lambda call: self._archived(call, PRIVATE_THREAD),
            "get /guilds/{guild_id}/threads/active": self._active,
        }

    def open(self, parent: Channel, name: str, kind: int, owner_id: str, under: Message | None = None) -> Channel:
        """A thread that somebody opened. Who opens it is in it."""
        assert parent.guild is not None
        clock = self._world.clock
        made = Channel(under.id if under else clock.snowflake(), kind, name, parent.guild, parent)
        made.owner_id, made.members = owner_id, {owner_id: clock.stamp()}
        made.archived_at = clock.stamp()
        self._world.channels[made.id] = parent.guild.channels[made.id] = made
        if under is not None:
            under.thread = made
            self._world.tell("MESSAGE_UPDATE", under)
        self._world.tell("THREAD_CREATE", made, True)
        owner = self._world.users[owner_id]
        if under is not None:
            posting.system(self._world, made, owner, STARTER, reference=under)
        elif kind != PRIVATE_THREAD:
            posting.system(self._world, parent, owner, THREAD_CREATED, name)
        return made

    def _room(self, parent: Channel) -> None:
        assert parent.guild is not None
        active = [one for one in parent.guild.channels.values() if one.is_thread and not one.archived]
        if len(active) >= parent.guild.thread_cap:
            raise Trouble(160006)

    def _open(self, call: Call) -> Json:
        parent = call.channel()
        kind = call.get("type", PRIVATE_THREAD)
        if parent.type not in (TEXT, ANNOUNCEMENT) or (parent.type == ANNOUNCEMENT and kind == PRIVATE_THREAD):
            raise Trouble(50024)
        if not permissions.may(parent, call.me, "CREATE_PRIVATE_THREADS" if kind == PRIVATE_THREAD else "CREATE_PUBLIC_THREADS"):
            raise Trouble(50013)
        self._room(parent)
        return self._made(call, parent, kind, None)

    def _under(self, call: Call) -> Json:
        parent = call.channel("CREATE_PUBLIC_THREADS", "READ_MESSAGE_HISTORY")
        if parent.type not in (TEXT, ANNOUNCEMENT):
            raise Trouble(50024)
        message = call.message(parent)
        if message.thread is not None or message.id in self._world.channels:
            raise Trouble(160004)
        self._room(parent)
        return self._made(call, parent, 10 if parent.type == ANNOUNCEMENT else PUBLIC_THREAD, message)

    def _made(self, call: Call, parent: Channel, kind: int, under: Message | None) -> Json:
        if not str(call.get("name", "")).strip():
            raise invalid("name", "Must be between 1 and 100 in length.", "BASE_TYPE_BAD_LENGTH")
        made = self.open(parent, call.body["name"].strip(), kind, call.me, under)
        made.auto_archive = call.get("auto_archive_duration", 4320)
        made.invitable = call.get("invitable", True)
        return shapes.thread_for(made, call.me)

    def _change(self, call: Call) -> Json:
        channel = call.channel()
        if not channel.is_thread:
            return self._change_channel(call, channel)
        wanted = {name: value for name, value in call.body.items() if value is not None}
        manages = permissions.may(channel, call.me, "MANAGE_THREADS")
        own = channel.owner_id == call.me
        if not manages and (channel.locked or "locked" in wanted or not own):
            opens = wanted.keys() == {"archived"} and not wanted["archived"] and not channel.locked
            if not opens:
                raise Trouble(50013)
        if channel.archived and wanted.get("archived") is not False:
            raise Trouble(50083)
        self.change(channel, wanted, self._world.bot)
        return shapes.thread_for(channel, call.me)

    def change(self, thread: Channel, wanted: Json, by: User) -> None:
        if wanted.get("archived", thread.archived) != thread.archived:
            thread.archived_at = self._world.clock.stamp()
        thread.archived = wanted.get("archived", thread.archived)
        thread.locked = wanted.get("locked", thread.locked)
        renamed = wanted.get("name", thread.name) != thread.name
        thread.name = wanted.get("name", thread.name)
        thread.invitable = wanted.get("invitable", thread.invitable)
        thread.auto_archive = wanted.get("auto_archive_duration", thread.auto_archive)
        thread.slowmode = wanted.get("rate_limit_per_user", thread.slowmode)
        self._world.tell("THREAD_UPDATE", thread)
        if renamed:
            posting.system(self._world, thread, by, RENAMED, thread.name)

    def _change_channel(self, call: Call, channel: Channel) -> Json:
        if channel.guild is None:
            raise Trouble(50024)
        if not permissions.may(channel, call.me, "MANAGE_CHANNELS"):
            raise Trouble(50013)
        channel.name = call.get("name", channel.name)
        channel.topic = call.get("topic", channel.topic)
        self._world.tell("CHANNEL_UPDATE", channel)
        return shapes.channel(channel)

    def sleep(self) -> None:
        """Threads in which nothing was said for long enough are archived."""
        now = self._world.clock.now()
        for thread in [one for one in self._world.channels.values() if one.is_thread and not one.archived]:
            last = max(
                float(age(next(reversed(thread.messages), thread.id))), datetime.fromisoformat(thread.archived_at).timestamp()
            )
            if now - last > 60 * thread.auto_archive:
                self.change(thread, {"archived": True}, self._world.bot)

    # members

    def _thread(self, call: Call, *needs: str) -> Channel:
        found = call.channel(*needs)
        if not found.is_thread:
            raise Trouble(50024)
        return found

    def _add(self, call: Call, user_id: str) -> None:
        thread = self._thread(call)
        assert thread.guild is not None
        if thread.archived:
            raise Trouble(50083)
        if user_id != call.me:
            if not permissions.may(thread, call.me, "SEND_MESSAGES_IN_THREADS"):
                raise Trouble(50013)
            private = thread.type == PRIVATE_THREAD and not thread.invitable and thread.owner_id != call.me
            if private and not permissions.may(thread, call.me, "MANAGE_THREADS"):
                raise Trouble(50013)
        if user_id not in thread.guild.members:
            raise Trouble(10007)
        if thread.parent is None or not permissions.may(thread.parent, user_id, "VIEW_CHANNEL"):
            raise Trouble(50001)
        if len(thread.members) >= MOST_MEMBERS and user_id not in thread.members:
            raise Trouble(30033)
        if user_id not in thread.members and user_id != call.me:
            added = posting.system(self._world, thread, self._world.bot, ADDED)
            added.mentions = [self._world.users[user_id]]
        self.join(thread, user_id)

    def join(self, thread: Channel, user_id: str) -> None:
        if user_id not in thread.members:
            thread.members[user_id] = self._world.clock.stamp()
            self._world.tell("THREAD_MEMBERS_UPDATE", thread, [user_id], [])

    def _drop(self, call: Call, user_id: str) -> None:
        thread = self._thread(call)
        if thread.archived:
            raise Trouble(50083)
        own = thread.type == PRIVATE_THREAD and thread.owner_id == call.me
        if user_id != call.me and not own and not permissions.may(thread, call.me, "MANAGE_THREADS"):
            raise Trouble(50013)
        if thread.members.pop(user_id, None):
            self._world.tell("THREAD_MEMBERS_UPDATE", thread, [], [user_id])

    def _member(self, call: Call) -> Json:
        thread = self._thread(call)
        user_id = call.me if call.path["user_id"] == "@me" else call.path["user_id"]
        if user_id not in thread.members:
            raise Trouble(10007)
        return shapes.thread_member(thread, user_id)

    def _members(self, call: Call) -> list[Json]:
        """The list is for who has the members intent."""
        thread = self._thread(call)
        if not self._world.members_intent:
            raise Trouble(50001)
        return [shapes.thread_member(thread, one) for one in thread.members]

    # lists

    def _active(self, call: Call) -> Json:
        guild = call.guild()
        threads = [one for one in guild.channels.values() if one.is_thread and not one.archived]
        return self._listed(call, [one for one in threads if permissions.sees(one, self._world.bot)])

    def _archived(self, call: Call, kind: int) -> Json:
        needs = ["READ_MESSAGE_HISTORY", *(["MANAGE_THREADS"] if kind == PRIVATE_THREAD else [])]
        parent = call.channel(*needs)
        before = call.query.get("before", "9999")
        found = [one for one in parent.threads if one.archived and one.archived_at < before]
        same = [one for one in found if (one.type == PRIVATE_THREAD) == (kind == PRIVATE_THREAD)]
        same.sort(key=lambda one: one.archived_at, reverse=True)
        most = int(call.query.get("limit", 50))
        return self._listed(call, same[:most], more=len(same) > most)

    def _listed(self, call: Call, threads: list[Channel], *, more: bool = False) -> Json:
        mine = [shapes.thread_member(one, call.me) for one in threads if call.me in one.members]
        return {"threads": [shapes.channel(one) for one in threads], "members": mine, "has_more": more}
