"""Typing a slash command: from the words in the input line to the options Discord sends, by the commands the app registered."""

import re
from collections.abc import Iterator

from tests.doubles.discord import permissions, shapes
from tests.doubles.discord.specs import Json
from tests.doubles.discord.things import Channel, Command, User
from tests.doubles.discord.world import World

SUB, GROUP = 1, 2
STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = 3, 4, 5, 6, 7, 8, 9, 10, 11


class NotOffered(AssertionError):
    """Discord's own client would not let the person do that."""


def offered(world: World, user: User, channel: Channel, kind: int = 1) -> dict[str, Command]:
    """The commands of that type the person finds there; a guild's own hides the global one of the same name."""
    guild = channel.guild
    if guild is not None and not permissions.may(channel, user.id, "USE_APPLICATION_COMMANDS"):
        return {}
    found: dict[str, Command] = {}
    for command in sorted(world.commands.values(), key=lambda one: one.guild_id is not None):
        here = command.guild_id in (None, guild.id if guild else None) and command.body.get("type", 1) == kind
        if here and _allowed(command, user, channel):
            found[command.body["name"]] = command
    return found


def _allowed(command: Command, user: User, channel: Channel) -> bool:
    body, guild = command.body, channel.guild
    contexts = body.get("contexts")
    if contexts is not None and (0 if guild else 1) not in contexts:
        return False
    if guild is None:
        return body.get("dm_permission") is not False
    if not guild.bot_inside and 1 not in (body.get("integration_types") or []):
        return False
    wanted = body.get("default_member_permissions")
    return wanted is None or permissions.in_channel(channel, user.id) & int(wanted) == int(wanted)


def typed(world: World, user: User, channel: Channel, text: str, *, unfinished: bool = False) -> Json:
    """The data of the interaction. Options are given by name, `/lab lesson:rlhf private:true`, or in order, `/lab rlhf`.

    The last text option takes all the words that are left. `unfinished` is for suggestions: the last option named has the cursor.
    """
    name, _, rest = text.removeprefix("/").partition(" ")
    known = offered(world, user, channel)
    if name not in known:
        raise NotOffered(f"/{name} is not offered to {user.display} in {channel}: {sorted(known)}")
    command = known[name]
    options, shown, resolved = _nested(
        world, channel, command.body, rest.strip() if not unfinished else rest.lstrip(), unfinished
    )
    data: Json = {"id": command.id, "name": name, "type": 1, **({"guild_id": command.guild_id} if command.guild_id else {})}
    if options or shown:
        data["options"] = options
    return data | ({"resolved": resolved} if resolved else {})


def _nested(world: World, channel: Channel, body: Json, rest: str, unfinished: bool) -> tuple[list[Json], bool, Json]:
    declared = body.get("options") or []
    if declared and declared[0]["type"] in (SUB, GROUP):
        name, _, rest = rest.partition(" ")
        chosen = next((one for one in declared if one["name"] == name), None)
        if chosen is None:
            raise NotOffered(f"{body['name']} {name}: choose one of {[one['name'] for one in declared]}")
        inner, _, resolved = _nested(world, channel, chosen, rest, unfinished)
        return [{"name": name, "type": chosen["type"], "options": inner}], True, resolved
    resolved = {}
    options = [_value(world, channel, one, given, resolved, unfinished) for one, given in _split(declared, rest)]
    if unfinished and options:
        options[-1]["focused"] = True
    missing = [one["name"] for one in declared if one.get("required") and one["name"] not in {entry["name"] for entry in options}]
    if missing and not unfinished:
        raise NotOffered(f"{body['name']}: {missing} must be filled in")
    return options, False, resolved


def _split(declared: list[Json], rest: str) -> Iterator[tuple[Json, str]]:
    """Each option with its words."""
    names = "|".join(re.escape(one["name"]) for one in declared)
    by_name = {one["name"]: one for one in declared}
    pieces = re.split(rf"(?:^|\s)({names}):", rest) if declared else [rest]
    first, named = pieces[0].strip() if len(pieces) > 1 else pieces[0], pieces[1:]
    given = dict(zip(named[::2], named[1::2], strict=True))
    free = [one for one in declared if one["name"] not in given]
    words = first
    for index, one in enumerate(free):
        if not words:
            break
        last = index == len(free) - 1 or (
            one["type"] == STRING and all(other["type"] == STRING for other in free[index:]) and not _closed(one)
        )
        piece, _, words = (words, "", "") if last else words.partition(" ")
        yield one, piece
    if words:
        raise NotOffered(f"{words!r} fits no option of {[one['name'] for one in declared]}")
    for name, words in given.items():
        yield by_name[name], words.strip()


def _closed(one: Json) -> bool:
    """Only what is offered can be given, so that it is one word or one choice."""
    return bool(one.get("choices") or one.get("autocomplete"))


def _value(world: World, channel: Channel, one: Json, given: str, resolved: Json, unfinished: bool) -> Json:
    found: Json = {"name": one["name"], "type": one["type"]}
    if unfinished:
        return found | {"value": given}
    if choices := one.get("choices"):
        fits = [choice for choice in choices if given in (choice["name"], str(choice["value"]))]
        if not fits:
            raise NotOffered(f"{one['name']}: choose one of {[choice['name'] for choice in choices]}")
        return found | {"value": fits[0]["value"]}
    match one["type"]:
        case kind if kind == STRING:
            if not (one.get("min_length") or 0) <= len(given) <= (one.get("max_length") or 6000):
                raise NotOffered(f"{one['name']}: {len(given)} characters")
            return found | {"value": given}
        case kind if kind in (INTEGER, NUMBER):
            return found | {"value": _number(one, given)}
        case kind if kind == BOOLEAN:
            return found | {"value": given.lower() == "true"}
    return found | {"value": resolve(world, channel, one["type"], given, resolved)}


def _number(one: Json, given: str) -> float:
    try:
        value = int(given) if one["type"] == INTEGER else float(given)
    except ValueError:
        raise NotOffered(f"{one['name']}: {given!r} is no number") from None
    least, most = one.get("min_value"), one.get("max_value")
    if (least is not None and value < least) or (most is not None and value > most):
        raise NotOffered(f"{one['name']}: {value} is not between {least} and {most}")
    return value


def resolve(world: World, channel: Channel, kind: int, given: str, resolved: Json) -> str:
    """The id inside a mention, and what it stands for, by the type of an option."""
    found = given.strip("<@!#&>")
    guild = channel.guild
    if kind in (USER, MENTIONABLE) and found in world.users:
        resolved.setdefault("users", {})[found] = shapes.user(world.users[found])
        if guild is not None and found in guild.members:
            member = shapes.member(guild.members[found], inside=False) | {
                "permissions": str(permissions.in_channel(channel, found))
            }
            resolved.setdefault("members", {})[found] = member
    elif kind == CHANNEL and found in world.channels:
        resolved.setdefault("channels", {})[found] = shapes.channel(world.channels[found], viewer=world.bot.id)
    elif kind in (ROLE, MENTIONABLE) and guild is not None and found in guild.roles:
        resolved.setdefault("roles", {})[found] = shapes.role(guild.roles[found])
    else:
        raise NotOffered(f"{given!r} is nobody and nothing here")
    return found
