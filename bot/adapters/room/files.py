"""The files the room serves: its own page, the personas' faces, and pictures that were posted. Each with an etag."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from aiohttp import web

from bot.adapters.room.memory import RoomStore

TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}
PICTURE = re.compile(r"[0-9a-f]{32}\.png")
CHECK_EACH_TIME = "no-cache"
KEEP_A_YEAR = "private, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class File:
    body: bytes
    type: str
    etag: str

    def answer(self, request: web.Request, cache: str) -> web.Response:
        headers = {"ETag": f'"{self.etag}"', "Cache-Control": cache}
        if any(tag.value == self.etag for tag in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        charset = "utf-8" if self.type.startswith("text/") else None
        return web.Response(body=self.body, content_type=self.type, charset=charset, headers=headers)


def file_of(name: str, body: bytes) -> File:
    suffix = name[name.rfind(".") :]
    return File(body, TYPES[suffix], hashlib.sha256(body).hexdigest()[:32])


def own_files() -> dict[str, File]:
    """Everything in static/, by name. Nothing else is ever looked up on the disk."""
    folder = resources.files("bot.adapters.room") / "static"
    found = (one for one in folder.iterdir() if one.is_file() and one.name[one.name.rfind(".") :] in TYPES)
    return {one.name: file_of(one.name, one.read_bytes()) for one in found}


class Files:
    def __init__(self, store: RoomStore, faces: Mapping[str, bytes]) -> None:
        self._store = store
        self._own = own_files()
        self.login = self._own["login.html"]
        self._faces = {name: file_of("face.png", png) for name, png in faces.items()}

    async def page(self, request: web.Request) -> web.StreamResponse:
        return self._own["index.html"].answer(request, CHECK_EACH_TIME)

    async def static(self, request: web.Request) -> web.StreamResponse:
        return _found(self._own.get(request.match_info["name"])).answer(request, CHECK_EACH_TIME)

    async def face(self, request: web.Request) -> web.StreamResponse:
        return _found(self._faces.get(request.match_info["name"])).answer(request, CHECK_EACH_TIME)

    async def picture(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if not PICTURE.fullmatch(name):
            raise web.HTTPNotFound
        png = await self._store.read(lambda records: records.room_picture(name.removesuffix(".png")))
        return _found(file_of(name, png) if png else None).answer(request, KEEP_A_YEAR)


def _found(file: File | None) -> File:
    if file is None:
        raise web.HTTPNotFound
    return file
