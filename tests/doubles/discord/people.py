"""The people of a server: they type, press, choose, fill in and read, and Discord tells the app about it."""

from collections.abc import Mapping

from tests.doubles.discord import permissions, posting, shapes
from tests.doubles.discord.eyes import Eyes, Form
from tests.doubles.discord.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, SUBMISSION, Interaction
from tests.doubles.discord.lines import NotOffered, offered, resolve, typed
from tests.doubles.discord.reading import BUTTON, LINK, SELECTS, Part, bounds, find, parts, values
from tests.doubles.discord.specs import Json
from tests.doubles.discord.things import PRIVATE_THREAD, PUBLIC_THREAD, Attachment, Channel, Guild, Message, Role

PICKS = {5: 6, 6: 8, 7: 9, 8: 7}
"""Selects of users, roles, both and channels: the option of a command that asks for the same."""
Entry = str | bool | list[str] | list[Attachment]


class Person(Eyes):
    # words

    async def says(
        self,
        text: str,
        channel: Channel,
        *,
        reply_to: Message | None = None,
        ping: bool = True,
        files: Mapping[str, bytes] | None = None,
    ) -> Message:
        """Writes a message, with `<@…>` for whom it mentions. A reply mentions the author, unless one switches that off."""
        world = self._double.world
        self._may_speak(channel)
        if channel.is_thread and channel.archived:
            self._double.threads.change(channel, {"archived": False}, self.user)
        message = Message(world.clock.snowflake(), channel, self.user, text, type=19 if reply_to else 0, reference=reply_to)
        message.mentions = list(posting.mentioned(world, text))
        if reply_to is not None and ping and reply_to.webhook is None and reply_to.author not in message.mentions:
            message.mentions.append(reply_to.author)
        message.attachments = [
            Attachment(world.clock.snowflake(), name, "application/octet-stream", content)
            for name, content in (files or {}).items()
        ]
        world.files.update({one.id: one for one in message.attachments})
        if channel.is_thread:
            self._double.threads.join(channel, self.id)
        return posting.keep(world, message)

    def _may_speak(self, channel: Channel) -> None:
        wanted = "SEND_MESSAGES_IN_THREADS" if channel.is_thread else "SEND_MESSAGES"
        if not self.can_see(channel) or (channel.guild and not permissions.may(channel, self.id, wanted)):
            raise NotOffered(f"{self.name} may not write in {channel}")
        if channel.locked and not permissions.may(channel, self.id, "MANAGE_THREADS"):
            raise NotOffered(f"{channel} is locked")

    async def edits(self, message: Message, text: str) -> None:
        message.content, message.edited_at = text, self._double.clock.stamp()
        message.mentions = list(posting.mentioned(self._double.world, text))
        self._double.world.tell("MESSAGE_UPDATE", message)

    async def deletes(self, message: Message) -> None:
        self._double.delete_message(message)

    async def reacts(self, message: Message, emoji: str) -> None:
        message.reactions.setdefault(emoji, []).append(self.id)
        self._double.world.tell("MESSAGE_REACTION_ADD", message, self.user, emoji)

    # commands

    async def command(self, text: str, channel: Channel) -> Interaction:
        """Types a slash command. Returns when it was acknowledged or failed; what it brought is on the screen then or later."""
        return await self._brings(COMMAND, typed(self._double.world, self.user, channel, text), channel)

    async def suggested(self, text: str, channel: Channel) -> list[str]:
        """What is offered under the input line while the last option is being typed."""
        data = typed(self._double.world, self.user, channel, text, unfinished=True)
        done = await self._brings(AUTOCOMPLETE, data, channel)
        return [str(one["name"]) for one in done.choices]

    def commands(self, channel: Channel, kind: int = 1) -> list[str]:
        """The slash commands (or of type 3, the entries of a message's menu) this person finds there."""
        return sorted(offered(self._double.world, self.user, channel, kind))

    async def menu(self, entry: str, message: Message) -> Interaction:
        """Picks an entry of the message's own menu."""
        world, channel = self._double.world, message.channel
        known = offered(world, self.user, channel, 3)
        if entry not in known:
            raise NotOffered(f"{entry!r} is not in the menu: {sorted(known)}")
        resolved = {"messages": {message.id: shapes.message(message, world)}}
        data = {"id": known[entry].id, "name": entry, "type": 3, "target_id": message.id, "resolved": resolved}
        return await self._brings(COMMAND, data, channel)

    # components

    async def clicks(self, message: Message, what: str) -> Interaction:
        """Presses a button, by its label or custom_id, whole or by the beginning."""
        part = find(self._on_screen(message), what)
        assert part.type == BUTTON, f"{what!r} is no button: choose"
        assert part.body.get("style") != LINK, f"{what!r} is a link to {part.body.get('url')}"
        return await self._uses(message, part, {"component_type": BUTTON, "custom_id": part.custom_id})

    async def chooses(self, message: Message, what: str, *options: str) -> Interaction:
        """Chooses in a select, by its custom_id or placeholder; options by value or by what they say; users, channels by id."""
        part = find(self._on_screen(message), what)
        assert part.type in SELECTS, f"{what!r} is no select: click"
        resolved: Json = {}
        chosen = values(part, options) if part.type == 3 else self._picked(part, options, message.channel, resolved)
        data: Json = {"component_type": part.type, "custom_id": part.custom_id, "values": chosen}
        data |= {"resolved": resolved} if resolved else {}
        return await self._uses(message, part, data)

    def _picked(self, part: Part, wanted: tuple[str, ...], channel: Channel, resolved: Json) -> list[str]:
        """People, roles or channels, by mention."""
        least, most = bounds(part)
        assert least <= len(wanted) <= most, f"{part.custom_id} wants {least} to {most}, not {wanted}"
        return [resolve(self._double.world, channel, PICKS[part.type], one, resolved) for one in wanted]

    def _on_screen(self, message: Message) -> list[Json]:
        assert message in self.sees(message.channel), f"{self.name} does not see {message}"
        return message.components

    async def _uses(self, message: Message, part: Part, data: Json) -> Interaction:
        assert not part.disabled, f"{part.label!r} is disabled"
        assert message.by_app, "nobody would hear of it: the webhook belongs to no app"
        return await self._brings(COMPONENT, data | {"id": part.body["id"]}, message.channel, message=message)

    # forms

    def file(self, name: str, content: bytes, kind: str = "text/plain") -> Attachment:
        """A file to put into a form."""
        world = self._double.world
        made = Attachment(world.clock.snowflake(), name, kind, content)
        world.files[made.id] = made
        return made

    async def submits(self, form: Form, entries: Mapping[str, Entry] | None = None) -> Interaction:
        """Fills in by label or custom_id, leaves the rest as it is, and sends the form, which closes."""
        modals = self._double.world.modals.get(self.id, [])
        assert form.interaction in modals, "that form is not on the screen"
        given = {find(form.components, name).custom_id: value for name, value in (entries or {}).items()}
        files = [one for value in given.values() if isinstance(value, list) for one in value if isinstance(one, Attachment)]
        resolved: Json = {"attachments": {one.id: shapes.attachment(one, self._double.world) for one in files}} if files else {}
        opened = form.interaction
        for part in form.entries:  # people and channels by mention, as in a message's select
            if part.type in PICKS and (wanted := given.get(part.custom_id)) is not None:
                chosen = tuple(str(one) for one in wanted) if isinstance(wanted, list) else (str(wanted),)
                self._picked(part, chosen, opened.channel, resolved)
        data: Json = {"custom_id": form.custom_id, "components": [_filled(one, given) for one in form.components]}
        data |= {"resolved": resolved} if resolved else {}
        done = await self._brings(SUBMISSION, data, opened.channel, message=opened.message, cause=opened)
        if not done.error:
            modals.remove(opened)
        return done

    async def closes(self, form: Form) -> None:
        """Presses the cross. Nobody hears of it."""
        self._double.world.modals[self.id].remove(form.interaction)

    # steps

    async def joins(self, guild: Guild, *roles: Role) -> None:
        world = self._double.world
        member = world.enter(guild, self.user)
        member.roles.extend(role.id for role in roles)
        world.tell("GUILD_MEMBER_ADD", guild, member)

    async def leaves(self, guild: Guild) -> None:
        guild.members.pop(self.id, None)

    async def opens_thread(self, channel: Channel, name: str, *, private: bool = False, under: Message | None = None) -> Channel:
        """A thread of one's own, which the app did not open."""
        kind = PRIVATE_THREAD if private else PUBLIC_THREAD
        return self._double.threads.open(channel, name, kind, self.id, under)

    async def joins_thread(self, thread: Channel) -> None:
        self._double.threads.join(thread, self.id)

    async def leaves_thread(self, thread: Channel) -> None:
        if thread.members.pop(self.id, None):
            self._double.world.tell("THREAD_MEMBERS_UPDATE", thread, [], [self.id])

    async def again(self, interaction: Interaction) -> None:
        """Discord delivers the same thing once more, under the same id."""
        guild = interaction.channel.guild
        self._double.gateway.dispatch("INTERACTION_CREATE", guild.id if guild else None, data=interaction.payload)

    async def _brings(self, kind: int, data: Json, channel: Channel, **more: object) -> Interaction:
        if not self.can_see(channel):
            raise NotOffered(f"{self.name} does not see {channel}")
        if kind == COMMAND and channel.archived:
            raise NotOffered("there are no commands in an archived thread")
        name = str(data.get("name") or data.get("custom_id"))
        courier = self._double.courier
        return await courier.bring(courier.make(kind, name, self.user, channel, data, **more))


def _filled(one: Json, given: Mapping[str, Entry]) -> Json:
    """The component as the submission carries it."""
    kept: Json = {"type": one["type"], "id": one.get("id") or 1}
    if one["type"] == 18:
        return kept | {"component": _entry(one["component"], given)}
    if one["type"] == 1:
        return kept | {"components": [_entry(inner, given) for inner in one["components"]]}
    return kept


def _entry(one: Json, given: Mapping[str, Entry]) -> Json:
    part = parts([one])[0]
    kept: Json = {"type": one["type"], "id": one.get("id") or 1, "custom_id": part.custom_id}
    value = given.get(part.custom_id)
    match one["type"]:
        case 4:
            return kept | {"value": _text(one, value)}
        case 21:
            chosen = _chosen(part, value)
            assert chosen or not one.get("required", True), f"{part.custom_id} must be chosen"
            return kept | {"value": chosen[0] if chosen else None}
        case 23:
            return kept | {"value": bool(value) if value is not None else bool(one.get("default"))}
        case 19:
            return kept | {
                "values": [file.id for file in value if isinstance(file, Attachment)] if isinstance(value, list) else []
            }
    return kept | {"values": _chosen(part, value)}


def _text(one: Json, value: Entry | None) -> str:
    text = str(one.get("value") or "") if value is None else str(value)
    assert text or not one.get("required", True), f"{one['custom_id']} must be filled in"
    assert (one.get("min_length") or 0) <= len(text) or not text, f"{one['custom_id']}: too short"
    assert len(text) <= (one.get("max_length") or 4000), f"{one['custom_id']}: too long"
    return text


def _chosen(part: Part, value: Entry | None) -> list[str]:
    if value is None:
        return [str(option["value"]) for option in part.body.get("options") or [] if option.get("default")]
    wanted = tuple(value) if isinstance(value, list) else (str(value),)
    if part.type in (3, 21, 22):
        return values(part, wanted)  # type: ignore[arg-type]
    return [str(one).strip("<@!#&>") for one in wanted]
