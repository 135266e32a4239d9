"""The personas' faces, where Slack's servers can fetch them: on our own, if the world reaches it under a public address."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from aiohttp import web

PATH = "/slack/faces"
KEPT = "public, max-age=86400"


class Faces:
    """`address` is that of the folder of faces; empty where there is none that Slack could reach, and emoji stand for them."""

    def __init__(self, faces: Mapping[str, bytes], public_url: str) -> None:
        self._faces = faces
        self.address = f"{public_url.rstrip('/')}{PATH}" if public_url.startswith("https://") else ""

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """One for each face: no name that somebody makes up is looked for."""
        return [web.get(f"{PATH}/{quote(name)}", self._serve) for name in self._faces] if self.address else []

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        face = self._faces[request.path.rpartition("/")[2]]
        return web.Response(body=face, content_type="image/png", headers={"Cache-Control": KEPT})
