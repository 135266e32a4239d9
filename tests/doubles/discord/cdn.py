"""Where pictures and files come from: attachments people and the app sent, and the app's emojis."""

from aiohttp import web

from tests.doubles.discord.world import World

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


class Cdn:
    def __init__(self, world: World) -> None:
        self._world = world
        self.asked: list[str] = []

    async def serve(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        self.asked.append(path)
        kind, _, rest = path.partition("/")
        name = rest.partition("/")[0]
        if kind == "attachments" and name in self._world.files:
            found = self._world.files[name]
            return web.Response(body=found.content, content_type=found.content_type.partition(";")[0])
        if kind == "emojis" and name.partition(".")[0] in self._world.emojis:
            return web.Response(body=PIXEL, content_type="image/png")
        raise web.HTTPNotFound
