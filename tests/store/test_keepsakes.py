"""What adapters find again, and labs and people by what a platform knows of them."""

from datetime import UTC, datetime, timedelta

from bot.core.chat import Person, Place
from bot.store.database import Database

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


async def test_a_keepsake_is_found_again_and_the_later_one_wins(database: Database) -> None:
    await database.write(lambda records: records.keep_keepsake("discord", "webhook:1", "a", NOW))
    await database.write(lambda records: records.keep_keepsake("discord", "webhook:1", "b", NOW))
    assert await database.read(lambda records: records.keepsake("discord", "webhook:1")) == "b"
    assert await database.read(lambda records: records.keepsake("slack", "webhook:1")) is None


async def test_a_keepsake_that_has_changed_meanwhile_is_not_dropped(database: Database) -> None:
    await database.write(lambda records: records.keep_keepsake("discord", "webhook:1", "b", NOW))
    assert not await database.write(lambda records: records.drop_keepsake("discord", "webhook:1", "a"))
    assert await database.write(lambda records: records.drop_keepsake("discord", "webhook:1", "b"))
    assert await database.read(lambda records: records.keepsake("discord", "webhook:1")) is None


async def test_an_account_is_at_home_where_it_joined_a_cohort_last(database: Database) -> None:
    here, there = Person("discord", "1", "ada", "Ada"), Person("discord", "2", "ada", "Ada")

    async def home() -> str | None:
        return await database.read(lambda records: records.workspace_of("discord", "ada"))

    assert await home() is None
    first = await database.write(lambda records: records.know(here, NOW))
    await database.write(lambda records: records.know(there, NOW))
    assert await home() == "2"
    cohort = await database.write(lambda records: records.create_cohort(Place("discord", "1", "c"), "Team", NOW))
    assert cohort
    await database.write(lambda records: records.join(cohort.id, first, NOW + timedelta(days=1)))
    assert await home() == "1"


async def test_a_lab_is_found_by_its_thread_or_its_direct_message_the_latest_first(database: Database) -> None:
    ada = Person("discord", "1", "ada", "Ada")
    who = await database.write(lambda records: records.know(ada, NOW))

    async def opened(event: str, thread: Place) -> int:
        place = thread.parent
        lab = await database.write(lambda records: records.open_lab(event, who, "rlhf", "vera", "v1", place, NOW))
        assert lab
        await database.write(lambda records: records.lab_opened(lab.id, thread, "root"))
        return lab.id

    async def at(conversation: str) -> int | None:
        lab = await database.read(lambda records: records.lab_at("discord", conversation))
        return lab.id if lab else None

    threaded = await opened("e1", Place("discord", "1", "c", "t"))
    await opened("e2", Place("discord", "1", "dm", None, True))
    later = await opened("e3", Place("discord", "1", "dm", None, True))
    assert await at("t") == threaded
    assert await at("dm") == later
    assert await at("c") is None
