"""What only an author sees: the course as the platforms show it, on the machine that the room runs on."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from aiohttp import web

from bot.core.errors import Refusal

Preview: TypeAlias = Callable[[str, str], str]
"""A platform and a lesson's name, or "" for all, to a page of HTML.

Raises KeyError for no such platform, Refusal for no such lesson.
"""

DEAD = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; base-uri 'none'; frame-ancestors 'none'"
"""The page may have its own style and nothing else: no script, no form, nothing from elsewhere."""


def author_routes(preview: Preview) -> Sequence[web.RouteDef]:
    async def show(request: web.Request) -> web.StreamResponse:
        try:
            html = preview(request.match_info["platform"], request.query.get("lesson", ""))
        except KeyError:
            raise web.HTTPNotFound(text="There are two of these: /preview/slack and /preview/discord.") from None
        except Refusal as refusal:
            raise web.HTTPNotFound(text=str(refusal)) from None
        return web.Response(
            text=html, content_type="text/html", headers={"Content-Security-Policy": DEAD, "Cache-Control": "no-cache"}
        )

    return [web.get("/preview/{platform}", show)]
