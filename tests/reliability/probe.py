"""The probe inside a victim: names each step it takes, and stops the process dead at the one it is told.

Nothing of it is in the bot: it wraps the bot's own methods from outside before the bot starts.
"""

import asyncio
import functools
import json
import mmap
import os
import signal
import socket
import struct
import threading
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.core.chat import para
from bot.core.ports import Draft, LabTurn

READ = frozenset(
    {
        *(
            "absence",
            "absences",
            "any_cohort",
            "attempt",
            "broken",
            "cohort",
            "cohort_at",
            "cohorts_of",
            "counts",
            "due_schedules",
        ),
        *(
            "given",
            "heard_until",
            "installation",
            "installations",
            "keepsake",
            "lab",
            "lab_at",
            "lab_in",
            "leads",
            "lessons_sent",
        ),
        *("member_named", "next_due", "next_work", "occasion", "occasions", "open_attempt", "open_labs", "person", "role"),
        *("room_channels", "room_find", "room_head", "room_message", "room_news", "room_page", "room_people", "room_person"),
        *("room_picture", "room_replies", "room_seen_marks", "room_unread", "schedule", "seats_held", "section", "turn", "turns"),
        *("seen_questions", "standing", "unfinished_lab", "workspace_of", "replied"),
    }
)
UPKEEP = frozenset({"know", "renew", "claim_renewal", "keep_heard_until", "take_seat", "leave_seat", "heal", "hasten", "fade"})
"""What changes nothing, and what happens at any time beside everything else: no steps. A transaction is named for the rest."""

CHATS = {
    "bot.adapters.room.outbound": "RoomChat",
    "bot.adapters.slack.outbound": "SlackChat",
    "bot.adapters.discord.outbound": "DiscordChat",
}
SPOKEN = ("post", "find", "edit", "show", "open_thread", "direct")

ACTS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP, "end": signal.SIGTERM}

Json = dict[str, Any]


class Probe:
    """Reports every step over the control socket, and obeys what comes over it."""

    def __init__(self, address: str, name: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(address)
        self._sending = threading.Lock()
        self._passed: Counter[str] = Counter()
        self._matched = self._taking = 0
        self._unit = threading.local()
        self._point, self._hit, self._act = os.environ.get("PROBE_POINT", ""), int(os.environ.get("PROBE_HIT", "0")), "kill"
        self._tracing = bool(self._point)
        with Path(os.environ["PROBE_CLOCK"]).open("rb") as shared:
            self._clock = mmap.mmap(shared.fileno(), 8, access=mmap.ACCESS_READ)
        self._skew = timedelta()
        """By which this machine's clock, and no other, is wrong."""
        self.app: Any = None
        self.loop: Any = None
        self.tell(name=name, pid=os.getpid())

    @property
    def offset(self) -> timedelta:
        """By which everybody's time is ahead: in memory that all share, so that it passes for who stands still, too."""
        return timedelta(seconds=struct.unpack("d", self._clock[:8])[0])

    # ------------------------------------------------------------ the wire

    def tell(self, **said: object) -> None:
        with self._sending:
            self._socket.sendall(json.dumps(said).encode() + b"\n")

    def listen(self) -> None:
        threading.Thread(target=self._listen, daemon=True, name="probe").start()

    def _listen(self) -> None:
        for row in self._socket.makefile("r"):
            order: Json = json.loads(row)
            self._obey(order)
            self.tell(obeyed=order["number"], hands=self._taking + len(self.app.deliveries._hands) if self.app else 0)
        os.kill(os.getpid(), signal.SIGKILL)  # whoever looked on is gone

    def _obey(self, order: Json) -> None:
        match order["do"]:
            case "arm":
                self._passed.clear()
                self._matched = 0
                self._point, self._hit, self._act = order["point"], order["hit"], order["act"]
                self._tracing = True
            case "wake":
                self._wake()
            case "skew":
                self._skew = timedelta(seconds=order["seconds"])
            case "pragma":
                self.app._database._side._raw.execute(f"PRAGMA {order['says']}").fetchall()
            case "ring":
                self._ring()
            case "settle":
                self._settle()

    def _wake(self) -> None:
        if self.loop and self.app:
            self.loop.call_soon_threadsafe(self.app.bell.soon)
            self.loop.call_soon_threadsafe(self.app.deliveries.wake)

    def _settle(self) -> None:
        """Until everything heard is answered and shown."""
        for name in ("slack", "discord"):
            platform = getattr(self.app, name, None)
            if platform and self.loop and getattr(platform, "_sits", True):  # who stands by hears nothing
                asyncio.run_coroutine_threadsafe(platform.settle(), self.loop).result()

    def _ring(self) -> None:
        if self.app and self.loop:
            asyncio.run_coroutine_threadsafe(self.app.ring(), self.loop).result()

    # ------------------------------------------------------------ steps

    def reach(self, step: str) -> None:
        if not self._tracing:
            return
        self._passed[step] += 1
        self._matched += fnmatchcase(step, self._point)
        here = self._matched == self._hit and fnmatchcase(step, self._point)
        ends = {"end": self._act, "point": [self._point, self._hit]} if here else {}
        self.tell(step=step, hit=self._passed[step], **ends)
        if here:
            self._tracing = False
            os.kill(os.getpid(), ACTS[self._act])

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset + self._skew

    # ------------------------------------------------------------ wrapping

    def install(self) -> None:
        app: Any = import_module("bot.app")
        app.SystemClock, steady = lambda: self, app.steady
        app.steady = lambda: steady() + self.offset.total_seconds()
        seats: Any = import_module("bot.core.seats")
        seats.LOOK = 0.25  # time passes faster here, also for who stands by
        app.App._tutor = lambda _app, _settings, _guide: EchoTutor(endless=bool(os.environ.get("PROBE_ENDLESS")))
        if os.environ.get("PROBE_HASTE"):
            slack: Any = import_module("bot.adapters.slack.wire")
            discord: Any = import_module("bot.adapters.discord.calls")
            buckets: Any = import_module("bot.adapters.slack.buckets")  # they go by the time that does not jump
            buckets.TIERS, buckets.POSTS_PER_SECOND = {tier: 100 * rate for tier, rate in buckets.TIERS.items()}, 100.0
            deliveries: Any = import_module("bot.core.deliveries")
            deliveries.PATIENCE = 0.5
            slack.SECONDS, discord.Calls.__init__.__defaults__ = 2.0, (2.0,)
        self._wrap_app(app.App)
        self._wrap_taking(import_module("bot.core.deliveries").Deliveries)
        self._wrap_store()
        for module, name in CHATS.items():
            chat = getattr(import_module(module), name)
            for method in SPOKEN:
                setattr(chat, method, self._around(getattr(chat, method), method))
            self._wrap_rest(chat)
        answers = import_module("bot.adapters.slack.answers").Answers
        answers.show = self._around(answers.show, "answer")

    def _wrap_app(self, app: Any) -> None:
        start, begin = app.start, app.__init__

        def made(this: Any, *args: Any, **more: Any) -> None:
            begin(this, *args, **{"seed": lambda: 3, **more})  # the same questions in every run
            self.app = this

        async def started(this: Any) -> None:
            self.loop = asyncio.get_running_loop()
            await start(this)
            self.tell(ready=this.room.address)

        app.__init__, app.start = made, started
        app.hear = self._around(app.hear, "hear")

    def _wrap_rest(self, chat: Any) -> None:
        """Between the first message of a long post and the others: a step where there are others."""
        send: Any = getattr(chat, "_send_rest", None)

        async def sent(*args: Any, **more: Any) -> None:
            if args[-1]:
                self.reach("before rest")
            await send(*args, **more)

        chat._send_rest = sent

    def _wrap_taking(self, deliveries: Any) -> None:
        """What is just being leased counts as in hand: time must not pass between its lease and its first step."""
        take = deliveries.take

        async def taken(this: Any) -> Any:
            self._taking += 1
            try:
                return await take(this)
            finally:
                self._taking -= 1

        deliveries.take = taken

    def _around(self, method: Callable[..., Awaitable[Any]], name: str) -> Callable[..., Awaitable[Any]]:
        @functools.wraps(method)
        async def wrapped(*args: Any, **more: Any) -> Any:
            self.reach(f"before {name}")
            result = await method(*args, **more)
            self.reach(f"after {name}")
            return result

        return wrapped

    def _wrap_store(self) -> None:
        self._wrap_time(import_module("bot.store.database").Database)
        database, records = import_module("bot.store.database").Database, import_module("bot.store.records").Records
        for name in dir(records):
            if not (name.startswith("_") or name in READ or name in UPKEEP):
                setattr(records, name, self._noted(getattr(records, name), name))
        write = database.write

        @functools.wraps(write)
        async def written(this: Any, unit: Callable[[Any], Any]) -> Any:
            kept: list[str] = []

            def probed(records: Any) -> Any:
                kept.clear()  # on PostgreSQL it may be its second run
                self._unit.kept = kept
                try:
                    result = unit(records)
                finally:
                    self._unit.kept = None
                if kept:
                    self.reach(f"within {'+'.join(kept)}")
                return result

            result = await write(this, probed)
            if kept:
                self.reach(f"kept {'+'.join(kept)}")
            return result

        database.write = written

    def _wrap_time(self, database: Any) -> None:
        """The database server's clock goes with the others."""
        ask = database.time

        async def time(this: Any) -> datetime | None:
            there = await ask(this)
            return there + self.offset if there else None

        database.time = time

    def _noted(self, method: Callable[..., Any], name: str) -> Callable[..., Any]:
        @functools.wraps(method)
        def wrapped(*args: Any, **more: Any) -> Any:
            result = method(*args, **more)
            kept = getattr(self._unit, "kept", None)
            if kept is not None and name not in kept and result is not False and result != []:
                kept.append(name)
            return result

        return wrapped


class EchoTutor:
    """Answers in four drafts, and names in the last what it answers: whoever looks on can tell which reply is whose."""

    banner = "A scripted tutor answers."

    def __init__(self, *, endless: bool = False) -> None:
        """`endless`: it does not come to the last draft."""
        self._endless = endless

    def cost(self, turn: LabTurn) -> int:
        return 0

    async def answer(self, turn: LabTurn) -> AsyncGenerator[Draft]:
        begin = f"“{turn.said}” you said, and that is where we begin: "
        for more in ("what follows", "what follows from it", "what follows from it is a question"):
            yield Draft((para(begin + more),), False, False)
        if self._endless:
            await asyncio.Event().wait()
        yield Draft((para(begin + "what follows from it is a question: why? (whole)"),), True, False)
