"""The strict stateful loopback double of Discord: one server, its guilds, and the handles a test turns."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.doubles.discord.call import CODES, Call
from tests.doubles.discord.cdn import Cdn
from tests.doubles.discord.clock import Clock
from tests.doubles.discord.faults import KINDS, Fault, Faults, When
from tests.doubles.discord.gateway import Gateway
from tests.doubles.discord.interactions import Courier
from tests.doubles.discord.news import News
from tests.doubles.discord.oracle import Oracle
from tests.doubles.discord.owner import Owner
from tests.doubles.discord.people import Person
from tests.doubles.discord.permissions import LEAST
from tests.doubles.discord.rates import Rates
from tests.doubles.discord.routes.apps import Apps
from tests.doubles.discord.routes.channels import Channels
from tests.doubles.discord.routes.guilds import Guilds
from tests.doubles.discord.routes.interactions import Interactions
from tests.doubles.discord.routes.threads import Threads
from tests.doubles.discord.routes.webhooks import Webhooks
from tests.doubles.discord.sessions import Socket
from tests.doubles.discord.specs import Json
from tests.doubles.discord.things import Channel, Guild
from tests.doubles.discord.web import Api
from tests.doubles.discord.world import World
from tests.doubles.pulse import Pulse
from tests.patience import PATIENCE

T = TypeVar("T")


class DiscordDouble(Owner):
    """Every request is judged by the oracle first; what is wrong is kept in `violations`, and `assert_clean` shows it.

    `ack_seconds` is how long Discord waits for the first answer to an interaction.
    """

    def __init__(self, description: Json, *, ack_seconds: float = 3.0, message_content: bool = True) -> None:
        self.violations: list[str] = []
        self.token = "MTA.discord.token"
        self.oracle = Oracle(description)
        self.pulse = Pulse()
        self.clock = Clock()
        self.world = World(self.clock, self.pulse.changed)
        self.gateway = Gateway(self.world, self.pulse, self.violations)
        self.courier = Courier(self.world, self.gateway, self.pulse, ack_seconds)
        self.news = News(self.world, self.gateway, self.oracle.event, self.violations)
        self.faults = Faults()
        self.rates = Rates()
        self.cdn = Cdn(self.world)
        self.api = Api(self.world, self.oracle, self.faults, self.rates, self.violations)
        self.apps = Apps(self.world)
        self.threads = Threads(self.world)
        self.webhooks = Webhooks(self.world)
        answers = Interactions(self.world, lambda: self.courier.ack_seconds, self.webhooks.table)
        for family in (self.apps, Channels(self.world), self.threads, Guilds(self.world), self.webhooks, answers):
            self.api.table.update(family.table)
        self.api.token = self.gateway.token = self.token
        self.allow_message_content(message_content)
        self._people: dict[str, Person] = {}
        self.owner = self.user("Owner")
        self.guild: Guild = self.world.guild("Course", self.owner.user)
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application(client_max_size=2**26)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/gateway/", self.gateway.serve)
        app.router.add_get("/cdn/{path:.*}", self.cdn.serve)
        app.router.add_route("*", "/api/v10/{path:.*}", self.api.serve)
        self._runner = web.AppRunner(app, shutdown_timeout=1.0, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.world.base = f"http://{host}:{port}"
        self.gateway.url = self.apps.gateway = f"ws://{host}:{port}/gateway"

    async def stop(self) -> None:
        self.api.let_go()
        self.gateway.drop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.stop()

    @property
    def base(self) -> str:
        """`http://127.0.0.1:PORT`: REST under `/api/v10`, the gateway under `/gateway`, pictures under `/cdn`."""
        return self.world.base

    @property
    def api_url(self) -> str:
        return f"{self.world.base}/api/v10"

    @property
    def gateway_url(self) -> str:
        return self.gateway.url

    @property
    def mention(self) -> str:
        """What people write to call the app."""
        return f"<@{self.world.bot.id}>"

    @property
    def calls(self) -> list[Call]:
        return self.api.calls

    def calls_to(self, route: str) -> list[Call]:
        """By method and template: `post /channels/{channel_id}/messages`."""
        assert self.oracle.knows(route), f"Discord has no route {route}"
        return [call for call in self.api.calls if call.route == route]

    def assert_clean(self) -> None:
        """Fails with everything the app did that it must not do."""
        assert not self.violations, "Discord would mind:\n  " + "\n  ".join(self.violations)

    async def until(self, look: Callable[[], T], seconds: float = PATIENCE, what: str = "") -> T:
        """What `look` sees, as soon as it is true. It is looked at whenever something changed here."""
        return await self.pulse.until(look, seconds, what)

    async def ready(self, sessions: int = 1) -> None:
        """Until that many sessions are connected."""
        await self.until(lambda: len(self.gateway.live) >= sessions, what="no session")

    async def settled(self) -> None:
        """Until every connected client has read all it was sent, which it says when it is asked for a heartbeat."""
        while any(one.read < len(one.sent) for one in self.gateway.live):
            beats = {socket: socket.beats for one in self.gateway.live if (socket := one.socket)}
            await self.gateway.beat()
            await self.until(lambda then=beats: self._answered(then), what="no heartbeat")  # type: ignore[misc]

    def _answered(self, beats: dict[Socket, int]) -> bool:
        live = [one.socket for one in self.gateway.live]
        return all(socket not in live or socket.beats > then for socket, then in beats.items())

    def advance(self, seconds: float) -> None:
        """Let Discord's time pass: interactions, tokens, nonces and buckets grow old, and quiet threads fall asleep."""
        self.clock.advance(seconds)
        self.threads.sleep()
        self.pulse.changed()

    # the stage

    def user(self, name: str, guild: Guild | None = None) -> Person:
        """The person of that name, who is there from the first time on, and a member of the guild."""
        if name not in self._people:
            self._people[name] = Person(self, self.world.user(name))
        person = self._people[name]
        home = guild or getattr(self, "guild", None)
        if home is not None:
            self.world.enter(home, person.user)
        return person

    def stranger(self, name: str) -> Person:
        """Somebody in no guild of ours."""
        return self._people.setdefault(name, Person(self, self.world.user(name)))

    def robot(self, name: str) -> Person:
        """Another app's bot, which can talk in channels like a person."""
        made = Person(self, self.world.user(name, bot=True))
        self.world.enter(self.guild, made.user)
        return made

    def channel(self, name: str, guild: Guild | None = None, kind: int = 0) -> Channel:
        """A channel everybody can see, the app too."""
        made = self.world.channel(guild or self.guild, name, kind)
        self.world.tell("CHANNEL_CREATE", made)
        return made

    def another_guild(self, name: str, *, bot: bool = True, permissions: int = LEAST) -> Guild:
        """One more guild; without the bot, user-installed commands work there at most."""
        made = self.world.guild(name, self.owner.user, bot=bot, permissions=permissions)
        if bot:
            self.world.tell("GUILD_CREATE", made)
        return made

    # trouble

    def fail(
        self,
        route: str,
        when: When = "before",
        kind: str | int = "502",
        times: int = 1,
        *,
        retry_after: float = 0.01,
        matching: Callable[[Call], bool] = lambda call: True,
    ) -> None:
        """The next calls of the route run into `429`, `429 global`, `429 banned`, `502`, …, `timeout`, `drop`, or a code."""
        assert self.oracle.knows(route), f"Discord has no route {route}"
        code = int(kind) if str(kind).isdecimal() else None
        assert str(kind) in KINDS or code in CODES, f"{kind} is nothing Discord answers"
        self.faults.waiting.append(Fault(route, when, str(kind), times, retry_after, matching))

    def saying(self, words: str) -> Callable[[Call], bool]:
        """For `fail`: calls that carry these words."""

        def matching(call: Call) -> bool:
            body: Any = call.body
            return words in str(body)

        return matching
