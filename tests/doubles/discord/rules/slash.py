"""Commands and what is offered while one types them. Source: interactions/application-commands."""

import re
from collections import Counter
from collections.abc import Iterator

from tests.doubles.discord.specs import Json

NAME = re.compile(r"^[-_'\w]{1,32}$")
MOST = {1: 100, 2: 15, 3: 15}
LARGEST = 8000
SUB, GROUP = 1, 2


def complaints(commands: list[Json], *, everywhere: bool) -> Iterator[str]:
    counted = Counter(one.get("type") or 1 for one in commands)
    yield from (
        f"body: {count} commands of type {kind}, at most {MOST[kind]}" for kind, count in counted.items() if count > MOST[kind]
    )
    names = Counter((one.get("type") or 1, one.get("name")) for one in commands)
    yield from (f"body: {name} {count} times" for (_, name), count in names.items() if count > 1)
    for one in commands:
        where = f"body {one.get('name')}"
        if (one.get("type") or 1) != 1:
            if one.get("description") or one.get("options"):
                yield f"{where}: an entry of a context menu has neither description nor options"
            continue
        yield from _named(one, where)
        yield from _options(one.get("options") or [], where, 0)
        if (size := measure(one)) > LARGEST:
            yield f"{where}: {size} characters in all, at most {LARGEST}"
        if one.get("dm_permission") is not None and not everywhere:
            yield f"{where}: dm_permission is for global commands"


def choices(offered: list[Json]) -> Iterator[str]:
    """What autocomplete answers."""
    if len(offered) > 25:
        yield f"body.data.choices: {len(offered)}, at most 25"
    for index, one in enumerate(offered):
        if not 1 <= len(str(one.get("name") or "")) <= 100:
            yield f"body.data.choices[{index}].name: from 1 to 100 characters"
        if isinstance(one.get("value"), str) and not 1 <= len(one["value"]) <= 100:
            yield f"body.data.choices[{index}].value: from 1 to 100 characters"


def measure(one: Json) -> int:
    """Names, descriptions and choices' values, in all languages the longest."""
    found = 0
    for name in ("name", "description"):
        found += max(map(len, [one.get(name) or "", *(one.get(f"{name}_localizations") or {}).values()]))
    found += sum(measure(option) for option in one.get("options") or [])
    return found + sum(len(choice["name"]) + len(str(choice["value"])) for choice in one.get("choices") or [])


def _named(one: Json, where: str) -> Iterator[str]:
    name = one.get("name") or ""
    if not NAME.match(name) or name != name.lower():
        yield f"{where}: {name!r} is no name for a command or option"
    if not 1 <= len(one.get("description") or "") <= 100:
        yield f"{where}: a description of 1 to 100 characters"


def _options(options: list[Json], where: str, depth: int) -> Iterator[str]:
    if len(options) > 25:
        yield f"{where}: {len(options)} options, at most 25"
    kinds = {(one.get("type") in (SUB, GROUP)) for one in options}
    if len(kinds) > 1:
        yield f"{where}: subcommands beside options"
    if len({one.get("name") for one in options}) < len(options):
        yield f"{where}: two options of the same name"
    wanted = [bool(one.get("required")) for one in options]
    if wanted != sorted(wanted, reverse=True):
        yield f"{where}: a required option after an optional one"
    for one in options:
        at = f"{where} {one.get('name')}"
        yield from _named(one, at)
        if (one.get("type") == GROUP and depth) or (one.get("type") == SUB and depth > 1):
            yield f"{at}: nested too deeply"
        if one.get("autocomplete") and one.get("choices"):
            yield f"{at}: choices beside autocomplete"
        if len(one.get("choices") or []) > 25:
            yield f"{at}: {len(one['choices'])} choices, at most 25"
        yield from _options(one.get("options") or [], at, depth + 1)
