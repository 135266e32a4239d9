"""Where Lectern is installed: each workspace's tokens, sealed in our database, opened for one call and renewed in time."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_bolt.error import BoltError
from slack_sdk.oauth.installation_store import Installation as SlackInstallation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore

from bot.adapters.slack.calls import Identity
from bot.adapters.slack.errors import SlackRefused
from bot.adapters.slack.faults import NETWORK, Refused, sorted_out
from bot.adapters.slack.vault import Secrets, Unreadable, Vault
from bot.adapters.slack.wire import Wire
from bot.core.ports import Clock, Installation, NotSent, Store, Unclear, Undeliverable

EARLY = timedelta(hours=2)
"""How long before its end a token is renewed. It lives for twelve hours."""
CLAIM = timedelta(seconds=60)
"""How long a renewal may take before another process tries. A refresh token works once."""
RENEWABLE = frozenset({"token_expired", "invalid_auth"})

log = logging.getLogger(__name__)


class WholeOrganisation(BoltError):
    """It was installed for an organisation at once, which we do not take."""


class Installations(AsyncInstallationStore):
    """Also what Bolt's OAuth flow hands a new installation to. Nothing in memory outlives the call it was opened for."""

    def __init__(
        self, wire: Wire, vault: Vault, store: Store, clock: Clock, client_id: str, client_secret: str, url: str
    ) -> None:
        self._wire, self._vault, self._store, self._clock = wire, vault, store, clock
        self._client = {"client_id": client_id, "client_secret": client_secret}
        self.advice = f"Lectern is not installed in this workspace any more. Install it again at {url}; the calendars then go on."

    async def at(self, team: str) -> Installation | None:
        return await self._store.read(lambda records: records.installation("slack", team))

    async def all(self) -> list[Installation]:
        return await self._store.read(lambda records: records.installations("slack"))

    async def rekey(self) -> None:
        """Seal everything under the newest key. Raises SlackRefused where a token was sealed under a key that is gone."""
        for installation in await self.all():
            try:
                secrets = self._vault.open(installation.sealed)
            except Unreadable:
                raise SlackRefused(
                    f"SLACK_ENCRYPTION_KEYS does not open what was kept for the workspace “{installation.name}”. List the key "
                    "it was sealed under, too, behind the new one; or uninstall Lectern there, and install it anew."
                ) from None
            if not self._vault.is_newest(installation.sealed):
                await self._reseal(installation, secrets, installation.expires_at)

    # ------------------------------------------------------------ a new one

    async def async_save(self, installation: SlackInstallation) -> None:
        """Called by Bolt's OAuth flow. Raises WholeOrganisation."""
        token = installation.bot_token or ""
        if installation.is_enterprise_install or not installation.team_id:
            await self._give_back(token)
            raise WholeOrganisation("an installation for a whole organisation")
        expires = installation.bot_token_expires_at
        kept = Installation(
            "slack",
            installation.team_id,
            installation.team_name or installation.team_id,
            installation.bot_user_id or "",
            installation.bot_id or "",
            installation.enterprise_id,
            self._vault.seal(Secrets(token, installation.bot_refresh_token or "")),
            datetime.fromtimestamp(expires, UTC) if expires else None,
            self._clock.now(),
        )
        await self._store.write(lambda records: records.install(kept))
        log.info("Installed in a Slack workspace", extra={"workspace": kept.workspace})

    async def _give_back(self, token: str) -> None:
        try:
            await self._wire.client(token).auth_revoke()
        except NETWORK:
            log.warning("A token that was not wanted could not be given back")

    # ------------------------------------------------------------ tokens

    def secrets(self, installation: Installation) -> Secrets:
        """Raises Undeliverable where another process has sealed it under a key that this one was not given."""
        try:
            return self._vault.open(installation.sealed)
        except Unreadable:
            log.error("A token was sealed under a key that is not listed here", extra={"workspace": installation.workspace})
            raise Undeliverable("I cannot open this workspace's token. Tell whoever runs this bot.") from None

    def ends_soon(self, installation: Installation) -> bool:
        return installation.expires_at is not None and self._clock.now() >= installation.expires_at - EARLY

    def over(self, installation: Installation) -> bool:
        return installation.expires_at is not None and self._clock.now() >= installation.expires_at

    async def renewed(self, installation: Installation) -> Installation:
        """With a fresh token. Raises NotSent, Unclear or Refused; the old token may be good for a while all the same."""
        now = self._clock.now()
        claimed = await self._store.write(lambda records: records.claim_renewal(installation, now, now + CLAIM))
        if not claimed:
            raise NotSent("The workspace's token is being renewed.", 5.0)
        answer = await self._refreshed(self.secrets(installation).refresh)
        secrets = Secrets(str(answer["access_token"]), str(answer["refresh_token"]))
        await self._reseal(installation, secrets, now + timedelta(seconds=int(answer["expires_in"])))
        found = await self.at(installation.workspace)
        if found is None:
            raise Undeliverable(self.advice)
        return found

    async def _refreshed(self, refresh: str) -> Any:
        try:
            asked = self._wire.client().oauth_v2_access(**self._client, grant_type="refresh_token", refresh_token=refresh)
            return (await asked).data
        except NETWORK as error:
            raise sorted_out(error) from None

    async def _reseal(self, installation: Installation, secrets: Secrets, expires_at: datetime | None) -> None:
        sealed = self._vault.seal(secrets)
        await self._store.write(lambda records: records.reseal(installation, sealed, expires_at))

    async def lose(self, team: str, code: str) -> None:
        """Forget the tokens; what is planned there waits until it is installed again."""
        now = self._clock.now()
        lost = await self._store.write(lambda records: records.lose_workspace("slack", team, self.advice, now))
        if lost:
            log.error("Slack has taken a workspace's token away; its calendars wait", extra={"workspace": team, "code": code})


class StoredToken:
    """One workspace's token, out of the database. Implements Tokens."""

    def __init__(self, installations: Installations, installation: Installation) -> None:
        self._installations, self._held = installations, installation

    @property
    def advice(self) -> str:
        return self._installations.advice

    def saw(self, installation: Installation) -> None:
        """What the database holds now: another process, or a new installation, may have changed it."""
        self._held = installation

    async def token(self) -> str:
        if self._installations.ends_soon(self._held):
            await self._renew()
        return self._installations.secrets(self._held).token

    async def _renew(self) -> None:
        """In good time, so that what fails now is tried again while the old token still serves."""
        await self._look()
        if not self._installations.ends_soon(self._held):
            return
        try:
            self._held = await self._installations.renewed(self._held)
        except (NotSent, Unclear, Refused) as trouble:
            if not self._installations.over(self._held):
                log.warning("A token could not be renewed; it is tried again", extra={"workspace": self._held.workspace})
            elif isinstance(trouble, Refused):
                await self._installations.lose(self._held.workspace, trouble.code)
                raise Undeliverable(self.advice) from None
            else:
                raise

    async def refused(self, token: str, code: str) -> bool:
        await self._look()
        secrets = self._installations.secrets(self._held)
        if secrets.token != token:
            return True
        if code in RENEWABLE and secrets.refresh:
            try:
                self._held = await self._installations.renewed(self._held)
                return True
            except Refused as refused:
                code = refused.code
        await self._installations.lose(self._held.workspace, code)
        return False

    async def _look(self) -> None:
        found = await self._installations.at(self._held.workspace)
        if found is None:
            raise Undeliverable(self.advice)
        self._held = found


def identity(installation: Installation) -> Identity:
    return Identity(installation.workspace, installation.user, installation.bot, installation.organisation)
