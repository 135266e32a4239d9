"""The strict stateful loopback double of Slack: one server, its workspaces, and the handles a test turns."""

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote

from aiohttp import web

from tests.doubles.pulse import Pulse
from tests.doubles.slack.call import MEASURED, Call
from tests.doubles.slack.courier import Courier, Delivery
from tests.doubles.slack.events import Events
from tests.doubles.slack.faults import Fault, Faults, Rates, When
from tests.doubles.slack.hooks import Hooks
from tests.doubles.slack.methods.agents import Agents
from tests.doubles.slack.methods.apps import Apps, Grant
from tests.doubles.slack.methods.chat import Chat
from tests.doubles.slack.methods.conversations import Conversations
from tests.doubles.slack.methods.files import Files
from tests.doubles.slack.methods.views import ViewMethods
from tests.doubles.slack.oracle import Oracle
from tests.doubles.slack.people import Person
from tests.doubles.slack.shapes import Shapes
from tests.doubles.slack.signed import Requests
from tests.doubles.slack.sockets import Sockets
from tests.doubles.slack.specs import Json, Specs
from tests.doubles.slack.views import Views
from tests.doubles.slack.web import Api
from tests.doubles.slack.world import Channel, Clock, Installation, Kind, Workspace, World
from tests.patience import PATIENCE

T = TypeVar("T")
TROUBLES = ("429", "500", "timeout", "drop")


class SlackDouble:
    """Every request is judged by the oracle first; what is wrong is kept in `violations`, and `assert_clean` shows it.

    `ack_seconds` is how long Slack waits for an ack, `pace` scales the 0, 60 and 300 seconds between redeliveries.
    """

    def __init__(self, specs: Specs, *, ack_seconds: float = 3.0, pace: float = 0.001) -> None:
        self.violations: list[str] = []
        self.app_token = "xapp-1-A0LECTERN1-1-secret"
        self.signing_secret = "signing-secret"
        self.specs = specs
        self.oracle = Oracle(specs)
        self.pulse = Pulse()
        self.clock = Clock()
        self.world = World(self.clock, self.pulse.changed)
        self.sockets = Sockets(self.pulse, self.world.app_id)
        self.shapes = Shapes(specs)
        self.courier = Courier(self.sockets, self.pulse, self._checked, ack_seconds=ack_seconds, pace=pace)
        self.events = Events(self.world, self.courier)
        self.agents = Agents(self.world, specs)
        self.views = Views(self.world)
        self.hooks = Hooks(self.world, self.oracle, self.violations, specs.limit)
        self.files = Files(self.world)
        self.conversations = Conversations(self.world)
        self.apps = Apps(self.world, self.sockets.address, self._gone)
        self.faults = Faults()
        self.rates = Rates(specs.limit, lambda method: str(specs.methods[method].get("rate_limits", "")))
        self.api = Api(self.world, self.oracle, self.faults, self.rates, self.violations, self.app_token)
        families = (
            Chat(self.world, self.agents, self.files),
            self.agents,
            self.conversations,
            ViewMethods(self.views, self.hooks),
            self.files,
            self.apps,
        )
        for family in families:
            self.api.table.update(family.table)
        self.team: Workspace = self.world.workspace("Course")
        self.installation: Installation = self.world.install([self.team.id], "xoxb-course-token")
        self.base_url = ""
        self._people: dict[tuple[str, str], Person] = {}
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/api/{method}", self.api.serve)
        app.router.add_get("/link/", self.sockets.serve)
        app.router.add_post("/upload/v1/{id}", self.files.receive)
        app.router.add_post("/hooks/{id}", self.hooks.serve)
        app.router.add_get("/oauth/v2/authorize", self._authorize)
        self._runner = web.AppRunner(app, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.sockets.host = self.hooks.host = self.files.host = f"{host}:{port}"
        self.base_url = f"http://{host}:{port}/api/"

    async def stop(self) -> None:
        self.api.let_go()
        await self.courier.stop()
        await self.sockets.close()
        self.sockets.drop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.stop()

    @property
    def bot_token(self) -> str:
        return self.installation.token

    @property
    def mention(self) -> str:
        """What people write to call the app."""
        return f"<@{self.installation.bot.id}>"

    @property
    def calls(self) -> list[Call]:
        return self.api.calls

    def calls_to(self, method: str) -> list[Call]:
        return [call for call in self.api.calls if call.method == method]

    def assert_clean(self) -> None:
        """Fails with everything the app did that it must not do."""
        broken = [f"the double itself is wrong: {error!r}" for error in self.courier.broken]
        found = [*self.violations, *self.files.violations, *self.sockets.violations, *broken]
        assert not found, "Slack would mind:\n  " + "\n  ".join(found)

    async def until(self, look: Callable[[], T], seconds: float = PATIENCE, what: str = "") -> T:
        """What `look` sees, as soon as it is true. It is looked at whenever something changed here."""
        return await self.pulse.until(look, seconds, what)

    async def settled(self) -> None:
        """Until every event was acknowledged or given up."""
        await self.until(lambda: not self.courier.busy, what="events are still on their way")

    def advance(self, seconds: float) -> None:
        """Let Slack's time pass: trigger ids, streams, statuses, response URLs and tokens grow old."""
        self.clock.advance(seconds)
        self.pulse.changed()

    # the stage

    def user(self, name: str, tz: str = "Europe/London", team: Workspace | None = None) -> Person:
        """The person of that name, who is there from the first time on."""
        workspace = team or self.team
        key = (workspace.id, name)
        if key not in self._people:
            prefix = "W" if workspace.enterprise else "U"
            self._people[key] = Person(self, self.world.person(name, workspace.id, tz, prefix=prefix))
        return self._people[key]

    def namesake(self, name: str, of: Person, team: Workspace) -> Person:
        """Somebody of another workspace who has the same id there."""
        return Person(self, self.world.namesake(name, team.id, of.user))

    def robot(self, name: str) -> Person:
        """Another app's bot, which can talk in channels like a person."""
        return Person(self, self.world.bot(name, self.team.id))

    def channel(
        self, name: str, kind: Kind = "public", members: Iterable[Person] = (), *, bot: bool = True, team: Workspace | None = None
    ) -> Channel:
        """A channel with these people in it, and the app if `bot`."""
        workspace = team or self.team
        app = self.world.installation(workspace.id)
        inside = [app.bot.id] if bot and app else []
        return self.world.channel(name, kind, workspace.id, [*inside, *(person.id for person in members)])

    def workspace(self, name: str, token: str = "", enterprise: str = "") -> Workspace:
        """Another workspace; with a token, the app is installed there."""
        made = self.world.workspace(name, enterprise)
        if token:
            self.world.install([made.id], token)
        return made

    def organisation(self, token: str, *names: str) -> list[Workspace]:
        """Several workspaces of one organisation, with one installation for all of them."""
        enterprise = self.world.number("E")
        made = [self.world.workspace(name, enterprise) for name in names]
        self.world.install([one.id for one in made], token, enterprise=enterprise)
        return made

    def code(self, installer: Person, redirect_uri: str = "", scopes: Iterable[str] = ()) -> str:
        """What the permission page sends back to the app's address. In an organisation it is for all its workspaces."""
        workspace = self.world.workspaces[installer.user.team]
        teams = [
            one.id for one in self.world.workspaces.values() if one is workspace or workspace.enterprise == one.enterprise != ""
        ]
        granted = set(scopes or self.oracle.declared)
        code = self.world.number("code")
        organisation = "" if self.apps.one_workspace_at_a_time else workspace.enterprise
        if not organisation:
            teams = [workspace.id]
        self.apps.codes[code] = Grant(teams, installer.user, granted, redirect_uri, organisation, self.clock.now())
        return code

    # what happens to the app

    def invite(self, channel: Channel, inviter: Person) -> None:
        """The app itself is invited into a channel."""
        app = self.world.installation(channel.team)
        assert app is not None, "the app is not installed there"
        channel.members.append(app.bot.id)
        inner = {
            "type": "member_joined_channel", "user": app.bot.id, "channel": channel.id, "inviter": inviter.id,
            "team": channel.team, "channel_type": "C" if channel.kind == "public" else "G", "event_ts": self.world.tick(),
        }  # fmt: skip
        self.events.tell("member_joined_channel", inner, channel)

    def share(self, channel: Channel, partner: Workspace) -> None:
        """Through Slack Connect: people of the partner's workspace may be in it."""
        channel.shared.add(partner.id)

    def kick(self, channel: Channel) -> None:
        app = self.world.installation(channel.team)
        channel.members = [member for member in channel.members if app is None or member != app.bot.id]

    def archive(self, channel: Channel, by: Person) -> None:
        channel.archived = True
        inner = {"type": "channel_archive", "channel": channel.id, "user": by.id, "event_ts": self.world.tick()}
        self.events.tell("channel_archive", inner, channel)

    def rename(self, channel: Channel, name: str) -> None:
        channel.name = name
        shown = {
            "id": channel.id,
            "name": name,
            "name_normalized": name,
            "created": channel.created,
            "is_channel": True,
            "is_mpim": False,
        }
        self.events.tell("channel_rename", {"type": "channel_rename", "channel": shown, "event_ts": self.world.tick()}, channel)

    def change_id(self, channel: Channel) -> None:
        """As when a channel becomes a shared one: the old id is unknown from now on."""
        old, channel.id = channel.id, self.world.number("C")
        self.world.channels[channel.id] = self.world.channels.pop(old)
        inner = {"type": "channel_id_changed", "old_channel_id": old, "new_channel_id": channel.id, "event_ts": self.world.tick()}
        self.events.tell("channel_id_changed", inner, channel)

    def revoke(self, app: Installation | None = None) -> None:
        """A person takes the app's token away."""
        found = app or self.installation
        found.state = "token_revoked"
        self._gone(found)

    def uninstall(self, app: Installation | None = None) -> None:
        found = app or self.installation
        found.state = "account_inactive"
        self._gone(found)
        self.events.tell("app_uninstalled", {"type": "app_uninstalled"}, app=found)

    def over_http(self, url: str) -> Requests:
        """From now on everything comes as signed requests to this address instead of through sockets."""
        requests = Requests(url, self.signing_secret)
        self.courier.transport = requests
        return requests

    def fail(
        self,
        method: str,
        when: When = "before",
        kind: str = "500",
        times: int = 1,
        *,
        retry_after: int = 1,
        matching: Callable[[Json], bool] = lambda arguments: True,
    ) -> None:
        """The next calls of the method run into `429`, `500`, `timeout`, `drop` or an error code Slack documents for it."""
        assert self.oracle.knows(method), f"Slack has no method {method}"
        documented = kind in TROUBLES or kind in self.oracle.errors(method) or {(method, kind), ("*", kind)} & MEASURED
        assert documented, f"{kind} is not documented for {method}: {', '.join(sorted(self.oracle.errors(method)))}"
        self.faults.add(Fault(method, when, kind, times, retry_after, matching))

    def _gone(self, app: Installation) -> None:
        inner = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [app.bot.id]}}
        self.events.tell("tokens_revoked", inner, app=app)

    def _checked(self, delivery: Delivery) -> None:
        self.violations.extend(f"the double itself is wrong: {found}" for found in self.shapes.complaints(delivery.payload))

    async def _authorize(self, request: web.Request) -> web.Response:
        """The permission page. Whoever is `apps.installer` agrees, or cancels where `apps.consent` is off."""
        asked, back = request.query, request.query["redirect_uri"]
        if asked.get("client_id") != self.apps.client_id:
            return web.Response(status=400, text="invalid_client_id")
        if self.apps.redirect_urls and back not in self.apps.redirect_urls:
            return web.Response(status=400, text="redirect_uri did not match any configured URIs")
        state = quote(asked.get("state", ""))
        if not self.apps.consent:
            raise web.HTTPFound(f"{back}?error=access_denied&state={state}")
        installer = self.apps.installer or next(iter(self._people.values()))
        code = self.code(installer, back, asked.get("scope", "").split(","))
        raise web.HTTPFound(f"{back}?code={code}&state={state}")
