"""Many turns in one channel at once: each is answered, once, as fast as Slack takes posts, and none is given up."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import AsyncMock

import pytest

from bot.adapters.slack import calls
from bot.adapters.slack.buckets import POSTS_AT_ONCE, POSTS_PER_SECOND, Buckets
from bot.adapters.slack.calls import Calls, Identity
from bot.adapters.slack.outbound import SlackChat
from bot.adapters.slack.tokens import FixedToken
from bot.adapters.slack.wire import Wire
from bot.adapters.tutor.ideas import mentioned
from bot.adapters.tutor.study_guide import StudyGuide
from bot.core.chat import Person, Place
from bot.core.curriculum import Curriculum
from bot.core.deliveries import Deliveries
from bot.core.lab_work import LabWork
from bot.core.labs import Stops
from bot.core.ports import Allowance, LabProgress, Records
from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.doubles.slack import Channel, Message, SlackDouble, specs
from tests.fakes import START, FakeClock

LABS = 60
ASKED = "What is a reward model?"


class Told(FakeClock):
    """One time for the program, its buckets and Slack, which passes only when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self._asleep: list[tuple[datetime, asyncio.Future[None]]] = []

    def seconds(self) -> float:
        return self.now().timestamp()

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        self._asleep.append((self.now() + timedelta(seconds=seconds), woken))
        await woken

    @property
    def asleep(self) -> int:
        return len(self._asleep)

    def pass_until(self, due: datetime) -> None:
        """Or until the first who sleeps is to wake, if that is earlier."""
        self.set(max(self.now(), min([due, *(until for until, _ in self._asleep)])))
        for until, woken in self._asleep:
            if until <= self.now():
                woken.set_result(None)
        self._asleep = [one for one in self._asleep if not one[1].done()]


class Counted(Deliveries):
    @property
    def in_hand(self) -> int:
        return len(self._hands)


@dataclass
class Line:
    """Labs in one channel, and the deliveries of one process."""

    double: SlackDouble
    clock: Told
    database: Database
    deliveries: Counted
    channel: Channel
    roots: list[Message]

    async def ends(self) -> None:
        """Time passes until nothing is due any more. It stands still while anybody works."""
        while (due := await self.deliveries.take()) or self.deliveries.in_hand:
            while self.deliveries.in_hand > self.clock.asleep:
                await self.database.read(lambda records: None)
            now = self.clock.now()
            next_due = await self.database.read(lambda records: records.next_work())
            if next_due and next_due > now:
                self.clock.pass_until(next_due)
            assert due is None or due < START + timedelta(hours=1), "it never ends"

    def answers(self, root: Message) -> list[str]:
        return [reply.words for reply in self.channel.replies(root.ts)]


def labs(records: Records, double: SlackDouble, channel: Channel, course: Curriculum, roots: list[Message]) -> None:
    """An open lab for each of the roots; at one instant each is greeted and asked a question."""
    lesson = course.lessons[0]
    for number, root in enumerate(roots, 1):
        place = Place("slack", double.team.id, channel.id)
        who = records.know(Person("slack", double.team.id, f"U{number}", f"Learner {number}"), START)
        lab = records.open_lab(f"e{number}", who, lesson.slug, next(iter(course.personas)), "v1", place, START)
        assert lab
        thread = Place("slack", double.team.id, channel.id, root.ts)
        records.finish(records.claim("stage", START, 1, 45.0)[0], "done", root.ts, "", START)
        records.lab_opened(lab.id, thread, root.ts)
        records.move_lab(lab.id, "open", LabProgress(), START)
    for number, _ in enumerate(roots, 1):
        lab = records.lab(number)
        assert lab
        assert lab.thread
        records.enqueue(f"lab:{lab.id}:opening", "lab-opening", lab.thread.lane, {"lab": lab.id}, START)
        assert records.hear_turn(lab, f"m{number}", lab.owner, f"{ASKED} ({number})", START)


@pytest.fixture
async def line(tmp_path: Path, course: Curriculum, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Line]:
    clock = Told()
    monkeypatch.setattr(calls, "Buckets", lambda: Buckets(clock.seconds, clock.sleep))
    upgrade(url := f"sqlite:///{tmp_path / 'line.db'}")
    database = Database(url)
    async with SlackDouble(specs.require()) as double:
        monkeypatch.setattr(double.clock, "now", clock.seconds)
        channel = double.channel("course")
        roots = [double.world.post(channel, double.installation.bot, "Lab", username="Mira") for _ in range(LABS)]
        await database.write(lambda records: labs(records, double, channel, course, roots))
        wire = Wire(double.base_url)
        wire.open()
        me = Identity(double.team.id, double.installation.bot.id, str(double.installation.bot.bot_id))
        chat = SlackChat(Calls(wire, FixedToken(double.bot_token, AsyncMock()), me))
        guide = StudyGuide(course)
        work = LabWork(database, clock, course, guide, mentioned, Stops(), Allowance())
        deliveries = Counted(database, clock, {"slack": chat}, work.handlers(), "one")
        double.rates.enforced, double.rates.burst = True, POSTS_AT_ONCE
        yield Line(double, clock, database, deliveries, channel, roots)
        await deliveries.stop()
        await chat.stop()
        await wire.close()
    await database.close()


async def test_every_turn_of_many_in_one_channel_is_answered_once_and_none_is_given_up(line: Line) -> None:
    await line.ends()

    assert [len(line.answers(root)) for root in line.roots] == [2] * LABS  # the greeting, the answer
    posts = [call for call in line.double.calls if call.method == "chat.postMessage"]
    assert [call.error for call in posts if call.error] == []
    assert await line.database.read(lambda records: records.broken(line.clock.now())) == []
    took = (line.clock.now() - START).total_seconds()
    assert took < 1.2 * (2 * LABS - POSTS_AT_ONCE) / POSTS_PER_SECOND
