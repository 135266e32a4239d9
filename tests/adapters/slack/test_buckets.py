"""How fast Slack is called."""

from itertools import pairwise

import pytest

from bot.adapters.slack.buckets import LATE, POSTS_AT_ONCE, Buckets
from bot.core.ports import NotSent


class Time:
    now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


async def test_a_channel_takes_a_few_posts_at_once_and_then_one_a_second() -> None:
    time = Time()
    buckets = Buckets(time)
    for _ in range(POSTS_AT_ONCE):
        await buckets.turn("chat.postMessage", "C1")
    assert not buckets.spare("chat.postMessage", "C1")
    await buckets.turn("chat.postMessage", "C2")  # another channel waits for nobody
    time.now += 1
    await buckets.turn("chat.postMessage", "C1")


async def test_drafts_leave_room_for_the_final_edits() -> None:
    time = Time()
    buckets = Buckets(time)
    drafts = 0
    while buckets.spare("chat.update"):
        drafts += 1
    assert drafts == 30
    for _ in range(20):
        await buckets.turn("chat.update")


async def test_a_line_that_is_too_long_is_left_with_the_time_to_come_again() -> None:
    buckets = Buckets(Time())
    buckets.slow_down("chat.update", 30)
    with pytest.raises(NotSent) as refused:
        await buckets.turn("chat.update")
    assert refused.value.retry_after == pytest.approx(30)


async def test_those_who_were_told_to_come_again_have_their_turns_in_the_order_they_came_first() -> None:
    time = Time()
    buckets = Buckets(time, time.sleep)
    buckets.slow_down("chat.postMessage", 30, "C1")
    told: dict[float, str] = {}
    for message in "abcdefghij":
        with pytest.raises(NotSent) as later:
            await buckets.turn("chat.postMessage", "C1", message)
        told[time.now + (later.value.retry_after or 0)] = message
    assert list(told.values()) == list("abcdefghij")
    turns = []
    for at, message in sorted(told.items()):
        time.now = max(time.now, at)
        with pytest.raises(NotSent):  # whoever comes meanwhile stands behind them, and goes away for good
            await buckets.turn("chat.postMessage", "C1", f"new, while {message} waits")
        await buckets.turn("chat.postMessage", "C1", message)
        turns.append((time.now, message))
    assert "".join(message for _, message in turns) == "".join(told.values())
    assert all(later - earlier >= 0.99 for (earlier, _), (later, _) in pairwise(turns))


async def test_a_place_in_the_line_is_kept_only_for_who_comes_again() -> None:
    time = Time()
    buckets = Buckets(time)
    buckets.slow_down("chat.update", 30)
    with pytest.raises(NotSent):
        await buckets.turn("chat.update", "C1", "a")
    time.now += 30 + LATE
    buckets.slow_down("chat.update", 30)
    with pytest.raises(NotSent) as refused:
        await buckets.turn("chat.update", "C1", "b")
    assert refused.value.retry_after == pytest.approx(30)


async def test_a_channel_that_slack_finds_too_fast_is_left_alone_as_long_as_it_asks() -> None:
    buckets = Buckets(Time())
    buckets.slow_down("chat.postMessage", 30, "C1")
    await buckets.turn("chat.postMessage", "C2")
    with pytest.raises(NotSent):
        await buckets.turn("chat.postMessage", "C1")


async def test_what_nobody_waits_for_waits_until_there_is_room_for_it_and_for_what_somebody_waits_for() -> None:
    time = Time()
    buckets = Buckets(time, time.sleep)
    while buckets.spare("conversations.replies"):
        pass
    assert time.now == 100
    await buckets.room("conversations.replies")
    assert 100 < time.now < 162
    buckets.slow_down("conversations.replies", 60)
    await buckets.room("conversations.replies")
    assert time.now > 160


async def test_what_may_be_left_out_never_exceeds_its_share_of_any_minute() -> None:
    time = Time()
    buckets = Buckets(time)
    taken: list[float] = []
    for _ in range(600):
        time.now += 0.5
        if buckets.spare("chat.startStream"):
            taken.append(time.now)
    assert max(sum(at <= other < at + 60 for other in taken) for at in taken) == 12
    assert len(taken) == 60
