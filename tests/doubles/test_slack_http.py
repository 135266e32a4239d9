"""HTTP mode with the real app: signatures, retries, forms; and the whole way of an installation."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.bolt import bolt, client, refused
from tests.doubles.slack import Channel, Person, SlackDouble
from tests.doubles.slack.signed import Signature
from tests.doubles.slack.specs import Json

OLD_BASIC_AUTH = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
"""slack_sdk 3.47 sends client id and secret through a class of aiohttp that 3.14 deprecates."""


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}/slack/events"
    await runner.cleanup()


@asynccontextmanager
async def listening(double: SlackDouble, app: AsyncApp) -> AsyncIterator[None]:
    async with served(app.web_app()) as url:
        double.over_http(url)
        yield


@pytest.fixture
def ada(double: SlackDouble) -> Person:
    return double.user("ada")


@pytest.fixture
def general(double: SlackDouble, ada: Person) -> Channel:
    return double.channel("general", members=[ada])


async def test_commands_buttons_and_events_arrive_as_signed_requests(clean: SlackDouble, ada: Person, general: Channel) -> None:
    heard: list[str] = []
    async with bolt(clean) as app:

        @app.command("/lab")
        async def lab(ack: Any, command: Json) -> None:
            heard.append(f"{command['command']} {command['text']} by {command['user_id']}")
            await ack("one moment")

        @app.action("go")
        async def go(ack: Any, action: Json) -> None:
            await ack()
            heard.append(action["value"])

        @app.event("message")
        async def message(event: Json) -> None:
            if "bot_id" not in event:
                heard.append(event["text"])

        async with listening(clean, app):
            await ada.command("/lab r&d <3", general)
            await ada.reads(general, "one moment")
            button = {"type": "button", "action_id": "go", "value": "v1", "text": {"type": "plain_text", "text": "Go"}}
            await app.client.chat_postMessage(channel=general.id, text="Go?", blocks=[{"type": "actions", "elements": [button]}])
            await ada.clicks(await ada.reads(general, "Go"), "Go")
            await ada.says("hello", general)
            await clean.until(lambda: "hello" in heard)
            await clean.settled()
    assert heard == [f"/lab r&amp;d &lt;3 by {ada.id}", "v1", "hello"]


@pytest.mark.parametrize("signature", ["bad", "old", "early", "none"])
async def test_a_request_not_signed_well_or_not_now_is_turned_away(
    clean: SlackDouble, ada: Person, general: Channel, signature: Signature
) -> None:
    async with bolt(clean) as app:

        @app.command("/lab")
        async def lab(ack: Any) -> None:
            await ack()

        async with served(app.web_app()) as url:
            requests = clean.over_http(url)
            assert await requests.challenge() == "3eZbrw1aB"
            requests.signature = signature
            delivery = await ada.command("/lab", general)
            assert (delivery.acked, delivery.error, requests.statuses) == (False, "dispatch_failed", [200, 401])
            requests.signature = "good"
            assert (await ada.command("/lab", general)).acked


@pytest.mark.parametrize(("header", "numbers"), [({}, ["", "1", "2", "3"]), ({"X-Slack-No-Retry": "1"}, [""])])
async def test_an_event_is_sent_again_until_it_is_taken_or_refused_for_good(
    clean: SlackDouble, ada: Person, general: Channel, header: dict[str, str], numbers: list[str]
) -> None:
    seen: list[tuple[str, str]] = []

    async def fail(request: web.Request) -> web.Response:
        seen.append((request.headers.get("X-Slack-Retry-Num", ""), request.headers.get("X-Slack-Retry-Reason", "")))
        return web.Response(status=500, headers=header)

    app = web.Application()
    app.router.add_post("/slack/events", fail)
    async with served(app) as url:
        clean.over_http(url)
        await ada.says("hello", general)
        await clean.until(lambda: clean.courier.lost)
    assert [number for number, _ in seen] == numbers
    assert {reason for number, reason in seen if number} <= {"http_error"}


@OLD_BASIC_AUTH
async def test_an_installation_goes_from_a_code_to_a_token_that_works(double: SlackDouble) -> None:
    partner = double.workspace("Partner")
    installer = double.user("grace", team=partner)
    anonymous = AsyncWebClient(base_url=double.base_url, retry_handlers=[])
    known = {"client_id": double.apps.client_id, "client_secret": double.apps.client_secret}
    code = double.code(installer, "https://lectern.example/slack/oauth_redirect")
    assert await refused(anonymous.oauth_v2_access(client_id="x", client_secret="y", code=code)) == "invalid_client_id"
    wrong = anonymous.oauth_v2_access(**known, code=code + "x")
    assert await refused(wrong) == "invalid_code"
    granted = await anonymous.oauth_v2_access(**known, code=code)
    assert (granted["team"]["id"], granted["authed_user"]["id"]) == (partner.id, installer.id)
    assert await refused(anonymous.oauth_v2_access(**known, code=code)) == "invalid_code"
    async with client(double, granted["access_token"]) as theirs:
        assert (await theirs.auth_test())["team"] == "Partner"
        channel = double.channel("partner", members=[installer], team=partner)
        await theirs.chat_postMessage(channel=channel.id, text="hello")
        foreign = double.channel("ours", members=[double.user("ada")])
        assert await refused(theirs.chat_postMessage(channel=foreign.id, text="hello")) == "channel_not_found"
    double.assert_clean()


@OLD_BASIC_AUTH
async def test_an_organisation_is_installed_as_one(double: SlackDouble) -> None:
    double.organisation("xoxb-org", "One", "Two")
    one = next(workspace for workspace in double.world.workspaces.values() if workspace.name == "One")
    anonymous = AsyncWebClient(base_url=double.base_url, retry_handlers=[])
    granted = await anonymous.oauth_v2_access(
        client_id=double.apps.client_id, client_secret=double.apps.client_secret, code=double.code(double.user("wendy", team=one))
    )
    assert (granted["team"], granted["is_enterprise_install"], granted["enterprise"]["id"]) == (None, True, one.enterprise)


@OLD_BASIC_AUTH
async def test_rotating_tokens_expire_and_a_refresh_token_works_once(double: SlackDouble) -> None:
    double.apps.rotation = True
    code = double.code(double.user("grace", team=double.workspace("Partner")))
    anonymous = AsyncWebClient(base_url=double.base_url, retry_handlers=[])
    granted = await anonymous.oauth_v2_access(client_id=double.apps.client_id, client_secret=double.apps.client_secret, code=code)
    double.advance(43201)
    async with client(double, granted["access_token"]) as old:
        assert await refused(old.auth_test()) == "token_expired"
    rotator = AsyncTokenRotator(client_id=double.apps.client_id, client_secret=double.apps.client_secret, client=anonymous)
    fresh = await rotator.client.oauth_v2_access(
        client_id=double.apps.client_id,
        client_secret=double.apps.client_secret,
        grant_type="refresh_token",
        refresh_token=granted["refresh_token"],
    )
    async with client(double, fresh["access_token"]) as new:
        assert (await new.auth_test())["ok"]
    again = anonymous.oauth_v2_access(
        client_id=double.apps.client_id,
        client_secret=double.apps.client_secret,
        grant_type="refresh_token",
        refresh_token=granted["refresh_token"],
    )
    assert await refused(again) == "invalid_refresh_token"


async def test_the_permission_page_sends_people_back_with_a_code(double: SlackDouble) -> None:
    double.user("grace")
    async with client(double) as web:
        assert web.session is not None
        page = double.base_url.replace("/api/", "/oauth/v2/authorize")
        asked = {
            "client_id": double.apps.client_id,
            "scope": "chat:write",
            "state": "s1",
            "redirect_uri": "https://x.example/back",
        }
        async with web.session.get(page, params=asked, allow_redirects=False) as response:
            await response.read()
    assert response.status == 302
    assert response.headers["Location"].startswith("https://x.example/back?code=")
    assert response.headers["Location"].endswith("&state=s1")


async def test_the_permission_page_takes_a_no_and_knows_the_apps_own_addresses(double: SlackDouble) -> None:
    double.user("grace")
    double.apps.redirect_urls = ["https://x.example/back"]
    page = double.base_url.replace("/api/", "/oauth/v2/authorize")
    asked = {"client_id": double.apps.client_id, "scope": "chat:write", "state": "s1", "redirect_uri": "https://x.example/back"}
    async with client(double) as web:
        assert web.session is not None
        double.apps.consent = False
        async with web.session.get(page, params=asked, allow_redirects=False) as refusal:
            assert refusal.headers["Location"] == "https://x.example/back?error=access_denied&state=s1"
        for wrong in ({"redirect_uri": "https://y.example/back"}, {"client_id": "9.9"}):
            async with web.session.get(page, params=asked | wrong, allow_redirects=False) as response:
                assert (response.status, response.headers.get("Location")) == (400, None)


@OLD_BASIC_AUTH
async def test_a_code_is_good_for_ten_minutes(double: SlackDouble) -> None:
    known = {"client_id": double.apps.client_id, "client_secret": double.apps.client_secret}
    code = double.code(double.user("grace", team=double.workspace("Partner")))
    double.advance(601)
    anonymous = AsyncWebClient(base_url=double.base_url, retry_handlers=[])
    assert await refused(anonymous.oauth_v2_access(**known, code=code)) == "invalid_code"


@OLD_BASIC_AUTH
async def test_in_an_organisation_a_single_workspace_may_be_chosen(double: SlackDouble) -> None:
    double.apps.one_workspace_at_a_time = True
    one = double.workspace("One", enterprise="E1")
    anonymous = AsyncWebClient(base_url=double.base_url, retry_handlers=[])
    known = {"client_id": double.apps.client_id, "client_secret": double.apps.client_secret}
    granted = await anonymous.oauth_v2_access(**known, code=double.code(double.user("wendy", team=one)))
    assert (granted["team"]["id"], granted["is_enterprise_install"]) == (one.id, False)


async def test_an_id_belongs_to_somebody_else_in_another_workspace(double: SlackDouble) -> None:
    ada = double.user("ada")
    elsewhere = double.workspace("Elsewhere", token="xoxb-elsewhere")
    bob = double.namesake("bob", ada, elsewhere)
    assert ada.id == bob.id
    async with client(double) as here, client(double, "xoxb-elsewhere") as there:
        assert (await here.users_info(user=ada.id))["user"]["real_name"] == "Ada"
        assert (await there.users_info(user=ada.id))["user"]["real_name"] == "Bob"
        ours, theirs = [(await web.conversations_open(users=ada.id))["channel"]["id"] for web in (here, there)]
        assert ours != theirs
        assert await refused(there.chat_postMessage(channel=ours, text="hello")) == "channel_not_found"
    assert (ada.dm.id, bob.dm.id) == (ours, theirs)


async def test_the_end_of_one_installation_is_told_to_that_one_alone(double: SlackDouble) -> None:
    double.workspace("Elsewhere", token="xoxb-elsewhere")
    partner = double.world.installations[-1]
    async with client(double) as here, client(double, "xoxb-elsewhere") as there:
        double.uninstall(partner)
        assert await refused(there.auth_test()) == "account_inactive"
        assert (await here.auth_test())["team"] == "Course"
    told = [(delivery.name, delivery.payload["team_id"]) for delivery in double.courier.sent]
    assert told == [("tokens_revoked", partner.teams[0]), ("app_uninstalled", partner.teams[0])]
