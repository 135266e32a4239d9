"""Components: rows, sections, galleries, buttons, selects. Source: components/reference."""

from collections import Counter
from collections.abc import Iterator

from tests.doubles.discord.specs import Json

SELECTS = (3, 5, 6, 7, 8)
LINK, PREMIUM = 5, 6


def walk(components: list[Json]) -> Iterator[Json]:
    for one in components:
        yield one
        yield from walk(one.get("components") or [])
        yield from walk([one[name] for name in ("accessory", "component") if one.get(name)])


def complaints(components: list[Json], path: str) -> Iterator[str]:
    yield from unique(components, path)
    for one in walk(components):
        where = f"{path} {one.get('custom_id') or 'type ' + str(one.get('type'))}"
        match one.get("type"):
            case 1:
                yield from _row(one, where)
            case 2:
                yield from _button(one, where)
            case 9:
                yield from _section(one, where)
            case 10 if not str(one.get("content", "")).strip():
                yield f"{where}: an empty text"
            case 12 if not 1 <= len(one.get("items") or []) <= 10:
                yield f"{where}: {len(one.get('items') or [])} pictures, from 1 to 10"
            case 17 if not one.get("components"):
                yield f"{where}: an empty container"
            case kind if kind in SELECTS:
                yield from select(one, where)


def unique(components: list[Json], path: str) -> Iterator[str]:
    names = Counter(one["custom_id"] for one in walk(components) if one.get("custom_id"))
    yield from (f"{path}: the custom_id {name} {count} times" for name, count in names.items() if count > 1)
    ids = Counter(one["id"] for one in walk(components) if one.get("id"))
    yield from (f"{path}: the id {name} {count} times" for name, count in ids.items() if count > 1)


def select(one: Json, where: str) -> Iterator[str]:
    least, most = one.get("min_values"), one.get("max_values")
    least, most = 1 if least is None else least, 1 if most is None else most
    if least > most:
        yield f"{where}: at least {least} and at most {most} values"
    options = one.get("options") or []
    if one.get("type") == 3:
        if not 1 <= len(options) <= 25:
            yield f"{where}: {len(options)} options, from 1 to 25"
        if most > len(options):
            yield f"{where}: up to {most} of {len(options)} options"
    yield from choices(options, where)


def choices(options: list[Json], where: str) -> Iterator[str]:
    values = Counter(option.get("value") for option in options)
    yield from (f"{where}: the value {value} {count} times" for value, count in values.items() if count > 1)
    for option in options:
        for name in ("label", "value", "description"):
            if len(option.get(name) or "") > 100:
                yield f"{where}: {name} of {len(option[name])} characters, at most 100"
        if not (option.get("label") and option.get("value")):
            yield f"{where}: an option without label or value"


def addresses(components: list[Json]) -> Iterator[str]:
    """Where pictures and files come from."""
    for one in walk(components):
        inside = [one.get("media"), one.get("file"), *(item.get("media") for item in one.get("items") or [])]
        yield from (str(media["url"]) for media in inside if media and media.get("url"))


def _row(one: Json, where: str) -> Iterator[str]:
    inside = one.get("components") or []
    kinds = [part.get("type") for part in inside]
    buttons = 1 <= len(kinds) <= 5 and set(kinds) == {2}
    alone = len(kinds) == 1 and kinds[0] in (*SELECTS, 4)
    if not (buttons or alone):
        yield f"{where}: a row holds up to 5 buttons or 1 select, not types {kinds}"


def _button(one: Json, where: str) -> Iterator[str]:
    if len(one.get("label") or "") > 80:
        yield f"{where}: label of {len(one['label'])} characters, at most 80"
    if not one.get("label") and not one.get("emoji") and one.get("style") != PREMIUM:
        yield f"{where}: a button without label or emoji"
    if one.get("style") == LINK:
        if not one.get("url") or one.get("custom_id"):
            yield f"{where}: a link needs a url and no custom_id"
        elif not str(one["url"]).startswith(("http://", "https://", "discord://")):
            yield f"{where}: {one['url']!r} is no address for a link"
    elif one.get("style") != PREMIUM and (not one.get("custom_id") or one.get("url")):
        yield f"{where}: a button needs a custom_id and no url"


def _section(one: Json, where: str) -> Iterator[str]:
    inside = [part.get("type") for part in one.get("components") or []]
    if not 1 <= len(inside) <= 3 or set(inside) != {10}:
        yield f"{where}: a section holds 1 to 3 texts, not types {inside}"
    if (one.get("accessory") or {}).get("type") not in (2, 11):
        yield f"{where}: beside a section stands a button or a thumbnail"
