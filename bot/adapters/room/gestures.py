"""What people do in the room, done once: checked, passed to the core, and its answer kept where they will see it."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeAlias
from weakref import WeakValueDictionary

from bot.adapters.room.channels import add_channel, channels_json
from bot.adapters.room.faults import log_withheld
from bot.adapters.room.inbound import AddChannel, Gesture, Pressed, Say, Spot, Submitted
from bot.adapters.room.limits import REMEMBERED_FORMS, REMEMBERED_GESTURES, TEXT_CHARS
from bot.adapters.room.memory import RoomStore, audience_of, may_enter, may_see, place_of
from bot.adapters.room.outbound import RoomChat
from bot.adapters.room.outcomes import Done, NotDone, Opened, Outcome, Refused
from bot.adapters.room.recent import Recent
from bot.adapters.room.render import LECTERN, Json, dump, load, offers, part_pictures, said, with_typed, wrong_fields
from bot.core.chat import (
    Action,
    Answer,
    Command,
    Declined,
    Form,
    Heard,
    Person,
    Place,
    Post,
    Press,
    Reply,
    Said,
    Shown,
    Speaker,
    Submit,
)
from bot.core.errors import SORRY, StaleChoice, shorten
from bot.core.plain import plain, says_something
from bot.core.ports import Clock
from bot.core.room import RoomMessage, RoomRecords

Hear: TypeAlias = Callable[[Heard], Awaitable[Answer]]

CALLED = re.compile(r"(?<!\w)@lectern\b", re.IGNORECASE)
NO_SUCH_PLACE = "That conversation is not there any more. Choose another one from the list."
EMPTY = "There is nothing to send yet. Type a message first."
TOO_LONG = f"That is too long to send. Please use at most {TEXT_CHARS:,} characters."
GONE = "Reload this page to come in as somebody new."
FORM_GONE = "This form has been open for too long. Please close it and open it again."


@dataclass(frozen=True, slots=True)
class OpenForm:
    form: Form
    place: Place
    source: int | None


class Gestures:
    def __init__(self, store: RoomStore, hear: Hear, clock: Clock, chat: RoomChat) -> None:
        self._store, self._hear, self._clock, self._chat = store, hear, clock, chat
        self._answered = Recent(REMEMBERED_GESTURES)
        self._forms = Recent(REMEMBERED_FORMS)
        self._lanes: WeakValueDictionary[tuple[object, ...], asyncio.Lock] = WeakValueDictionary()
        self._running: set[asyncio.Task[Any]] = set()
        self._gone: set[str] = set()

    async def do(self, person: Person, gesture: Gesture) -> Outcome:
        """Do it, or give the outcome it had. It goes on though the one who waits for it goes away."""
        task = self._answered.of(person).get(gesture.id)
        if task is None:
            task = self.start(self._outcome(person, gesture))
            self._answered.keep(person, gesture.id, task)
        outcome: Outcome = await asyncio.shield(task)
        if isinstance(outcome, Refused):
            self._answered.of(person).pop(gesture.id, None)
        return outcome

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run something that is waited for when the room closes."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def drain(self, seconds: float) -> None:
        """Let what has begun come to its end; stop what takes longer."""
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _outcome(self, person: Person, gesture: Gesture) -> Outcome:
        lane = self._lanes.setdefault((person.id, *_lane(gesture)), asyncio.Lock())
        try:
            async with lane:
                if person.id in self._gone:
                    raise NotDone(GONE)
                return await self._do(person, gesture)
        except NotDone as refused:
            return Refused(refused.sentence, refused.fields)
        except Exception as error:  # noqa: BLE001 - the last line of defence: the page must always be answered
            log_withheld("A gesture in the room failed.", error, gesture=type(gesture).__name__)
            return Refused(SORRY, {})

    async def _do(self, person: Person, gesture: Gesture) -> Outcome:
        match gesture:
            case Say():
                return await self._say(person, gesture)
            case Pressed():
                return await self._press(person, gesture)
            case Submitted():
                return await self._submit(person, gesture)
            case AddChannel():
                return await self._add_channel(gesture)

    # ------------------------------------------------------------ the four gestures

    async def _say(self, person: Person, say: Say) -> Outcome:
        text = say.text.strip()
        if not says_something(text):
            raise NotDone(EMPTY)
        if len(text) > TEXT_CHARS:
            raise NotDone(TOO_LONG)
        place = await self._place(person, say.spot)
        event = _event(person, say.id)
        if text.startswith("/"):
            name, *rest = text[1:].split(None, 1) or [""]
            answer = await self._hear(Command(person, place, event, name.lower(), "".join(rest)))
            return await self._answer(person, place, say.id, answer, typed=shorten(text, 200))
        kept = await self._keep_words(person, say, text)
        if not (place.thread or place.direct or CALLED.search(text)):
            return Done(kept.id)
        answer = await self._hear(Said(person, place, event, text))
        outcome = await self._answer(person, place, say.id, answer)
        return Done(kept.id) if outcome == Done() else outcome

    async def _press(self, person: Person, press: Pressed) -> Outcome:
        message = await self._store.read(lambda records: records.room_message(press.message))
        if message is None or not may_see(person, message):
            raise NotDone(StaleChoice().sentence)
        if not self._stands_in(message, press):
            return _stale(message, press)
        place = place_of(message.channel, message.thread)
        heard = Press(person, place, _event(person, press.id), Action.decode(press.action), press.values)
        return await self._answer(person, place, press.id, await self._hear(heard), source=message.id)

    async def _submit(self, person: Person, sent: Submitted) -> Outcome:
        opened: OpenForm | None = self._forms.of(person).get(sent.form)
        if opened is None:
            raise NotDone(FORM_GONE)
        wrong = wrong_fields(opened.form, sent.fields)
        if wrong:
            raise NotDone("Please look at what is marked.", wrong)
        fields = {field.name: sent.fields.get(field.name, ()) for field in opened.form.fields}
        heard = Submit(person, opened.place, _event(person, sent.id), opened.form.action, fields)
        answer = await self._hear(heard)
        return await self._answer(person, opened.place, sent.id, answer, source=opened.source)

    async def _add_channel(self, asked: AddChannel) -> Outcome:
        now = self._clock.now()

        def unit(records: RoomRecords) -> tuple[str, list[Json]]:
            return add_channel(records, asked.title, now, again=asked.again), channels_json(records)

        channel, channels = await self._store.write(unit)
        self._chat.listeners.tell_all({"type": "channels", "channels": channels})
        return Done(channel=channel)

    def _stands_in(self, message: RoomMessage, press: Pressed) -> bool:
        """In the message as it is kept, or as the pages show it while it is written."""
        shown = self._chat.listeners.shown(message.id)
        posts = [load(message.post), *([shown] if shown else [])]
        return any(offers(post, press.action, press.values) for post in posts)

    async def _place(self, person: Person, spot: Spot) -> Place:
        if not await self._store.read(lambda records: spot_stands(records, person, spot)):
            raise NotDone(NO_SUCH_PLACE)
        return place_of(spot.channel, spot.thread)

    # ------------------------------------------------------------ what is kept

    async def _keep_words(self, person: Person, say: Say, text: str) -> RoomMessage:
        spot, speaker, now = say.spot, Speaker(person.name, "", ""), self._clock.now()
        key = f"say:{person.id}:{say.id}"
        message = await self._store.write(
            lambda records: records.room_post(
                spot.channel, spot.thread, person.id, speaker, dump(said(text)), audience_of(spot.channel), key, now
            )
        )
        self._chat.listeners.ring(message)
        return message

    async def _answer(
        self, person: Person, place: Place, gesture: str, answer: Answer, *, source: int | None = None, typed: str = ""
    ) -> Outcome:
        match answer:
            case None:
                return Done()
            case Declined(sentence=sentence, field=field):
                raise NotDone(sentence, {field: sentence} if field else None)
            case Form():
                self._forms.keep(person, gesture, OpenForm(answer, place, source))
                return Opened(answer)
            case Reply(post=post) if await self._has_left(person):
                raise NotDone(f"{plain(post)}\n\n{GONE}")
            case Reply(post=post, shown=Shown.INSTEAD) if source is not None:
                await self._chat.edit(place, str(source), post)
                return Done(source)
            case Reply(post=post, shown=Shown.OPENLY):
                return await self._keep_answer(person, place, gesture, post, None)
            case Reply(post=post):
                return await self._keep_answer(person, place, gesture, with_typed(post, typed) if typed else post, person.id)

    async def _has_left(self, person: Person) -> bool:
        """Somebody who was forgotten has no place any more where an answer could be kept."""
        if not await self._store.read(lambda records: records.room_knows(person.id)):
            self._gone.add(person.id)
        return person.id in self._gone

    async def _keep_answer(self, person: Person, place: Place, gesture: str, post: Post, audience: str | None) -> Outcome:
        kept, pictures = part_pictures(post)
        thread = None if place.thread is None else int(place.thread)
        now = self._clock.now()

        def unit(records: RoomRecords) -> RoomMessage:
            for token, png in pictures.items():
                records.room_keep_picture(token, png, now)
            return records.room_post(
                place.channel,
                thread,
                "",
                post.speaker or LECTERN,
                dump(kept),
                audience or audience_of(place.channel),
                f"answer:{person.id}:{gesture}",
                now,
            )

        message = await self._store.write(unit)
        self._chat.listeners.ring(message)
        return Done(message.id)


def spot_stands(records: RoomRecords, person: Person, spot: Spot) -> bool:
    """Whether that channel or thread is there, for that person."""
    if not may_enter(person, spot.channel):
        return False
    if audience_of(spot.channel) is None and spot.channel not in {channel for channel, _ in records.room_channels()}:
        return False
    if spot.thread is None:
        return True
    root = records.room_message(spot.thread)
    return root is not None and root.channel == spot.channel and root.thread is None and may_see(person, root)


def _stale(message: RoomMessage, press: Pressed) -> Outcome:
    """Sent again after a break, a press may have been answered before it: what it changed is the answer to look at."""
    if press.again:
        return Done(message.id)
    raise NotDone(StaleChoice().sentence)


def _lane(gesture: Gesture) -> tuple[object, ...]:
    """What happens in one lane happens in order."""
    match gesture:
        case Say(spot=spot):
            return ("spot", spot.channel, spot.thread)
        case Pressed(message=message):
            return ("message", message)
        case Submitted(form=form):
            return ("form", form)
        case AddChannel():
            return ("channels",)


def _event(person: Person, gesture: str) -> str:
    """The gesture's id, unique over all people: pages make their own."""
    return f"{person.id}:{gesture}"
