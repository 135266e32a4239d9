"""Answers, shown where the question came from: to the person alone, for all, instead of what was pressed, or as a form."""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from bot.adapters.discord import forms
from bot.adapters.discord.calls import EPHEMERAL, QUIET, V2, Calls, Json
from bot.adapters.discord.controls import Ticked
from bot.adapters.discord.drawer import Drawer
from bot.adapters.discord.faults import (
    ACKNOWLEDGED,
    MISSING_PERMISSIONS,
    SORRY_GONE,
    TROUBLE,
    UNKNOWN_INTERACTION,
    Refused,
    Rejected,
    log_withheld,
)
from bot.adapters.discord.greetings import COMING, SLOW, said_late
from bot.adapters.discord.hearing import Kind, Spot, Ticket
from bot.adapters.discord.limits import TooBig
from bot.adapters.discord.messages import content, conversation, new
from bot.adapters.discord.outbound import DiscordChat
from bot.adapters.discord.parts import text
from bot.adapters.discord.render import Message, versions
from bot.core.chat import Answer, Declined, Form, Place, Post, Reply, Shown, say
from bot.core.errors import SORRY
from bot.core.patience import patiently
from bot.core.ports import Undeliverable

TRIES = 3
LONGEST_WAIT = 10.0

OVER = SORRY_GONE | {UNKNOWN_INTERACTION}
"""What Discord says when three seconds, or a quarter of an hour, have passed."""

MESSAGE, THINKING, UNCHANGED, UPDATE, MODAL = 4, 5, 6, 7, 9
"""Kinds of first responses: resources/interactions of Discord's documentation."""

log = logging.getLogger(__name__)


class State(Enum):
    FRESH = "nothing said yet: three seconds from the gesture"
    THINKING = "a message that says we are thinking waits for its content"
    WAITING = "acknowledged; nothing is seen of it"
    SHOWN = "the first message is there"


@dataclass(slots=True)
class Talk:
    """One interaction, as far as it has been answered."""

    ticket: Ticket
    state: State = State.FRESH
    leads_away: bool = False
    """Whoever asked wants to be taken to a thread."""


class Answers:
    """Shows answers. Never raises what Discord says: what cannot be shown is tried plainer, then elsewhere, then logged."""

    def __init__(self, calls: Calls, chat: DiscordChat) -> None:
        self._calls, self._chat = calls, chat
        self.drawer = Drawer()

    # ------------------------------------------------------------ in time

    async def acknowledge(self, spot: Spot, talk: Talk) -> None:
        """Say that it was heard, before Discord tells the person that it was not."""
        from_message = talk.ticket.kind is not Kind.COMMAND and talk.ticket.source
        if from_message:
            await self._respond(talk, {"type": UNCHANGED}, State.WAITING)
        else:
            data = {"data": {"flags": EPHEMERAL}} if _alone(spot) else {}
            await self._respond(talk, {"type": THINKING, **data}, State.THINKING)

    async def update(self, talk: Talk, ticked: Ticked) -> None:
        """Show the message that bore the control with a choice standing in it."""
        data = {"components": ticked.components, "flags": V2 if ticked.v2 else 0, "allowed_mentions": QUIET}
        await self._respond(talk, {"type": UPDATE, "data": data}, State.SHOWN)

    async def suggest(self, talk: Talk, choices: list[Json]) -> None:
        await self._respond(talk, {"type": 8, "data": {"choices": choices}}, State.SHOWN)

    async def _respond(self, talk: Talk, body: Json, then: State, message: Message | None = None) -> None:
        """The first response. One that is there already was ours, and its receipt was lost."""
        ids = {"webhook_id": talk.ticket.id, "webhook_token": talk.ticket.token}
        files = message.files if message else ()
        try:
            await self._calls.token("POST", "/interactions/{webhook_id}/{webhook_token}/callback", ids, body, files)
        except Refused as refused:
            if refused.code != ACKNOWLEDGED:
                raise
        talk.state = then

    # ------------------------------------------------------------ what is shown

    async def show(self, spot: Spot, talk: Talk | None, answer: Answer) -> None:
        try:
            await self._show(spot, talk, answer)
        except TROUBLE as trouble:
            code = getattr(trouble, "code", "")
            log.warning("An answer could not be shown in Discord", extra={"kind": type(trouble).__name__, "code": code})
            await self._last_words(spot, talk, answer, trouble)
        except Exception as error:  # noqa: BLE001 - the last line of defence: nobody waits for what we raise here
            log_withheld(log, "An answer could not be shown in Discord", error)
            await self._last_words(spot, talk, answer, error)

    async def _show(self, spot: Spot, talk: Talk | None, answer: Answer) -> None:
        match answer:
            case None:
                await self._nothing(spot, talk)
            case Form() if talk:
                await self._ask(spot, talk, answer)
            case Declined() if talk:
                await self._declined(spot, talk, answer)
            case Reply(post=post, shown=Shown.OPENLY):
                await self._openly(spot, talk, post)
            case Reply(post=post, shown=Shown.INSTEAD) if talk:
                await self._instead(spot, talk, post)
            case Reply(post=post):
                await self._privately(spot, talk, post)
            case Declined(sentence=said):
                await self._privately(spot, talk, say(said).post)
            case Form(title=title):
                await self._privately(spot, talk, say(f"{title}: use the slash command for that.").post)

    async def _last_words(self, spot: Spot, talk: Talk | None, answer: Answer, trouble: Exception) -> None:
        """Why nothing was shown; by a direct message where the interaction is over."""
        if isinstance(trouble, Refused) and trouble.code in OVER:
            said, talk = said_late(answer), None
        else:
            said = say(trouble.why if isinstance(trouble, Undeliverable) else SORRY).post
        try:
            await self._privately(spot, talk, said)
        except (*TROUBLE, TooBig):
            log.warning("Nor could the reason be told")

    async def _nothing(self, spot: Spot, talk: Talk | None) -> None:
        """What was asked for appears by itself."""
        if talk is None or talk.state in (State.WAITING, State.SHOWN):
            return
        if talk.state is State.FRESH and talk.ticket.kind is not Kind.COMMAND and talk.ticket.source:
            await self._respond(talk, {"type": UNCHANGED}, State.WAITING)
        else:
            await self._whisper(spot, talk, say(COMING).post)

    async def path_to(self, spot: Spot, talk: Talk, thread: Place) -> None:
        """Show somebody the way to a thread, which nobody can be taken to."""
        try:
            await self._place(talk, Message([text(f"Here it is: <#{conversation(thread)}>")]), EPHEMERAL, instead=False)
        except TROUBLE as trouble:
            log.warning("The way to a thread could not be shown", extra={"kind": type(trouble).__name__})

    # ------------------------------------------------------------ the ways to show

    async def _privately(self, spot: Spot, talk: Talk | None, post: Post) -> None:
        """To one person: whispered as the answer to an interaction; what answers a message goes to their direct messages."""
        if talk is not None:
            await self._whisper(spot, talk, post)
        elif spot.place.direct and not spot.place.thread:
            await self._chat.post(spot.place, post, _key(spot))
        else:
            await self._directly(spot, post)

    async def _directly(self, spot: Spot, post: Post) -> None:
        try:
            await self._chat.post(await self._chat.direct(spot.person), post, _key(spot))
        except Undeliverable:  # they take no direct messages; unsaid they would not know that they were not heard
            if not spot.place.thread:
                raise
            await self._chat.post(spot.place, replace(post, speaker=None), _key(spot))

    async def _whisper(self, spot: Spot, talk: Talk, post: Post) -> None:
        await self._plainer(spot, talk, post, EPHEMERAL if _alone(spot) else 0)

    async def _openly(self, spot: Spot, talk: Talk | None, post: Post) -> None:
        if talk is None or (post.speaker and _alone(spot)):
            if talk and talk.state is State.FRESH:
                await self._nothing(spot, talk)
            await self._chat.post(spot.place, post, _key(spot))
        elif talk.state is State.THINKING and _alone(spot):  # a whisper cannot be said aloud any more
            await self._whisper(spot, talk, say(COMING).post)
            await self._plainer(spot, talk, post, 0)
        else:
            await self._plainer(spot, talk, post, 0)

    async def _instead(self, spot: Spot, talk: Talk, post: Post) -> None:
        """Instead of the message that bore the control; where there is none or it is gone, beside it."""
        if not talk.ticket.source:
            await self._whisper(spot, talk, post)
            return
        try:
            await self._plainer(spot, talk, post, EPHEMERAL if talk.ticket.whisper else 0, instead=True)
        except Refused as refused:
            if refused.code in OVER or talk.state is State.SHOWN:
                raise
            await self._whisper(spot, talk, post)

    async def _plainer(self, spot: Spot, talk: Talk, post: Post, flags: int, *, instead: bool = False) -> None:
        """The first version that Discord takes."""
        begun = False
        for some in versions(post, header=True, face=self._chat.face(post)):
            if instead and not some[0].v2:
                break
            try:
                for n, message in enumerate(some):
                    await self._place(talk, message, flags, instead=instead and n == 0)
                    begun = True
            except (Rejected, Refused) as refused:
                if begun or not _plainer_helps(refused, some):
                    raise
                log.warning("Discord refused a rendering; sending a plainer one", extra={"code": refused.code})
            else:
                return
        raise Rejected(0)

    async def _place(self, talk: Talk, message: Message, flags: int, *, instead: bool) -> None:
        """One message: as the first response, into the one that waits for it, instead of the source, or after the others."""
        body = content(message)
        if talk.state is State.FRESH:
            fresh = body if instead else new(body)
            fresh["flags"] |= flags
            await self._respond(talk, {"type": UPDATE if instead else MESSAGE, "data": fresh}, State.SHOWN, message)
        elif talk.state is State.THINKING or (instead and talk.state is State.WAITING):
            await patiently(lambda: self._hook("PATCH", talk, "/messages/@original", body, message), TRIES, LONGEST_WAIT)
            talk.state = State.SHOWN
        else:
            after = new(body)
            after["flags"] |= flags
            await patiently(lambda: self._hook("POST", talk, "", after, message), TRIES, LONGEST_WAIT)
            talk.state = State.SHOWN

    async def _hook(self, method: str, talk: Talk, path: str, body: Json | None, message: Message | None) -> None:
        ids = {"webhook_id": self._calls.application, "webhook_token": talk.ticket.token}
        files = message.files if message else ()
        await self._calls.token(method, "/webhooks/{webhook_id}/{webhook_token}" + path, ids, body, files)

    # ------------------------------------------------------------ forms

    async def _ask(self, spot: Spot, talk: Talk, form: Form) -> None:
        """A form must be the first response; one that comes later is opened by a button."""
        if talk.state is not State.FRESH:
            await self._whisper(spot, talk, self.drawer.offer(spot.person.id, SLOW, form))
            return
        self.drawer.opened(spot.person.id, form)
        await self._respond(talk, {"type": MODAL, "data": forms.modal(form)}, State.SHOWN)

    async def _declined(self, spot: Spot, talk: Talk, answer: Declined) -> None:
        """Discord closes a form when it is sent: the sentence comes with a button that opens it again as it was filled in."""
        form = self.drawer.refilled(talk.ticket.id)
        if form is None:
            await self._whisper(spot, talk, say(answer.sentence).post)
        else:
            await self._whisper(spot, talk, self.drawer.offer(spot.person.id, answer.sentence, form))


def _plainer_helps(refused: Rejected | Refused, some: Sequence[Message]) -> bool:
    """A rendering refused, or its pictures: for leave to attach files is asked of some messages only."""
    return isinstance(refused, Rejected) or (refused.code == MISSING_PERMISSIONS and any(message.files for message in some))


def _alone(spot: Spot) -> bool:
    """Whether an answer must be whispered to be private: in a direct message everything is, and there it should last."""
    return not spot.place.direct or spot.place.thread is not None


def _key(spot: Spot) -> str:
    gesture = spot.ticket.id if spot.ticket else spot.said
    return f"answer:{gesture or secrets.token_hex(8)}"
