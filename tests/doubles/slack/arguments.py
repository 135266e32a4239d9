"""A method's arguments: decoded from query, form and JSON, then held against Slack's reference and the types of its SDK."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft7Validator

from tests.doubles.slack.kit import Structure
from tests.doubles.slack.scopes import PERSONA
from tests.doubles.slack.specs import Json, Specs

JSON = "application/json"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
STRUCTURES = ("attachments", "blocks", "metadata", "view")
"""Arguments the reference calls strings because they may come as JSON text; once decoded the schemas judge them."""
DECODED = (*STRUCTURES, "files", "chunks", "loading_messages", "prompts", "file_ids")
BOOLEANS = {"1": True, "0": False, "true": True, "false": False}


class Arguments:
    def __init__(self, specs: Specs) -> None:
        self._methods: dict[str, Json] = specs.methods
        exceptions = specs.limits["oracle_exceptions"]
        self._ignored = frozenset(exceptions["ignore_argument_on_every_method"])
        self._optional: dict[str, list[str]] = exceptions["not_required"]
        self._newer: dict[str, list[str]] = exceptions["arguments_newer_than_this_data"]
        self._combinations = Structure(specs.arguments, exceptions)
        self._validator = cache(self._validator_of)

    def decoded(
        self, method: str, query: Mapping[str, str], body: Mapping[str, Any], content_type: str
    ) -> tuple[Json, list[str]]:
        """The arguments as the values they stand for, and complaints about how they came."""
        spec = self._methods[method]
        complaints = []
        if body and content_type not in (JSON, *FORMS):
            complaints.append(f"content type {content_type!r} is not one Slack reads")
        if content_type == JSON and body and not spec.get("json_input_supported"):
            complaints.append(f"{method} takes no JSON body")
        texts = dict(query) if content_type == JSON else {**query, **body}
        arguments = {name: self._value(spec, name, text) for name, text in texts.items()}
        return {**arguments, **(body if content_type == JSON else {})}, complaints

    def complaints(self, method: str, arguments: Json) -> Iterator[str]:
        known = self._methods[method]["args"].get("properties", {})
        newer = self._newer.get(method, [])
        for name, value in arguments.items():
            if name in self._ignored or name in newer:
                continue
            if name not in known:
                yield f"{name}: {method} has no such argument"
            elif name not in STRUCTURES:
                validator = self._validator(method, name)
                yield from (f"{name}: {error.message}" for error in validator.iter_errors(value))
        for name in self._methods[method]["args"].get("required", []):
            if name != "token" and name not in arguments and name not in self._optional.get(method, []):
                yield f"{name}: required by {method}"
        yield from self._together(method, arguments, newer)

    def _together(self, method: str, arguments: Json, newer: list[str]) -> Iterator[str]:
        definition = "".join(part[0].upper() + part[1:] for part in method.split(".")) + "Arguments"
        if definition not in self._combinations:
            return
        known = {name: value for name, value in arguments.items() if name not in (*self._ignored, *newer, "token")}
        if method == "files.completeUploadExternal":
            known = {name: value for name, value in known.items() if name not in PERSONA}  # newer than the SDK's types
        yield from self._combinations.complaints(definition, _outline(known), "arguments")

    def _value(self, spec: Json, name: str, text: Any) -> Any:
        if not isinstance(text, str):
            return text
        kinds = _types(spec["args"].get("properties", {}).get(name, {}))
        if name in DECODED or "array" in kinds or "object" in kinds:
            return _json(text)
        if "boolean" in kinds:
            return BOOLEANS.get(text.lower(), text)
        if kinds & {"integer", "number"} and text.lstrip("-").isdigit():
            return int(text)
        return text

    def _validator_of(self, method: str, name: str) -> Draft7Validator:
        return Draft7Validator(self._methods[method]["args"]["properties"][name])


def _types(spec: Json) -> set[str]:
    found = spec.get("type", [])
    kinds = {found} if isinstance(found, str) else set(found)
    return kinds.union(*(_types(branch) for branch in spec.get("anyOf", [])))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _outline(arguments: Json) -> Json:
    """The arguments with a stand-in for each structure that the block schema judges better, and with both icons as one."""
    outline = dict(arguments)
    if "alt_txt" in outline:
        outline["alt_text"] = outline.pop("alt_txt")  # the SDK's types spell it differently from the reference
    if "icon_emoji" in outline:
        outline.pop("icon_url", None)  # the reference: the emoji overrides the address
    if isinstance(outline.get("blocks"), list):
        outline["blocks"] = [{"type": "divider"}] if outline["blocks"] else []
    if isinstance(outline.get("chunks"), list):
        outline["chunks"] = []
    if isinstance(outline.get("view"), dict):
        outline["view"] = {"type": "home", "blocks": []}
    return outline
