"""Deliveries: what is on the ledger is sent once and in order, whatever the platform answers and whoever is ended in between."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime, time, timedelta
from typing import TypeVar

import pytest

from bot.core import deliveries, jobs, talks
from bot.core.chat import Place, Post, para
from bot.core.deliveries import DEADLY, MAY_BE_THERE, Deliveries
from bot.core.jobs import TRIES, Handler, Job, Pace
from bot.core.plain import plain
from bot.core.ports import Chat, NotSent, Records, Rule, Unavailable, Unclear, Undeliverable, Work
from bot.store.database import Database
from tests.conftest import Stage
from tests.fakes import START, FakeChat

T = TypeVar("T")
HERE = Place("fake", "w", "here")
RULE = Rule((0,), time(10), "UTC")


class Sender:
    """Posts the work's text; `trouble` is raised first, one a try. Keeps what was given up and which tries there were."""

    pace = Pace()

    def __init__(self, *trouble: Exception) -> None:
        self.trouble = list(trouble)
        self.tries: list[str] = []
        self.given_up: list[tuple[str, str]] = []

    async def do(self, job: Job) -> None:
        self.tries.append(job.work.key)
        if self.trouble:
            raise self.trouble.pop(0)
        await job.once(HERE, Post((para(str(job.work.payload["text"])),)))
        await job.done()

    def give_up(self, records: Records, work: Work, why: str, now: datetime, *, refused: bool) -> None:
        self.given_up.append((work.key, why))


class Gate(Sender):
    """Waits in the middle of its work until it is let through."""

    def __init__(self) -> None:
        super().__init__()
        self.open = asyncio.Event()
        self.begun: asyncio.Queue[str] = asyncio.Queue()
        self.inside = self.most = 0

    async def do(self, job: Job) -> None:
        self.inside += 1
        self.most = max(self.most, self.inside)
        self.begun.put_nowait(job.work.key)
        try:
            await self.open.wait()
            await super().do(job)
        finally:
            self.inside -= 1


class Desk:
    """One process's deliveries over the stage's database, with one kind of work."""

    def __init__(self, stage: Stage, handler: Handler, owner: str = "one", store: "Flaky | None" = None) -> None:
        self.clock, self.chat, self.database = stage.clock, stage.chat, stage.database
        chats: Mapping[str, Chat] = {"fake": stage.chat}
        self.deliveries = Deliveries(store or stage.database, stage.clock, chats, {"note": handler}, owner)

    async def put(self, *texts: str, lane: str = "here", kind: str = "note") -> None:
        for text in texts:
            await self.database.write(
                lambda records, text=text: records.enqueue(text, kind, lane, {"text": text}, self.clock.now())  # type: ignore[misc]
            )

    async def settle(self, **later: float) -> None:
        """All that is due after that much time."""
        self.clock.pass_(**later)
        await self.deliveries.settle()

    async def due(self) -> datetime | None:
        return await self.database.read(lambda records: records.next_work())

    def said(self) -> list[str]:
        return [plain(post) for _, post in self.chat.posts.values()]


class Flaky:
    """A store whose reads and writes fail as told, before they reach the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.failures: list[Exception] = []

    async def read(self, unit: Callable[[Records], T]) -> T:
        return await self._database.read(unit)

    async def write(self, unit: Callable[[Records], T]) -> T:
        if self.failures:
            raise self.failures.pop(0)
        return await self._database.write(unit)


class BlindChat(FakeChat):
    """Its search fails as told, and shows what was posted only when it has `seen`."""

    def __init__(self) -> None:
        super().__init__()
        self.search_failures: list[Exception] = []
        self.searched = 0
        self.seen = True

    async def find(self, place: Place, key: str, post: Post | None = None, *, settled: bool = True) -> str | None:
        self.searched += 1
        if self.search_failures:
            raise self.search_failures.pop(0)
        return await super().find(place, key, post, settled=settled) if self.seen else None


@pytest.fixture
def chat(stage: Stage) -> BlindChat:
    stage.chat = BlindChat()
    return stage.chat


# ---------------------------------------------------------------- the plain case


async def test_work_is_done_once_and_in_the_order_of_its_lane(stage: Stage) -> None:
    sender = Sender()
    desk = Desk(stage, sender)
    await desk.put("a", "b", "c")

    await desk.settle()
    await desk.settle(hours=1)

    assert desk.said() == ["a", "b", "c"]
    assert sender.tries == ["a", "b", "c"]
    assert await desk.due() is None


async def test_a_key_is_put_on_the_ledger_once_for_ever(stage: Stage) -> None:
    desk = Desk(stage, Sender())
    await desk.put("a")
    await desk.settle()

    await desk.put("a")
    await desk.settle()

    assert desk.said() == ["a"]


async def test_two_processes_share_the_work_and_do_each_piece_once(stage: Stage) -> None:
    one, two = Desk(stage, Sender(), "one"), Desk(stage, Sender(), "two")
    texts = [f"{lane}{n}" for lane in "abcdef" for n in range(5)]
    for text in texts:
        await one.put(text, lane=text[0])

    await asyncio.gather(one.settle(), two.settle())

    assert sorted(one.said()) == texts
    for lane in "abcdef":
        assert [said for said in one.said() if said[0] == lane] == [f"{lane}{n}" for n in range(5)]


async def test_no_more_lanes_are_worked_on_than_there_are_hands(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "SLOTS", 4)
    gate = Gate()
    desk = Desk(stage, gate)
    for n in range(10):
        await desk.put(f"t{n}", lane=f"l{n}")

    settling = asyncio.create_task(desk.settle())
    for _ in range(4):
        await gate.begun.get()
    await desk.deliveries.take()
    assert gate.inside == 4
    gate.open.set()
    await settling

    assert gate.most == 4
    assert len(desk.said()) == 10


async def test_a_lane_in_trouble_does_not_delay_another(stage: Stage) -> None:
    desk = Desk(stage, Sender())
    stage.chat.failures = [NotSent("slow down", 60)]
    await desk.put("a1", "a2", lane="a")
    await desk.put("b1", lane="b")

    await desk.settle()
    assert desk.said() == ["b1"]
    await desk.settle(seconds=61)

    assert desk.said() == ["b1", "a1", "a2"]


# ---------------------------------------------------------------- what the platform answers


async def test_what_was_not_sent_waits_as_long_as_the_platform_asks(stage: Stage, chat: BlindChat) -> None:
    desk = Desk(stage, Sender())
    chat.failures = [NotSent("slow down", 30)]
    await desk.put("a")
    await desk.settle()

    assert await desk.due() == START + timedelta(seconds=30)
    await desk.settle(seconds=29.9)
    assert desk.said() == []
    await desk.settle(seconds=0.1)

    assert desk.said() == ["a"]
    assert chat.searched == 0


async def test_waiting_for_its_turn_takes_no_try_from_a_piece_of_work(stage: Stage) -> None:
    sender = Sender()
    desk = Desk(stage, sender)
    stage.chat.failures = [NotSent("the line is long", 5) for _ in range(TRIES * 3)]
    await desk.put("a")

    for _ in range(TRIES * 3 + 1):
        await desk.settle(seconds=5)

    assert (sender.given_up, desk.said()) == ([], ["a"])


async def test_a_platform_that_says_later_for_most_of_a_day_is_given_up_in_the_end(stage: Stage) -> None:
    sender = Sender()
    desk = Desk(stage, sender)
    stage.chat.failures = [NotSent("slow down", 60) for _ in range(1000)]
    await desk.put("a")

    while not sender.given_up:
        await desk.settle(minutes=5)

    assert sender.given_up == [("a", f"Gave up after {TRIES} tries: slow down")]
    waited = desk.clock.now() - START
    assert deliveries.PATIENT < waited < deliveries.PATIENT + timedelta(minutes=5 * (TRIES + 2))


async def test_a_platform_that_says_at_once_is_not_asked_in_a_circle(stage: Stage) -> None:
    desk = Desk(stage, Sender())
    stage.chat.failures = [NotSent("slow down", 0)]
    await desk.put("a")

    await desk.settle()

    assert await desk.due() == START + timedelta(seconds=deliveries.SOONEST)


async def test_what_was_not_sent_for_no_given_time_waits_longer_each_time(stage: Stage, chat: BlindChat) -> None:
    desk = Desk(stage, Sender())
    await desk.put("a")
    for tries in range(1, TRIES):
        chat.failures = [NotSent("no connection")]
        await desk.settle()
        due = await desk.due()
        assert due
        wait = (due - desk.clock.now()).total_seconds()
        assert min(2.0**tries, 300) / 2 <= wait <= min(2.0**tries, 300)
        desk.clock.set(due)

    await desk.settle()

    assert desk.said() == ["a"]


async def test_what_never_could_be_sent_is_given_up_in_the_end(stage: Stage) -> None:
    sender = Sender()
    desk = Desk(stage, sender)
    stage.chat.failures = [NotSent("no connection") for _ in range(TRIES)]
    await desk.put("a", "b")

    for _ in range(TRIES):
        await desk.settle(minutes=6)

    assert sender.given_up == [("a", f"Gave up after {TRIES} tries: no connection")]
    assert desk.said() == ["b"]


async def test_what_arrived_though_the_answer_was_lost_is_found_and_not_sent_again(stage: Stage, chat: BlindChat) -> None:
    desk = Desk(stage, Sender())
    chat.after_failures = [Unclear("the connection broke")]
    await desk.put("a", "b")

    await desk.settle()
    await desk.settle(minutes=1)

    assert desk.said() == ["a", "b"]
    assert chat.keys == ["a", "b"]
    assert chat.searched == 1


async def test_what_may_have_arrived_is_sent_again_only_after_the_platform_has_settled(stage: Stage, chat: BlindChat) -> None:
    desk = Desk(stage, Sender())
    chat.settle = 30.0
    chat.failures = [Unclear("timed out")]
    await desk.put("a")
    await desk.settle()

    for _ in range(29):
        await desk.settle(seconds=1)
        assert desk.said() == []
    await desk.settle(seconds=1)

    assert desk.said() == ["a"]


async def test_what_shows_up_while_the_platform_settles_is_not_sent_again(stage: Stage, chat: BlindChat) -> None:
    desk = Desk(stage, Sender())
    chat.settle, chat.seen = 30.0, False
    chat.after_failures = [Unclear("timed out")]
    await desk.put("a")
    await desk.settle()
    await desk.settle(seconds=10)

    chat.seen = True
    await desk.settle(seconds=25)

    assert chat.keys == ["a"]
    assert await desk.due() is None


@pytest.mark.parametrize("failure", [NotSent("slow down", 5), Unclear("timed out"), RuntimeError("a fault of ours")])
async def test_a_search_that_fails_never_makes_a_second_post(stage: Stage, chat: BlindChat, failure: Exception) -> None:
    desk = Desk(stage, Sender())
    chat.after_failures = [Unclear("the connection broke")]
    chat.search_failures = [failure, failure, failure]
    await desk.put("a")

    for _ in range(6):
        await desk.settle(minutes=6)

    assert chat.keys == ["a"]
    assert await desk.due() is None


async def test_a_search_that_always_fails_is_given_up_in_the_end(stage: Stage, chat: BlindChat) -> None:
    sender = Sender()
    desk = Desk(stage, sender)
    chat.failures = [Unclear("timed out")]
    chat.search_failures = [NotSent("no connection") for _ in range(TRIES)]
    await desk.put("a")

    for _ in range(TRIES + 1):
        await desk.settle(minutes=6)

    assert sender.given_up == [("a", f"Gave up after {TRIES} tries: no connection. {MAY_BE_THERE}")]


async def test_what_the_platform_will_never_take_is_given_up_at_once_and_the_lane_goes_on(stage: Stage) -> None:
    sender = Sender()
    desk = Desk(stage, sender)
    stage.chat.failures = [Undeliverable("I am not in this channel.")]
    await desk.put("a", "b")

    await desk.settle()

    assert sender.given_up == [("a", "I am not in this channel.")]
    assert desk.said() == ["b"]
    assert await desk.due() is None


async def test_a_platform_that_is_switched_off_is_named(stage: Stage) -> None:
    sender = Sender()
    desk = Desk(stage, sender)
    desk.deliveries = Deliveries(stage.database, stage.clock, {}, {"note": sender}, "one")
    await desk.put("a")

    await desk.settle()

    assert sender.given_up == [("a", "Fake is not connected. Connect it and post again.")]


async def test_a_receipt_that_could_not_be_kept_is_looked_for(stage: Stage, chat: BlindChat) -> None:
    class Forgetful(Sender):
        async def do(self, job: Job) -> None:
            if not self.tries:
                chat.after_failures = [OSError("the disk is full")]
            await super().do(job)

    desk = Desk(stage, Forgetful())
    await desk.put("a")

    await desk.settle()
    await desk.settle(minutes=1)

    assert chat.keys == ["a"]
    assert chat.searched == 1


async def test_work_with_a_receipt_is_not_posted_again_when_what_follows_fails(stage: Stage, chat: BlindChat) -> None:
    class Unlucky(Sender):
        async def do(self, job: Job) -> None:
            self.tries.append(await job.once(HERE, Post((para("a"),))))
            if len(self.tries) < 4:
                raise NotSent("the thread could not be opened", 1)
            await job.done()

    unlucky = Unlucky()
    desk = Desk(stage, unlucky)
    await desk.put("a")

    for _ in range(4):
        await desk.settle(seconds=2)

    assert chat.keys == ["a"]
    assert unlucky.tries == ["1"] * 4
    assert chat.searched == 0


async def test_posting_twice_in_one_piece_of_work_gives_the_first_receipt(stage: Stage) -> None:
    class Twice(Sender):
        async def do(self, job: Job) -> None:
            self.tries = [await job.once(HERE, Post((para(text),))) for text in ("a", "b")]
            await job.done()

    twice = Twice()
    desk = Desk(stage, twice)
    await desk.put("a")
    await desk.settle()

    assert desk.said() == ["a"]
    assert twice.tries == ["1", "1"]


# ---------------------------------------------------------------- faults of ours


async def test_a_fault_is_tried_again_and_logged(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    sender = Sender(RuntimeError("a slip"))
    desk = Desk(stage, sender)
    await desk.put("a")

    await desk.settle()
    await desk.settle(seconds=2)

    assert desk.said() == ["a"]
    assert [record.message for record in caplog.records] == ["A delivery failed"]


@pytest.mark.parametrize("trouble", [RuntimeError("always"), NotSent("always"), Unclear("always")])
async def test_trouble_before_the_post_is_given_up_in_the_end_too(stage: Stage, trouble: Exception) -> None:
    sender = Sender(*[trouble] * 100)
    desk = Desk(stage, sender)
    await desk.put("a", "b")

    for _ in range(TRIES):
        await desk.settle(minutes=6)

    assert len([key for key in sender.tries if key == "a"]) == TRIES
    assert [key for key, _ in sender.given_up] == ["a"]
    assert f"Gave up after {TRIES} tries" in sender.given_up[0][1]


@pytest.mark.parametrize("interruption", [None, NotSent("away"), Unavailable("busy")])
async def test_neither_a_kill_nor_an_outage_takes_a_try_from_those_that_faults_of_ours_are_given(
    stage: Stage, interruption: Exception | None
) -> None:
    """None: its process vanished after it had said that it would post."""
    fault = RuntimeError("a slip")
    sender = Sender(*([interruption] * 5 if interruption else []), fault, fault)
    sender.pace = Pace(faults=3)
    desk = Desk(stage, sender)
    await desk.put("a")
    for _ in range(0 if interruption else 5):
        await stage.database.write(begin_and_vanish)
        stage.clock.pass_(seconds=deliveries.LEASE)

    for _ in range(8):
        await desk.settle(minutes=6)

    assert (sender.given_up, desk.said()) == ([], ["a"])


@pytest.mark.parametrize("times", [deliveries.VANISHED - 1, deliveries.VANISHED])
async def test_work_whose_process_dies_every_time_is_given_up_in_the_end(stage: Stage, times: int) -> None:
    sender = Sender()
    desk = Desk(stage, sender)
    await desk.put("a", "b")
    for _ in range(times):
        await stage.database.write(begin_and_vanish)
        stage.clock.pass_(seconds=deliveries.LEASE)

    await desk.settle()

    poison = times == deliveries.VANISHED
    assert sender.given_up == ([("a", f"{DEADLY} {MAY_BE_THERE}")] if poison else [])
    assert desk.said() == (["b"] if poison else ["a", "b"])


async def test_the_third_fault_of_ours_is_the_last_where_three_are_borne(stage: Stage) -> None:
    sender = Sender(RuntimeError("a slip"), NotSent("away"), RuntimeError("a slip"), RuntimeError("a slip"))
    sender.pace = Pace(faults=3)
    desk = Desk(stage, sender)
    await desk.put("a")

    for _ in range(4):
        await desk.settle(minutes=6)

    assert sender.given_up == [("a", "Gave up after 3 tries: an unexpected fault")]


def begin_and_vanish(records: Records) -> None:
    now = max(START, records.next_work() or START)
    (claim,) = records.claim("gone", now, 1, deliveries.LEASE)
    records.intend(claim, now)


async def test_work_of_an_unknown_kind_is_logged_and_leaves_other_lanes_alone(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk(stage, Sender())
    await desk.put("x", lane="old", kind="from another version")
    await desk.put("a")

    await desk.settle()

    assert desk.said() == ["a"]
    assert [record.message for record in caplog.records] == ["A delivery could not be settled"]


async def test_a_failure_that_cannot_be_kept_leaves_the_work_to_the_end_of_its_lease(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    class Clumsy(Sender):
        def give_up(self, records: Records, work: Work, why: str, now: datetime, *, refused: bool) -> None:
            super().give_up(records, work, why, now, refused=refused)
            if len(self.given_up) == 1:
                raise RuntimeError("a slip")

    clumsy = Clumsy(Undeliverable("No."), Undeliverable("No."))
    desk = Desk(stage, clumsy)
    await desk.put("a")
    await desk.settle()
    assert await desk.due() == START + timedelta(seconds=deliveries.LEASE)

    await desk.settle(seconds=deliveries.LEASE)

    assert len(clumsy.given_up) == 2
    assert await desk.due() is None
    assert [record.message for record in caplog.records] == ["A delivery could not be settled"]


# ---------------------------------------------------------------- leases


async def test_work_whose_process_vanished_is_taken_up_when_its_lease_ends(stage: Stage) -> None:
    gate = Gate()
    gone, next_ = Desk(stage, gate, "gone"), Desk(stage, Sender(), "next")
    await gone.put("a")
    taking = asyncio.create_task(gone.settle())
    await gate.begun.get()

    await next_.settle()
    before = next_.said()
    await next_.settle(seconds=deliveries.LEASE)

    assert before == []
    assert next_.said() == ["a"]
    gate.open.set()
    await taking
    assert next_.chat.keys == ["a"]


async def test_a_process_that_slept_goes_on_with_what_it_has_in_hand_and_does_not_take_it_anew(stage: Stage) -> None:
    gate = Gate()
    desk = Desk(stage, gate)
    await desk.put("a")
    await desk.deliveries.take()
    await gate.begun.get()

    stage.clock.pass_(seconds=deliveries.LEASE + 1)
    due = await desk.deliveries.take()
    assert due == stage.clock.now() + timedelta(seconds=deliveries.LEASE)
    gate.open.set()
    await desk.settle()

    assert (gate.tries, desk.chat.keys) == (["a"], ["a"])


async def test_whoever_lost_the_lease_posts_nothing_and_says_so_in_the_log(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot.core.deliveries")
    gate = Gate()
    slow, quick = Desk(stage, gate, "slow"), Desk(stage, Sender(), "quick")
    await slow.put("a")
    working = asyncio.create_task(slow.deliveries.settle())
    await gate.begun.get()
    await quick.settle(seconds=deliveries.LEASE)

    gate.open.set()
    await working

    assert quick.chat.keys == ["a"]
    assert [record.message for record in caplog.records] == ["A lease was lost; another process goes on"]


async def test_a_process_frozen_between_saying_and_posting_does_not_post(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "LEASE", 45.0)
    clock = stage.clock

    class Frozen(Flaky):
        async def write(self, unit: Callable[[Records], T]) -> T:
            result = await super().write(unit)
            if getattr(result, "work", None) and stage.chat.keys == [] and clock.now() == START:
                clock.pass_(seconds=40)  # asleep right after it said that it would post
            return result

    desk = Desk(stage, Sender(), store=Frozen(stage.database))
    await desk.put("a")
    await desk.settle()
    assert desk.said() == []

    await desk.settle(seconds=60)

    assert desk.chat.keys == ["a"]


async def test_a_lease_is_renewed_as_long_as_the_work_takes(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "LEASE", 0.03)
    monkeypatch.setattr(jobs, "MARGIN", 0.0)
    gate = Gate()
    store = Counting(stage.database)
    desk = Desk(stage, gate, store=store)
    await desk.put("a")

    settling = asyncio.create_task(desk.settle())
    await gate.begun.get()
    async with asyncio.timeout(10):
        await store.until(6)
    gate.open.set()
    await settling

    assert desk.said() == ["a"]


async def test_a_lease_that_could_not_be_renewed_once_is_renewed_the_next_time(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(deliveries, "LEASE", 0.03)
    monkeypatch.setattr(jobs, "MARGIN", 0.0)
    gate = Gate()
    store = Counting(stage.database)
    desk = Desk(stage, gate, store=store)
    await desk.put("a")

    settling = asyncio.create_task(desk.settle())
    await gate.begun.get()
    store.failures = [OSError("the database is away")]
    async with asyncio.timeout(10):
        await store.until(6)
    gate.open.set()
    await settling

    assert desk.said() == ["a"]
    assert {record.message for record in caplog.records} == {"A lease could not be renewed; trying again"}


async def test_a_renewal_in_the_same_commit_forgets_nothing_of_the_work(stage: Stage) -> None:
    class Racing(Sender):
        async def do(self, job: Job) -> None:
            await asyncio.gather(job.once(HERE, Post((para("a"),))), job.renew(deliveries.LEASE))
            self.tries.append(f"{job.work.intent_at == START} {job.work.ref}")
            await job.done()

    racing = Racing()
    desk = Desk(stage, racing)
    await desk.put("a")
    await desk.settle()

    assert racing.tries == ["True 1"]


class Counting(Flaky):
    """Lets a test wait for a number of writes."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._written: asyncio.Queue[None] = asyncio.Queue()

    async def write(self, unit: Callable[[Records], T]) -> T:
        result = await super().write(unit)
        self._written.put_nowait(None)
        return result

    async def until(self, times: int) -> None:
        for _ in range(times):
            await self._written.get()


# ---------------------------------------------------------------- work that is no longer wanted


async def test_work_of_a_changed_calendar_is_cancelled_and_the_lane_goes_on(stage: Stage) -> None:
    """By way of digests, the only work that comes from a calendar."""
    await stage.database.write(plan_and_pause)

    await stage.deliveries.settle()

    assert stage.chat.keys == []
    assert await stage.database.read(lambda records: records.next_work()) is None
    assert await stage.database.read(lambda records: records.lessons_sent(1)) == set()


def plan_and_pause(records: Records) -> None:
    cohort = records.create_cohort(HERE, "Team", START)
    assert cohort
    wall = START.replace(tzinfo=None)
    records.set_schedule(cohort.id, RULE, wall, START, START)
    records.plan_digest(cohort, "2026-11-23T10:00", "rlhf", late=False, version=1, now=START)
    records.pause(cohort.id, paused=True, cursor=wall, next_due=None, now=START)


# ---------------------------------------------------------------- running and stopping


@pytest.fixture
async def run() -> AsyncIterator[Callable[[Deliveries], None]]:
    """Starts deliveries; ends them with the test."""
    tasks: list[asyncio.Task[None]] = []
    yield lambda deliveries: tasks.append(asyncio.create_task(deliveries.run()))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


Run = Callable[[Deliveries], None]


async def test_new_work_is_begun_as_soon_as_it_is_told_of(stage: Stage, run: Run) -> None:
    gate = Gate()
    desk = Desk(stage, gate)
    run(desk.deliveries)
    await desk.put("a")
    desk.deliveries.wake()

    async with asyncio.timeout(10):
        assert await gate.begun.get() == "a"
    gate.open.set()
    await desk.deliveries.stop()

    assert desk.said() == ["a"]


async def test_the_next_piece_in_a_lane_follows_by_itself(stage: Stage, run: Run) -> None:
    gate = Gate()
    gate.open.set()
    desk = Desk(stage, gate)
    await desk.put("a", "b", "c")
    run(desk.deliveries)

    async with asyncio.timeout(10):
        assert [await gate.begun.get() for _ in range(3)] == ["a", "b", "c"]
    await desk.deliveries.stop()


async def test_a_database_gone_for_a_while_does_not_end_the_deliveries(
    stage: Stage, run: Run, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "IDLE", 0.01)
    gate = Gate()
    gate.open.set()
    store = Flaky(stage.database)
    store.failures = [OSError("the database is away"), OSError("still away")]
    desk = Desk(stage, gate, store=store)
    await desk.put("a")
    run(desk.deliveries)

    async with asyncio.timeout(10):
        assert await gate.begun.get() == "a"
    await desk.deliveries.stop()

    assert desk.said() == ["a"]
    assert [record.message for record in caplog.records] == ["The ledger could not be read; trying again"] * 2


async def test_stopping_lets_work_in_hand_end(stage: Stage) -> None:
    gate = Gate()
    desk = Desk(stage, gate)
    await desk.put("a", "b")
    await desk.deliveries.take()
    await gate.begun.get()

    stopping = asyncio.create_task(desk.deliveries.stop())
    await asyncio.sleep(0)
    gate.open.set()
    await stopping

    assert desk.said() == ["a"]


async def test_stopping_with_nothing_in_hand_is_over_at_once(stage: Stage) -> None:
    await Desk(stage, Sender()).deliveries.stop()


async def test_work_that_outlasts_the_patience_is_cut_off_and_taken_up_by_the_next_process(stage: Stage) -> None:
    gate = Gate()
    desk = Desk(stage, gate)
    await desk.put("a")
    await desk.deliveries.take()
    await gate.begun.get()

    await desk.deliveries.stop(patience=0.01)

    assert gate.inside == 0
    assert desk.said() == []
    await desk.database.write(lambda records: records.heal(desk.clock.now(), alone=True))
    next_ = Desk(stage, Sender(), "next")
    await next_.settle()
    assert next_.said() == ["a"]


async def test_a_post_cut_off_by_the_end_of_the_process_is_looked_for_by_the_next(stage: Stage, chat: BlindChat) -> None:
    class Hanging(BlindChat):
        async def post(self, place: Place, post: Post, key: str) -> str:
            await chat.post(place, post, key)
            return await asyncio.Future()

    stage.chat = Hanging()
    desk = Desk(stage, Sender())
    await desk.put("a")
    await desk.deliveries.take()
    await desk.deliveries.stop(patience=0.05)

    stage.chat = chat
    await desk.database.write(lambda records: records.heal(desk.clock.now(), alone=True))
    await Desk(stage, Sender(), "next").settle()

    assert chat.keys == ["a"]
    assert chat.searched == 1


class Talk(Gate):
    """As long as a tutor speaks."""

    pace = Pace(talks=True)


async def test_a_busy_workspace_leaves_tutors_for_the_others(stage: Stage) -> None:
    talk = Talk()
    desk = Desk(stage, talk)
    for n in range(talks.TALKS_EACH + 2):
        await desk.put(f"busy{n}", lane=f"fake:busy:{n}")
    await desk.put("other", lane="fake:other:0")

    await desk.deliveries.take()
    begun = {await talk.begun.get() for _ in range(talks.TALKS_EACH + 1)}
    assert "other" in begun
    assert talk.inside == talks.TALKS_EACH + 1
    talk.open.set()
    await desk.settle()
    await desk.settle(seconds=1)

    assert len(desk.said()) == talks.TALKS_EACH + 3


async def test_whoever_came_first_has_the_next_tutor_who_is_free(stage: Stage) -> None:
    talk = Talk()
    desk = Desk(stage, talk)
    for n in range(talks.TALKS_EACH * 3):
        await desk.put(f"t{n:02}", lane=f"fake:busy:{n}")
    for _ in range(3):  # those that find no tutor free make room at once
        await desk.deliveries.take()
        for _ in range(talks.TALKS_EACH):
            await stage.database.write(lambda records: None)
    await desk.put("late", lane="fake:busy:late")

    talk.open.set()
    while len(talk.tries) <= talks.TALKS_EACH * 3:
        await desk.settle(seconds=0.1)

    assert "late" in talk.tries[-talks.TALKS_EACH :]  # with the last for whom tutors are free, whoever of them asks first
    assert sorted(talk.tries[: talks.TALKS_EACH]) == sorted(talk.tries)[1 : talks.TALKS_EACH + 1]


async def test_whatever_tutors_do_there_are_hands_left_for_digests(stage: Stage) -> None:
    talk, sender = Talk(), Sender()
    desk = Desk(stage, talk)
    chats: Mapping[str, Chat] = {"fake": stage.chat}
    desk.deliveries = Deliveries(stage.database, stage.clock, chats, {"note": talk, "notice": sender}, "one")
    for n in range(deliveries.SLOTS * 2):
        await desk.put(f"t{n}", lane=f"fake:w{n}:x")
    await desk.put("digest", lane="fake:w:y", kind="notice")

    for _ in range(3):  # those that find no tutor free make room at once
        await desk.deliveries.take()
        for _ in range(talks.TALKS):
            await stage.database.write(lambda records: None)
    while not desk.said():
        await desk.deliveries.take()
        await stage.database.write(lambda records: None)
    assert talk.most == talks.TALKS
    assert desk.said() == ["digest"]
    talk.open.set()
    await desk.deliveries.stop()


async def test_work_cut_off_by_the_end_is_handed_over_at_once(stage: Stage) -> None:
    gate = Gate()
    desk = Desk(stage, gate)
    await desk.put("a")
    await desk.deliveries.take()
    await gate.begun.get()

    await desk.deliveries.stop(patience=0)

    assert await desk.due() == stage.clock.now()
    other = Desk(stage, Sender(), "two")
    await other.settle()
    assert other.said() == ["a"]


async def test_a_post_cut_off_by_the_end_is_looked_for_by_whoever_takes_it_over(stage: Stage) -> None:
    class Hanging(FakeChat):
        async def post(self, place: Place, post: Post, key: str) -> str:
            await super().post(place, post, key)
            await asyncio.Event().wait()
            raise AssertionError("never")

    stage.chat = Hanging()
    desk = Desk(stage, Sender())
    await desk.put("a")
    await desk.deliveries.take()
    while not stage.chat.keys:
        await stage.database.write(lambda records: None)
    await desk.deliveries.stop(patience=0)

    await Desk(stage, Sender(), "two").settle()

    assert desk.said() == ["a"]
    assert await desk.due() is None


async def test_the_fault_of_ours_is_told_sooner_where_somebody_waits(stage: Stage) -> None:
    class Impatient(Sender):
        pace = Pace(faults=3)

    sender = Impatient(*(ValueError("a slip") for _ in range(9)))
    desk = Desk(stage, sender)
    await desk.put("a")
    for _ in range(9):
        await desk.settle(minutes=10)
    assert len(sender.tries) == 3
    assert sender.given_up == [("a", "Gave up after 3 tries: an unexpected fault")]


async def test_a_database_that_is_away_for_a_while_is_no_fault_of_ours(stage: Stage) -> None:
    class Impatient(Sender):
        pace = Pace(faults=3)

    sender = Impatient(*(Unavailable("busy") for _ in range(6)))
    desk = Desk(stage, sender)
    await desk.put("a")
    for _ in range(9):
        await desk.settle(minutes=10)
    assert desk.said() == ["a"]
    assert sender.given_up == []
