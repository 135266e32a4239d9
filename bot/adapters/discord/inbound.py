"""Discord is heard: every gesture becomes the core's word for it, and is acknowledged in time whatever the core does."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TypeAlias

import discord

from bot.adapters.discord import hearing, parse
from bot.adapters.discord.answers import Answers, State, Talk
from bot.adapters.discord.commands import SLASH, Asked, suggestions
from bot.adapters.discord.drawer import OPEN
from bot.adapters.discord.faults import LOCKED, TROUBLE, WRONG_KIND, log_withheld
from bot.adapters.discord.greetings import NOT_A_LAB
from bot.adapters.discord.hands import DOUBLE, Hands
from bot.adapters.discord.hearing import Kind, Spot
from bot.adapters.discord.manifest import missing, missing_sentence
from bot.adapters.discord.permissions import NOT_HERE
from bot.adapters.discord.preflight import in_thread, locked, posts, takes_labs
from bot.adapters.discord.replying import REPLIED, REPLY, replied, reply_form
from bot.core.chat import Action, Answer, Command, Heard, Place, Press, Said, Submit, say
from bot.core.curriculum import Curriculum
from bot.core.errors import SORRY, StaleChoice
from bot.core.greetings import CREATE, CREATED, HELP, create_form

Meant: TypeAlias = "Callable[[discord.Interaction, Spot, Talk], Awaitable[Heard | Answer]]"

ACK_SECONDS = 1.5
"""A gesture is acknowledged by then, whether or not its answer is there. Discord waits for three."""
HOME_SECONDS = 0.5
"""How long it may take of that to find out where somebody belongs who writes directly."""
CROWD = 16
"""With more gestures than that unanswered a command is acknowledged before anything else: what a crowd asks for takes long."""

log = logging.getLogger(__name__)


class Inbound:
    """Everything but messages. A gesture delivered twice is heard once."""

    def __init__(
        self,
        answers: Answers,
        hands: Hands,
        course: Curriculum,
        zones: Callable[[], list[str]],
        opened: MutableMapping[str, Place],
    ) -> None:
        """`opened`: per person, the thread opened last."""
        self._answers, self._hands, self._opened = answers, hands, opened
        self._course, self._zones = course, zones
        self._unanswered = 0

    # ------------------------------------------------------------ interactions

    async def interaction(self, interaction: discord.Interaction) -> None:
        """Everything but messages: commands and their suggestions, buttons, menus, forms."""
        try:
            match interaction.type:
                case discord.InteractionType.autocomplete:
                    await self._suggest(interaction)
                case discord.InteractionType.application_command:
                    await self._gesture(interaction, Kind.COMMAND, self._command)
                case discord.InteractionType.component:
                    await self._gesture(interaction, Kind.PRESS, self._press)
                case discord.InteractionType.modal_submit:
                    await self._gesture(interaction, Kind.FORM, self._form)
                case _:
                    return
        except Exception as error:  # noqa: BLE001 - the last line before the library's own log, which would repeat the payload
            log_withheld(log, "A gesture in Discord failed", error)

    async def _suggest(self, interaction: discord.Interaction) -> None:
        talk = Talk(hearing.ticket_of(interaction, Kind.COMMAND))
        try:
            await self._answers.suggest(talk, suggestions(hearing.payload_of(interaction)["data"], self._course, self._zones()))
        except TROUBLE:
            return  # they type on, and the next letter asks again

    async def _gesture(
        self,
        interaction: discord.Interaction,
        kind: Kind,
        meant: Meant,
    ) -> None:
        """Answer a gesture, and acknowledge it first if that takes long."""
        event = hearing.event_of_interaction(interaction)
        if self._hands.knows(event):
            return  # the same once more, as after a connection that broke: its answer is on its way
        task = self._hands.start(self._settled(interaction, kind, event, meant))
        self._hands.remember(event, task)
        await asyncio.shield(task)

    async def _settled(
        self,
        interaction: discord.Interaction,
        kind: Kind,
        event: str,
        meant: Meant,
    ) -> None:
        talk = Talk(hearing.ticket_of(interaction, kind))
        self._unanswered += 1
        try:
            await self._attend(interaction, kind, event, talk, meant)
        finally:
            self._unanswered -= 1

    async def _attend(self, interaction: discord.Interaction, kind: Kind, event: str, talk: Talk, meant: Meant) -> None:
        spot = self._spot(interaction, talk, await self._home_at_once(interaction, talk))
        if self._unanswered > CROWD and kind is Kind.COMMAND and talk.state is State.FRESH:
            await self._in_time(spot, talk)
        answering = self._hands.start(self._answer(interaction, spot, talk, event, meant))
        done, _ = await asyncio.wait({answering}, timeout=ACK_SECONDS - HOME_SECONDS)
        if not done and talk.state is State.FRESH:
            await self._in_time(spot, talk)
        answer = await answering
        if answer is None and talk.leads_away and (thread := self._opened.pop(spot.person.id, None)):
            await self._answers.path_to(spot, talk, thread)
        elif answer is not DOUBLE:
            await self._answers.show(spot, talk, answer)
        elif talk.state is State.THINKING:
            await self._answers.show(spot, talk, None)

    async def _in_time(self, spot: Spot, talk: Talk) -> None:
        try:
            await self._answers.acknowledge(spot, talk)
        except TROUBLE as trouble:
            log.warning("A gesture in Discord could not be acknowledged", extra={"kind": type(trouble).__name__})

    def _spot(self, interaction: discord.Interaction, talk: Talk, home: str | None) -> Spot:
        workspace = hearing.workspace_of(interaction, home)
        place = hearing.place_of(interaction, workspace)
        return Spot(place, hearing.person_of(interaction.user, workspace), talk.ticket)

    async def _home_at_once(self, interaction: discord.Interaction, talk: Talk) -> str | None:
        """Where somebody who writes directly belongs. A database that hangs must not cost the acknowledgement."""
        if interaction.guild_id:
            return None
        looking = self._hands.start(self._hands.home(str(interaction.user.id)))
        done, _ = await asyncio.wait({looking}, timeout=HOME_SECONDS)
        if not done:
            place = Place("discord", "", str(interaction.channel_id or ""), None, True)
            await self._in_time(Spot(place, hearing.person_of(interaction.user, ""), talk.ticket), talk)
        try:
            return await looking
        except Exception as error:  # noqa: BLE001 - the gesture itself will fail the same way, and be answered
            log_withheld(log, "Where somebody belongs could not be looked up", error)
            return None

    async def _answer(
        self,
        interaction: discord.Interaction,
        spot: Spot,
        talk: Talk,
        event: str,
        meant: Meant,
    ) -> Answer:
        """The core's answer, or ours. What goes wrong is logged once and told; Discord delivers no gesture twice by intent."""
        try:
            wish = await meant(interaction, spot, talk)
            if not isinstance(wish, Command | Said | Press | Submit):
                return wish
            if barred := self._barred(interaction, wish):
                return say(barred)
            return await self._hands.once(event, wish)
        except StaleChoice as stale:
            return say(stale.sentence)
        except TROUBLE as trouble:
            log.warning("A gesture in Discord met trouble", extra={"kind": type(trouble).__name__})
            return say(SORRY)
        except Exception as error:  # noqa: BLE001 - the last line of defence: the person must be told something
            log_withheld(log, "A gesture in Discord failed", error)
            return say(SORRY)

    async def _command(self, interaction: discord.Interaction, spot: Spot, talk: Talk) -> Heard | Answer:
        data, event = hearing.payload_of(interaction)["data"], hearing.event_of_interaction(interaction)
        try:
            used = parse.command(data)
        except StaleChoice:
            if data.get("type") != SLASH:
                raise
            return Command(spot.person, spot.place, event, str(data.get("name")), "")  # the core knows the nearest
        if isinstance(used, Asked):
            return await self._asked(spot, event, used.text)
        return Command(spot.person, spot.place, event, used.name, used.text)

    async def _asked(self, spot: Spot, event: str, text: str) -> Heard | Answer:
        """Words for the lab in whose thread they were said."""
        lab = await self._hands.lab_at(spot.place)
        if lab is None or lab.thread is None:
            return say(NOT_A_LAB)
        return Said(spot.person, lab.thread, event, text)

    async def _press(self, interaction: discord.Interaction, spot: Spot, talk: Talk) -> Heard | Answer:
        pressed = parse.action(hearing.payload_of(interaction))
        if isinstance(pressed, parse.Ticked):
            await self._answers.update(talk, pressed)
            return DOUBLE
        action, event = pressed.action, hearing.event_of_interaction(interaction)
        match action:
            case Action(verb=OPEN.verb):
                return self._answers.drawer.taken_out(spot.person.id, action)
            case Action() if action == REPLY:
                return reply_form()
            case Action() if action == CREATE:
                return create_form()
            case Action() if action == HELP:
                return Command(spot.person, spot.place, event, "lectern", "help")
            case _:
                talk.leads_away = action.verb == "lab.go"
                return Press(spot.person, spot.place, event, action, pressed.values)

    async def _form(self, interaction: discord.Interaction, spot: Spot, talk: Talk) -> Heard | Answer:
        action, fields = parse.form(hearing.payload_of(interaction)["data"])
        submit = Submit(spot.person, spot.place, hearing.event_of_interaction(interaction), action, fields)
        self._answers.drawer.sent(talk.ticket.id, spot.person.id, action, fields)
        if action == CREATED:
            return Command(spot.person, spot.place, submit.event, "cohort", f"create {submit.text('name')}")
        if action == REPLIED:
            return await self._asked(spot, submit.event, replied(submit))
        return submit

    def _barred(self, interaction: discord.Interaction, wish: Heard) -> str:
        """What keeps us from posting where something is to be posted for all to see, or in the lab it comes from."""
        if locked(interaction) and in_thread(wish):
            return LOCKED
        if not interaction.guild_id or not (needed := posts(wish)):
            return ""
        if not takes_labs(interaction.channel):
            return WRONG_KIND
        if not interaction.is_guild_integration() and interaction.client.get_guild(interaction.guild_id) is None:
            return NOT_HERE
        lacking = missing(interaction.app_permissions.value, needed)
        return missing_sentence(lacking) if lacking else ""
