"""The application's commands, made of the core's own list, and what a use of one says in the core's words."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.adapters.discord.limits import CHOICES, COMMAND_DESCRIPTION, INPUT_TEXT, OPTION_TEXT, clean, shorten, size
from bot.core.curriculum import Curriculum
from bot.core.errors import StaleChoice
from bot.core.help import COMMANDS

Json = dict[str, Any]

SLASH, MESSAGE_MENU = 1, 3
SUBCOMMAND, STRING, BOOLEAN, USER = 1, 3, 5, 6
GUILD, BOT_DM = 0, 1
"""Contexts: a server, and a direct message with the bot. Others, such as a group of friends, have no cohort and no thread."""

ASK = "ask"
EXPLAIN = "Explain this in the lab"
"""The message context menu."""


@dataclass(frozen=True, slots=True)
class Blank:
    """What a command lets a person fill in. `before` stands before the value in the command's text."""

    name: str
    description: str
    type: int = STRING
    required: bool = False
    suggested: bool = False
    before: str = ""

    def payload(self) -> Json:
        limit = {"max_length": 200} if self.type == STRING else {}
        suggested = {"autocomplete": True} if self.suggested else {}
        return {
            "type": self.type,
            "name": self.name,
            "description": self.description,
            "required": self.required,
            **limit,
            **suggested,
        }


BLANKS = {
    "topic": Blank("topic", "A lesson", suggested=True),
    "private": Blank("private", "Only you and the persona can read it", BOOLEAN),
    "NAME": Blank("name", "The cohort's name", required=True),
    "DAYS": Blank("days", "Such as tue,thu or weekdays; leave all empty for a form"),
    "TIME": Blank("time", "Such as 09:30"),
    "ZONE": Blank("zone", "Such as Europe/Berlin", suggested=True),
    "DATE": Blank("from", "The first day, such as 2026-12-01", before="from"),
    "@person": Blank("person", "A member of the cohort", USER, required=True),
}
"""By the word that stands for it in the core's list of commands."""


# ---------------------------------------------------------------- out


def payloads() -> list[Json]:
    """All commands, as the bulk overwrite takes them."""
    return [*_slash(), _ask(), _menu()]


def fingerprint(some: Sequence[Json]) -> str:
    """The same for the same commands, in whatever order: kept, so that nothing is sent that is there already."""
    told = json.dumps(sorted(some, key=lambda one: (one["type"], one["name"])), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def _slash() -> Iterator[Json]:
    for name in dict.fromkeys(words.split()[0] for words, _, _ in COMMANDS):
        mine = [entry for entry in COMMANDS if entry[0].split()[0] == name]
        if len(mine) == 1 and mine[0][0] == name:
            yield _command(name, mine[0][2], [blank.payload() for blank in blanks(mine[0][1])])
        else:
            yield _command(name, _about(name), [_subcommand(entry) for entry in mine])


def _about(name: str) -> str:
    return {"cohort": "Join, look at or steer this channel's cohort", "lectern": "Help, and what is kept about you"}.get(
        name, name
    )


def _subcommand(entry: tuple[str, str, str]) -> Json:
    words, usage, what = entry
    options = [blank.payload() for blank in blanks(usage)]
    return {"type": SUBCOMMAND, "name": words.split()[1], "description": shorten(what, COMMAND_DESCRIPTION), "options": options}


def _command(name: str, what: str, options: list[Json]) -> Json:
    return {
        "type": SLASH,
        "name": name,
        "description": shorten(what, COMMAND_DESCRIPTION),
        "options": options,
        "contexts": [GUILD, BOT_DM],
        "integration_types": [0],
    }


def _ask() -> Json:
    """The turn of a lab for where the bot may not read messages. It works in every lab, so it is always there."""
    text: Json = {
        "type": STRING,
        "name": "text",
        "description": "What you want to say",
        "required": True,
        "max_length": INPUT_TEXT,
    }
    return _command(ASK, "In a lab: say something to its persona", [text])


def _menu() -> Json:
    return {"type": MESSAGE_MENU, "name": EXPLAIN, "contexts": [GUILD, BOT_DM], "integration_types": [0]}


def blanks(usage: str) -> list[Blank]:
    """What stands after the command's own words, the required ones first, as Discord wants them."""
    words = [word.strip("[]") for word in usage.split()]
    found = [BLANKS[word] for word in words if word in BLANKS]
    return sorted(found, key=lambda blank: not blank.required)


# ---------------------------------------------------------------- in


@dataclass(frozen=True, slots=True)
class Used:
    """A command as the core hears it: `name` without the slash, and the rest as it would have been typed."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """`/ask`, or the message menu: words to be said in the lab in whose thread it was used.

    `message` is the id of the message pointed at; empty for words of one's own.
    """

    text: str
    message: str = ""


def used(data: Mapping[str, Any]) -> Used | Asked:
    """What an APPLICATION_COMMAND interaction's `data` says. Raises StaleChoice for a command that is no longer one of ours."""
    match data:
        case {"type": 3, "target_id": str(message), "resolved": {"messages": dict(messages)}} if message in messages:
            return Asked(_words(messages[message]), message)
        case {"name": "ask", "options": [{"name": "text", "value": str(text)}]}:
            return Asked(text)
        case {"name": str(name)} if name in {words.split()[0] for words, _, _ in COMMANDS}:
            return Used(name, _text(name, data))
        case _:
            raise StaleChoice(GONE)


GONE = "This command has changed since Discord showed it to you. Press Ctrl+R, or open the app anew, then try once more."


def _text(name: str, data: Mapping[str, Any]) -> str:
    options: Sequence[Mapping[str, Any]] = data.get("options") or ()
    words = name
    said = []
    if options and options[0].get("type") == SUBCOMMAND:
        words = f"{name} {options[0]['name']}"
        said.append(str(options[0]["name"]))
        options = options[0].get("options") or ()
    given = {str(one["name"]): one.get("value") for one in options}
    usage = next((usage for known, usage, _ in COMMANDS if known == words), "")
    for word in usage.split():
        blank = BLANKS.get(word.strip("[]"))
        if blank and blank.name in given:
            said += _said(blank, given[blank.name], data)
    return " ".join(said)


def _said(blank: Blank, value: Any, data: Mapping[str, Any]) -> list[str]:
    if blank.type == BOOLEAN:
        return [blank.name] if value else []
    if blank.type == USER:
        return [f"@{shown_name(str(value), data.get('resolved') or {})}"]
    return [blank.before, str(value)] if blank.before else [str(value)]


def shown_name(user: str, resolved: Mapping[str, Any]) -> str:
    """The name a person is shown under: the server's, else their own, else the account's."""
    member = (resolved.get("members") or {}).get(user) or {}
    account = (resolved.get("users") or {}).get(user) or {}
    return str(member.get("nick") or account.get("global_name") or account.get("username") or user)


def _words(message: Mapping[str, Any]) -> str:
    """What a message says, whether it is plain content or one of ours in components."""
    return str(message.get("content") or "") or "\n".join(_texts(message.get("components") or ()))


def _texts(components: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for one in components:
        if isinstance(one.get("content"), str):
            yield one["content"]
        yield from _texts(one.get("components") or ())


# ---------------------------------------------------------------- suggestions


def suggestions(data: Mapping[str, Any], course: Curriculum, zones: Sequence[str]) -> list[Json]:
    """What an autocomplete interaction's `data` is answered with: at most 25, the nearest first."""
    focused = next((one for one in _leaves(data) if one.get("focused")), {})
    typed = str(focused.get("value") or "").casefold().strip()
    match focused.get("name"):
        case "topic":
            return _topics(course, typed)
        case "zone":
            return [_choice(zone, zone) for zone in _nearest(zones, typed)]
        case _:
            return []


def _leaves(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for one in data.get("options") or ():
        yield one
        yield from _leaves(one)


def _topics(course: Curriculum, typed: str) -> list[Json]:
    found = [
        lesson
        for lesson in course.lessons
        if not typed or any(typed in word.casefold() for word in (lesson.slug, lesson.title, *lesson.aliases))
    ]
    return [_choice(f"{lesson.number}. {lesson.title}", lesson.slug) for lesson in found[:CHOICES]]


def _nearest(names: Sequence[str], typed: str) -> list[str]:
    def rank(name: str) -> tuple[bool, bool, str]:
        words = name.casefold()
        return not words.startswith(typed), not words.rpartition("/")[2].startswith(typed), words

    typed = typed.replace(" ", "_")
    return sorted((name for name in names if typed in name.casefold() and size(name) <= OPTION_TEXT), key=rank)[:CHOICES]


def _choice(name: str, value: str) -> Json:
    return {"name": shorten(clean(name), OPTION_TEXT), "value": value}
