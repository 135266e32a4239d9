"""Answers to interactions: the first within three seconds, all others within fifteen minutes, by the interaction's own token.

Source: interactions/receiving-and-responding; platform note 1.2.
"""

from collections.abc import Callable

from tests.doubles.discord import posting, shapes
from tests.doubles.discord.call import Call, Trouble, invalid
from tests.doubles.discord.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, LIFETIME, SUBMISSION, Interaction
from tests.doubles.discord.routes.webhooks import ONE
from tests.doubles.discord.specs import Json
from tests.doubles.discord.things import EPHEMERAL, LOADING, Message
from tests.doubles.discord.web import Route
from tests.doubles.discord.world import World

MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
FITTING = {
    COMMAND: (MESSAGE, DEFERRED, MODAL),
    COMPONENT: (MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, MODAL),
    AUTOCOMPLETE: (CHOICES,),
    SUBMISSION: (MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE),
}
SHOWN = {MESSAGE: MESSAGE, DEFERRED: MESSAGE, UPDATE: UPDATE}
"""The kind of what the answer brought about: the description knows these two with a message."""
MOST_FOLLOWUPS = 5
"""Of a user-installed app in a guild without it."""


class Interactions:
    """`others` are the routes of webhooks, which share their addresses with interactions."""

    def __init__(self, world: World, ack_seconds: Callable[[], float], others: dict[str, Route]) -> None:
        self._world = world
        self._ack_seconds = ack_seconds
        own: dict[str, Route] = {
            f"post {ONE}": self._follow,
            f"get {ONE}/messages/{{message_id}}": lambda call: self._shown(self._message(call)),
            f"patch {ONE}/messages/{{message_id}}": lambda call: self._edit(call, self._message(call)),
            f"delete {ONE}/messages/{{message_id}}": lambda call: self._remove(self._message(call)),
        }
        self.table: dict[str, Route] = {
            "post /interactions/{interaction_id}/{interaction_token}/callback": self._callback,
            f"get {ONE}/messages/@original": lambda call: self._shown(self._original(call)),
            f"patch {ONE}/messages/@original": lambda call: self._edit(call, self._original(call)),
            f"delete {ONE}/messages/@original": lambda call: self._remove(self._original(call)),
            **{route: self._either(mine, others[route]) for route, mine in own.items()},
        }

    def _either(self, mine: Route, other: Route) -> Route:
        return lambda call: mine(call) if call.path["webhook_id"] == self._world.app_id else other(call)

    # the first answer

    def _callback(self, call: Call) -> Json | None:
        one = self._world.interactions.get(call.path["interaction_id"])
        if one is None or one.token != call.path["interaction_token"]:
            raise Trouble(10062)
        if one.answer:
            raise Trouble(40060)
        if call.at > one.at + self._ack_seconds():
            raise Trouble(10062)
        kind, data = call.body["type"], call.get("data", {})
        if kind not in FITTING[one.kind] or (kind in (DEFERRED_UPDATE, UPDATE) and one.message is None):
            raise invalid("type", f"Value must be one of {FITTING[one.kind]}", "BASE_TYPE_CHOICES")
        self._do(call, one, kind, data)
        one.answer, one.acked_at = kind, call.at
        return self._resource(one, kind) if call.query.get("with_response", "").lower() in ("1", "true") else None

    def _do(self, call: Call, one: Interaction, kind: int, data: Json) -> None:
        if kind == MESSAGE:
            one.original = self._post(call, one, data)
        elif kind == DEFERRED:
            ephemeral = (data.get("flags") or 0) & EPHEMERAL
            one.original = self._post(call, one, {"flags": ephemeral}, LOADING)
        elif kind in (DEFERRED_UPDATE, UPDATE):
            assert one.message is not None
            one.original = one.message
            if kind == UPDATE:
                posting.revise(call, one.message, data)
                self._world.tell("MESSAGE_UPDATE", one.message)
        elif kind == CHOICES:
            one.choices = data.get("choices") or []
        else:
            one.modal = data
            self._world.modals.setdefault(one.user.id, []).append(one)

    def _post(self, call: Call, one: Interaction, body: Json, flags: int = 0) -> Message:
        made = posting.compose(call, one.channel, self._world.bot, body, interaction=one)
        made.flags |= flags
        made.type = 20 if one.kind == COMMAND and one.data.get("type") == 1 else 23 if one.kind == COMMAND else 0
        made.only_for = one.user.id if made.ephemeral else ""
        if one.kind == COMPONENT and one.message is not None:
            made.type, made.reference = 19, one.message
        return posting.keep(self._world, made)

    def _resource(self, one: Interaction, kind: int) -> Json:
        inner: Json = {"id": one.id, "type": one.kind}
        if one.original is not None and kind in (MESSAGE, DEFERRED):
            inner |= {
                "response_message_id": one.original.id,
                "response_message_loading": one.original.loading,
                "response_message_ephemeral": one.original.ephemeral,
            }
        shown: Json = {"interaction": inner}
        if one.original is not None and kind in SHOWN:
            shown["resource"] = {"type": SHOWN[kind], "message": self._shown(one.original)}
        return shown

    # what follows

    def _interaction(self, call: Call) -> Interaction:
        token = call.path["webhook_token"]
        one = next((entry for entry in self._world.interactions.values() if entry.token == token), None)
        if one is None or call.at > one.at + LIFETIME:
            raise Trouble(50027)
        if not one.answer:
            raise Trouble(10015)
        found: Interaction = one
        return found

    def _original(self, call: Call) -> Message:
        one = self._interaction(call)
        if one.original is None or one.original.deleted:
            raise Trouble(10008)
        return one.original

    def _message(self, call: Call) -> Message:
        one, wanted = self._interaction(call), call.path["message_id"]
        known = [*one.followups, *([one.original] if one.original else [])]
        found = next((entry for entry in known if entry.id == wanted and not entry.deleted), None)
        if found is None:
            raise Trouble(10008)
        return found

    def _follow(self, call: Call) -> Json:
        """Right after a deferred answer, it fills that one."""
        one = self._interaction(call)
        for name in ("username", "avatar_url", "thread_name"):
            if call.get(name):
                raise invalid(name, "not in the answer to an interaction")
        if "thread_id" in call.query:
            raise invalid("thread_id", "not in the answer to an interaction")
        if one.original is not None and one.original.loading:
            return self._edit(call, one.original)
        guild = one.channel.guild
        if guild is not None and not guild.bot_inside and len(one.followups) >= MOST_FOLLOWUPS:
            raise Trouble(40094)
        made = self._post(call, one, call.body)
        one.followups.append(made)
        return self._shown(made)

    def _edit(self, call: Call, message: Message) -> Json:
        loading = message.loading
        message.flags &= ~LOADING
        try:
            posting.revise(call, message, call.body)
        except Trouble:
            message.flags |= LOADING if loading else 0
            raise
        if loading:
            message.edited_at = None
        self._world.tell("MESSAGE_UPDATE", message)
        return self._shown(message)

    def _remove(self, message: Message) -> None:
        message.channel.messages.pop(message.id, None)
        message.deleted = True
        self._world.tell("MESSAGE_DELETE", message)

    def _shown(self, message: Message) -> Json:
        return shapes.message(message, self._world)
