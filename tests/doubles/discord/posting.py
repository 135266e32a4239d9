"""From a request's body to a message as Discord keeps it: components with ids, files with addresses, who is woken."""

import re
from collections.abc import Iterator
from itertools import count
from typing import Any

from tests.doubles.discord.call import Call, Trouble, invalid
from tests.doubles.discord.clock import age, stamp
from tests.doubles.discord.rules import bodies, writing
from tests.doubles.discord.specs import Json
from tests.doubles.discord.things import COMPONENTS_V2, Attachment, Channel, Message, User, walk
from tests.doubles.discord.world import World

MENTIONED = re.compile(r"<@!?(\d+)>")
EMOJI = re.compile(r"/emojis/(\d+)\.")
OLD = 3600.0
"""Seconds after which edits of a message are rare: code 30046."""
MOST_OLD_EDITS = 3
DEFAULTS: dict[int, Json] = {
    9: {"components": []},
    11: {"description": None, "spoiler": False},
    13: {"name": None, "size": None, "spoiler": False},
    14: {"divider": True, "spacing": 1},
    17: {"accent_color": None, "spoiler": False},
    **{kind: {"min_values": 1, "max_values": 1} for kind in (3, 5, 6, 7, 8)},
}


def compose(call: Call, channel: Channel, author: User, body: Json, **more: Any) -> Message:
    """A new message, not yet in its channel."""
    message = Message(call.world.clock.snowflake(), channel, author, by_app=True, **more)
    message.flags |= body.get("flags") or 0
    message.nonce = body.get("nonce")
    _fill(call, message, body)
    return message


def revise(call: Call, message: Message, body: Json) -> None:
    """An edit: what is not named stays."""
    world, flags = call.world, body.get("flags") or 0
    if message.flags & COMPONENTS_V2 and (body.get("content") or body.get("embeds")):
        raise invalid("flags", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2")
    v2 = (message.flags | flags) & COMPONENTS_V2
    if v2 and not message.flags & COMPONENTS_V2 and (message.content or message.embeds) and not _cleared(message, body):
        raise invalid("flags", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2")
    if not v2 and (wrong := list(bodies.legacy(body.get("components") or [], "body"))):
        raise invalid("components", wrong[0])
    if flags & ~COMPONENTS_V2 & ~(1 << 2) & ~(1 << 6):
        raise invalid("flags", "Only SUPPRESS_EMBEDS can be edited")
    if world.clock.now() - age(message.id) > OLD:
        message.edits += 1
        if message.edits > MOST_OLD_EDITS:
            raise Trouble(30046)
    message.flags |= flags & (COMPONENTS_V2 | 1 << 2)
    _fill(call, message, body)
    message.edited_at = world.clock.stamp()
    if not message.words and not message.attachments and not message.components and not message.poll:
        raise Trouble(50006)


def _cleared(message: Message, body: Json) -> bool:
    return all(not getattr(message, name) or name in body for name in ("content", "embeds"))


def _refers(call: Call, body: Json) -> None:
    """Commands the text links to, and the face of a persona, must be there."""
    known = {(one.body["name"], one.id) for one in call.world.commands.values()}
    for name, number in writing.commands(body):
        if (name.partition(" ")[0], number) not in known:
            call.violations.append(f"text: </{name}:{number}> is no command")
    face = EMOJI.search(body.get("avatar_url") or "")
    if face and face[1] not in call.world.emojis:
        call.violations.append(f"avatar_url: {body['avatar_url']} is no picture of the app")


def _fill(call: Call, message: Message, body: Json) -> None:
    _refers(call, body)
    if "content" in body:
        message.content = (body["content"] or "").strip()
        message.mentions = list(mentioned(call.world, message.content))
        message.pings = pinged(body.get("allowed_mentions"), message.content, call.world)
    if "embeds" in body:
        message.embeds = [stored_embed(one) for one in body["embeds"] or []]
    if call.files or "attachments" in body:
        message.attachments = list(_attached(call, message, body.get("attachments")))
    if "components" in body:
        message.components = stored(body["components"] or [], message, call.world)
    if body.get("poll"):
        message.poll = _poll(body["poll"], call.world)


def mentioned(world: World, content: str) -> Iterator[User]:
    for user_id in dict.fromkeys(MENTIONED.findall(content)):
        if user_id in world.users:
            yield world.users[user_id]


def pinged(allowed: Json | None, content: str, world: World) -> list[str]:
    """Whom a text wakes. Without `allowed_mentions`, everybody it names."""
    parse = ["users", "roles", "everyone"] if allowed is None else allowed.get("parse") or []
    named = MENTIONED.findall(content)
    found = [one for one in named if one in world.users and ("users" in parse or one in ((allowed or {}).get("users") or []))]
    everyone = re.search(r"@(everyone|here)\b", content) and "everyone" in parse
    return [*found, *(["everyone"] if everyone else [])]


def stored(components: list[Json], message: Message, world: World) -> list[Json]:
    numbers = count(1)
    taken = {one["id"] for one in walk(components) if one.get("id")}

    def kept(one: Json) -> Json:
        found = DEFAULTS.get(one["type"], {}) | {name: value for name, value in one.items() if value is not None}
        found.pop("required", None)  # of selects in forms; in messages it is passed over
        found["id"] = one.get("id") or next(number for number in numbers if number not in taken)
        if "components" in one:
            found["components"] = [kept(inner) for inner in one["components"] or []]
        for name in ("accessory", "component"):
            if one.get(name):
                found[name] = kept(one[name])
        if one["type"] == 12:
            found["items"] = [
                {"description": None, "spoiler": False, **item, "media": _media(item, message, world)} for item in one["items"]
            ]
        if one["type"] == 11:
            found["media"] = _media(one, message, world)
        if one["type"] == 13:
            found["file"] = _media({"media": one["file"]}, message, world)
        return found

    return [kept(one) for one in components]


def _media(one: Json, message: Message, world: World) -> Json:
    address = one["media"]["url"]
    shown: Json = {"id": world.clock.snowflake(), "url": address, "proxy_url": address}
    if address.startswith("attachment://"):
        name = address.removeprefix("attachment://")
        found = next((file for file in message.attachments if file.filename == name), None)
        if found is None:
            raise invalid("components", f"{address} is not attached", "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND")
        shown |= {
            "url": f"{world.base}/cdn/attachments/{found.id}/{name}",
            "content_type": found.content_type,
            "attachment_id": found.id,
        }
        shown["proxy_url"] = shown["url"]
    return shown


def stored_embed(one: Json) -> Json:
    found = {name: value for name, value in one.items() if value is not None} | {"type": one.get("type") or "rich"}
    for name in ("image", "thumbnail"):
        if name in found:
            found[name] = {"url": found[name]["url"], "proxy_url": found[name]["url"], "width": 1, "height": 1}
    found["fields"] = [{"inline": False, **field} for field in found.get("fields") or []]
    if not found["fields"]:
        del found["fields"]
    return found


def _attached(call: Call, message: Message, told: list[Json] | None) -> Iterator[Attachment]:
    entries = {str(one["id"]): one for one in told or []}
    if told is not None:
        yield from (file for file in message.attachments if file.id in entries)
    else:
        yield from message.attachments
    for field, (name, kind, content) in call.files.items():
        entry = entries.get(field[6:-1], {})
        made = Attachment(
            call.world.clock.snowflake(), entry.get("filename") or name, kind, content, entry.get("description") or ""
        )
        call.world.files[made.id] = made
        yield made


def _poll(poll: Json, world: World) -> Json:
    answers = [{"answer_id": number, "poll_media": one["poll_media"]} for number, one in enumerate(poll["answers"], 1)]
    return {
        "question": poll["question"],
        "answers": answers,
        "expiry": stamp(world.clock.now() + 3600 * (poll.get("duration") or 24)),
        "allow_multiselect": bool(poll.get("allow_multiselect")),
        "layout_type": 1,
        "results": {"is_finalized": False, "answer_counts": []},
    }


def system(
    world: World, channel: Channel, author: User, kind: int, content: str = "", reference: Message | None = None
) -> Message:
    """What Discord itself writes down, in the name of who did it."""
    made = Message(world.clock.snowflake(), channel, author, content, type=kind, reference=reference)
    channel.messages[made.id] = made
    world.tell("MESSAGE_CREATE", made)
    return made


def keep(world: World, message: Message) -> Message:
    """It stands in its channel from now on, and whoever may hear of it does. A thread wakes up."""
    channel = message.channel
    if channel.is_thread and not message.only_for:
        channel.sent += 1
        if channel.archived and not channel.locked:
            channel.archived, channel.archived_at = False, world.clock.stamp()
            world.tell("THREAD_UPDATE", channel)
    channel.messages[message.id] = message
    world.tell("MESSAGE_CREATE", message)
    return message
