"""Webhooks: made once per channel, speaking under any name, in the channel or its threads.

Source: resources/webhook, platform note 1.4.
"""

from tests.doubles.discord import posting, shapes
from tests.doubles.discord.call import Call, Trouble, invalid
from tests.doubles.discord.specs import Json
from tests.doubles.discord.things import EPHEMERAL, Channel, Message, Webhook, walk
from tests.doubles.discord.web import Route
from tests.doubles.discord.world import World

PER_CHANNEL, PER_GUILD = 15, 1000
INTERACTIVE = (3, 5, 6, 7, 8)
ONE = "/webhooks/{webhook_id}/{webhook_token}"


class Webhooks:
    def __init__(self, world: World) -> None:
        self._world = world
        self.table: dict[str, Route] = {
            "get /channels/{channel_id}/webhooks": self._list,
            "post /channels/{channel_id}/webhooks": self._create,
            "get /webhooks/{webhook_id}": lambda call: shapes.webhook(call.webhook()),
            "patch /webhooks/{webhook_id}": self._change,
            "delete /webhooks/{webhook_id}": self._delete,
            f"get {ONE}": lambda call: shapes.webhook(call.webhook(), named=False),
            f"delete {ONE}": self._delete,
            f"post {ONE}": self._say,
            f"get {ONE}/messages/{{message_id}}": self._get,
            f"patch {ONE}/messages/{{message_id}}": self._edit,
            f"delete {ONE}/messages/{{message_id}}": self._remove,
        }

    def add(self, channel: Channel, name: str, *, app: bool = True) -> Webhook:
        made = Webhook(self._world.clock.snowflake(), self._world.token("hook"), channel, name, self._world.bot)
        made.application_id = self._world.app_id if app else None
        channel.webhooks[made.id] = self._world.webhooks[made.id] = made
        self._world.tell("WEBHOOKS_UPDATE", channel)
        return made

    def remove(self, webhook: Webhook) -> None:
        self._world.webhooks.pop(webhook.id, None)
        webhook.channel.webhooks.pop(webhook.id, None)
        self._world.tell("WEBHOOKS_UPDATE", webhook.channel)

    def _list(self, call: Call) -> list[Json]:
        return [shapes.webhook(one) for one in call.channel("MANAGE_WEBHOOKS").webhooks.values()]

    def _create(self, call: Call) -> Json:
        channel = call.channel("MANAGE_WEBHOOKS")
        if channel.guild is None or channel.is_thread:
            raise Trouble(50024)
        if len(channel.webhooks) >= PER_CHANNEL:
            raise Trouble(30007)
        if sum(one.channel.guild is channel.guild for one in self._world.webhooks.values()) >= PER_GUILD:
            raise Trouble(30058)
        return shapes.webhook(self.add(channel, str(call.get("name")).strip()))

    def _change(self, call: Call) -> Json:
        found = call.webhook()
        found.name = call.get("name", found.name)
        return shapes.webhook(found)

    def _delete(self, call: Call) -> None:
        self.remove(call.webhook())

    def _place(self, call: Call, webhook: Webhook) -> Channel:
        """The channel itself, or the thread of it that the query names."""
        if "thread_id" not in call.query:
            return webhook.channel
        found = self._world.channels.get(call.query["thread_id"])
        if found is None or found.parent is not webhook.channel:
            raise Trouble(10003)
        return found

    def _say(self, call: Call) -> Json | None:
        webhook = call.webhook()
        channel = self._place(call, webhook)
        if channel.locked:
            raise Trouble(160005)
        if call.get("thread_name"):
            raise invalid("thread_name", "Webhooks can only create threads in forum channels", "BASE_TYPE_BAD")
        if call.get("flags", 0) & EPHEMERAL:
            raise invalid("flags", "Only answers to interactions are ephemeral")
        self._components(call, webhook)
        message = posting.compose(call, channel, self._world.bot, call.body, webhook=webhook)
        message.username, message.avatar_url = call.get("username", ""), call.get("avatar_url", "")
        message.by_app = webhook.application_id == self._world.app_id
        posting.keep(self._world, message)
        return shapes.message(message, self._world) if call.query.get("wait", "").lower() in ("1", "true") else None

    def _components(self, call: Call, webhook: Webhook) -> None:
        wanted = call.get("components") or []
        if webhook.application_id is None:
            if any(one["type"] in INTERACTIVE or (one["type"] == 2 and one.get("style") != 5) for one in walk(wanted)):
                raise invalid("components", "Only webhooks of apps send components that can be pressed")
            if wanted and call.query.get("with_components", "").lower() not in ("1", "true"):
                call.body.pop("components")  # passed over without it

    def _message(self, call: Call, webhook: Webhook) -> Message:
        """In the thread it stands in, which the query must name."""
        found = self._place(call, webhook).messages.get(call.path["message_id"])
        if found is None or found.webhook is not webhook:
            raise Trouble(10008)
        return found

    def _get(self, call: Call) -> Json:
        return shapes.message(self._message(call, call.webhook()), self._world)

    def _edit(self, call: Call) -> Json:
        webhook = call.webhook()
        message = self._message(call, webhook)
        if message.channel.archived:
            raise Trouble(50083)
        self._components(call, webhook)
        posting.revise(call, message, call.body)
        self._world.tell("MESSAGE_UPDATE", message)
        return shapes.message(message, self._world)

    def _remove(self, call: Call) -> None:
        message = self._message(call, call.webhook())
        del message.channel.messages[message.id]
        message.deleted = True
        self._world.tell("MESSAGE_DELETE", message)
