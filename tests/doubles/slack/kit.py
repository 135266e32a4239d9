"""Structure: JSON Schema of arguments, blocks, views and stream chunks, with complaints that name the path and the reason."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

from jsonschema import Draft7Validator, ValidationError
from jsonschema.validators import extend

from tests.doubles.slack.specs import Json

PLAIN: dict[str, type] = {"string": str, "object": dict, "array": list, "boolean": bool}
LONGEST = 160
"""Characters of a complaint's reason: a whole block in it would hide the path."""

ANYTHING = {"$ref": "#/definitions/Block"}
"""In the types every list of blocks also takes any object with a `type`, which would let every mistake pass."""


class Structure:
    """A union of things that each carry a constant `type` is decided by it, so that a complaint is about the one thing meant.

    The schemas' own unions answer "not valid under any of the given schemas", and take a hundred times as long.
    """

    def __init__(self, schema: Json, exceptions: Json) -> None:
        self._definitions = _newer(schema["definitions"], exceptions)
        self._definitions = {name: self._decided(definition) for name, definition in self._definitions.items()}
        factory: Any = extend(Draft7Validator, {"$ref": self._refer, "byType": _by_type, "type": _of_type})  # type: ignore[no-untyped-call]
        factory.descend = _descend
        self._checks: dict[str, Callable[[Any], Iterator[ValidationError]]] = {
            name: factory(definition).iter_errors for name, definition in self._definitions.items()
        }

    def __contains__(self, name: str) -> bool:
        return name in self._definitions

    def complaints(self, name: str, thing: object, path: str) -> Iterator[str]:
        for error in self._checks[name](thing):
            yield from _said(error, path)

    def _refer(self, validator: Any, reference: str, instance: object, _schema: Json) -> Iterator[ValidationError]:
        yield from validator.descend(instance, self._definitions[_name(reference)])

    def _decided(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self._decided(item) for item in node]
        if not isinstance(node, dict):
            return node
        node = {key: value for key, value in node.items() if key != "description" or isinstance(value, dict)}
        branches = self._by_type(node["anyOf"]) if "anyOf" in node else {}
        if branches:
            return {"byType": branches}
        return {key: self._decided(value) for key, value in node.items()}

    def _by_type(self, branches: list[Json]) -> dict[str, Json]:
        """Constant `type` to schema; empty if one of the branches has no such constant or two have the same."""
        found: dict[str, Json] = {}
        for branch in branches:
            if branch == ANYTHING:
                continue
            inner = self._inside(branch)
            if not inner or found.keys() & inner.keys():
                return {}
            found |= inner
        return found

    def _inside(self, branch: Json) -> dict[str, Json]:
        if "$ref" not in branch:
            return {}
        target = self._definitions[_name(branch["$ref"])]
        if "$ref" in target:
            return self._inside(target)
        constants = {_constant(inner) for inner in target.get("anyOf", [target])}
        if len(constants) == 1 and constants != {""}:
            return {constants.pop(): {"$ref": branch["$ref"]}}
        return self._by_type(target.get("anyOf", []))


def _constant(schema: Json) -> str:
    return str(schema.get("properties", {}).get("type", {}).get("const", ""))


def _newer(definitions: Json, exceptions: Json) -> Json:
    """The definitions with what `limits.json` lists as newer than they are."""
    known = [dict(branch) for branch in definitions["KnownBlock"]["anyOf"]]
    added = {}
    for kind in exceptions["blocks_without_schema_here"]:
        added[kind] = {"type": "object", "properties": {"type": {"const": kind}}, "required": ["type"]}
        known.append({"$ref": f"#/definitions/{kind}"})
    button = definitions["Button"]
    fields = {**button["properties"], **{field: {} for field in exceptions["button_fields_newer_than_this_data"]}}
    return {**definitions, **added, "KnownBlock": {"anyOf": known}, "Button": {**button, "properties": fields}}


def _name(reference: str) -> str:
    return unquote(reference.removeprefix("#/definitions/"))


def _of_type(validator: Any, wanted: Any, instance: object, schema: Json) -> Iterator[ValidationError] | tuple[()]:
    """The usual case at once; the library for the rest, and for the words of the complaint."""
    plain = isinstance(wanted, str) and isinstance(instance, PLAIN.get(wanted, ()))
    return () if plain else Draft7Validator.VALIDATORS["type"](validator, wanted, instance, schema)


def _by_type(validator: Any, branches: dict[str, Json], instance: object, _schema: Json) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        yield ValidationError(f"{instance!r} is not an object with a type")
        return
    branch = branches.get(str(instance.get("type")))
    if branch is None:
        yield ValidationError(f"type {instance.get('type')!r} is not allowed here: {', '.join(sorted(branches))}")
        return
    yield from validator.descend(instance, branch)


def _descend(
    self: Any, instance: object, schema: Json, path: Any = None, schema_path: Any = None, resolver: object = None
) -> Iterator[ValidationError]:
    """The library's own, five times as fast without a new validator and resolver at each step, needless here."""
    for keyword, value in ({"$ref": schema["$ref"]} if "$ref" in schema else schema).items():
        check = self.VALIDATORS.get(keyword)
        for error in (check and check(self, value, instance, schema)) or ():
            error._set(validator=keyword, validator_value=value, instance=instance, schema=schema, type_checker=self.TYPE_CHECKER)
            if path is not None:
                error.path.appendleft(path)
            if schema_path is not None:
                error.schema_path.appendleft(schema_path)
            yield error


def _said(error: ValidationError, path: str) -> Iterator[str]:
    if error.validator == "anyOf" and error.context:
        yield from _nearest(error, path)
        return
    where = path + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.path)
    reason = error.message
    yield f"{where}: {reason if len(reason) <= LONGEST else f'{reason[:60]} … {reason[60 - LONGEST :]}'}"


def _nearest(error: ValidationError, path: str) -> Iterator[str]:
    """Of a choice between combinations, the complaint about the one that was nearly met."""
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    nearest = min(branches.values(), key=len)
    where = path + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.path)
    for inner in nearest:
        yield from _said(inner, where)
