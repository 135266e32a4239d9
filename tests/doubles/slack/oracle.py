"""The judge in front of the double: Slack's own reference, its published types, its limits, and our house rules."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tests.doubles.slack import manners
from tests.doubles.slack.arguments import Arguments
from tests.doubles.slack.kit import Structure
from tests.doubles.slack.lengths import Lengths
from tests.doubles.slack.scopes import PERSONA, SCOPES
from tests.doubles.slack.specs import Json, Specs

TOKENLESS = ("oauth.v2.access", "api.test", "blocks.validate", "tooling.tokens.rotate")
HOOK = frozenset(
    {
        "text", "blocks", "attachments", "response_type", "replace_original", "delete_original", "thread_ts",
        "mrkdwn", "unfurl_links", "unfurl_media", "metadata",
    }
)  # fmt: skip
"""What a `response_url` takes: docs.slack.dev/interactivity/handling-user-interaction, "Message responses"; no persona."""
COMMAND = frozenset({"text", "blocks", "attachments", "response_type", "mrkdwn", "unfurl_links", "unfurl_media"})
"""What the ack of a slash command may carry."""
RESPONSES = ("errors", "update", "push", "clear")


class Oracle:
    """Says what is wrong with a request, in sentences that begin with where. Knows nothing of the double's state.

    `declared` are the scopes of the app's manifest: a call that needs another one is a mistake in the code, not in the workspace.
    """

    def __init__(self, specs: Specs, declared: Collection[str] = SCOPES) -> None:
        self.declared = set(declared)
        self._specs = specs
        self._methods: dict[str, Json] = specs.methods
        self._arguments = Arguments(specs)
        self.structure = Structure(specs.kit, specs.limits["oracle_exceptions"])
        self._lengths = Lengths(specs)

    def knows(self, method: str) -> bool:
        return method in self._methods

    def errors(self, method: str) -> frozenset[str]:
        """The error codes documented for a method."""
        return frozenset(self._methods[method].get("errors", {})) | self._specs.common_errors

    def scopes(self, method: str) -> list[str]:
        """The bot scopes of which one is enough."""
        found: list[str] = (self._methods[method].get("scope") or {}).get("bot", [])
        return found

    def check(
        self,
        method: str,
        query: Mapping[str, str],
        body: Mapping[str, Any],
        content_type: str = "application/json",
        token: str = "",
    ) -> list[str]:
        return self.read(method, query, body, content_type, token)[1]

    def read(
        self, method: str, query: Mapping[str, str], body: Mapping[str, Any], content_type: str, token: str
    ) -> tuple[Json, list[str]]:
        """The decoded arguments, and what is wrong with them."""
        if not self.knows(method):
            return {}, [f"{method}: Slack has no such method"]
        arguments, complaints = self._arguments.decoded(method, query, body, content_type)
        token = token or str(arguments.pop("token", ""))
        complaints.extend(self._arguments.complaints(method, arguments))
        complaints.extend(self._content(arguments))
        complaints.extend(self._long(method, arguments))
        complaints.extend(manners.complaints(method, arguments))
        complaints.extend(self._token(method, arguments, token))
        return arguments, complaints

    def view(self, view: object, path: str = "view") -> Iterator[str]:
        yield from self.structure.complaints("SlackView", view, path)
        if isinstance(view, dict):
            yield from self._lengths.view(view)

    def message(self, blocks: object, path: str = "blocks") -> Iterator[str]:
        yield from self.structure.complaints("SlackBlocks", blocks, path)
        if isinstance(blocks, list):
            yield from self._lengths.message(blocks, path)

    def hook(self, payload: Json) -> list[str]:
        """What is wrong with a message sent to a `response_url`."""
        return self._plain("response_url", payload, HOOK)

    def command(self, payload: Json) -> list[str]:
        """What is wrong with the answer inside a slash command's ack."""
        return self._plain("ack", payload, COMMAND)

    def submission(self, payload: Json) -> list[str]:
        """What is wrong with the answer inside a view submission's ack."""
        if not payload:
            return []
        action = payload.get("response_action")
        found = [] if action in RESPONSES else [f"response_action: {action!r} is not one of {', '.join(RESPONSES)}"]
        expected = {"errors": {"errors"}, "update": {"view"}, "push": {"view"}}.get(str(action), set())
        found += [f"{name}: not in the answer {action}" for name in payload.keys() - expected - {"response_action"}]
        found += [f"{name}: missing from the answer {action}" for name in expected - payload.keys()]
        if "view" in payload:
            found += [*self.view(payload["view"]), *manners.complaints("view", payload)]
        return found

    def _plain(self, kind: str, payload: Json, known: frozenset[str]) -> list[str]:
        found = [f"{name}: {kind} takes no such field" for name in payload if name not in known]
        if payload.get("response_type", "ephemeral") not in ("ephemeral", "in_channel"):
            found.append(f"response_type: {payload['response_type']!r}")
        return [*found, *self._content(payload), *manners.complaints(kind, payload)]

    def _content(self, arguments: Json) -> Iterator[str]:
        if arguments.get("blocks") is not None:
            yield from self.message(arguments["blocks"])
        if arguments.get("view") is not None:
            yield from self.view(arguments["view"])
        for index, chunk in enumerate(arguments.get("chunks") or ()):
            yield from self.structure.complaints("SlackChunk", chunk, f"chunks[{index}]")
            if isinstance(chunk, dict) and "blocks" in chunk:
                yield from self._lengths.message(chunk["blocks"], f"chunks[{index}].blocks")

    def _long(self, method: str, arguments: Json) -> Iterator[str]:
        long, many = self._lengths.long, self._lengths.many
        text = "message.text.update" if method == "chat.update" else "message.text.postMessage.truncates_at"
        yield from long(arguments.get("text"), text, "text")
        yield from long(arguments.get("markdown_text"), "message.markdown_text.per_call", "markdown_text")
        yield from long(arguments.get("alt_txt"), "file.alt_txt", "alt_txt")
        chunks = [str(chunk.get("text", "")) for chunk in arguments.get("chunks") or () if isinstance(chunk, dict)]
        yield from many(sum(map(len, chunks)), "message.markdown_text.per_call", "chunks")
        yield from many(len(arguments.get("attachments") or ()), "message.attachments", "attachments")
        if method == "assistant.threads.setSuggestedPrompts":
            yield from many(len(arguments.get("prompts") or ()), "assistant.suggested_prompts", "prompts")
        if method.startswith("agents.sessions"):
            yield from long(arguments.get("title"), "agent.session.title", "title")
            yield from long(arguments.get("username"), "agent.session.username", "username")
        if method == "conversations.open":
            yield from many(len(str(arguments.get("users", "")).split(",")), "conversations.open.users", "users")

    def _token(self, method: str, arguments: Json, token: str) -> Iterator[str]:
        wanted = "" if method in TOKENLESS else "xapp-" if method == "apps.connections.open" else "xoxb-"
        if not token.removeprefix("xoxe.").startswith(wanted):
            yield f"token: {method} wants one that begins with {wanted}"
        scopes = self.scopes(method)
        if scopes and not self.declared.intersection(scopes):
            yield f"token: {method} needs one of {', '.join(scopes)}, which the manifest does not ask for"
        if any(arguments.get(name) for name in PERSONA) and "chat:write.customize" not in self.declared:
            yield "token: a persona needs chat:write.customize, which the manifest does not ask for"
