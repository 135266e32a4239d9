"""Faces: the personas' pictures as emojis of our application, whose addresses are public and last. Uploaded once."""

import base64
import logging
from collections.abc import Mapping
from typing import Any

import discord

from bot.adapters.discord.calls import Calls
from bot.adapters.discord.faults import TROUBLE
from bot.adapters.discord.limits import EMOJI_BYTES
from bot.adapters.discord.personas import avatar_url, emoji, emoji_name
from bot.core.ports import Clock, Store

EMOJIS = "/applications/{application_id}/emojis"

log = logging.getLogger(__name__)


class Faces:
    def __init__(self, calls: Calls, store: Store, clock: Clock, pictures: Mapping[str, bytes]) -> None:
        self._calls, self._store, self._clock, self._pictures = calls, store, clock, pictures
        self._emojis: dict[str, tuple[str, int]] = {}

    def address(self, face: str) -> str:
        """Where Discord finds the picture; empty where it has none."""
        return avatar_url(self._emojis[face][1], discord.asset.Asset.BASE) if face in self._emojis else ""

    def inline(self, face: str) -> str:
        """The picture within a text; empty where Discord has none."""
        return emoji(*self._emojis[face]) if face in self._emojis else ""

    async def upload(self) -> None:
        """Bring Discord the faces it does not have yet. One that fails is left out: the persona then has its name alone."""
        listed: dict[str, str] | None = None
        for face, picture in self._pictures.items():
            if len(picture) > EMOJI_BYTES:
                log.warning("A face is larger than the 256 KiB Discord takes; its persona has none there", extra={"face": face})
                continue
            name = emoji_name(face, picture)
            number = await self._kept(name)
            try:
                if number is None:
                    listed = await self._listed() if listed is None else listed
                    number = listed.get(name) or await self._made(name, picture)
                    await self._keep(name, number)
            except TROUBLE as trouble:
                log.warning("A face could not be uploaded to Discord", extra={"face": face, "kind": type(trouble).__name__})
                continue
            self._emojis[face] = (name, int(number))

    async def _kept(self, name: str) -> str | None:
        return await self._store.read(lambda records: records.keepsake("discord", self._key(name)))

    async def _keep(self, name: str, number: str) -> None:
        now = self._clock.now()
        await self._store.write(lambda records: records.keep_keepsake("discord", self._key(name), number, now))

    async def _listed(self) -> dict[str, str]:
        found: dict[str, Any] = await self._calls.bot("GET", EMOJIS, {"application_id": self._calls.application})
        return {str(one["name"]): str(one["id"]) for one in found["items"]}

    async def _made(self, name: str, picture: bytes) -> str:
        kind = "jpeg" if picture.startswith(b"\xff\xd8") else "png"
        image = f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"
        body = {"name": name, "image": image}
        made = await self._calls.bot("POST", EMOJIS, {"application_id": self._calls.application}, body)
        return str(made["id"])

    def _key(self, name: str) -> str:
        return f"face:{self._calls.application}:{name}"
