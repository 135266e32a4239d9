"""Messages: lengths, what excludes what, files, pings. Sources: resources/message, components/reference, platform note 1.5."""

from collections.abc import Iterator
from typing import Any

from tests.doubles.discord.rules import parts
from tests.doubles.discord.specs import Json

Files = dict[str, tuple[str, str, bytes]]
"""Name in the form, file name, content type, content."""

CONTENT = 2000
V2_TEXT, V2_PARTS = 4000, 40
EMBEDS_TOTAL = 6000
EMBED = {"title": 256, "description": 4096}
FILE, REQUEST, FILES = 10 * 2**20, 25 * 2**20, 10
IS_V2 = 1 << 15
SETTABLE = (1 << 2) | (1 << 6) | (1 << 12) | IS_V2
"""Flags an app may set: suppress embeds, ephemeral, silent, components V2."""
POLL_ANSWER, POLL_QUESTION = 55, 300


def complaints(body: Json, files: Files, *, new: bool, path: str = "body") -> Iterator[str]:
    components = [one for one in body.get("components") or [] if isinstance(one, dict)]
    content = body.get("content") or ""
    if len(content) > CONTENT:
        yield f"{path}.content: {len(content)} characters, at most {CONTENT}"
    flags = body.get("flags") or 0
    if flags & ~SETTABLE:
        yield f"{path}.flags: {flags} has flags an app cannot set"
    if new and not (content or components or files or any(body.get(name) for name in ("embeds", "poll", "sticker_ids"))):
        yield f"{path}: an empty message"
    if flags & IS_V2:
        yield from (
            f"{path}.{name}: not beside components V2" for name in ("content", "embeds", "poll", "sticker_ids") if body.get(name)
        )
        yield from _totals(components, path)
    elif new:
        yield from legacy(components, path)
    yield from parts.complaints(components, f"{path}.components")
    yield from _embeds(body.get("embeds") or [], path)
    yield from _poll(body.get("poll") or {}, path)
    yield from _files(body, components, files, path)


def legacy(components: list[Json], path: str) -> Iterator[str]:
    """Without the V2 flag: rows only, five of them."""
    if len(components) > 5:
        yield f"{path}.components: {len(components)} rows, at most 5"
    for index, one in enumerate(components):
        if one.get("type") != 1:
            yield f"{path}.components[{index}]: type {one.get('type')} needs the flag for components V2"


def quiet(body: Json) -> Iterator[str]:
    """Nothing a learner or a model wrote may wake anybody, and every picture says what is on it."""
    allowed = body.get("allowed_mentions")
    if not isinstance(allowed, dict):
        yield "allowed_mentions: missing, so that everything in the text may ping"
    elif allowed.get("parse") != [] or allowed.get("users") or allowed.get("roles") or allowed.get("replied_user"):
        yield f"allowed_mentions: {allowed} lets something ping"
    for index, one in enumerate(body.get("attachments") or []):
        picture = str(one.get("filename", "")).lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".webp"))
        if picture and not one.get("description"):
            yield f"attachments[{index}]: a picture without a description"


def persona(body: Json) -> Iterator[str]:
    if body.get("username"):
        yield from named("body.username", body["username"])
    if body.get("avatar_url") and not str(body["avatar_url"]).startswith(("http://", "https://")):
        yield f"body.avatar_url: {body['avatar_url']!r} is no address Discord can fetch"


def named(path: str, name: str) -> Iterator[str]:
    """USERNAME_INVALID_CONTAINS: for webhooks and for the name of a single message."""
    low = name.strip().lower()
    if not 1 <= len(name.strip()) <= 80:
        yield f"{path}: {len(name)} characters, from 1 to 80"
    if word := next((word for word in ("discord", "clyde") if word in low), ""):
        yield f'{path}: Username cannot contain "{word}"'
    if low in ("here", "everyone"):
        yield f"{path}: Username cannot be {low!r}"


def _totals(components: list[Json], path: str) -> Iterator[str]:
    found = list(parts.walk(components))
    if len(found) > V2_PARTS:
        yield f"{path}.components: {len(found)} in all, at most {V2_PARTS}"
    length = sum(len(one.get("content") or "") for one in found if one.get("type") == 10)
    if length > V2_TEXT:
        yield f"{path}.components: {length} characters in all, at most {V2_TEXT}"


def _embeds(embeds: list[Json], path: str) -> Iterator[str]:
    total = 0
    for index, one in enumerate(embeds):
        at = f"{path}.embeds[{index}]"
        measured = [(f"{at}.{name}", one.get(name) or "", most) for name, most in EMBED.items()]
        measured.append((f"{at}.footer", (one.get("footer") or {}).get("text") or "", 2048))
        measured.append((f"{at}.author", (one.get("author") or {}).get("name") or "", 256))
        for number, field in enumerate(one.get("fields") or []):
            measured.append((f"{at}.fields[{number}].name", field.get("name") or "", 256))
            measured.append((f"{at}.fields[{number}].value", field.get("value") or "", 1024))
            if not (field.get("name") and field.get("value")):
                yield f"{at}.fields[{number}]: empty"
        if len(one.get("fields") or []) > 25:
            yield f"{at}.fields: {len(one['fields'])}, at most 25"
        yield from (f"{where}: {len(text)} characters, at most {most}" for where, text, most in measured if len(text) > most)
        total += sum(len(text) for _, text, _ in measured)
    if total > EMBEDS_TOTAL:
        yield f"{path}.embeds: {total} characters in all, at most {EMBEDS_TOTAL}"


def _poll(poll: Json, path: str) -> Iterator[str]:
    if not poll:
        return
    if len((poll.get("question") or {}).get("text") or "") > POLL_QUESTION:
        yield f"{path}.poll.question: at most {POLL_QUESTION} characters"
    for index, one in enumerate(poll.get("answers") or []):
        if len((one.get("poll_media") or {}).get("text") or "") > POLL_ANSWER:
            yield f"{path}.poll.answers[{index}]: at most {POLL_ANSWER} characters"


def _files(body: Json, components: list[Json], files: Files, path: str) -> Iterator[str]:
    sizes = {name: len(content) for name, (_, _, content) in files.items()}
    yield from (f"{name}: {size} bytes, at most {FILE}" for name, size in sizes.items() if size > FILE)
    if sum(sizes.values()) > REQUEST or len(sizes) > FILES:
        yield f"files: {len(sizes)} files of {sum(sizes.values())} bytes, at most {FILES} of {REQUEST}"
    told: list[Any] = body.get("attachments") or []
    numbers = {str(one.get("id")) for one in told if isinstance(one, dict)}
    for name in files:
        if not (name.startswith("files[") and name.endswith("]") and name[6:-1].isdecimal()):
            yield f"{name}: a file in the form is called files[n]"
        elif told and name[6:-1] not in numbers:
            yield f"{path}.attachments: nothing about {name}"
    fresh = {f"files[{number}]" for number in numbers if int(number) < FILES}
    yield from (f"{path}.attachments: {name} is not in the form" for name in sorted(fresh - files.keys()))
    known = {file[0] for file in files.values()} | {str(one.get("filename")) for one in told if isinstance(one, dict)}
    known |= {f"#{one.get('id')}" for one in told if isinstance(one, dict) and int(one.get("id", 0)) >= FILES}
    kept = any(name.startswith("#") for name in known)
    for address in (*parts.addresses(components), *_pictures(body.get("embeds") or [])):
        if address.startswith("attachment://") and address.removeprefix("attachment://") not in known and not kept:
            yield f"{path}: {address} is not attached"


def _pictures(embeds: list[Json]) -> Iterator[str]:
    for one in embeds:
        for name in ("image", "thumbnail"):
            if address := (one.get(name) or {}).get("url"):
                yield str(address)
