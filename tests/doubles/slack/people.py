"""The people of a workspace: they type, press, fill in and read, and Slack tells the app about it."""

from collections.abc import Mapping, Sequence

from tests.doubles.slack import payloads
from tests.doubles.slack.courier import Delivery
from tests.doubles.slack.eyes import Eyes
from tests.doubles.slack.forms import Choice, Element, action, chosen, find, missing
from tests.doubles.slack.specs import Json
from tests.doubles.slack.views import EMPTY, View, state
from tests.doubles.slack.world import Channel, Installation, Message


class Person(Eyes):
    # words

    async def command(self, text: str, channel: Channel) -> Delivery:
        """Types a slash command. Returns when it was acknowledged or failed; what it brought is on the screen then or later."""
        double, app = self._double, self._app(channel)
        workspace = double.world.workspaces[app.teams[0] if self.user.team not in app.teams else self.user.team]
        name, _, rest = text.partition(" ")
        names = {"im": "directmessage", "private": "privategroup"}
        enterprise = {"enterprise_id": workspace.enterprise, "enterprise_name": "Organisation"} if workspace.enterprise else {}
        delivery = await double.courier.interaction(
            "slash_commands",
            name,
            {
                "token": payloads.VERIFICATION,
                "team_id": workspace.id,
                "team_domain": workspace.domain,
                **enterprise,
                "channel_id": channel.id,
                "channel_name": names.get(channel.kind, channel.name),
                "user_id": self.user.id,
                "user_name": self.user.name,
                "command": name,
                "text": payloads.encoded(rest),
                "api_app_id": double.world.app_id,
                "is_enterprise_install": "true" if app.organisation_wide else "false",
                "response_url": double.hooks.url(self.user, channel, app),
                "trigger_id": double.hooks.trigger(self.user),
            },
        )
        if delivery.answer:
            double.violations.extend(f"ack of {name}: {complaint}" for complaint in double.oracle.command(delivery.answer))
            double.hooks.respond(delivery.answer, self.user, channel, app, None, "ack")
        return delivery

    async def says(self, text: str, channel: Channel, thread: Message | None = None, *, broadcast: bool = False) -> Message:
        """Writes a message, with `<@…>` for whom it mentions."""
        thread_ts = (thread.thread_ts or thread.ts) if thread else ""
        return self._double.world.post(channel, self.user, payloads.encoded(text), thread_ts=thread_ts, broadcast=broadcast)

    async def edits(self, message: Message, text: str) -> None:
        self._double.world.edit(message, payloads.encoded(text))

    async def deletes(self, message: Message) -> None:
        self._double.world.delete(message)

    # hands

    async def clicks(self, where: Message | View, what: str, choice: Choice = None, *, revision: int | None = None) -> Delivery:
        """Presses a button, by action id or by its words; of an overflow menu or of feedback buttons, the `choice`.

        `revision` presses it as it stood before an edit: 0 is how the message first looked.
        """
        blocks = where.revisions[revision][1] if isinstance(where, Message) and revision is not None else where.blocks
        return await self._acts(where, find(blocks, what, self.user.id), choice)

    async def selects(self, where: Message | View, what: str, choice: Choice) -> Delivery | None:
        """Chooses in a select, radio group, checkboxes or picker. An input block sends nothing, unless it asks for that."""
        element = find(where.blocks, what, self.user.id)
        assert element.type in EMPTY, f"{what!r} is a {element.type}: click it"
        values = where.values if isinstance(where, View) else where.choices.setdefault(self.user.id, {})
        values[element.key] = chosen(element, choice)
        return await self._acts(where, element, choice) if element.speaks else None

    async def submits(self, view: View, values: Mapping[str, Choice] | None = None) -> Delivery:
        """Fills in by action id, label or block, and sends the form. What comes of it is in `view.errors` and on the screen."""
        assert view in self.views, "that form is not on the screen"
        for name, choice in (values or {}).items():
            element = find(view.blocks, name, self.user.id)
            view.values[element.key] = chosen(element, choice)
        empty = missing(view.blocks, state(view.blocks, view.values))
        assert not empty, f"Slack does not send the form without {empty}"
        double = self._double
        trigger = double.hooks.trigger(self.user)
        shown = double.views.payload(view)
        delivery = await self._interacts("view_submission", view.callback_id, view.app, view=shown, trigger_id=trigger)
        if delivery.acked:
            self._answered(view, delivery.answer)
        return delivery

    async def closes(self, view: View, *, clear: bool = False) -> Delivery | None:
        """Presses the cross; the app hears of it if the view asked for that."""
        clear = clear or bool(view.body.get("clear_on_close"))
        self._double.views.close(view, clear=clear)
        if not view.body.get("notify_on_close"):
            return None
        return await self._interacts(
            "view_closed", view.callback_id, view.app, view=self._double.views.payload(view), is_cleared=clear
        )

    async def shortcut(self, callback_id: str, message: Message) -> Delivery:
        """Picks an entry of the message's own menu."""
        double, channel, app = self._double, message.channel, self._app(message.channel)
        return await self._interacts(
            "message_action",
            callback_id,
            app,
            callback_id=callback_id,
            trigger_id=double.hooks.trigger(self.user),
            response_url=double.hooks.url(self.user, channel, app),
            channel={"id": channel.id, "name": _named(channel)},
            message=_inside(message),
            message_ts=message.ts,
            action_ts=double.world.tick(),
        )

    # steps

    async def opens_home(self) -> None:
        self._opens("home")

    async def opens_dm(self) -> Channel:
        self._opens("messages")
        return self.dm

    async def joins(self, channel: Channel, *, inviter: "Person | None" = None) -> None:
        channel.members.append(self.user.id)
        letter = {"public": "C", "private": "G"}.get(channel.kind, "G")
        inner = {
            "type": "member_joined_channel", "user": self.user.id, "channel": channel.id, "channel_type": letter,
            "team": self.user.team, "event_ts": self._double.world.tick(), **({"inviter": inviter.id} if inviter else {}),
        }  # fmt: skip
        self._double.events.tell("member_joined_channel", inner, channel)

    async def leaves(self, channel: Channel) -> None:
        channel.members.remove(self.user.id)

    async def stops(self, streamed: Message) -> None:
        """Presses the stop button under a message that is being written, or under its thread while nothing is."""
        live = [one for one in streamed.channel.messages.values() if one.stream and not one.stream.stopped]
        live = [one for one in live if (one.thread_ts or one.ts) == (streamed.thread_ts or streamed.ts)]
        for one in live:
            assert one.stream is not None
            one.stream.stopped = "by_user"
        inner: Json = {
            "type": "agent_session_stopped", "user": self.user.id, "channel": streamed.channel.id,
            "thread_ts": streamed.thread_ts or streamed.ts, "streaming_message_ts": [one.ts for one in live],
            "event_ts": self._double.world.tick(),
        }  # fmt: skip
        self._double.events.tell("agent_session_stopped", inner, streamed.channel)
        self._double.pulse.changed()

    async def renames(self, root: Message, title: str) -> None:
        """Gives the conversation another title."""
        inner = {
            "type": "agent_session_title_changed", "user": self.user.id, "channel": root.channel.id, "thread_ts": root.ts,
            "title": title, "event_ts": self._double.world.tick(),
        }  # fmt: skip
        self._double.events.tell("agent_session_title_changed", inner, root.channel)

    async def looks_at(self, channel: Channel) -> None:
        """Opens a channel beside the app."""
        entity = {"type": "slack#/types/channel_id", "value": channel.id, "team_id": channel.team}
        context, ts = {"entities": [entity]}, self._double.world.tick()
        inner = {"type": "app_context_changed", "user": self.user.id, "context": context, "event_ts": ts}
        self._double.events.tell("app_context_changed", inner, app=self._app(channel))

    async def picks(self, prompt: int, thread: Message | None = None) -> Message:
        """Clicks a suggested prompt of the conversation with the app, which says its message."""
        shown = self._double.agents.prompts[self.dm.id, thread.ts if thread else ""]
        return await self.says(shown.prompts[prompt]["message"], self.dm, thread)

    # how it is told

    def _opens(self, tab: str) -> None:
        app, double = self._app(), self._double
        view = double.views.homes.get((app.bot.id, self.user.id))
        inner: Json = {
            "type": "app_home_opened", "user": self.user.id, "channel": self.dm.id, "tab": tab, "event_ts": double.world.tick()
        }  # fmt: skip
        if tab == "home" and view is not None:
            inner["view"] = double.views.payload(view)
        double.events.tell("app_home_opened", inner, app=app)

    async def _acts(self, where: Message | View, element: Element, choice: Choice) -> Delivery:
        double, world = self._double, self._double.world
        entry = action(element, choice, world.tick())
        shared: Json = {"trigger_id": double.hooks.trigger(self.user), "actions": [entry]}
        if isinstance(where, View):
            shown = {"type": "view", "view_id": where.id}
            return await self._interacts(
                "block_actions", element.action_id, where.app, container=shown, view=double.views.payload(where), **shared
            )  # fmt: skip
        app = next(one for one in world.installations if one.bot is where.author)
        channel = where.channel
        thread = {"thread_ts": where.thread_ts} if where.thread_ts else {}
        container = {
            "type": "message",
            "message_ts": where.ts,
            "channel_id": channel.id,
            "is_ephemeral": bool(where.only_for),
            **thread,
        }
        return await self._interacts(
            "block_actions",
            element.action_id,
            app,
            container=container,
            channel={"id": channel.id, "name": _named(channel)},
            response_url=double.hooks.url(self.user, channel, app, where),
            state={"values": state(where.blocks, where.choices.get(self.user.id, {}))},
            **({} if where.only_for else {"message": _inside(where)}),  # of an ephemeral message only the container is told
            **shared,
        )

    async def _interacts(self, kind: str, name: str, app: Installation, **more: object) -> Delivery:
        payload = payloads.interaction(self._double.world, app, self.user, kind, **more)
        delivery = await self._double.courier.interaction("interactive", f"{kind}:{name}", payload)
        if delivery.answer and kind != "view_submission":
            self._double.violations.append(f"ack of {kind} {name}: carries an answer nobody reads: {delivery.answer}")
        return delivery

    def _answered(self, view: View, answer: Json) -> None:
        double = self._double
        complaints = double.oracle.submission(answer)
        double.violations.extend(f"ack of {view.callback_id}: {complaint}" for complaint in complaints)
        if complaints:
            return
        match answer.get("response_action"):
            case "errors":
                inputs = [block["block_id"] for block in view.blocks if block["type"] == "input"]
                wrong = [name for name in answer["errors"] if name not in inputs]
                double.violations.extend(
                    f"ack of {view.callback_id}: errors for {name!r}, which is no input block" for name in wrong
                )
                view.errors = answer["errors"]
            case "update":
                double.views.update(view, answer["view"])
            case "push":
                double.views.push(view.app, self.user, answer["view"])
            case "clear":
                double.views.close(view, clear=True)
            case _:
                double.views.close(view)


def _named(channel: Channel) -> str:
    return {"im": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name)


def _inside(message: Message) -> Json:
    """A message within an interaction: reactions without the list of who."""
    shown = payloads.message(message, metadata=True)
    reactions: Sequence[Json] = shown.get("reactions", [])
    return shown | ({"reactions": [{"name": one["name"], "count": one["count"]} for one in reactions]} if reactions else {})
