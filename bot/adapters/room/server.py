"""The room's web server: which address answers what, from the first request to a quiet end."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from aiohttp import web

from bot.adapters.room.author import Preview, author_routes
from bot.adapters.room.door import Door
from bot.adapters.room.faults import ServerLog
from bot.adapters.room.files import Files
from bot.adapters.room.gestures import Gestures, Hear
from bot.adapters.room.guards import Guard, add_headers, except_for, is_loopback, own_host, own_origin, quiet_faults
from bot.adapters.room.limits import FRAME_BYTES
from bot.adapters.room.live import Lives
from bot.adapters.room.memory import RoomStore
from bot.adapters.room.outbound import RoomChat
from bot.adapters.room.reading import About
from bot.core.chat import Person
from bot.core.ports import Clock
from bot.core.room import RoomRecords

FIRST_CHANNEL = ("general", "General")
DRAIN_SECONDS = 10.0


class OpenToTheWorld(ValueError):
    def __init__(self, host: str) -> None:
        super().__init__(f"The room would be open to everybody who can reach {host}. Set a password, or bind it to 127.0.0.1.")


class Room:
    """Raises OpenToTheWorld for an address others can reach, without a password.

    `hear` is the core's desk and `welcome` is called once for everybody who enters. `chat` speaks to the same pages. `routes` are
    others' (a platform's callbacks over HTTP): they come with their own proof of origin, so the room's guards let them through.
    Nobody may take one of the `reserved` names, such as a persona's.
    `preview` makes the pages an author looks at, which only a room that nobody else can reach serves.
    `alive` says why the program must be started anew, `health` what keeps it from its work; nothing if all is well.
    With `closed` there is no room: the server answers for its health and those routes, and the rest is not found.
    """

    def __init__(
        self,
        store: RoomStore,
        hear: Hear,
        clock: Clock,
        *,
        chat: RoomChat,
        host: str,
        port: int,
        password: str,
        faces: Mapping[str, bytes],
        commands: Sequence[tuple[str, str, str]],
        title: str,
        alive: Callable[[], Awaitable[str]],
        health: Callable[[], Awaitable[str]],
        welcome: Callable[[Person], Awaitable[None]],
        preview: Preview | None = None,
        routes: Sequence[web.RouteDef] = (),
        closed: bool = False,
        reserved: Sequence[str] = (),
    ) -> None:
        if not password and not closed and not is_loopback(host):
            raise OpenToTheWorld(host)
        self._store, self._clock, self._host, self._port = store, clock, host, port
        self._alive, self._health = alive, health
        self._closed = closed
        self._preview = preview if is_loopback(host) else None
        self._files = Files(store, faces)
        self._door = Door(password, self._files.login) if password else None
        self._gestures = Gestures(store, hear, clock, chat)
        self._lives = Lives(store, clock, self._gestures, chat.listeners, About(title, commands, reserved), welcome)
        app = self._app(routes)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=5, logger=ServerLog())

    @property
    def address(self) -> str:
        """Where to point a browser."""
        shown = "localhost" if self._host in ("0.0.0.0", "::", "") else self._host  # noqa: S104 - compared, not bound
        return f"http://{f'[{shown}]' if ':' in shown else shown}:{self._port}"

    async def start(self) -> None:
        """Take connections. In an empty room the first channel is made; port 0 becomes a free one.

        Raises OSError where the address is taken.
        """
        now = self._clock.now()

        def furnish(records: RoomRecords) -> None:
            if not records.room_channels():
                records.room_add_channel(*FIRST_CHANNEL, now)

        if not self._closed:
            await self._store.write(furnish)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError:
            await self._runner.cleanup()
            raise
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Take no more connections, close every page, let what has begun come to its end. Safe to call twice."""
        for site in list(self._runner.sites):
            await site.stop()
        await self._lives.close()
        await self._gestures.drain(DRAIN_SECONDS)
        await self._runner.cleanup()

    def _app(self, routes: Sequence[web.RouteDef]) -> web.Application:
        app = web.Application(client_max_size=FRAME_BYTES)
        app.on_response_prepare.append(add_headers)
        app.middlewares.append(quiet_faults)
        if self._closed:
            app.add_routes(self._health_routes())
        else:
            app.middlewares.extend(except_for({route.path for route in routes}, guard) for guard in self._guards())
            app.add_routes([*self._routes(), *self._health_routes()])
        app.add_routes(routes)
        return app

    def _guards(self) -> list[Guard]:
        guards = [own_host(lambda: self._port)] if is_loopback(self._host) else []
        guards.append(own_origin)
        if self._door:
            guards.append(self._door.guard)
        return guards

    def _routes(self) -> list[web.RouteDef]:
        routes = [
            web.get("/", self._files.page),
            web.get("/static/{name}", self._files.static),
            web.get("/faces/{name}", self._files.face),
            web.get("/pictures/{name}", self._files.picture),
            web.get("/live", self._lives.serve),
        ]
        if self._door:
            routes += [web.get("/login", self._door.show), web.post("/login", self._door.enter)]
        if self._preview:
            routes += author_routes(self._preview)
        return routes

    def _health_routes(self) -> list[web.RouteDef]:
        return [web.get("/healthz", self._living), web.get("/readyz", self._ready)]

    async def _living(self, request: web.Request) -> web.StreamResponse:
        ailment = await self._alive()
        return web.Response(text=f"not alive: {ailment}" if ailment else "alive", status=503 if ailment else 200)

    async def _ready(self, request: web.Request) -> web.StreamResponse:
        trouble = await self._health()
        return web.Response(text=f"not ready: {trouble}" if trouble else "ready", status=503 if trouble else 200)
