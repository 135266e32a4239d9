"""The app itself: who it is, where the gateway is, its commands, its emojis, its direct messages."""

import base64
import re

from tests.doubles.discord import shapes
from tests.doubles.discord.call import Call, Trouble, invalid
from tests.doubles.discord.specs import Json
from tests.doubles.discord.things import Command
from tests.doubles.discord.web import Route
from tests.doubles.discord.world import World

CREATES_PER_DAY = 200
MOST_EMOJIS, LARGEST_EMOJI = 2000, 256 * 1024


class Apps:
    def __init__(self, world: World) -> None:
        self._world = world
        self.gateway = ""
        self.shards = 1
        self.starts_left = 1000
        """Sessions that may be begun until tomorrow."""
        app, guild = "/applications/{application_id}/commands", "/applications/{application_id}/guilds/{guild_id}/commands"
        self.table: dict[str, Route] = {
            "get /users/@me": lambda call: shapes.me(world),
            "get /users/{user_id}": self._user,
            "post /users/@me/channels": self._dm,
            "get /users/@me/guilds": self._guilds,
            "get /oauth2/applications/@me": self._application,
            "get /applications/@me": self._application,
            "get /gateway": lambda call: {"url": self.gateway},
            "get /gateway/bot": self._gateway,
            f"get {app}": self._commands,
            f"put {app}": self._overwrite,
            f"get {guild}": self._commands,
            f"put {guild}": self._overwrite,
            "get /applications/{application_id}/emojis": self._emojis,
            "post /applications/{application_id}/emojis": self._add_emoji,
            "get /applications/{application_id}/emojis/{emoji_id}": self._emoji,
            "delete /applications/{application_id}/emojis/{emoji_id}": self._remove_emoji,
        }

    def _user(self, call: Call) -> Json:
        found = self._world.users.get(call.path["user_id"])
        if found is None:
            raise Trouble(10013)
        return shapes.user(found)

    def _dm(self, call: Call) -> Json:
        found = self._world.users.get(str(call.get("recipient_id")))
        if found is None or found.bot:
            raise invalid("recipient_id", "Value is not a user", "NUMBER_TYPE_COERCE")
        return shapes.channel(self._world.dm(found))

    def _guilds(self, call: Call) -> list[Json]:
        mine = [guild for guild in self._world.guilds.values() if guild.bot_inside]
        return [
            {"id": one.id, "name": one.name, "icon": None, "banner": None, "owner": False, "permissions": "0", "features": []}
            for one in mine
        ]

    def _application(self, call: Call) -> Json:
        owner = next((one for one in self._world.users.values() if not one.bot), self._world.bot)
        flags = 1 << 19 if self._world.message_content else 0
        return {
            "id": self._world.app_id,
            "name": self._world.bot.display,
            "icon": None,
            "description": "",
            "type": None,
            "bot": shapes.user(self._world.bot),
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "flags": flags,
            "flags_new": str(flags),
            "redirect_uris": [],
            "interactions_endpoint_url": None,
            "role_connections_verification_url": None,
            "owner": shapes.user(owner),
            "approximate_guild_count": len(self._world.guilds),
            "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0,
            "explicit_content_filter": 0,
            "team": None,
            "eligible_oauth2_scopes": ["bot", "applications.commands"],
        }

    def _gateway(self, call: Call) -> Json:
        limit = {"total": 1000, "remaining": self.starts_left, "reset_after": 86_400_000, "max_concurrency": 1}
        return {"url": self.gateway, "shards": self.shards, "session_start_limit": limit}

    # commands

    def _scope(self, call: Call) -> str | None:
        if call.path["application_id"] != self._world.app_id:
            raise Trouble(20001)
        if "guild_id" not in call.path:
            return None
        return call.guild().id

    def _commands(self, call: Call) -> list[Json]:
        scope = self._scope(call)
        return [shapes.command(one, self._world) for one in self._world.commands.values() if one.guild_id == scope]

    def _overwrite(self, call: Call) -> list[Json]:
        """Keeps the ids of commands whose type and name stay, and counts the others as new."""
        scope, clock, known = self._scope(call), self._world.clock, self._world.commands
        wanted = {(scope, one.get("type") or 1, one["name"]): one for one in call.body}
        fresh = [key for key in wanted if key not in known]
        made = self._world.created[scope] = [at for at in self._world.created.get(scope, []) if at > call.at - 86_400]
        if len(made) + len(fresh) > CREATES_PER_DAY:
            raise Trouble(30034)
        made.extend(call.at for _ in fresh)
        for key in [key for key in known if key[0] == scope and key not in wanted]:
            del known[key]
        for key, body in wanted.items():
            old = known.get(key)
            same = old is not None and old.body == body
            version = old.version if old and same else clock.snowflake()
            known[key] = Command(old.id if old else clock.snowflake(), scope, version, body)
        return self._commands(call)

    # emojis

    def _emojis(self, call: Call) -> Json:
        return {"items": list(self._world.emojis.values())}

    def _emoji(self, call: Call) -> Json:
        found = self._world.emojis.get(call.path["emoji_id"])
        if found is None:
            raise Trouble(10014)
        return found

    def _add_emoji(self, call: Call) -> Json:
        name, image = str(call.get("name")), str(call.get("image"))
        found = re.fullmatch(r"data:image/(png|jpeg|gif|webp);base64,(.+)", image, re.DOTALL)
        if not re.fullmatch(r"\w{2,32}", name) or found is None:
            raise invalid("name" if found else "image", "Invalid", "BASE_TYPE_BAD")
        if any(one["name"] == name for one in self._world.emojis.values()):
            raise invalid("name", "An emoji with this name already exists", "APPLICATION_EMOJI_NAME_ALREADY_TAKEN")
        if len(base64.b64decode(found[2])) > LARGEST_EMOJI:
            raise invalid("image", "File cannot be larger than 256.0 kb.", "BINARY_TYPE_MAX_SIZE")
        made: Json = {
            "id": self._world.clock.snowflake(), "name": name, "user": shapes.user(self._world.bot), "roles": [],
            "require_colons": True, "managed": False, "animated": found[1] == "gif", "available": True,
        }  # fmt: skip
        self._world.emojis[str(made["id"])] = made
        return made

    def _remove_emoji(self, call: Call) -> None:
        self._emoji(call)
        del self._world.emojis[call.path["emoji_id"]]
