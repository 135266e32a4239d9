"""The judge: Discord's published description, the limits of its documentation, and the house's rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from bot.adapters.discord.render import Message
from bot.core.chat import Post
from bot.core.curriculum import Curriculum
from tests.adapters.slack.shipped import posts
from tests.doubles.discord import specs
from tests.doubles.discord.oracle import Oracle

V2 = 1 << 15
QUIET: dict[str, list[str]] = {"parse": []}


@dataclass(frozen=True, slots=True)
class Judge:
    """Says what Discord would refuse; an empty list is praise."""

    oracle: Oracle

    def message(self, message: Message, *, edit: bool = False) -> list[str]:
        body: dict[str, Any] = {"components": message.components, "allowed_mentions": QUIET}
        body |= {"flags": V2} if message.v2 else {"content": message.content}
        if message.files:
            body["attachments"] = [{"id": n, "filename": one.name, "description": one.alt} for n, one in enumerate(message.files)]
        files = {f"files[{n}]": (one.name, "image/png", one.png) for n, one in enumerate(message.files)}
        if edit:
            return self._request("PATCH", "/channels/1/messages/2", body, files)
        return self._request("POST", "/channels/1/messages", body | {"nonce": "n", "enforce_nonce": True}, files)

    def persona(self, message: Message, speaker: Mapping[str, str]) -> list[str]:
        body = {"components": message.components, "allowed_mentions": QUIET, "flags": V2, **speaker}
        return self._request("POST", "/webhooks/1/token", body, {}, {"thread_id": "3", "wait": "1"})

    def callback(self, kind: int, data: Mapping[str, Any]) -> list[str]:
        return self._request("POST", "/interactions/1/token/callback", {"type": kind, "data": dict(data)}, {})

    def commands(self, payloads: list[dict[str, Any]]) -> list[str]:
        return self._request("PUT", "/applications/1/commands", payloads, {})

    def _request(self, method: str, path: str, body: Any, files: Any, query: Mapping[str, str] | None = None) -> list[str]:
        matched = self.oracle.match(method, path)
        assert matched
        kind = "multipart/form-data" if files else "application/json"
        found = self.oracle.request(matched, query or {}, kind, body, files)
        return found + self.oracle.manners(matched.operation, query or {}, body)


@pytest.fixture(scope="session")
def judge() -> Judge:
    return Judge(Oracle(specs.require()))


@pytest.fixture(scope="session")
def shipped(course: Curriculum) -> list[tuple[str, Post]]:
    """Everything the course shows, each post with a title."""
    return list(posts(course))
