"""A reply can be stopped while it is written, and one that ended before its end can go on."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

import pytest

from bot.core.chat import Action, Place, Press, Reply, Shown, para
from bot.core.lab_posts import CUT, FEWEST_TURNS, STOPPED, THINKING
from bot.core.labs import writing
from bot.core.plain import plain
from bot.core.ports import Draft, LabProgress, LabTurn
from tests.conftest import ADA, CHANNEL, GRACE, Build, Stage, button, text
from tests.core.learners import open_lab
from tests.core.test_lab_work import hears, lab_of
from tests.fakes import FakeChat

BEGUN = "A score predicts which answer a rater picks, and it never reads the facts."
REST = "What would raise it?"
STOP = Action("lab.stop", ("1", "2"))
GO_ON = Action("lab.continue", ("1", "2"))


class Endless:
    """Says one thing and never ends, or says nothing at all; knows whether it was closed."""

    banner = "A slow tutor answers."

    def __init__(self, *begun: str) -> None:
        self.begun, self.speaking, self.closed = begun, asyncio.Event(), asyncio.Event()
        self.heard: list[LabTurn] = []

    def cost(self, turn: LabTurn) -> int:
        return 0

    async def answer(self, turn: LabTurn) -> AsyncGenerator[Draft]:
        self.heard.append(turn)
        try:
            for text in self.begun:
                yield Draft((para(text),), done=False, attempt=True)
            self.speaking.set()
            await asyncio.Event().wait()
            yield Draft((), done=True)
        finally:
            self.closed.set()


class Breaking:
    """Each reply breaks off, `times` times; then it ends."""

    banner = "A tutor on a bad line."

    def __init__(self, times: int = 1) -> None:
        self.times = times
        self.heard: list[LabTurn] = []

    def cost(self, turn: LabTurn) -> int:
        return 0

    async def answer(self, turn: LabTurn) -> AsyncGenerator[Draft]:
        self.heard.append(turn)
        cut = len(self.heard) <= self.times
        yield Draft((para(f"{BEGUN} {len(self.heard)}" if cut else REST),), done=True, attempt=not turn.begun, cut=cut)


async def begin(stage: Stage, tutor: Endless) -> tuple[Place, "asyncio.Task[None]"]:
    thread = await open_lab(stage)
    await hears(stage, thread, "What is a score?")
    reply = asyncio.create_task(stage.deliveries.settle())
    await tutor.speaking.wait()
    return thread, reply


async def kinds(stage: Stage) -> list[tuple[str, str, str]]:
    turns = await stage.database.read(lambda records: records.turns(1, 50))
    return [(turn.kind, turn.reply, turn.text) for turn in turns[2:]]


# ---------------------------------------------------------------- stopping


def test_two_hands_at_one_reply_are_both_stopped_and_leave_in_any_order() -> None:
    """The first may have lost its lease, and not know it yet."""
    stops = writing.Stops()
    with stops.watching(1, "2") as second:
        with stops.watching(1, "2") as first, stops.watching(1, "3") as other:
            stops.stop(1, "2")
        assert (first.is_set(), second.is_set(), other.is_set()) == (True, True, False)


async def test_a_stopped_reply_is_kept_as_far_as_it_came_and_its_call_is_ended(build: Build) -> None:
    tutor = Endless(BEGUN)
    stage = build(tutor=tutor)
    thread, reply = await begin(stage, tutor)
    assert "[Stop]" in stage.chat.said(thread)[1]
    assert (await lab_of(stage)).replying == "2"
    assert await stage.presses(ADA, STOP, place=thread) is None
    await reply
    assert tutor.closed.is_set()
    said = stage.chat.said(thread)[1]
    assert said.startswith(f"{BEGUN}\n\n{STOPPED}\n\n[Continue]")
    assert "[Stop]" not in said
    assert await kinds(stage) == [("cut", "2", BEGUN)]
    assert (await lab_of(stage)).replying == ""


async def test_typing_stop_while_the_persona_writes_stops_it_and_later_asks_whether_to_end_the_lab(build: Build) -> None:
    tutor = Endless(BEGUN)
    stage = build(tutor=tutor)
    thread, reply = await begin(stage, tutor)
    assert await stage.says(ADA, "Stop!", thread) is None
    await reply
    assert STOPPED in stage.chat.said(thread)[1]
    assert "Nothing is being written just now." in text(await stage.says(ADA, "Stop!", thread))


async def test_a_stop_said_too_late_ends_no_lab(stage: Stage) -> None:
    thread = await open_lab(stage)
    for _ in range(FEWEST_TURNS):
        await stage.says(ADA, "What is a score?", thread)
    asked = await stage.says(ADA, "stop", thread)
    assert (await lab_of(stage)).stage == "open"
    assert "This is Ada's lab" in text(await stage.says(GRACE, "stop", thread))
    await stage.presses(ADA, button(asked, "Finish the lab"), place=thread)
    assert (await lab_of(stage)).stage == "exit"
    assert "The exit question has been asked already." in text(await stage.says(ADA, "Stop!", thread))


async def test_what_was_stopped_before_its_first_word_says_so(build: Build) -> None:
    tutor = Endless()
    stage = build(tutor=tutor)
    thread, reply = await begin(stage, tutor)
    await stage.presses(ADA, STOP, place=thread)
    await reply
    assert stage.chat.said(thread)[1].startswith(STOPPED)


async def test_a_long_silence_becomes_a_message_with_a_way_to_stop(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "FIRST_SIGN", 0)
    monkeypatch.setattr(writing, "THINKING", 0)

    class Watched(FakeChat):
        def __init__(self) -> None:
            super().__init__()
            self.thought = asyncio.Event()

        async def post(self, place: Place, post: object, key: str) -> str:
            ref = await super().post(place, post, key)  # type: ignore[arg-type]
            if THINKING in plain(self.posts[ref][1]):
                self.thought.set()
            return ref

    chat, tutor = Watched(), Endless()
    stage = build(chat=chat, tutor=tutor)
    thread, reply = await begin(stage, tutor)
    await chat.thought.wait()
    await stage.presses(ADA, button(chat.posts["3"][1], "Stop"), place=thread)
    await reply
    assert len(chat.said(thread)) == 2
    assert chat.said(thread)[1].startswith(STOPPED)


async def test_a_stop_pressed_in_another_process_is_seen(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "LOOK", 0)
    tutor = Endless(BEGUN)
    stage = build(tutor=tutor)
    thread, reply = await begin(stage, tutor)
    assert await stage.database.write(lambda records: records.stop_reply(1, "2"))
    await reply
    assert STOPPED in stage.chat.said(thread)[1]


async def test_nobody_else_stops_a_reply_and_an_old_button_says_that_it_has_ended(build: Build) -> None:
    tutor = Endless(BEGUN)
    stage = build(tutor=tutor)
    thread, reply = await begin(stage, tutor)
    assert "This is Ada's lab" in text(await stage.desk.hear(Press(GRACE, thread, "p1", STOP)))
    assert "come to its end already" in text(await stage.desk.hear(Press(ADA, thread, "p2", Action("lab.stop", ("1", "9")))))
    assert not tutor.closed.is_set()
    await stage.presses(ADA, STOP, place=thread)
    await reply
    assert "come to its end already" in text(await stage.presses(ADA, STOP, place=thread))


async def test_a_reply_stopped_just_before_a_crash_is_not_written_anew_after_it(build: Build) -> None:
    tutor = Endless(BEGUN)
    stage = build(tutor=tutor)
    thread, reply = await begin(stage, tutor)
    await stage.database.write(lambda records: records.stop_reply(1, "2"))
    reply.cancel()
    with suppress(asyncio.CancelledError):
        await reply
    await stage.deliveries.stop(patience=0)
    await stage.database.close()

    again = build(tutor=Endless(), chat=stage.chat, clock=stage.clock)
    await again.database.write(lambda records: records.heal(again.clock.now(), alone=True))
    await again.deliveries.settle()
    assert len(again.chat.said(thread)) == 2
    assert STOPPED in again.chat.said(thread)[1]


# ---------------------------------------------------------------- going on


async def test_a_reply_that_was_cut_off_is_marked_and_no_part_of_the_conversation(build: Build) -> None:
    tutor = Breaking()
    stage = build(tutor=tutor)
    thread = await open_lab(stage)
    await stage.says(ADA, "What is a score?", thread)
    assert stage.chat.said(thread)[1].startswith(f"{BEGUN} 1\n\n{CUT}\n\n[Continue]")
    await stage.says(ADA, "Something else.", thread)
    assert [turn.text for turn in tutor.heard[1].turns][1:] == ["What is a score?"]
    assert tutor.heard[1].begun == ""


@pytest.mark.parametrize("typed", ["", "continue", "Go on, please."])
async def test_the_rest_of_a_reply_comes_once_and_then_both_are_part_of_it(build: Build, typed: str) -> None:
    tutor = Breaking(2)
    stage = build(tutor=tutor)
    thread = await open_lab(stage)
    await stage.presses(ADA, Action("lab.next", ("1",)), place=thread)
    await stage.says(ADA, "What is a score?", thread)
    go_on = button(list(stage.chat.posts.values())[-1][1], "Continue")
    answer = await (stage.says(ADA, typed, thread) if typed else stage.presses(ADA, go_on, place=thread))
    assert answer is None
    assert tutor.heard[1].begun == f"{BEGUN} 1"
    assert tutor.heard[1].said == "What is a score?"
    again = button(list(stage.chat.posts.values())[-1][1], "Continue")
    assert await stage.presses(ADA, again, place=thread) is None
    assert tutor.heard[2].begun == f"{BEGUN} 1\n\n{BEGUN} 2"
    assert [said.split("\n")[0] for said in stage.chat.said(thread)[2:]] == [f"{BEGUN} 1", f"{BEGUN} 2", REST]
    assert [kind for kind, _, _ in await kinds(stage)][-3:] == ["said"] * 3
    assert (await lab_of(stage)).progress == LabProgress(0, attempts=1, answered=(0,))
    for old in (go_on, again):
        assert "has gone on already" in text(await stage.presses(ADA, old, place=thread))
    assert len(tutor.heard) == 3


async def test_going_on_pressed_twice_at_once_goes_on_once(build: Build) -> None:
    tutor = Breaking()
    stage = build(tutor=tutor)
    thread = await open_lab(stage)
    await stage.says(ADA, "What is a score?", thread)
    await stage.presses(ADA, GO_ON, place=thread, event="same")
    assert await stage.presses(ADA, GO_ON, place=thread, event="same") is None
    assert len(tutor.heard) == 2


async def test_nothing_goes_on_that_never_began_or_in_an_exit_question(build: Build) -> None:
    tutor = Breaking(0)
    stage = build(tutor=tutor)
    thread = await open_lab(stage)
    await stage.says(ADA, "What is a score?", thread)
    assert "has gone on already" in text(await stage.presses(ADA, GO_ON, place=thread))
    await stage.says(ADA, "continue", thread)
    assert tutor.heard[-1].said == "continue"
    await stage.says(ADA, "I see.", thread)
    await stage.presses(ADA, Action("lab.finish", ("1",)), place=thread)
    answer = await stage.presses(ADA, GO_ON, place=thread)
    assert isinstance(answer, Reply)
    assert answer.shown is Shown.PRIVATELY
    assert "exit question" in text(answer)


async def test_a_strangers_wish_to_go_on_is_refused(build: Build) -> None:
    stage = build(tutor=Breaking())
    thread = await open_lab(stage)
    await stage.says(ADA, "What is a score?", thread)
    assert "This is Ada's lab" in text(await stage.presses(GRACE, GO_ON, place=thread))
    assert CHANNEL.channel == thread.channel
