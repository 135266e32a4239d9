"""JSON Schema as Discord's description uses it: says where a value is wrong, and which fields nobody knows.

The description allows unknown fields everywhere; here they are complaints. Unions are told apart by their `type` field, which
keeps sentences short and checking fast. A test holds this against the `jsonschema` library.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from tests.doubles.discord.specs import Json

TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


class Schemas:
    """`lenient`: numbers where a snowflake is wanted, which Discord takes in requests and never sends."""

    def __init__(self, description: Json) -> None:
        self._known: Json = description["components"]["schemas"]

    def complaints(self, schema: Json, value: object, path: str = "", *, lenient: bool = False) -> list[str]:
        return list(self._check(schema, value, path, lenient, True))

    def resolve(self, schema: Json) -> Json:
        while "$ref" in schema:
            schema = self._known[schema["$ref"].rpartition("/")[2]]
        return schema

    def _check(self, schema: Json, value: object, path: str, lenient: bool, strangers: bool) -> Iterator[str]:
        schema = self.resolve(schema)
        if "type" in schema and not _typed(schema["type"], value):
            if not (lenient and schema.get("format") == "snowflake" and _typed("integer", value)):
                yield f"{path}: {_shown(value)} is not {schema['type']}"
            return
        for part in schema.get("allOf", ()):
            yield from self._check(part, value, path, lenient, False)
        if branches := schema.get("oneOf") or schema.get("anyOf"):
            yield from self._union(branches, value, path, lenient, strangers)
        if "const" in schema and value != schema["const"]:
            yield f"{path}: {_shown(value)} is not {schema['const']!r}"
        if "enum" in schema and value not in schema["enum"]:
            yield f"{path}: {_shown(value)} is not one of {schema['enum']}"
        yield from self._content(schema, value, path, lenient, strangers)

    def _content(self, schema: Json, value: object, path: str, lenient: bool, strangers: bool) -> Iterator[str]:
        match value:
            case str():
                yield from _string(schema, value, path)
            case bool() | None:
                pass
            case int() | float():
                yield from _number(schema, value, path)
            case list():
                yield from self._array(schema, value, path, lenient)
            case dict():
                yield from self._object(schema, value, path, lenient, strangers)

    def _union(self, branches: list[Json], value: object, path: str, lenient: bool, strangers: bool) -> Iterator[str]:
        found: list[list[str]] = []
        for branch in self._likely(branches, value):
            complaints = list(self._check(branch, value, path, lenient, strangers))
            if not complaints:
                return
            found.append(complaints)
        if found:
            yield from min(found, key=len)
        else:
            yield f"{path}: {_shown(value)} fits none of the kinds allowed here"

    def _likely(self, branches: list[Json], value: object) -> list[Json]:
        """The branches of that `type`, where the value has one and the branches say theirs."""
        resolved = [self.resolve(branch) for branch in branches]
        if all("const" in branch for branch in resolved):
            allowed = [branch["const"] for branch in resolved]
            return [{}] if value in allowed and not isinstance(value, bool) else [{"enum": allowed}]
        typed = [branch for branch in resolved if "type" not in branch or _typed(branch["type"], value)]
        if isinstance(value, dict) and "type" in value:
            return [branch for branch in typed if value["type"] in self._kinds(branch, value["type"])]
        return typed or resolved

    def _kinds(self, branch: Json, kind: object) -> list[object]:
        declared = branch.get("properties", {}).get("type", {})
        if "enum" in declared:
            return list(declared["enum"])
        if "oneOf" in declared:
            return [one for part in declared["oneOf"] for one in self.resolve(part).get("enum", [None])]
        return [kind]

    def _array(self, schema: Json, value: list[Any], path: str, lenient: bool) -> Iterator[str]:
        yield from _sized(schema, "Items", len(value), path)
        if schema.get("uniqueItems") and len({repr(item) for item in value}) < len(value):
            yield f"{path}: the same item twice"
        if "items" in schema:
            for index, item in enumerate(value):
                yield from self._check(schema["items"], item, f"{path}[{index}]", lenient, True)

    def _object(self, schema: Json, value: Json, path: str, lenient: bool, strangers: bool) -> Iterator[str]:
        properties = schema.get("properties", {})
        yield from (f"{path}.{name}: missing" for name in schema.get("required", ()) if name not in value)
        yield from _sized(schema, "Properties", len(value), path)
        others = schema.get("additionalProperties")
        for name, content in value.items():
            if name in properties:
                yield from self._check(properties[name], content, f"{path}.{name}", lenient, True)
            elif isinstance(others, dict):
                yield from self._check(others, content, f"{path}.{name}", lenient, True)
        if others is False or (strangers and others is None and self._names(schema)):
            known = self._names(schema)
            yield from (f"{path}.{name}: no such field" for name in value if name not in known)

    def _names(self, schema: Json) -> set[str]:
        """The fields an object may have; none means that nothing is said."""
        schema = self.resolve(schema)
        found = set(schema.get("properties", {}))
        for part in schema.get("allOf", ()):
            found |= self._names(part)
        return found


def _typed(kinds: str | list[str], value: object) -> bool:
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        if isinstance(value, bool) and kind != "boolean":
            continue
        if isinstance(value, TYPES[kind]):
            return True
    return False


def _string(schema: Json, value: str, path: str) -> Iterator[str]:
    yield from _sized(schema, "Length", len(value), path)
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{path}: {_shown(value)} does not match {schema['pattern']}"
    match schema.get("format"):
        case "date-time":
            try:
                datetime.fromisoformat(value)
            except ValueError:
                yield f"{path}: {_shown(value)} is no time"
        case "uri" if not urlsplit(value).scheme:
            yield f"{path}: {_shown(value)} is no address"


def _number(schema: Json, value: float, path: str) -> Iterator[str]:
    if value < schema.get("minimum", value):
        yield f"{path}: {value} is less than {schema['minimum']}"
    if value > schema.get("maximum", value):
        yield f"{path}: {value} is more than {schema['maximum']}"
    if schema.get("format") == "int32" and not -(2**31) <= value < 2**32:
        yield f"{path}: {value} is too large a number"


def _sized(schema: Json, what: str, size: int, path: str) -> Iterator[str]:
    if size > schema.get(f"max{what}", size):
        yield f"{path}: {size} {what.lower()}, at most {schema[f'max{what}']}"
    if size < schema.get(f"min{what}", size):
        yield f"{path}: {size} {what.lower()}, at least {schema[f'min{what}']}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
