"""The judge in front of the double: Discord's own description, the limits of its documentation, and our house rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.doubles.discord import rules
from tests.doubles.discord.schema import Schemas
from tests.doubles.discord.specs import Json

EXTRAS = {
    "put /applications/{application_id}/commands": ("nsfw",),
    "put /applications/{application_id}/guilds/{guild_id}/commands": ("nsfw",),
    "post /applications/{application_id}/commands": ("nsfw",),
    "patch /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": ("tts",),
    "patch /webhooks/{webhook_id}/{webhook_token}/messages/@original": ("tts",),
    "patch /channels/{channel_id}/messages/{message_id}": ("tts",),
    "post /interactions/{interaction_id}/{interaction_token}/callback": ("tts",),
}
"""Fields discord.py sends beside the description, which Discord ignores."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the description: `name` is the method in small letters and the template of the path."""

    name: str
    parameters: Mapping[str, Json]
    """Of the query."""
    bodies: Mapping[str, Json]
    required: bool
    answers: Mapping[str, Json]
    """By status; nothing where the answer is empty."""
    anonymous: bool


@dataclass(frozen=True, slots=True)
class Matched:
    operation: Operation
    path: Mapping[str, str]


class Oracle:
    """Says what is wrong with a request or an answer, in sentences that begin with where. Knows nothing of the double's state."""

    def __init__(self, description: Json) -> None:
        self.schemas = Schemas(description)
        self._description = description
        self._operations: dict[tuple[str, int], list[tuple[list[str], Operation]]] = {}
        for template, item in description["paths"].items():
            parts = template.split("/")
            for method in item.keys() & {"get", "post", "put", "patch", "delete"}:
                operation = self._read(method, template, item)
                self._operations.setdefault((method, len(parts)), []).append((parts, operation))

    def match(self, method: str, path: str) -> Matched | None:
        """The operation of a request; of several, the one with the most literal words."""
        parts = path.split("/")
        found: list[tuple[int, Matched]] = []
        for template, operation in self._operations.get((method.lower(), len(parts)), ()):
            pairs = list(zip(template, parts, strict=True))
            if all(pattern == part or pattern.startswith("{") for pattern, part in pairs):
                literal = sum(pattern == part for pattern, part in pairs)
                values = {pattern[1:-1]: part for pattern, part in pairs if pattern.startswith("{")}
                found.append((literal, Matched(operation, values)))
        return max(found, key=lambda pair: pair[0])[1] if found else None

    def knows(self, name: str) -> bool:
        method, _, template = name.partition(" ")
        return template in self._description["paths"] and method.lower() in self._description["paths"][template]

    def request(self, matched: Matched, query: Mapping[str, str], kind: str, body: Any, files: rules.Files) -> list[str]:
        """What Discord would answer with an error, or would pass over although it was meant."""
        operation = matched.operation
        found = [*self._ids(matched.path), *self._query(operation, query)]
        if kind:
            found += self._body(operation, kind, body)
        elif operation.required:
            found.append("body: missing")
        try:
            return [*found, *rules.platform(operation.name, body, files)]
        except (AttributeError, KeyError, TypeError, ValueError):
            if not found:
                raise
            return found  # a body of the wrong shape cannot be measured further

    def manners(self, operation: Operation, query: Mapping[str, str], body: Any) -> list[str]:
        """What Discord would allow, and we do not."""
        try:
            return list(rules.house(operation.name, query, body))
        except (AttributeError, TypeError):
            return []  # of the wrong shape, which `request` says

    def answer(self, operation: Operation, status: int, body: Any) -> list[str]:
        """What is wrong with an answer of the double itself."""
        answers = operation.answers
        if str(status) not in answers and not (400 <= status < 500 and "4XX" in answers):
            return [f"{status}: not an answer of {operation.name}"]
        if status >= 400 and isinstance(body, dict):
            body = {name: value for name, value in body.items() if name != "errors"}  # words in the documentation, numbers here
        schema = answers.get(str(status), answers.get("4XX"))
        if not schema:
            return [] if body is None else [f"{status}: has a body"]
        return self.schemas.complaints(schema, body, "answer")

    def event(self, name: str, body: Any) -> list[str]:
        """What is wrong with the part of a gateway event that is a schema of the API."""
        return self.schemas.complaints({"$ref": f"#/components/schemas/{name}"}, body, "event")

    def _body(self, operation: Operation, kind: str, body: Any) -> Iterator[str]:
        schema = operation.bodies.get(kind) or operation.bodies.get("application/json")
        if schema is None or (kind == "multipart/form-data" and kind not in operation.bodies):
            yield f"body: {kind} is not taken here"
            return
        if isinstance(body, dict):
            body = {name: value for name, value in body.items() if name not in EXTRAS.get(operation.name, ())}
        if operation.name.endswith("/callback") and isinstance(body, dict) and isinstance(body.get("data"), dict):
            body = {**body, "data": {name: value for name, value in body["data"].items() if name != "tts"}}
        if isinstance(body, list):
            body = [{name: value for name, value in one.items() if name != "nsfw"} for one in body]
        yield from self.schemas.complaints(schema, body, "body", lenient=True)

    def _ids(self, path: Mapping[str, str]) -> Iterator[str]:
        for name, value in path.items():
            if name.endswith("_id") and not value.isdecimal():
                yield f"{name}: {value!r} is no snowflake"

    def _query(self, operation: Operation, query: Mapping[str, str]) -> Iterator[str]:
        for name, value in query.items():
            if name not in operation.parameters:
                yield f"query.{name}: no such parameter"
                continue
            schema = self.schemas.resolve(operation.parameters[name])
            kind = schema.get("type")
            read: object = value
            if kind == "integer" and value.lstrip("-").isdecimal():
                read = int(value)
            elif kind == "boolean":
                read = value.lower() in ("1", "true") or (value if value.lower() not in ("0", "false") else False)
            yield from self.schemas.complaints(schema, read, f"query.{name}")

    def _read(self, method: str, template: str, item: Json) -> Operation:
        found = item[method]
        parameters = [*item.get("parameters", ()), *found.get("parameters", ())]
        content = found.get("requestBody", {})
        answers: Json = {}
        for status, answer in found["responses"].items():
            if "$ref" in answer:
                answer = self._description["components"]["responses"][answer["$ref"].rpartition("/")[2]]
            answers[status] = answer.get("content", {}).get("application/json", {}).get("schema")
        return Operation(
            name=f"{method} {template}",
            parameters={one["name"]: one["schema"] for one in parameters if one["in"] == "query"},
            bodies={kind: body["schema"] for kind, body in content.get("content", {}).items()},
            required=bool(content.get("required")),
            answers=answers,
            anonymous={} in found.get("security", [{}]),
        )
