"""Several workspaces on one double, and the browsers of those who install Lectern there."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import ClientSession

from bot.adapters.library import Library
from bot.adapters.slack.vault import new_key
from bot.settings import Settings
from tests.adapters.slack.stage import EchoTutor, Stage
from tests.doubles.slack import Channel, Message, Person, Specs
from tests.doubles.slack.world import Workspace

PUBLIC_URL = "https://lectern.example"


@dataclass
class Page:
    status: int
    text: str
    location: str = ""


@dataclass
class Browser:
    """Follows links to Slack's pages and to ours, and keeps our cookie."""

    town: "Town"
    cookie: str = ""
    visited: list[str] = field(default_factory=list)

    async def opens(self, url: str) -> Page:
        """One page, without going on to where it leads."""
        self.visited.append(url)
        ours = url.startswith(PUBLIC_URL)
        address = url.replace(PUBLIC_URL, self.town.app.room.address) if ours else url
        headers = {"Cookie": self.cookie} if ours and self.cookie else {}
        async with ClientSession() as session, session.get(address, headers=headers, allow_redirects=False) as response:
            if ours and (given := response.headers.get("Set-Cookie")):
                assert "Secure" in given
                assert "HttpOnly" in given
                self.cookie = given.partition(";")[0]
            return Page(response.status, await response.text(), response.headers.get("Location", ""))

    async def to_slack(self) -> str:
        """From our address to Slack's permission page; gives where that leads back to."""
        begun = await self.opens(f"{PUBLIC_URL}/slack/install")
        assert begun.status == 302
        return (await self.opens(begun.location)).location


class Town(Stage):
    """The bot, installed nowhere yet."""

    def __init__(
        self, folder: Path, library: Library, specs: Specs, *, http: bool = False, wrong: dict[str, str] | None = None
    ) -> None:
        super().__init__(folder, library, specs, EchoTutor(), http=http)
        self.keys = [new_key()]
        self.file = folder / "contract.db"
        self._wrong = wrong or {}
        self.double.world.installations.clear()
        self.double.apps.redirect_urls = [f"{PUBLIC_URL}/slack/oauth_redirect"]
        self.double.apps.one_workspace_at_a_time = True

    def settings(self, **more: object) -> Settings:
        apps = self.double.apps
        oauth = {
            "slack_bot_token": "",
            "slack_client_id": apps.client_id,
            "slack_client_secret": apps.client_secret,
            "slack_encryption_keys": ",".join(self.keys),
            "public_url": PUBLIC_URL,
        }
        return super().settings(**{**oauth, **self._wrong, **more})

    async def install(self, installer: Person) -> Page:
        self.double.apps.installer = installer
        browser = Browser(self)
        return await browser.opens(await browser.to_slack())

    async def settle_in(self, name: str, team: Workspace, person: Person | None = None) -> "Neighbour":
        """Somebody who installs Lectern in a workspace and founds a cohort there."""
        person = person or self.double.user(name, team=team)
        page = await self.install(person)
        assert page.status == 200, page.text
        channel = self.double.channel(f"course-{name}", members=[person], team=team)
        neighbour = Neighbour(self, person, channel)
        await neighbour.types(f"/cohort create {name}'s cohort")
        await neighbour.reads("now takes the course")
        return neighbour

    def kept(self) -> bytes:
        """Every byte of the database on disk."""
        return b"".join(path.read_bytes() for path in self.file.parent.glob(f"{self.file.name}*"))


@dataclass
class Neighbour:
    town: Town
    person: Person
    channel: Channel

    async def types(self, command: str) -> None:
        delivery = await self.person.command(command, self.channel)
        assert not delivery.error, f"{command}: {delivery.error}"

    async def reads(self, words: str) -> Message:
        return await self.person.reads(self.channel, words)

    @property
    def token(self) -> str:
        """The one Slack takes there now."""
        app = self.town.double.world.installation(self.channel.team)
        assert app
        return app.token


def titles(page: Page) -> str:
    found = re.search(r"<h1>(.*?)</h1>", page.text)
    return found[1] if found else ""


def query_of(url: str) -> str:
    return urlsplit(url).query
