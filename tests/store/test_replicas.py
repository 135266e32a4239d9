"""Several processes on one PostgreSQL: what happens at the same time happens once."""

import asyncio
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import TypeVar

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.core.deliveries import LEASE
from bot.core.jobs import MARGIN
from bot.core.ports import Claim, Lost, Unavailable
from bot.store.database import Database
from bot.store.records import Records
from tests.store.people import ADA, BERLIN, LATER, NINE, NOW, WALL, claimed, lab_of, scheduled

T = TypeVar("T")


async def test_claimers_that_race_never_hold_one_lane_together(database: Database) -> None:
    def fill(records: Records) -> None:
        for number in range(60):
            records.enqueue(f"k{number}", "test", f"lane{number % 12}", {}, NOW)

    await database.write(fill)
    held: dict[str, str] = {}
    done: list[str] = []

    async def worker(owner: str) -> None:
        while len(done) < 60:
            for claim in await database.write(lambda records: records.claim(owner, NOW, 3, 45)):
                assert held.setdefault(claim.work.lane, owner) == owner
                assert claim.work.intent_at is None
                await database.write(lambda records, claim=claim: records.intend(claim, NOW))  # type: ignore[misc]
                done.append(claim.work.key)
                del held[claim.work.lane]
                await database.write(lambda records, claim=claim: records.finish(claim, "done", "ref", "", NOW))  # type: ignore[misc]

    await asyncio.gather(*(worker(f"w{number}") for number in range(6)))
    assert len(done) == len(set(done)) == 60
    for lane in range(12):
        assert [key for key in done if int(key[1:]) % 12 == lane] == [f"k{number}" for number in range(lane, 60, 12)]


async def test_two_planners_at_once_plan_one_digest(database: Database) -> None:
    cohort = await database.write(scheduled)
    plan = [
        database.write(lambda records: records.plan_digest(cohort, NINE, "rlhf", late=False, version=1, now=NOW))
        for _ in range(8)
    ]
    assert sorted(await asyncio.gather(*plan)) == [False] * 7 + [True]


async def test_one_person_met_by_many_at_once_gets_one_number(database: Database) -> None:
    numbers = await asyncio.gather(*(database.write(lambda records: records.know(ADA, NOW)) for _ in range(16)))
    assert len(set(numbers)) == 1


async def test_attempts_started_at_once_are_one(database: Database) -> None:
    who = await database.write(lambda records: records.know(ADA, NOW))
    starts = [database.write(lambda records: records.start_attempt(who, "rlhf", ["q1"], 1, None, NOW)) for _ in range(8)]
    attempts = await asyncio.gather(*starts)
    assert len({attempt.id for attempt in attempts}) == 1
    gives = [database.write(lambda records: records.give(attempts[0], "q1", '"a"', True, "", NOW)) for _ in range(8)]
    assert sum(await asyncio.gather(*gives)) == 1


async def test_turns_kept_at_once_each_have_a_place_of_their_own(database: Database) -> None:
    who = await database.write(lambda records: records.know(ADA, NOW))
    lab = await database.write(lambda records: lab_of(records, who))

    def hear(event: str) -> asyncio.Future[bool]:
        return asyncio.ensure_future(database.write(lambda records: records.hear_turn(lab, event, who, event, NOW)))

    heard = await asyncio.gather(*(hear(f"m{number % 12}") for number in range(60)))
    assert sum(heard) == 12
    turns = await database.read(lambda records: records.turns(lab.id, 99))
    assert [turn.seq for turn in turns] == list(range(1, 13))


async def test_messages_of_the_room_kept_at_once_each_have_a_seq_of_their_own(database: Database) -> None:
    from tests.store.test_room import say

    messages = await asyncio.gather(
        *(database.write(lambda records, number=number: say(records, key=f"k{number % 20}")) for number in range(60))  # type: ignore[misc]
    )
    assert len({message.seq for message in messages}) == len({message.id for message in messages}) == 20


# ---------------------------------------------------------------- PostgreSQL alone


class Pair:
    """Two units that meet: the second begins when the first has done its part, the first commits when told to."""

    def __init__(self) -> None:
        self.did, self.may_commit = threading.Event(), threading.Event()

    def first(self, part: Callable[[Records], T]) -> Callable[[Records], T]:
        def unit(records: Records) -> T:
            result = part(records)
            self.did.set()
            assert self.may_commit.wait(10)
            return result

        return unit


async def waits_for_a_lock(database: Database) -> None:
    """Until some connection waits for another's lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    while not await database.read(lambda records: records._connection.execute(text(waiting)).scalar_one()):
        pass


async def test_a_pause_waits_for_an_intent_that_came_first(postgres: Database) -> None:
    cohort = await postgres.write(scheduled)
    await postgres.write(lambda records: records.plan_digest(cohort, NINE, "rlhf", late=False, version=1, now=NOW))
    claim = await postgres.write(claimed)
    pair = Pair()
    intent = asyncio.create_task(postgres.write(pair.first(lambda records: records.intend(claim, NOW))))
    await asyncio.to_thread(pair.did.wait, 10)
    pause = asyncio.create_task(
        postgres.write(lambda records: records.pause(cohort.id, paused=True, cursor=WALL, next_due=None, now=NOW))
    )
    await waits_for_a_lock(postgres)
    pair.may_commit.set()
    assert await intent
    assert await pause
    assert [entry.state for entry in await postgres.read(lambda records: records.occasions(cohort.id))] == ["planned"]


async def test_an_intent_waits_for_an_edit_that_came_first_and_is_cancelled(postgres: Database) -> None:
    cohort = await postgres.write(scheduled)
    await postgres.write(lambda records: records.plan_digest(cohort, NINE, "rlhf", late=False, version=1, now=NOW))
    claim = await postgres.write(claimed)
    pair = Pair()
    edit = pair.first(lambda records: records.set_schedule(cohort.id, BERLIN, WALL, LATER, NOW))
    editing = asyncio.create_task(postgres.write(edit))
    await asyncio.to_thread(pair.did.wait, 10)
    intent = asyncio.create_task(postgres.write(lambda records: records.intend(claim, NOW)))
    await waits_for_a_lock(postgres)
    pair.may_commit.set()
    await editing
    assert await intent is None
    assert await postgres.read(lambda records: records.occasions(cohort.id)) == []


async def test_work_put_on_a_lane_just_being_let_go_does_not_sleep(postgres: Database) -> None:
    await postgres.write(lambda records: records.enqueue("1", "test", "a", {}, NOW))
    claim = await postgres.write(claimed)
    pair = Pair()
    putting = asyncio.create_task(postgres.write(pair.first(lambda records: records.enqueue("2", "test", "a", {}, NOW))))
    await asyncio.to_thread(pair.did.wait, 10)
    finishing = asyncio.create_task(postgres.write(lambda records: records.finish(claim, "done", "ref", "", NOW)))
    await waits_for_a_lock(postgres)
    pair.may_commit.set()
    await asyncio.gather(putting, finishing)
    assert [claim.work.key for claim in await postgres.write(lambda records: records.claim("me", NOW, 9, 45))] == ["2"]


async def test_a_holder_that_comes_late_has_lost_its_lane_to_the_one_who_took_it(postgres: Database) -> None:
    await postgres.write(lambda records: records.enqueue("1", "test", "a", {}, NOW))
    old: Claim = await postgres.write(claimed)
    new = await postgres.write(lambda records: claimed(records, LATER))
    with pytest.raises(Lost):
        await postgres.write(lambda records: records.intend(old, LATER))
    assert await postgres.write(lambda records: records.intend(new, LATER))


async def test_who_is_stopped_within_a_transaction_frees_its_lane_and_runs_again(postgres: Database) -> None:
    await postgres.write(lambda records: records.enqueue("1", "test", "a", {}, NOW))
    claim = await postgres.write(claimed)
    pair = Pair()
    runs: list[int] = []

    def held(records: Records) -> Claim | None:
        runs.append(1)
        intended = records.intend(claim, NOW)
        records._connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '50ms'")
        return intended

    intent = asyncio.create_task(postgres.write(pair.first(held)))
    await asyncio.to_thread(pair.did.wait, 10)
    claims = await postgres.write(lambda records: (records.renew(claim, NOW, 45), records.claim("other", LATER, 9, 45))[1])
    assert [taken.work.intent_at for taken in claims] == [None]  # what the stopped one was about to say is undone
    pair.may_commit.set()
    with pytest.raises(Lost):
        await intent
    assert len(runs) == 2


async def test_the_server_waits_for_a_silent_transaction_for_less_than_a_lease(postgres: Database) -> None:
    query = text("SELECT setting::int FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout'")
    for way in (postgres.write, postgres.read):
        bound = await way(lambda records: records._connection.execute(query).scalar_one())
        assert 0 < bound / 1000 < LEASE - MARGIN


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's patience ends because this machine is busy."""
    monkeypatch.setattr("bot.store.postgres.time", SimpleNamespace(monotonic=lambda: 0.0, sleep=time.sleep))


@pytest.mark.usefixtures("unhurried")
async def test_a_unit_runs_again_when_its_connection_is_cut(postgres: Database) -> None:
    runs: list[int] = []

    def unit(records: Records) -> bool:
        runs.append(1)
        fresh = records.complete(records.know(ADA, NOW), "rlhf", NOW)
        if len(runs) == 1:
            records._connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return fresh

    assert await postgres.write(unit)
    assert len(runs) == 2


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("state", ["40001", "40P01"])
async def test_a_unit_runs_again_when_the_server_asks_for_it(postgres: Database, state: str) -> None:
    runs: list[int] = []

    def unit(records: Records) -> bool:
        runs.append(1)
        if len(runs) == 1:
            records._connection.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$")
        return records.complete(records.know(ADA, NOW), "rlhf", NOW)

    assert await postgres.write(unit)
    assert len(runs) == 2


async def test_a_unit_that_is_wrong_runs_once(postgres: Database) -> None:
    runs: list[int] = []

    def unit(records: Records) -> None:
        runs.append(1)
        records._connection.exec_driver_sql("SELECT nothing FROM nowhere")

    with pytest.raises(DBAPIError):
        await postgres.write(unit)
    assert len(runs) == 1


async def test_a_unit_gives_up_on_a_server_that_never_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.postgres.time.sleep", lambda seconds: None)
    gone = Database("postgres://nobody@localhost:1/nothing")
    with pytest.raises(Unavailable, match="away"):
        await gone.read(lambda records: records.room_head())
    await gone.close()
