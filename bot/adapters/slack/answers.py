"""Answers, shown where the question came from: to the person alone, for all, instead of what was pressed, or as a form."""

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from bot.adapters.slack import forms
from bot.adapters.slack.attachments import Attachments
from bot.adapters.slack.calls import Calls
from bot.adapters.slack.faults import INVITE, NETWORK, OUTSIDE, Refused, Rejected, log_withheld
from bot.adapters.slack.hearing import Spot, metadata_of
from bot.adapters.slack.outbound import TROUBLE, versions
from bot.adapters.slack.render import Message, home
from bot.core.chat import Answer, Declined, File, Form, Place, Post, Reply, Shown, say
from bot.core.errors import SORRY
from bot.core.patience import patiently
from bot.core.ports import Unclear, Undeliverable

Json = dict[str, Any]

TRIES = 4
LONGEST_WAIT = 30.0
PROCESSED = (0.5, 1.0, 2.0, 0.0)
"""Seconds between tries to show a file just uploaded: until Slack is done with it, a message that shows it is refused."""
HOOK_MESSAGES = 4
"""Of the five that one response URL takes; the fifth is left for the reason why nothing more can be shown."""
HOOKS = 2_000
"""Forms whose response URL is remembered. One forgotten: the answer comes as a message of its own."""

log = logging.getLogger(__name__)


class Answers:
    """Shows answers. Never raises what Slack says: what cannot be shown is tried plainer, then elsewhere, then logged."""

    def __init__(self, calls: Calls) -> None:
        self._calls, self._attachments = calls, Attachments(calls)
        self.response_urls: OrderedDict[str, str] = OrderedDict()

    async def show(self, spot: Spot, answer: Answer) -> None:
        try:
            await self._show(spot, answer)
        except TROUBLE as trouble:
            log.warning("An answer could not be shown in Slack", extra={"kind": type(trouble).__name__, "code": _code(trouble)})
            await self._last_words(spot, trouble)
        except Exception as error:  # noqa: BLE001 - the last line of defence: nobody waits for what we raise here
            log_withheld("An answer could not be shown in Slack", error)

    async def _show(self, spot: Spot, answer: Answer) -> None:
        if isinstance(answer, Reply) and any(isinstance(part, File) for part in answer.post.parts):
            answer = replace(answer, post=await self._attachments.with_files(spot.user, answer.post))
        match answer:
            case None:
                return
            case Declined(sentence=said):
                await self._privately(spot, say(said).post)
            case Form():
                await self._ask(spot, answer)
            case Reply(post=post, shown=Shown.INSTEAD):
                await self._instead(spot, post)
            case Reply(post=post, shown=Shown.OPENLY):
                await self._openly(spot, post)
            case Reply(post=post):
                await self._privately(spot, post)

    async def _last_words(self, spot: Spot, trouble: Exception) -> None:
        """Why nothing was shown, by the one way that works in any channel."""
        if not spot.response_url:
            return
        said = trouble.why if isinstance(trouble, Undeliverable) else SORRY
        try:
            await self._respond(spot, Message([], said))
        except TROUBLE:
            log.warning("Nor could the reason be told")

    # ------------------------------------------------------------ the ways to show

    async def _privately(self, spot: Spot, post: Post) -> None:
        """To one person: in a direct conversation a message like any other, elsewhere one that only they see."""
        if spot.place.direct or spot.home:
            await self._openly(replace(spot, place=await self._direct(spot)), post)
            return
        where = {"channel": spot.place.channel, "user": spot.user, **_thread(spot.place)}
        if not self._calls.buckets.free("chat.postEphemeral") and await self._by_the_way(spot, post):
            return
        try:
            await self._say("chat.postEphemeral", where, post)
        except Refused as refused:
            if refused.code not in OUTSIDE or not spot.response_url:
                raise
            await self._by_response_url(spot, post)

    async def _direct(self, spot: Spot) -> Place:
        if spot.place.channel:
            return spot.place
        return Place("slack", self._calls.me.team, await self._attachments.conversation(spot.user), None, True)

    async def _openly(self, spot: Spot, post: Post) -> None:
        """As a message like any other. Only in a direct conversation can a picture be shown to one person alone."""
        where = {"channel": spot.place.channel, "unfurl_links": False, "unfurl_media": False, **_thread(spot.place)}
        pictured = await self._attachments.with_pictures(post) if spot.place.direct else post
        if pictured == post or not await self._pictured(where, pictured):
            await self._say("chat.postMessage", where, post)

    async def _pictured(self, where: Json, post: Post) -> bool:
        """With its pictures, once Slack is done with their files. False: it was not sent, and is to be without them."""
        some = next(versions(post, secrets.token_hex(4)))
        if len(some) > 1:
            return False
        face = self._calls.face(post.speaker, "chat.postMessage")
        for pause in PROCESSED:
            try:
                await patiently(
                    lambda: self._calls.speak("chat.postMessage", face, **where, **_content(some[0])), TRIES, LONGEST_WAIT
                )
            except Rejected:
                await asyncio.sleep(pause)
            else:
                return True
        return False

    async def _say(self, method: str, where: Json, *posts: Post) -> None:
        face = self._calls.face(posts[0].speaker, method)

        async def send(message: Message) -> None:
            await patiently(lambda: self._calls.speak(method, face, **where, **_content(message)), TRIES, LONGEST_WAIT)

        await _plainer(send, *posts)

    async def _instead(self, spot: Spot, post: Post) -> None:
        """Instead of the message that bore the control; where there is none or it is gone, beside it."""
        if spot.home:
            await self._calls.call("views.publish", user_id=spot.user, view=home(post.parts, key=secrets.token_hex(4)))
            return
        first = True

        async def send(message: Message) -> None:
            nonlocal first
            if first:
                await self._replace(spot, message)
                first = False
            else:
                await self._beside(spot, post, message)

        try:
            await _plainer(send, post)
        except (Undeliverable, Unclear):
            if not first:
                raise
            await self._privately(spot, post)

    async def _replace(self, spot: Spot, message: Message) -> None:
        if spot.whisper or not spot.source:
            if not spot.response_url:
                raise Undeliverable("The message is out of reach.")
            await self._respond(spot, message, replace_original=True)
        else:
            content = {"text": message.text, "blocks": message.blocks}
            where = {"channel": spot.place.channel, "ts": spot.source}
            await patiently(lambda: self._calls.call("chat.update", **where, **content), TRIES, LONGEST_WAIT)

    async def _beside(self, spot: Spot, post: Post, message: Message) -> None:
        whisper = not (spot.place.direct or spot.home)
        method = "chat.postEphemeral" if whisper else "chat.postMessage"
        where = {"channel": spot.place.channel, **_thread(spot.place)} | ({"user": spot.user} if whisper else {})
        face = self._calls.face(post.speaker, method)
        await patiently(lambda: self._calls.speak(method, face, **where, **_content(message)), TRIES, LONGEST_WAIT)

    async def _ask(self, spot: Spot, form: Form) -> None:
        memory = secrets.token_hex(6)
        if spot.response_url:
            self.response_urls[memory] = spot.response_url
            while len(self.response_urls) > HOOKS:
                self.response_urls.popitem(last=False)
        view = forms.view(form, private_metadata=metadata_of(spot, memory), key=memory)
        await self._calls.now("views.open", trigger_id=spot.trigger, view=view)

    # ------------------------------------------------------------ response URLs

    async def _by_the_way(self, spot: Spot, post: Post) -> bool:
        """Where many are answered at once: by the address that came with the gesture, for which Slack counts no rate.

        It takes no persona and five messages. False: not sent; the answer has to wait for its turn.
        """
        if post.speaker is not None or not spot.response_url or len(next(versions(post, "r"))) > HOOK_MESSAGES:
            return False
        try:
            await _plainer(lambda message: self._respond(spot, message), post)
        except (Undeliverable, Rejected):
            return False
        return True

    async def _by_response_url(self, spot: Spot, post: Post) -> None:
        """Where we are not in the channel: five answers at most, without a persona's name."""
        some = next(versions(post, "r"))
        for message in some[:HOOK_MESSAGES]:
            await self._respond(spot, message)
        if len(some) > HOOK_MESSAGES:
            await self._respond(spot, Message([], f"There is more. {INVITE}"))

    async def _respond(self, spot: Spot, message: Message, *, replace_original: bool = False) -> None:
        body = {**_content(message), "replace_original": replace_original, "response_type": "ephemeral"}
        if replace_original:
            del body["response_type"]
        elif spot.place.thread:
            body["thread_ts"] = spot.place.thread
        try:
            async with self._calls.session.post(spot.response_url, json=body) as response:
                status = response.status
        except NETWORK as error:
            log_withheld("A response URL could not be reached", error)
            raise Unclear("Slack did not answer.") from None
        if status == 400:
            raise Rejected("invalid_blocks")
        if status >= 300:
            raise Undeliverable("That message is too old to be changed.")

    async def path_to(self, spot: Spot, place: Place, ref: str) -> None:
        """Show somebody the way to a thread, which nobody can be taken to in Slack."""
        try:
            link = str((await self._calls.call("chat.getPermalink", channel=place.channel, message_ts=ref))["permalink"])
            text = f"Here it is: <{link}|go to the thread>."
            here = await self._direct(spot)
            where: Json = {"channel": here.channel, "text": text, **_thread(here)}
            if here.direct:
                await self._calls.call("chat.postMessage", unfurl_links=False, unfurl_media=False, **where)
            else:
                await self._calls.call("chat.postEphemeral", user=spot.user, **where)
        except TROUBLE as trouble:
            log.warning("The way to a thread could not be shown", extra={"code": _code(trouble)})


async def _plainer(send: Callable[[Message], Awaitable[None]], *posts: Post) -> None:
    """Send the first version that Slack takes. Raises Rejected if it takes none, or no more than a beginning."""
    sent = 0
    for some in (some for post in dict.fromkeys(posts) for some in versions(post, secrets.token_hex(4))):
        try:
            for message in some:
                await send(message)
                sent += 1
        except Rejected as refused:
            if sent:
                raise
            log.warning("Slack refused a rendering; sending a plainer one", extra={"code": refused.code})
        else:
            return
    raise Rejected("every version")


def _content(message: Message) -> Json:
    return {"text": message.text} | ({"blocks": message.blocks} if message.blocks else {})


def _thread(place: Place) -> Json:
    return {"thread_ts": place.thread} if place.thread else {}


def _code(trouble: Exception) -> str:
    return str(getattr(trouble, "code", ""))
