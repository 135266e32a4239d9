"""Digests: each lesson once, on its hour, whatever happens to the bell, the calendar or the platform."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest

from bot.adapters.clock import Recurrences
from bot.core.chat import Buttons, Command, Heading, Note, Place, Post, Press, Quote
from bot.core.curriculum import Curriculum
from bot.core.digests import Digests
from bot.core.plain import plain, plain_line
from bot.core.ports import NotSent, Occasion, Records, Rule, Unclear, Undeliverable
from bot.store.database import Database
from tests.conftest import ADA, CHANNEL, GRACE, Build, Stage, button, parts, text

T = TypeVar("T")
TUESDAY = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
THURSDAY = TUESDAY + timedelta(days=2)
RULE = "tue,thu 09:30 Europe/Berlin"
FIRST, SECOND, THIRD, FOURTH = (
    "What fine-tuning changes",
    "What prompting can and cannot do",
    "RLHF: learning from comparisons",
    "Choosing an approach",
)


async def found(stage: Stage, rule: str = RULE, place: Place = CHANNEL) -> None:
    await stage.types(ADA, "/cohort create Team", place)
    await save(stage, rule, place)


async def save(stage: Stage, rule: str, place: Place = CHANNEL) -> None:
    """As a lead does; what is on the ledger meanwhile is left alone."""
    shown = await stage.desk.hear(Command(ADA, place, stage.event(), "cohort", f"schedule {rule}"))
    await stage.desk.hear(Press(ADA, place, stage.event(), button(shown, "Save")))


async def ring(stage: Stage, now: datetime) -> None:
    """The bell, at that time, and all that follows."""
    stage.clock.set(now)
    await stage.digests.plan()
    await stage.deliveries.settle()


async def entries(stage: Stage, cohort: int = 1) -> list[Occasion]:
    """What was dealt with, oldest first."""
    return list(reversed(await stage.database.read(lambda records: records.occasions(cohort))))


async def states(stage: Stage, cohort: int = 1) -> list[tuple[str, str]]:
    return [(entry.occurrence, entry.state) for entry in await entries(stage, cohort)]


def titles(stage: Stage, place: Place = CHANNEL) -> list[str]:
    """The lessons whose digests are in the channel, in order."""
    posts = [post for where, post in stage.chat.posts.values() if where == place]
    return [part.text for post in posts for part in post.parts if isinstance(part, Heading)]


def head(post: Post) -> str:
    """The line above a digest's title."""
    first = post.parts[0]
    assert isinstance(first, Note)
    return plain_line(first.line)


def latest(stage: Stage) -> Post:
    return list(stage.chat.posts.values())[-1][1]


# ---------------------------------------------------------------- once


async def test_a_lesson_goes_out_once_however_often_the_bell_rings(stage: Stage) -> None:
    await found(stage)

    for seconds in (0, 0, 1, 15, 3600):
        await ring(stage, TUESDAY + timedelta(seconds=seconds))

    assert titles(stage) == [FIRST]
    assert await states(stage) == [("2026-11-24T09:30", "posted")]


async def test_a_lesson_does_not_go_out_a_moment_too_early(stage: Stage) -> None:
    await found(stage)

    await ring(stage, TUESDAY - timedelta(microseconds=1))

    assert titles(stage) == []


async def test_the_course_goes_out_in_order_and_then_nothing_more_does(stage: Stage) -> None:
    await found(stage)

    for days in range(60):
        await ring(stage, TUESDAY + timedelta(days=days))

    assert titles(stage) == [FIRST, SECOND, THIRD, FOURTH]
    assert [state for _, state in await states(stage)] == ["posted"] * 4
    assert await stage.database.read(lambda records: records.next_due()) is None


async def test_planners_that_ring_at_once_plan_one_digest(stage: Stage, course: Curriculum) -> None:
    await found(stage)
    stage.clock.set(TUESDAY)
    others = [Digests(stage.database, stage.clock, course, Recurrences()) for _ in range(8)]

    planned = await asyncio.gather(*(digests.plan() for digests in others))
    await stage.deliveries.settle()

    assert sum(planned) == 1
    assert titles(stage) == [FIRST]


async def test_planners_that_catch_up_at_once_catch_up_one_digest(stage: Stage, course: Curriculum) -> None:
    await found(stage)
    stage.clock.set(TUESDAY + timedelta(days=9))
    others = [Digests(stage.database, stage.clock, course, Recurrences()) for _ in range(8)]

    await asyncio.gather(*(digests.plan() for digests in others))
    await stage.deliveries.settle()

    assert titles(stage) == [FIRST]
    assert [state for _, state in await states(stage)] == ["missed", "missed", "missed", "posted"]


# ---------------------------------------------------------------- what the channel sees


async def test_a_digest_says_which_lesson_it_is_brings_its_question_and_leads_on(stage: Stage, course: Curriculum) -> None:
    await found(stage)

    await ring(stage, TUESDAY)

    post = latest(stage)
    assert head(post) == f"Lesson 1 of 4 · {course.lessons[0].minutes} minutes"
    assert any(isinstance(part, Quote) for part in post.parts)
    labels = [b.label for part in post.parts if isinstance(part, Buttons) for b in part.buttons]
    assert labels == ["Read the lesson", "Open the lab", "Take the quiz", "Sources"]
    assert post.speaker is None


async def test_a_digest_counts_who_has_finished_and_names_nobody(stage: Stage) -> None:
    await found(stage)
    await stage.types(GRACE, "/cohort join")

    def finish(records: Records) -> None:
        for person in (ADA, GRACE):
            records.complete(records.know(person, stage.clock.now()), "fine-tuning", stage.clock.now())

    await stage.database.write(finish)
    await ring(stage, TUESDAY)

    said = plain(latest(stage))
    assert "2 of 2 have finished this lesson." in said
    assert "Ada" not in said
    assert "Grace" not in said


async def test_a_digest_nobody_has_finished_counts_nothing(stage: Stage) -> None:
    await found(stage)

    await ring(stage, TUESDAY)

    assert "have finished" not in plain(latest(stage))


async def test_an_hour_that_the_clocks_skip_brings_its_digest_an_hour_later(stage: Stage) -> None:
    await found(stage, "sun 02:30 Europe/Berlin from 2027-03-28")

    await ring(stage, datetime(2027, 3, 28, 1, 29, tzinfo=UTC))
    before = titles(stage)
    await ring(stage, datetime(2027, 3, 28, 1, 30, tzinfo=UTC))

    assert before == []
    assert titles(stage) == [FIRST]
    assert [entry.late for entry in await entries(stage)] == [False]


async def test_an_hour_that_comes_twice_brings_one_digest(stage: Stage) -> None:
    await found(stage, "sun 02:30 Europe/Berlin from 2027-10-31")

    for minutes in range(0, 150, 15):
        await ring(stage, datetime(2027, 10, 31, 0, 0, tzinfo=UTC) + timedelta(minutes=minutes))

    assert titles(stage) == [FIRST]


# ---------------------------------------------------------------- missed bells


async def test_bells_missed_are_caught_up_with_one_digest_that_says_its_date(stage: Stage) -> None:
    await found(stage)

    await ring(stage, TUESDAY + timedelta(days=15))

    assert titles(stage) == [FIRST]
    assert head(latest(stage)).endswith("minutes · due on Tuesday 8 December 2026, 09:30 (Europe/Berlin)")
    assert await states(stage) == [
        ("2026-11-24T09:30", "missed"),
        ("2026-11-26T09:30", "missed"),
        ("2026-12-01T09:30", "missed"),
        ("2026-12-03T09:30", "missed"),
        ("2026-12-08T09:30", "posted"),
    ]


async def test_lessons_of_missed_dates_are_still_ahead(stage: Stage) -> None:
    await found(stage)
    await ring(stage, TUESDAY + timedelta(days=15))

    status = text(await stage.types(ADA, "/cohort status"))
    await ring(stage, THURSDAY + timedelta(days=14))

    assert "4 dates from Tuesday 24 November 2026, 09:30 to Thursday 3 December 2026, 09:30 · missed" in status
    assert f"{FIRST} · posted Wednesday 9 December 2026, 09:30 (Europe/Berlin) (late)" in status
    assert titles(stage) == [FIRST, SECOND]


@pytest.mark.parametrize(("minutes", "late"), [(0, False), (15, False), (16, True)])
async def test_a_digest_is_late_after_a_quarter_of_an_hour(stage: Stage, minutes: int, late: bool) -> None:
    await found(stage)

    await ring(stage, TUESDAY + timedelta(minutes=minutes))

    assert ("due on" in head(latest(stage))) is late
    assert [entry.late for entry in await entries(stage)] == [late]


async def test_a_digest_planned_on_time_but_kept_back_by_the_platform_says_its_date(stage: Stage) -> None:
    await found(stage)
    stage.chat.failures = [NotSent("the platform is away", 3600)]

    await ring(stage, TUESDAY)
    await ring(stage, TUESDAY + timedelta(hours=2))

    assert head(latest(stage)).endswith("due on Tuesday 24 November 2026, 09:30 (Europe/Berlin)")


async def test_a_digest_planned_before_a_crash_goes_out_after_it(build: Build) -> None:
    stage = build()
    await found(stage)
    stage.clock.set(TUESDAY)
    await stage.digests.plan()
    await stage.database.close()

    again = build(clock=stage.clock, chat=stage.chat)
    await again.database.write(lambda records: records.heal(TUESDAY, alone=True))
    await ring(again, TUESDAY + timedelta(hours=1))

    assert titles(again) == [FIRST]


async def test_a_calendar_whose_next_instant_was_reckoned_wrongly_is_set_right_and_does_not_ring_for_ever(stage: Stage) -> None:
    await found(stage)

    def misreckon(records: Records) -> None:
        schedule = records.schedule(1)
        assert schedule
        records.advance(schedule, schedule.cursor, TUESDAY - timedelta(hours=1))

    await stage.database.write(misreckon)
    await ring(stage, TUESDAY - timedelta(minutes=30))

    assert titles(stage) == []
    assert await stage.database.read(lambda records: records.next_due()) == TUESDAY


# ---------------------------------------------------------------- steering


async def test_a_skipped_date_brings_nothing_and_its_lesson_comes_on_the_next(stage: Stage) -> None:
    await found(stage)
    await stage.types(ADA, "/cohort skip")

    await ring(stage, TUESDAY)
    before = titles(stage)
    await ring(stage, THURSDAY)

    assert before == []
    assert titles(stage) == [FIRST]
    assert await states(stage) == [("2026-11-24T09:30", "skipped"), ("2026-11-26T09:30", "posted")]


async def test_nothing_goes_out_during_a_pause_and_no_lesson_is_lost_by_it(stage: Stage) -> None:
    await found(stage)
    await ring(stage, TUESDAY)
    await stage.types(ADA, "/cohort pause")

    for days in range(2, 20):
        await ring(stage, TUESDAY + timedelta(days=days))
    during = titles(stage)
    await stage.types(ADA, "/cohort resume")
    await ring(stage, stage.clock.now())
    await ring(stage, TUESDAY + timedelta(days=21))

    assert during == [FIRST]
    assert titles(stage) == [FIRST, SECOND]
    assert await states(stage) == [("2026-11-24T09:30", "posted"), ("2026-12-15T09:30", "posted")]


async def test_a_pause_takes_back_what_was_planned_and_not_yet_sent(stage: Stage) -> None:
    await found(stage)
    stage.clock.set(TUESDAY)
    await stage.digests.plan()

    await stage.types(ADA, "/cohort pause")
    during = titles(stage)
    await stage.types(ADA, "/cohort resume")
    await ring(stage, THURSDAY)

    assert during == []
    assert titles(stage) == [FIRST]


async def test_the_same_hour_of_the_same_day_in_another_zone_still_brings_the_lesson(stage: Stage) -> None:
    await found(stage, "daily 09:00 Europe/Berlin")
    stage.clock.set(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    await stage.digests.plan()  # on the ledger, not sent

    await save(stage, "daily 09:00 America/New_York")
    in_berlin = titles(stage)
    await ring(stage, datetime(2026, 11, 24, 14, 0, tzinfo=UTC))

    assert in_berlin == []
    assert titles(stage) == [FIRST]
    assert await states(stage) == [("2026-11-24T09:00", "posted")]


async def test_the_same_hour_of_the_same_day_brings_no_second_lesson_once_the_first_is_out(stage: Stage) -> None:
    await found(stage, "daily 09:00 Europe/Berlin")
    await ring(stage, datetime(2026, 11, 24, 8, 0, tzinfo=UTC))

    await save(stage, "daily 09:00 America/New_York")
    await ring(stage, datetime(2026, 11, 24, 14, 0, tzinfo=UTC))

    assert titles(stage) == [FIRST]


async def test_a_digest_that_was_being_posted_when_the_calendar_changed_is_not_posted_twice(stage: Stage) -> None:
    await found(stage)
    stage.chat.after_failures = [Unclear("the answer was lost")]
    await ring(stage, TUESDAY)

    await stage.types(ADA, "/cohort pause")
    stage.clock.pass_(minutes=10)
    await stage.types(ADA, "/cohort resume")
    await ring(stage, THURSDAY)

    assert titles(stage) == [FIRST, SECOND]


async def test_a_digest_that_certainly_was_not_posted_when_the_calendar_changed_is_free_again(stage: Stage) -> None:
    await found(stage)
    stage.chat.failures = [NotSent("slow down", 60)]
    await ring(stage, TUESDAY)

    await stage.types(ADA, "/cohort pause")
    await ring(stage, TUESDAY + timedelta(minutes=10))
    during = titles(stage)
    await stage.types(ADA, "/cohort resume")
    await ring(stage, THURSDAY)

    assert during == []
    assert titles(stage) == [FIRST]


async def test_the_last_lesson_taken_back_by_a_pause_still_goes_out_afterwards(stage: Stage) -> None:
    await found(stage)
    for days in (0, 2, 7):
        await ring(stage, TUESDAY + timedelta(days=days))
    stage.chat.failures = [Unclear("no answer")]
    stage.chat.settle = 3600
    await ring(stage, TUESDAY + timedelta(days=9))  # the fourth is neither sent nor taken back for an hour

    await stage.types(ADA, "/cohort pause")
    await stage.types(ADA, "/cohort resume")
    for hours in (9 * 24 + 2, 14 * 24, 16 * 24):
        await ring(stage, TUESDAY + timedelta(hours=hours))

    assert titles(stage) == [FIRST, SECOND, THIRD, FOURTH]


class ChangedMeanwhile:
    """A store that lets somebody in between a read and what follows from it, once."""

    def __init__(self, database: Database, meanwhile: Callable[[], Awaitable[object]]) -> None:
        self._database, self._meanwhile = database, [meanwhile]

    async def read(self, unit: Callable[[Records], T]) -> T:
        result = await self._database.read(unit)
        if self._meanwhile:
            await self._meanwhile.pop()()
        return result

    async def write(self, unit: Callable[[Records], T]) -> T:
        return await self._database.write(unit)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=9)])
async def test_a_calendar_changed_while_it_is_being_planned_is_left_to_the_next_look(
    stage: Stage, course: Curriculum, late: timedelta
) -> None:
    await found(stage, "daily 09:00 Europe/Berlin")
    stage.clock.set(datetime(2026, 11, 24, 8, 0, tzinfo=UTC) + late)
    store = ChangedMeanwhile(stage.database, lambda: save(stage, "daily 09:00 America/New_York"))

    planned = await Digests(store, stage.clock, course, Recurrences()).plan()
    before = await states(stage)
    await ring(stage, datetime(2026, 11, 24, 14, 0, tzinfo=UTC) + late)

    assert planned == 0
    assert before == []
    assert titles(stage) == [FIRST]


# ---------------------------------------------------------------- trouble


async def test_a_digest_that_failed_is_shown_with_its_reason_and_a_button_that_posts_it(stage: Stage) -> None:
    await found(stage)
    stage.chat.failures = [Undeliverable("I am not in this channel. Invite me, then post again.")]
    await ring(stage, TUESDAY)

    status = await stage.types(ADA, "/cohort status")
    assert f"{FIRST} · FAILED: I am not in this channel. Invite me, then post again." in text(status)
    again = button(status, f"Post now: {FIRST}")
    answer = await stage.presses(ADA, again)

    assert f"Trying again to post “{FIRST}”." in text(answer)
    assert titles(stage) == [FIRST]
    status = await stage.types(ADA, "/cohort status")
    assert "FAILED" not in text(status)
    assert "has gone out here already" in text(await stage.presses(ADA, again))
    assert titles(stage) == [FIRST]


async def test_a_failed_digest_can_be_posted_by_its_topic_and_while_paused(stage: Stage) -> None:
    await found(stage)
    stage.chat.failures = [Undeliverable("No."), Undeliverable("Nor directly."), Undeliverable("Still no.")]
    await ring(stage, TUESDAY)
    await stage.types(ADA, "/cohort pause")

    await stage.types(ADA, "/cohort post fine-tuning")
    assert "FAILED: Still no." in text(await stage.types(ADA, "/cohort status"))
    await stage.types(ADA, "/cohort post fine-tuning")

    assert titles(stage) == [FIRST]


async def test_a_member_sees_that_a_digest_failed_but_not_the_button(stage: Stage) -> None:
    await found(stage)
    await stage.types(GRACE, "/cohort join")
    stage.chat.failures = [Undeliverable("No.")]
    await ring(stage, TUESDAY)

    status = await stage.types(GRACE, "/cohort status")

    assert "FAILED: No." in text(status)
    assert [one.label for part in parts(status) if isinstance(part, Buttons) for one in part.buttons] == ["Leave"]


async def test_a_failed_digest_is_shown_however_long_ago_it_was(stage: Stage) -> None:
    await found(stage, "daily 09:30 Europe/Berlin")
    stage.chat.failures = [Undeliverable("No.")]
    await ring(stage, TUESDAY)
    for _ in range(20):
        await stage.types(ADA, "/cohort skip")

    status = await stage.types(ADA, "/cohort status")

    assert "FAILED: No." in text(status)
    assert button(status, f"Post now: {FIRST}")


async def test_a_failed_digest_does_not_hold_up_the_next(stage: Stage) -> None:
    await found(stage)
    stage.chat.failures = [Undeliverable("No.")]

    await ring(stage, TUESDAY)
    await ring(stage, THURSDAY)

    assert titles(stage) == [SECOND]


async def test_a_lesson_that_left_the_course_while_its_digest_was_on_its_way_is_a_failure_with_a_reason(
    build: Build, course: Curriculum
) -> None:
    stage = build()
    await found(stage)
    stage.clock.set(TUESDAY)
    await stage.digests.plan()
    await stage.database.close()

    stage = build(course=replace(course, lessons=course.lessons[1:]), clock=stage.clock)
    await ring(stage, TUESDAY)
    status = text(await stage.types(ADA, "/cohort status"))
    await ring(stage, THURSDAY)

    assert "FAILED: Its lesson is no longer in the course." in status
    assert titles(stage) == [SECOND]


async def test_one_cohorts_trouble_never_keeps_another_from_its_lesson(
    stage: Stage, course: Curriculum, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Recurrences):
        def after(self, rule: Rule, wall: datetime) -> datetime:
            if rule.zone == "Europe/Dublin":
                raise LookupError("no such zone any more")
            return super().after(rule, wall)

    here, there = Place("fake", "w", "here"), Place("fake", "w", "there")
    await found(stage, "tue 08:30 Europe/Dublin", CHANNEL)
    await found(stage, RULE, here)
    await found(stage, RULE, there)
    stage.clock.set(TUESDAY)

    planned = await Digests(stage.database, stage.clock, course, Broken()).plan()
    await stage.deliveries.settle()

    assert planned == 2
    assert [titles(stage, place) for place in (CHANNEL, here, there)] == [[], [FIRST], [FIRST]]
    assert [(record.levelno, record.__dict__["cohort"]) for record in caplog.records] == [(logging.ERROR, 1)]


async def test_what_was_broken_goes_out_as_soon_as_it_is_mended(stage: Stage, course: Curriculum) -> None:
    class Broken(Recurrences):
        def after(self, rule: Rule, wall: datetime) -> datetime:
            raise LookupError("for a while")

    await found(stage)
    stage.clock.set(TUESDAY)
    await Digests(stage.database, stage.clock, course, Broken()).plan()

    await ring(stage, TUESDAY + timedelta(seconds=15))

    assert titles(stage) == [FIRST]


async def test_a_digest_asked_for_by_a_lead_needs_no_calendar(stage: Stage) -> None:
    await stage.types(ADA, "/cohort create Team")

    await stage.types(ADA, "/cohort post rlhf")

    assert titles(stage) == [THIRD]
    assert head(latest(stage)).startswith("Lesson 3 of 4")
    assert "due on" not in head(latest(stage))


async def test_a_digest_the_platform_has_not_taken_yet_is_said_to_be_on_its_way(stage: Stage) -> None:
    await found(stage)
    stage.chat.failures = [NotSent("slow down", 60)]

    await ring(stage, TUESDAY)

    assert f"{FIRST} · on its way" in text(await stage.types(ADA, "/cohort status"))
