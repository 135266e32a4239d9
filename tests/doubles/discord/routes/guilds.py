"""Guilds: their channels, roles and members, as far as an app without the members intent sees them."""

from tests.doubles.discord import guild_shapes, permissions, shapes
from tests.doubles.discord.call import Call, Trouble
from tests.doubles.discord.specs import Json
from tests.doubles.discord.web import Route
from tests.doubles.discord.world import World


class Guilds:
    def __init__(self, world: World) -> None:
        self._world = world
        self.table: dict[str, Route] = {
            "get /guilds/{guild_id}": lambda call: guild_shapes.guild(call.guild()),
            "get /guilds/{guild_id}/channels": self._channels,
            "get /guilds/{guild_id}/roles": lambda call: [shapes.role(one) for one in call.guild().roles.values()],
            "get /guilds/{guild_id}/members/{user_id}": self._member,
            "get /guilds/{guild_id}/webhooks": self._webhooks,
            "delete /users/@me/guilds/{guild_id}": self._leave,
        }

    def _channels(self, call: Call) -> list[Json]:
        found = [one for one in call.guild().channels.values() if not one.is_thread]
        return [shapes.channel(one) for one in found if permissions.sees(one, self._world.bot)]

    def _member(self, call: Call) -> Json:
        found = call.guild().members.get(call.path["user_id"])
        if found is None:
            raise Trouble(10007)
        return shapes.member(found)

    def _webhooks(self, call: Call) -> list[Json]:
        guild = call.guild()
        if not permissions.in_guild(guild, call.me) & permissions.bits("MANAGE_WEBHOOKS"):
            raise Trouble(50013)
        return [shapes.webhook(one) for one in self._world.webhooks.values() if one.channel.guild is guild]

    def _leave(self, call: Call) -> None:
        guild = call.guild()
        guild.bot_inside = False
        guild.members.pop(call.me, None)
        self._world.tell("GUILD_DELETE", guild)
