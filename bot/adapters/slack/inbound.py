"""Slack is heard: every gesture becomes the core's word for it, is committed by the core, and only then acknowledged."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any, Protocol, TypeAlias, TypeVar
from weakref import WeakValueDictionary

from bot.adapters.slack import forms, hearing, parse
from bot.adapters.slack.answers import Answers
from bot.adapters.slack.calls import Calls
from bot.adapters.slack.faults import INVITE, log_withheld
from bot.adapters.slack.greetings import NOT_A_LAB
from bot.adapters.slack.hearing import Spot
from bot.adapters.slack.membership import Membership, posts
from bot.adapters.slack.outbound import TROUBLE, SlackChat
from bot.adapters.slack.people import People
from bot.core.chat import Action, Answer, Command, Declined, Heard, Place, Press, Said, Submit, say
from bot.core.errors import SORRY, StaleChoice
from bot.core.greetings import CREATE, CREATED, HELP, create_form
from bot.core.ports import Clock, Records, Store

Hear: TypeAlias = Callable[[Heard], Awaitable[Answer]]
Json: TypeAlias = Mapping[str, Any]
T = TypeVar("T")

ACK_SECONDS = 1.0
"""A command or click is acknowledged by then, whether or not it was heard to its end. Slack waits for three."""
FORM_SECONDS = 2.0
"""A form: later than that a refusal no longer stands beside its fields."""
AT_ONCE = 64
"""Gestures in the core's hands at a time."""
WAITING = 2_000
"""Gestures in all; more are refused unacknowledged, so that Slack delivers the events among them again."""
REMEMBERED = 4_000

log = logging.getLogger(__name__)


class Busy(Exception):
    """Too much is waiting here. What is refused is not acknowledged."""


class Ack(Protocol):
    async def __call__(self, **answer: Any) -> Any: ...


class Inbound:
    """`hear` is the core. A gesture delivered twice is heard once; an event that fails is delivered again by Slack."""

    def __init__(self, calls: Calls, people: People, chat: SlackChat, hear: Hear, store: Store, clock: Clock) -> None:
        self._calls, self._people, self._chat = calls, people, chat
        self._hear, self._store, self._clock = hear, store, clock
        self.answers = Answers(calls)
        self._hands = asyncio.Semaphore(AT_ONCE)
        self._running: set[asyncio.Task[Any]] = set()
        self._heard: OrderedDict[str, asyncio.Task[Answer]] = OrderedDict()
        self._lanes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.membership = Membership(calls)

    async def drain(self, seconds: float) -> None:
        """Let what has begun come to its end; what takes longer is stopped."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    @property
    def busy(self) -> bool:
        return bool(self._running)

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run something that is waited for at the end."""
        if len(self._running) >= WAITING:
            work.close()
            raise Busy
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    # ------------------------------------------------------------ gestures: acknowledged in time

    async def command(self, body: Json, ack: Ack) -> None:
        team = self._calls.me.team
        spot = hearing.command_spot(team, body)

        async def heard() -> Heard:
            person = await self._people.person(spot.user, spot.name)
            name = str(body["command"]).removeprefix("/")
            text = hearing.decoded(str(body.get("text") or ""), {})
            return Command(person, spot.place, hearing.event_of_command(team, body), name, text)

        await self._gesture(spot, hearing.event_of_command(team, body), heard, ack)

    async def press(self, body: Json, ack: Ack) -> None:
        team = self._calls.me.team
        spot = hearing.press_spot(team, body)
        try:
            pressed = parse.action(body)
        except (StaleChoice, ValueError) as stale:
            await ack()
            self.start(self.answers.show(spot, say(stale.sentence if isinstance(stale, StaleChoice) else StaleChoice().sentence)))
            return
        if pressed is None:  # a box ticked: its button will come
            await ack()
            return
        event = hearing.event_of_press(team, body)

        async def heard() -> Heard:
            person = await self._people.person(spot.user, spot.name)
            place = spot.place
            if not place.channel:  # the Home tab
                place = await self._chat.direct(person)
            return Press(person, place, event, pressed.action, pressed.values)

        await self._gesture(spot, event, heard, ack, leads_away=pressed.action.verb == "lab.go")

    async def submit(self, body: Json, ack: Ack) -> None:
        """A refusal keeps the form open with its sentence; later than the ack it comes as a message."""
        team, view = self._calls.me.team, body["view"]
        spot = hearing.submission_spot(team, body, self.answers.response_urls)
        event = hearing.event_of_submission(team, body)

        async def heard() -> Heard:
            person = await self._people.person(spot.user, spot.name)
            place = spot.place if spot.place.channel else await self._chat.direct(person)
            fields = parse.fields(view.get("state") or {})
            return Submit(person, place, event, Action.decode(str(view["callback_id"])), fields)

        task = self.start(self._settled(event, heard))
        answer = await self._in_time(task, FORM_SECONDS)
        if isinstance(answer, Declined):
            await ack(**forms.refused(view, answer.sentence))
            return
        await ack()
        self.start(self._shown(spot, task))

    async def _gesture(
        self, spot: Spot, event: str, heard: Callable[[], Awaitable[Heard]], ack: Ack, *, leads_away: bool = False
    ) -> None:
        task = self.start(self._settled(event, heard))
        await self._in_time(task)
        await ack()
        self.start(self._shown(spot, task, leads_away=leads_away))

    async def _in_time(self, task: asyncio.Task[Answer], seconds: float = ACK_SECONDS) -> Answer:
        """The answer, if it is there in time to be acknowledged with."""
        done, _ = await asyncio.wait({task}, timeout=seconds)
        return task.result() if done else None

    async def _settled(self, event: str, heard: Callable[[], Awaitable[Heard]]) -> Answer:
        """The core's answer. What goes wrong is logged once and told; Slack delivers no gesture of this kind twice."""
        try:
            return await self._once(event, heard)
        except TROUBLE as trouble:
            log.warning("A gesture in Slack met trouble", extra={"kind": type(trouble).__name__})
            return say(SORRY)
        except Exception as error:  # noqa: BLE001 - the last line of defence: the person must be told something
            log_withheld("A gesture in Slack failed", error)
            return say(SORRY)

    # ------------------------------------------------------------ messages: redelivered until acknowledged

    async def message(self, event: Json) -> None:
        """A message in a thread or a direct conversation. Raises whatever keeps it from being committed."""
        if not self._spoken(event) or not (event.get("thread_ts") or event.get("channel_type") == "im"):
            return
        await self._said(event)

    async def mention(self, event: Json) -> None:
        """The bot called by its name in a channel. In threads and direct conversations the message itself is heard."""
        if self._spoken(event) and not event.get("thread_ts") and not str(event["channel"]).startswith("D"):
            await self._said(event)

    def _spoken(self, event: Json) -> bool:
        ours = event.get("user") == self._calls.me.user
        return event.get("subtype") in hearing.SPOKEN and not event.get("bot_id") and bool(event.get("user")) and not ours

    async def _said(self, event: Json) -> None:
        team = self._calls.me.team
        spot, key = hearing.message_spot(team, event), hearing.event_of_message(team, event)

        async def heard() -> Heard:
            text = str(event.get("text") or "")
            names = await self._people.names(hearing.mentioned(text))
            person = await self._people.person(spot.user)
            return Said(person, await self._lab_or_direct(spot.place), key, hearing.decoded(text, names))

        await self._heard_and_shown(spot, key, heard)

    async def _lab_or_direct(self, place: Place) -> Place:
        """A thread in a direct conversation that is no lab's is a conversation like the one around it."""
        lonely = place.direct and place.thread and await self._store.read(lambda records: records.lab_in(place)) is None
        return place.parent if lonely else place

    async def stopped(self, event: Json) -> None:
        """Slack's own stop button: the reply being written in that thread is to end, as by a button of ours."""
        team = self._calls.me.team
        place = hearing.place_of(team, str(event["channel"]), str(event["thread_ts"]))
        key = f"x:{team}:{event['channel']}:{event['event_ts']}"
        lab = await self._store.read(lambda records: records.lab_in(place))
        if lab is None or not lab.replying:
            return

        async def heard() -> Heard:
            person = await self._people.person(str(event["user"]))
            return Press(person, place, key, Action("lab.stop", (str(lab.id), lab.replying)))

        await self._heard_and_shown(Spot(place, str(event["user"])), key, heard)

    async def shortcut(self, body: Json, ack: Ack) -> None:
        """“Ask this lab”: the message's text is said in its thread, if that is a lab."""
        team = self._calls.me.team
        spot, key = hearing.shortcut_spot(team, body), hearing.event_of_shortcut(team, body)

        async def heard() -> Heard:
            text = str(body["message"].get("text") or "")
            names = await self._people.names(hearing.mentioned(text))
            person = await self._people.person(spot.user, spot.name)
            return Said(person, spot.place, key, hearing.decoded(text, names))

        if await self._store.read(lambda records: records.lab_in(spot.place)) is None:
            await ack()
            channel = replace(spot, place=spot.place.parent)
            self.start(self.answers.show(channel, say(NOT_A_LAB)))
            return
        await self._gesture(spot, key, heard, ack)

    async def _heard_and_shown(self, spot: Spot, key: str, heard: Callable[[], Awaitable[Heard]]) -> None:
        task = self.start(self._once(key, heard, lane=spot.place.lane))
        await asyncio.shield(task)
        self.start(self._shown(spot, task))

    # ------------------------------------------------------------ once

    async def _once(self, event: str, heard: Callable[[], Awaitable[Heard]], *, lane: str = "") -> Answer:
        """The core's answer to a gesture; None for one that comes again. A failed one may be tried again."""
        before = self._heard.get(event)
        if before is not None and not (before.done() and (before.cancelled() or before.exception())):
            await asyncio.shield(before)  # the same gesture, still in hand: acknowledged when it is committed
            return None
        task = self.start(self._commit(event, heard, lane))
        self._heard[event] = task
        while len(self._heard) > REMEMBERED:
            self._heard.popitem(last=False)
        answer = await asyncio.shield(task)
        if isinstance(answer, Declined):
            self._heard.pop(event, None)
        return answer

    async def _commit(self, event: str, heard: Callable[[], Awaitable[Heard]], lane: str) -> Answer:
        lock = self._lanes.setdefault(lane or event, asyncio.Lock())
        async with lock, self._hands:
            wish = await heard()
            outside = not wish.place.direct and posts(wish) and not await self.membership.holds(wish.place.channel)
            answer = say(INVITE) if outside else self._of_ours(wish)
            if answer is None:
                answer = await self._hear(self._meant(wish))
            if answer is None or isinstance(answer, Declined):
                return answer
            fresh = await self._store.write(lambda records: self._first(records, event))
            return answer if fresh else None

    def _first(self, records: Records, event: str) -> bool:
        """Whether this gesture was not answered before, by us or by another process."""
        return records.hear_once(f"answered:{event}", self._clock.now())

    # ------------------------------------------------------------ controls of our own

    def _of_ours(self, wish: Heard) -> Answer:
        return create_form() if isinstance(wish, Press) and wish.action == CREATE else None

    def _meant(self, wish: Heard) -> Heard:
        """What a control of Slack's own stands for in the core."""
        match wish:
            case Press(person=person, place=place, event=event, action=action) if action == HELP:
                return Command(person, place, event, "lectern", "help")
            case Submit(person=person, place=place, event=event, action=action) if action == CREATED:
                return Command(person, place, event, "cohort", f"create {wish.text('name')}")
            case _:
                return wish

    # ------------------------------------------------------------ what is shown

    async def _shown(self, spot: Spot, task: asyncio.Task[Answer], *, leads_away: bool = False) -> None:
        answer = await task
        if leads_away and answer is None and (way := self._chat.opened.pop(spot.user, None)):
            await self.answers.path_to(spot, *way)
        else:
            await self.answers.show(spot, answer)
