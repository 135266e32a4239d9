"""conversations.* and users.*: who and what is there, page by page."""

from base64 import b64decode, b64encode
from typing import Any

from tests.doubles.slack import payloads
from tests.doubles.slack.call import Call, Refusal
from tests.doubles.slack.specs import Json
from tests.doubles.slack.world import Channel, Message, World

FAMILY = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}
TYPES = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}


class Conversations:
    """`page` caps every page of history: Slack gives unlisted commercial apps 15 messages at a time."""

    def __init__(self, world: World) -> None:
        self.page = 999
        self._world = world
        self.table = {
            "conversations.info": self.info,
            "conversations.history": self.history,
            "conversations.replies": self.replies,
            "conversations.open": self.open,
            "conversations.members": self.members,
            "conversations.list": self.channels,
            "conversations.join": self.join,
            "conversations.leave": self.leave,
            "users.conversations": self.mine,
            "users.info": self.user,
            "users.list": self.users,
        }

    def info(self, call: Call) -> Json:
        found = self._of(call, "read")
        shown = payloads.channel(found, call.bot)
        return {"channel": shown | ({"num_members": len(found.members)} if call.get("include_num_members") else {})}

    def history(self, call: Call) -> Json:
        found = self._of(call, "history")
        if call.bot.id not in found.members:
            raise Refusal("not_in_channel")
        messages = [message for message in reversed(found.roots()) if self._between(call, message)]
        return self._messages(call, messages, 100)

    def replies(self, call: Call) -> Json:
        found = self._of(call, "history")
        root = found.messages.get(str(call.get("ts")))
        if root is None or call.bot.id not in found.members:
            raise Refusal("thread_not_found")
        thread = found.replies(root.thread_ts or root.ts) if not root.is_reply else []
        return self._messages(call, [root, *(reply for reply in thread if self._between(call, reply))], 1000)

    def open(self, call: Call) -> Json:
        call.needs("im:write", "mpim:write", "groups:write", "channels:manage")
        if channel_id := str(call.get("channel")):
            found = self._world.channels.get(channel_id)
            if found is None or call.bot.id not in found.members:
                raise Refusal("channel_not_found")
            return {"channel": payloads.channel(found, call.bot)}
        names = [name.strip() for name in str(call.get("users")).split(",") if name.strip()]
        if not names:
            raise Refusal("users_list_not_supplied")
        users = [self._world.user(name, call.app.teams) for name in names]
        if any(user is None for user in users):
            raise Refusal("user_not_found")
        if any(user and user.deleted for user in users):
            raise Refusal("user_disabled")
        if len(users) == 1 and users[0]:
            opened = self._world.im(users[0], call.bot)
        else:
            call.needs("mpim:write")
            opened = self._world.channel("mpdm", "mpim", call.app.teams[0], [call.bot.id, *names])
        return {"channel": payloads.channel(opened, call.bot) if call.get("return_im") else {"id": opened.id}}

    def members(self, call: Call) -> Json:
        found = self._of(call, "read")
        page, cursor = self._page(call, found.members, 100)
        return {"members": page, "response_metadata": {"next_cursor": cursor}}

    def channels(self, call: Call) -> Json:
        return self._list(call, lambda channel: channel.kind == "public" or call.bot.id in channel.members)

    def mine(self, call: Call) -> Json:
        who = str(call.get("user") or call.bot.id)
        return self._list(call, lambda channel: who in channel.members)

    def join(self, call: Call) -> Json:
        found = call.seen()
        if found.kind != "public":
            raise Refusal("method_not_supported_for_channel_type")
        if found.archived:
            raise Refusal("is_archived")
        if call.bot.id not in found.members:
            found.members.append(call.bot.id)
        return {"channel": payloads.channel(found, call.bot)}

    def leave(self, call: Call) -> Json:
        found = call.seen()
        if call.bot.id not in found.members:
            return {"not_in_channel": True}
        found.members.remove(call.bot.id)
        return {}

    def user(self, call: Call) -> Json:
        return {"user": payloads.user(call.user(), mail="users:read.email" in call.app.scopes)}

    def users(self, call: Call) -> Json:
        team = call.team
        users = [payloads.user(user) for user in self._world.users.values() if user.team == team]
        page, cursor = self._page(call, users, 1000)
        return {"members": page, "cache_ts": int(self._world.clock.now()), "response_metadata": {"next_cursor": cursor}}

    def _of(self, call: Call, right: str) -> Channel:
        found = call.seen()
        call.needs(f"{FAMILY[found.kind]}:{right}")
        return found

    def _list(self, call: Call, known: Any) -> Json:
        wanted = [TYPES.get(name.strip(), "") for name in str(call.get("types") or "public_channel").split(",")]
        if "" in wanted:
            raise Refusal("invalid_types")
        for kind in wanted:
            call.needs(f"{FAMILY[kind]}:read")
        team = call.team
        channels = [
            payloads.channel(channel, call.bot)
            for channel in self._world.channels.values()
            if channel.kind in wanted and team in {channel.team, *channel.shared} and known(channel)
            and not (call.get("exclude_archived") and channel.archived)
        ]  # fmt: skip
        page, cursor = self._page(call, channels, 100)
        return {"channels": page, "response_metadata": {"next_cursor": cursor}}

    def _between(self, call: Call, message: Message) -> bool:
        oldest, latest = float(call.get("oldest") or 0), float(call.get("latest") or "inf")
        at = float(message.ts)
        return oldest <= at <= latest if call.get("inclusive") else oldest < at < latest

    def _messages(self, call: Call, messages: list[Message], usual: int) -> Json:
        metadata = bool(call.get("include_all_metadata"))
        page, cursor = self._page(call, messages, usual)
        shown = [payloads.message(message, metadata=metadata) for message in page]
        more = {"response_metadata": {"next_cursor": cursor}} if cursor else {}
        return {"messages": shown, "has_more": bool(cursor), **more}

    def _page(self, call: Call, things: list[Any], usual: int) -> tuple[list[Any], str]:
        try:
            start = int(b64decode(str(call.get("cursor"))).decode() or 0)
        except ValueError:
            raise Refusal("invalid_cursor") from None
        size = min(int(call.get("limit") or usual), self.page)
        end = start + size
        return things[start:end], b64encode(str(end).encode()).decode() if end < len(things) else ""
