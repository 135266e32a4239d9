"""Channels and what is said in them by the bot itself."""

from tests.doubles.discord import permissions, posting, shapes
from tests.doubles.discord.call import Call, Trouble, invalid
from tests.doubles.discord.clock import age
from tests.doubles.discord.specs import Json
from tests.doubles.discord.things import EPHEMERAL, FORUM, PINNED, Channel, Message
from tests.doubles.discord.web import Route
from tests.doubles.discord.world import World

REMEMBERED = 300.0
"""Seconds for which a nonce names its message: "the past few minutes"."""
MOST_PINS = 250
MESSAGE = "/channels/{channel_id}/messages/{message_id}"


class Channels:
    def __init__(self, world: World) -> None:
        self._world = world
        pins = "/channels/{channel_id}/messages/pins"
        self.table: dict[str, Route] = {
            "get /channels/{channel_id}": self._get,
            "delete /channels/{channel_id}": self._delete,
            "get /channels/{channel_id}/messages": self._history,
            "post /channels/{channel_id}/messages": self._post,
            f"get {MESSAGE}": self._message,
            f"patch {MESSAGE}": self._edit,
            f"delete {MESSAGE}": self._remove,
            "post /channels/{channel_id}/typing": self._typing,
            f"get {pins}": self._pins,
            f"put {pins}/{{message_id}}": self._pin,
            f"delete {pins}/{{message_id}}": self._unpin,
            f"put {MESSAGE}/reactions/{{emoji_name}}/@me": self._react,
            f"delete {MESSAGE}/reactions/{{emoji_name}}/@me": self._unreact,
        }

    def _get(self, call: Call) -> Json:
        found = call.channel()
        return shapes.thread_for(found, call.me) if found.is_thread else shapes.channel(found)

    def _delete(self, call: Call) -> Json:
        found = call.channel("MANAGE_THREADS" if self._is_thread(call) else "MANAGE_CHANNELS")
        shown = shapes.channel(found)
        self._world.forget(found)
        self._world.tell("THREAD_DELETE" if found.is_thread else "CHANNEL_DELETE", found)
        return shown

    def _is_thread(self, call: Call) -> bool:
        found = self._world.channels.get(call.path["channel_id"])
        return found is not None and found.is_thread

    def _shown(self, message: Message) -> Json:
        return shapes.seen_by_app(message, self._world, intent=self._world.message_content)

    def _history(self, call: Call) -> list[Json]:
        channel = call.channel()
        if not permissions.may(channel, call.me, "READ_MESSAGE_HISTORY"):
            return []
        ids = sorted((one for one, message in channel.messages.items() if not message.only_for), key=int)
        query, most = call.query, int(call.query.get("limit", 50))
        if "after" in query:
            ids = [one for one in ids if int(one) > int(query["after"])][:most]
        elif "around" in query:
            ids = sorted(ids, key=lambda one: abs(int(one) - int(query["around"])))[:most]
        else:
            ids = [one for one in ids if int(one) < int(query.get("before", 2**63))][-most:]
        return [self._shown(channel.messages[one]) for one in sorted(ids, key=int, reverse=True)]

    def _message(self, call: Call) -> Json:
        return self._shown(call.message(call.channel("READ_MESSAGE_HISTORY")))

    def _post(self, call: Call) -> Json:
        channel = call.channel()
        body = call.body
        needs = ["SEND_MESSAGES_IN_THREADS" if channel.is_thread else "SEND_MESSAGES"]
        needs += ["ATTACH_FILES"] if call.files else []
        needs += ["SEND_POLLS"] if body.get("poll") else []
        if not permissions.may(channel, call.me, *needs):
            raise Trouble(50013)
        if channel.type == FORUM:
            raise Trouble(50008)
        if channel.guild is None and not channel.recipients[0].accepts_dms:
            raise Trouble(50007)
        if channel.is_thread and channel.locked and not permissions.may(channel, call.me, "MANAGE_THREADS"):
            raise Trouble(160005)
        if (body.get("flags") or 0) & EPHEMERAL:
            raise invalid("flags", "Only answers to interactions are ephemeral")
        if (twin := self._said(channel, call)) is not None:
            return self._shown(twin)
        reference = self._reference(call, channel)
        message = posting.compose(call, channel, self._world.bot, body, reference=reference, type=19 if reference else 0)
        if not permissions.may(channel, call.me, "EMBED_LINKS"):
            message.embeds = []
        return self._shown(posting.keep(self._world, message))

    def _said(self, channel: Channel, call: Call) -> Message | None:
        """The message of the same nonce, which is answered instead of saying it again."""
        nonce = call.get("nonce")
        if nonce is None or not call.get("enforce_nonce"):
            return None
        for message in reversed(channel.messages.values()):
            same = message.nonce is not None and str(message.nonce) == str(nonce) and message.author is self._world.bot
            if same and call.at - age(message.id) < REMEMBERED:
                return message
        return None

    def _reference(self, call: Call, channel: Channel) -> Message | None:
        told = call.get("message_reference")
        if told is None:
            return None
        found = channel.messages.get(str(told["message_id"]))
        if not permissions.may(channel, call.me, "READ_MESSAGE_HISTORY"):
            raise Trouble(160002)
        if found is None and told.get("fail_if_not_exists") is not False:
            raise invalid("message_reference", "Unknown message", "REPLIES_UNKNOWN_MESSAGE")
        return found

    def _edit(self, call: Call) -> Json:
        channel = call.channel()
        message = call.message(channel)
        if message.author is not self._world.bot or message.webhook is not None:
            raise Trouble(50005)
        if channel.archived:
            raise Trouble(50083)
        posting.revise(call, message, call.body)
        self._world.tell("MESSAGE_UPDATE", message)
        return self._shown(message)

    def _remove(self, call: Call) -> None:
        channel = call.channel()
        message = call.message(channel)
        own = message.author is self._world.bot and message.webhook is None
        if not own and not permissions.may(channel, call.me, "MANAGE_MESSAGES"):
            raise Trouble(50013)
        if channel.archived:
            raise Trouble(50083)
        del channel.messages[message.id]
        message.deleted = True
        self._world.tell("MESSAGE_DELETE", message)

    def _typing(self, call: Call) -> None:
        channel = call.channel()
        if not permissions.may(channel, call.me, "SEND_MESSAGES_IN_THREADS" if channel.is_thread else "SEND_MESSAGES"):
            raise Trouble(50013)
        self._world.typing[channel.id] = call.at
        self._world.tell("TYPING_START", channel, self._world.bot)

    # pins and reactions

    def _pins(self, call: Call) -> Json:
        channel = call.channel("READ_MESSAGE_HISTORY")
        found = [one for one in reversed(channel.messages.values()) if one.pinned]
        items = [{"pinned_at": self._world.clock.stamp(), "message": self._shown(one)} for one in found[:50]]
        return {"items": items, "has_more": len(found) > 50}

    def _pin(self, call: Call) -> None:
        channel = call.channel("PIN_MESSAGES")
        message = call.message(channel)
        if sum(one.pinned for one in channel.messages.values()) >= MOST_PINS and not message.pinned:
            raise Trouble(30003)
        message.pinned = True
        posting.system(self._world, channel, self._world.bot, PINNED, reference=message)
        self._world.tell("MESSAGE_UPDATE", message)

    def _unpin(self, call: Call) -> None:
        message = call.message(call.channel("PIN_MESSAGES"))
        message.pinned = False
        self._world.tell("MESSAGE_UPDATE", message)

    def _react(self, call: Call) -> None:
        channel = call.channel("READ_MESSAGE_HISTORY")
        message, name = call.message(channel), call.path["emoji_name"]
        if name not in message.reactions and not permissions.may(channel, call.me, "ADD_REACTIONS"):
            raise Trouble(50013)
        if channel.archived:
            raise Trouble(50083)
        users = message.reactions.setdefault(name, [])
        if call.me not in users:
            users.append(call.me)
        self._world.tell("MESSAGE_REACTION_ADD", message, self._world.bot, name)

    def _unreact(self, call: Call) -> None:
        message = call.message(call.channel())
        users = message.reactions.get(call.path["emoji_name"], [])
        if call.me in users:
            users.remove(call.me)
        if not users:
            message.reactions.pop(call.path["emoji_name"], None)
