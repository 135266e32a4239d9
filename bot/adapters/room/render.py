"""What the page is shown: messages, posts and forms as plain JSON. Text stays text; the page never parses it."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, assert_never

from bot.adapters.room.memory import audience_of
from bot.core.chat import (
    POSTS,
    Button,
    Buttons,
    Choose,
    File,
    Form,
    FormField,
    Heading,
    Items,
    Line,
    Moment,
    Note,
    Option,
    Part,
    Person,
    Picture,
    Post,
    Quote,
    Run,
    SelectField,
    Speaker,
    Table,
    Text,
    TextField,
    Words,
    line,
)
from bot.core.room import RoomMessage

Json = dict[str, Any]

LECTERN = Speaker(name="Lectern", face="", emoji="")

# ---------------------------------------------------------------- stored posts


def dump(post: Post) -> str:
    """The post as it is kept; `load` reads it back."""
    return POSTS.dump_json(post).decode()


def load(kept: str) -> Post:
    return POSTS.validate_json(kept)


def said(text: str) -> Post:
    """A person's own words, as one literal text."""
    return Post((Text(line(text)),))


def with_typed(post: Post, typed: str) -> Post:
    """The private answer to a command, with what was typed above it: nobody else saw the command, not even the asker's page."""
    return replace(post, parts=(Note(line("You typed ", Words(typed, code=True))), *post.parts))


def part_pictures(post: Post) -> tuple[Post, dict[str, bytes]]:
    """The post with its pictures' bytes taken out, and the bytes by the unguessable token under which they are served."""
    pictures: dict[str, bytes] = {}
    parts: list[Part] = []
    for part in post.parts:
        if isinstance(part, Picture) and part.png:
            token = secrets.token_hex(16)
            pictures[token] = part.png
            part = replace(part, png=b"", ref=f"/pictures/{token}.png")
        parts.append(part)
    return replace(post, parts=tuple(parts)), pictures


def offers(post: Post, code: str, values: Sequence[str]) -> bool:
    """Whether a control standing in this post asks for just that, with values that are among its options."""
    return any(_part_offers(part, code, values) for part in post.parts)


def _part_offers(part: Part, code: str, values: Sequence[str]) -> bool:
    match part:
        case Buttons(buttons=buttons):
            return not values and any(button.action.encode() == code for button in buttons)
        case Choose() if part.action.encode() == code:
            chosen = set(values)
            fits = len(chosen) == len(values) and chosen <= {option.value for option in part.options}
            return fits and (part.many or len(chosen) == 1)
        case _:
            return False


# ---------------------------------------------------------------- messages


def message_json(message: RoomMessage, viewer: Person) -> Json:
    return {
        "id": message.id,
        "seq": message.seq,
        "channel": message.channel,
        "thread": message.thread,
        "author": author_json(message.speaker, message.author),
        "mine": message.author == viewer.id,
        "private": message.audience is not None and audience_of(message.channel) is None,
        "invited": message.invited == viewer.id,
        "at": message.at.isoformat(),
        "parts": parts_json(load(message.post).parts),
    }


def author_json(speaker: Speaker, author: str = "") -> Json:
    """Who speaks: a person by id, a persona by face, or Lectern itself."""
    kind = "person" if author else ("lectern" if speaker == LECTERN else "persona")
    return {"kind": kind, "id": author, "name": speaker.name, "face": speaker.face, "emoji": speaker.emoji}


def person_json(person: Person) -> Json:
    return {"id": person.id, "name": person.name}


def parts_json(parts: Sequence[Part]) -> list[Json]:
    return [part_json(part) for part in parts]


def part_json(part: Part) -> Json:
    match part:
        case Heading(text=text):
            return {"kind": "heading", "text": text}
        case Text() | Quote() | Note():
            return {"kind": part.kind, "line": line_json(part.line)}
        case Items(lines=lines, numbered=numbered):
            return {"kind": "items", "lines": [line_json(one) for one in lines], "numbered": numbered}
        case Table(header=header, rows=rows):
            return {
                "kind": "table",
                "header": [line_json(cell) for cell in header],
                "rows": [[line_json(cell) for cell in row] for row in rows],
            }
        case Picture(alt=alt, ref=ref):
            return {"kind": "picture", "alt": alt, "src": ref}
        case File(name=name, text=text, says=says):
            return {"kind": "file", "name": name, "text": text, "says": says}
        case Buttons(buttons=buttons):
            return {"kind": "buttons", "buttons": [_button_json(button) for button in buttons]}
        case Choose():
            return _choose_json(part)
        case _:
            assert_never(part)


def line_json(runs: Line) -> list[Json]:
    return [_run_json(run) for run in runs]


def _run_json(run: Run) -> Json:
    match run:
        case Words(text=text):
            marks = {"bold": run.bold, "italic": run.italic, "code": run.code}
            return {"text": text} | {name: True for name, on in marks.items() if on}
        case Moment(at=at, zone=zone):
            return {"at": at.isoformat(), "zone": zone}
        case _:
            assert_never(run)


def _button_json(button: Button) -> Json:
    return {"label": button.label, "action": button.action.encode(), "style": button.style}


def _choose_json(choose: Choose) -> Json:
    return {
        "kind": "choose",
        "label": choose.label,
        "action": choose.action.encode(),
        "options": _options_json(choose.options),
        "many": choose.many,
        "menu": choose.menu,
        "submit": choose.submit,
    }


def _options_json(options: Sequence[Option]) -> list[Json]:
    return [{"value": option.value, "text": option.text} for option in options]


# ---------------------------------------------------------------- forms


def form_json(form: Form) -> Json:
    return {
        "title": form.title,
        "intro": parts_json(form.intro),
        "fields": [_field_json(field) for field in form.fields],
        "submit": form.submit,
    }


def _field_json(field: FormField) -> Json:
    match field:
        case TextField():
            return {
                "kind": "text",
                "name": field.name,
                "label": field.label,
                "value": field.value,
                "hint": field.hint,
                "long": field.long,
                "limit": field.limit,
                "required": field.required,
            }
        case SelectField():
            return {
                "kind": "select",
                "name": field.name,
                "label": field.label,
                "options": _options_json(field.options),
                "value": list(field.value),
                "many": field.many,
            }
        case _:
            assert_never(field)


def wrong_fields(form: Form, given: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """For each field that cannot be taken as sent, the sentence that says what to do."""
    checked = {field.name: _wrong(field, given.get(field.name, ())) for field in form.fields}
    return {name: sentence for name, sentence in checked.items() if sentence}


def _wrong(field: FormField, values: tuple[str, ...]) -> str:
    match field:
        case TextField(limit=limit, required=required):
            text = values[0] if len(values) == 1 else ""
            if required and not text.strip():
                return "Please fill this in."
            return f"Please use at most {limit:,} characters." if len(text) > limit else ""
        case SelectField(many=many):
            known = {option.value for option in field.options}
            if not set(values) <= known or len(set(values)) != len(values):
                return "Please choose from the list."
            return "Please choose one." if not many and len(values) != 1 else ""
        case _:
            assert_never(field)
