"""auth.*, apps.*, oauth.*: who the app is, how it connects, how it is installed."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.doubles.slack.call import Call, Refusal
from tests.doubles.slack.specs import Json
from tests.doubles.slack.world import Installation, User, World

if TYPE_CHECKING:
    from tests.doubles.slack.people import Person

CODE_SECONDS = 600
"""A code expires ten minutes after it was issued: docs.slack.dev/authentication/installing-with-oauth."""
HALF_A_DAY = 43200
"""limits.json, token_rotation.access_token_seconds."""


@dataclass(slots=True, eq=False)
class Grant:
    """A code on its way from the permission page to `oauth.v2.access`."""

    teams: list[str]
    installer: User
    scopes: set[str]
    redirect_uri: str
    enterprise: str
    made: float = 0.0


class Apps:
    def __init__(self, world: World, address: Callable[[], str], revoked: Callable[[Installation], None]) -> None:
        self.client_id = "111.222"
        self.client_secret = "client-secret"
        self.rotation = False
        """Whether tokens expire after twelve hours and must be refreshed."""
        self.consent = True
        """Whether whoever is asked on the permission page agrees."""
        self.installer: Person | None = None
        self.redirect_urls: list[str] = []
        """Those of the app's configuration; none checked while there are none."""
        self.one_workspace_at_a_time = False
        """As without `org_deploy_enabled`: in an organisation, too, a workspace is chosen."""
        self.codes: dict[str, Grant] = {}
        self.refreshed: list[Installation] = []
        """Every renewal that was granted."""
        self._world = world
        self._address = address
        self._revoked = revoked
        self.table = {
            "api.test": self.probe,
            "auth.test": self.test,
            "auth.revoke": self.revoke,
            "apps.connections.open": self.connect,
            "oauth.v2.access": self.access,
        }

    def probe(self, call: Call) -> Json:
        return {"args": call.arguments}

    def test(self, call: Call) -> Json:
        app = call.app
        workspace = self._world.workspaces[app.teams[0]]
        shown: Json = {
            "url": f"https://{workspace.domain}.slack.com/",
            "team": workspace.name,
            "user": app.bot.name,
            "team_id": workspace.id,
            "user_id": app.bot.id,
            "bot_id": app.bot.bot_id,
            "is_enterprise_install": app.organisation_wide,
        }
        return shown | ({"enterprise_id": app.enterprise} if app.organisation_wide else {})

    def revoke(self, call: Call) -> Json:
        if not call.get("test"):
            call.app.state = "token_revoked"
            self._revoked(call.app)
        return {"revoked": not call.get("test")}

    def connect(self, call: Call) -> Json:
        return {"url": self._address()}

    def access(self, call: Call) -> Json:
        if call.get("client_id") != self.client_id:
            raise Refusal("invalid_client_id")
        if call.get("client_secret") != self.client_secret:
            raise Refusal("bad_client_secret")
        if call.get("grant_type") == "refresh_token":
            return self._refreshed(call)
        grant = self.codes.pop(str(call.get("code")), None)
        if grant is None or (grant.made and self._world.clock.now() - grant.made > CODE_SECONDS):
            raise Refusal("invalid_code")
        if grant.redirect_uri and call.get("redirect_uri") and call.get("redirect_uri") != grant.redirect_uri:
            raise Refusal("bad_redirect_uri")
        old = self._world.installation(grant.teams[0])
        made = self._world.install(grant.teams, self._token(), enterprise=grant.enterprise, bot=old.bot if old else None)
        made.scopes = set(grant.scopes)
        if old and not self.rotation:
            made.token = old.token
            self._world.installations.remove(old)
        return self._granted(made) | {"authed_user": {"id": grant.installer.id}}

    def _refreshed(self, call: Call) -> Json:
        """A refresh token works once."""
        wanted = str(call.get("refresh_token"))
        found = next((one for one in self._world.installations if wanted and one.refresh_token == wanted), None)
        if found is None or found.state not in ("", "token_expired"):
            raise Refusal("invalid_refresh_token")
        self.refreshed.append(found)
        found.token, found.state = self._token(), ""
        return self._granted(found)

    def _granted(self, app: Installation) -> Json:
        workspace = self._world.workspaces[app.teams[0]]
        expiry: Json = {}
        if self.rotation:
            app.refresh_token, app.expires = f"xoxe-1-{secrets.token_hex(12)}", self._world.clock.now() + HALF_A_DAY
            expiry = {"refresh_token": app.refresh_token, "expires_in": HALF_A_DAY}
        return {
            "app_id": self._world.app_id,
            "access_token": app.token,
            "token_type": "bot",
            "scope": ",".join(sorted(app.scopes)),
            "bot_user_id": app.bot.id,
            "team": None if app.organisation_wide else {"id": workspace.id, "name": workspace.name},
            "enterprise": {"id": app.enterprise, "name": "Organisation"} if app.organisation_wide else None,
            "is_enterprise_install": app.organisation_wide,
            **expiry,
        }

    def _token(self) -> str:
        return f"{'xoxe.' if self.rotation else ''}xoxb-{secrets.token_hex(12)}"
