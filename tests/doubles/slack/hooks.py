"""Trigger ids with their three seconds, and response URLs with their five uses in thirty minutes."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.doubles.slack.call import Refusal
from tests.doubles.slack.oracle import Oracle
from tests.doubles.slack.specs import Json
from tests.doubles.slack.world import Channel, Installation, Message, User, World

SAID = {"replace_original", "delete_original"}


@dataclass(slots=True, eq=False)
class Trigger:
    id: str
    user: User
    made: float
    used: bool = False


@dataclass(slots=True, eq=False)
class Hook:
    """One response URL: whose, where, and on which message it was pressed, if on one."""

    id: str
    user: User
    channel: Channel
    app: Installation
    made: float
    source: Message | None = None
    uses: int = 0
    payloads: list[Json] = field(default_factory=list)


class Hooks:
    def __init__(self, world: World, oracle: Oracle, violations: list[str], limit: Any) -> None:
        self.all: dict[str, Hook] = {}
        self.triggers: dict[str, Trigger] = {}
        self.host = ""
        self._world = world
        self._oracle = oracle
        self._violations = violations
        self._limit = limit

    def trigger(self, user: User) -> str:
        made = Trigger(
            f"{self._world.number('1')}.{self._world.number('2')}.{secrets.token_hex(8)}", user, self._world.clock.now()
        )
        self.triggers[made.id] = made
        return made.id

    def exchange(self, trigger_id: str) -> User:
        """The person behind a trigger id, once and within three seconds."""
        found = self.triggers.get(trigger_id)
        if found is None:
            raise Refusal("invalid_trigger_id")
        if found.used:
            raise Refusal("exchanged_trigger_id")
        if self._world.clock.now() - found.made > self._limit("trigger_id.seconds"):
            raise Refusal("expired_trigger_id")
        found.used = True
        return found.user

    def url(self, user: User, channel: Channel, app: Installation, source: Message | None = None) -> str:
        made = Hook(secrets.token_hex(8), user, channel, app, self._world.clock.now(), source)
        self.all[made.id] = made
        return f"http://{self.host}/hooks/{made.id}"

    async def serve(self, request: web.Request) -> web.Response:
        found = self.all.get(request.match_info["id"])
        if found is None:
            return web.json_response({"ok": False, "error": "invalid_url"}, status=404)
        if self._world.clock.now() - found.made > 1800:
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        found.uses += 1
        if found.uses > self._limit("response_url.uses"):
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        payload: Json = await request.json()
        found.payloads.append(payload)
        complaints = self._oracle.hook(payload)
        if found.source is not None and not payload.keys() & SAID:
            complaints.append("say replace_original or delete_original: what happens to the message otherwise is not documented")
        if complaints:
            self._violations.extend(f"response_url: {complaint}" for complaint in complaints)
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        self.respond(payload, found.user, found.channel, found.app, found.source, "response_url")
        return web.Response(text="ok")

    def respond(
        self, payload: Json, user: User, channel: Channel, app: Installation, source: Message | None, method: str
    ) -> None:
        """What a command's ack or a response URL puts on the screen. It never has a persona."""
        if payload.get("delete_original"):
            if source is not None:
                self._world.delete(source)
            return
        text, blocks = str(payload.get("text") or ""), payload.get("blocks") or []
        if not text and not blocks:
            return
        if payload.get("replace_original") and source is not None:
            self._replace(source, text, blocks)
            return
        loud = payload.get("response_type") == "in_channel"
        thread = str(payload.get("thread_ts") or (source.thread_ts if source and source.only_for else ""))
        self._world.post(
            channel, app.bot, text, blocks=blocks, thread_ts=thread, only_for="" if loud else user.id, method=method
        )  # fmt: skip

    def _replace(self, source: Message, text: str, blocks: list[Json]) -> None:
        if source.only_for:
            source.revisions.append((source.text, source.blocks))
            source.text, source.blocks = text, blocks
            self._world.changed()
        else:
            self._world.edit(source, text, blocks)
