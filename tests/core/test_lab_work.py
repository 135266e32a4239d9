"""What a lab sends by itself: replies as they come, once, whatever is cut off or changes meanwhile."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from itertools import pairwise

import pytest

from bot.core.chat import Action, Person, Place, Post, Press, Said, Speaker, para
from bot.core.curriculum import Curriculum
from bot.core.labs import writing
from bot.core.plain import plain
from bot.core.ports import Draft, Lab, LabProgress, LabTurn, NotSent, Unclear, Undeliverable
from tests.conftest import ADA, CHANNEL, Build, Stage, text
from tests.core.learners import changed, open_lab, without
from tests.fakes import FakeChat, FakeClock, ScriptedTutor

GROWING = (
    "A score.",
    "A score predicts which answer a rater picks.",
    "A score predicts which answer a rater picks. It never reads",
    "A score predicts which answer a rater picks. It never reads the facts.",
    "A score predicts which answer a rater picks. It never reads the facts. What would raise it?",
)


class Gated:
    """Says what it has to say only when it is let."""

    banner = "A slow tutor answers."

    def __init__(self, *texts: str, question: int | None = None) -> None:
        self.asked, self.let = asyncio.Event(), asyncio.Event()
        self.texts, self.question, self.times = texts or ("At last.",), question, 0
        self.closed = asyncio.Event()

    def cost(self, turn: LabTurn) -> int:
        return 0

    async def answer(self, turn: LabTurn) -> AsyncGenerator[Draft]:
        self.times += 1
        self.asked.set()
        try:
            await self.let.wait()
            for text in self.texts:
                yield Draft((para(text),), done=text == self.texts[-1], attempt=True, question=self.question)
        finally:
            self.closed.set()


class Signing(FakeChat):
    def __init__(self) -> None:
        super().__init__()
        self.busy_said = asyncio.Event()

    async def busy(self, place: Place, speaker: Speaker) -> None:
        await super().busy(place, speaker)
        self.busy_said.set()


class Mute(FakeChat):
    """A platform that drops whatever may be dropped. Lets a slow tutor speak as soon as its sign was tried."""

    def __init__(self, tutor: Gated) -> None:
        super().__init__()
        self.tutor = tutor

    async def show(self, place: Place, ref: str, post: Post) -> None:
        raise NotSent("too fast")

    async def busy(self, place: Place, speaker: Speaker) -> None:
        self.tutor.let.set()
        raise Undeliverable("no such sign here")


async def lab_of(stage: Stage, number: int = 1) -> Lab:
    lab = await stage.database.read(lambda records: records.lab(number))
    assert lab
    return lab


async def persona_turns(stage: Stage) -> list[str]:
    turns = await stage.database.read(lambda records: records.turns(1, 50))
    return [turn.text for turn in turns if turn.who is None]


async def hears(stage: Stage, thread: Place, said: str, event: str = "m1") -> None:
    """The message is kept; nobody has replied yet."""
    assert await stage.desk.hear(Said(ADA, thread, event, said)) is None


# ---------------------------------------------------------------- as it comes


async def test_a_reply_is_shown_as_it_comes_and_posted_once(build: Build) -> None:
    stage = build(tutor=ScriptedTutor(*GROWING))
    thread = await open_lab(stage)
    await stage.says(ADA, "What is a score?", thread)
    assert [plain(post, controls=False) for post in stage.chat.shown] == list(GROWING[2:4])
    assert [plain(post, controls=False) for post in stage.chat.edits] == [GROWING[-1]]
    said = stage.chat.said(thread)
    assert len(said) == 2
    assert said[1].startswith(GROWING[-1])
    assert "[Next question]" in said[1]
    assert await persona_turns(stage) == [await _opening(stage), GROWING[-1]]


async def _opening(stage: Stage) -> str:
    return plain(stage.chat.posts["2"][1], controls=False)


async def test_the_first_words_wait_until_there_is_something_to_read(build: Build) -> None:
    stage = build(tutor=ScriptedTutor("A", "A s", "A short one."))
    thread = await open_lab(stage)
    await stage.says(ADA, "Hello.", thread)
    assert (stage.chat.shown, stage.chat.edits) == ([], [])
    assert stage.chat.said(thread)[1].startswith("A short one.")


async def test_where_too_much_is_being_written_a_reply_comes_as_a_whole_and_is_announced(build: Build) -> None:
    stage = build(tutor=ScriptedTutor(*GROWING))
    thread = await open_lab(stage)
    stage.chat.crowded = True
    await stage.says(ADA, "What is a score?", thread)
    assert (stage.chat.shown, stage.chat.edits) == ([], [])
    assert len(stage.chat.signs) == 1
    assert stage.chat.said(thread)[1].startswith(GROWING[-1])
    assert len(stage.chat.said(thread)) == 2


async def test_a_draft_on_its_way_has_the_personas_face_and_no_button_but_stop(build: Build, course: Curriculum) -> None:
    stage = build(tutor=ScriptedTutor(*GROWING))
    thread = await open_lab(stage)
    await stage.says(ADA, "What is a score?", thread)
    lesson = course.get("rlhf")
    assert lesson
    assert {post.speaker for post in stage.chat.shown} == {course.persona_of(lesson).speaker}
    shown = [part for post in stage.chat.shown for part in post.parts if part.kind == "buttons"]
    assert [[button.label for button in part.buttons] for part in shown] == [["Stop"]] * len(shown)
    assert "[Stop]" not in stage.chat.said(thread)[1]


async def test_a_learner_is_told_that_an_answer_is_being_written(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "FIRST_SIGN", 0)
    tutor, chat = Gated(), Signing()
    stage = build(tutor=tutor, chat=chat)
    thread = await open_lab(stage)
    await hears(stage, thread, "Are you there?")
    reply = asyncio.create_task(stage.deliveries.settle())
    await tutor.asked.wait()
    await chat.busy_said.wait()
    assert len(stage.chat.said(thread)) == 1
    tutor.let.set()
    await reply
    assert stage.chat.said(thread)[1].startswith("At last.")
    assert len(stage.chat.signs) == 1


async def test_a_quick_answer_needs_no_sign(build: Build) -> None:
    stage = build(tutor=ScriptedTutor("Quick."))
    thread = await open_lab(stage)
    await stage.says(ADA, "Hello.", thread)
    assert stage.chat.signs == []


async def test_signs_and_drafts_that_are_dropped_do_not_hold_up_the_reply(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "FIRST_SIGN", 0)
    tutor = Gated(*GROWING)
    chat = Mute(tutor)
    stage = build(chat=chat, tutor=tutor)
    thread = await open_lab(stage)
    await stage.says(ADA, "What is a score?", thread)
    assert chat.said(thread)[1].startswith(GROWING[-1])
    assert tutor.times == 1


async def test_a_reply_cut_off_by_the_end_of_the_process_leaves_the_tutor_closed(
    build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    tutor = Gated()
    stage = build(tutor=tutor)
    thread = await open_lab(stage)
    await hears(stage, thread, "Are you there?")
    await stage.deliveries.take()
    await tutor.asked.wait()
    await stage.deliveries.stop(patience=0)
    await stage.deliveries.stop()
    assert tutor.closed.is_set()
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert len(stage.chat.said(thread)) == 1


# ---------------------------------------------------------------- what goes wrong


async def test_a_tutor_that_fails_in_the_middle_is_asked_again_and_its_message_edited(build: Build) -> None:
    tutor = ScriptedTutor(*GROWING[:3], fault=RuntimeError("cut"))
    clock = FakeClock()
    stage = build(tutor=tutor, clock=clock)
    thread = await open_lab(stage)
    await stage.says(ADA, "What is a score?", thread)
    assert stage.chat.said(thread)[1] == f"{GROWING[1]}\n\n[Stop]"
    assert "RuntimeError" not in "".join(stage.chat.said())
    assert await persona_turns(stage) == [await _opening(stage)]

    tutor.texts, tutor.fault = ("A whole answer, and long enough to be shown.", "A whole answer, with its end."), None
    clock.pass_(minutes=10)
    await stage.deliveries.settle()
    assert len(stage.chat.said(thread)) == 2
    assert stage.chat.said(thread)[1].startswith("A whole answer, with its end.")
    assert (await persona_turns(stage))[1:] == ["A whole answer, with its end."]
    assert (await lab_of(stage)).turns == 1


async def test_a_tutor_that_stops_before_its_end_is_asked_again(build: Build) -> None:
    class Stops(ScriptedTutor):
        async def answer(self, turn: LabTurn) -> AsyncGenerator[Draft]:
            self.heard.append(turn)
            yield Draft((para(GROWING[1]),), done=len(self.heard) > 1)

    tutor = Stops()
    clock = FakeClock()
    stage = build(tutor=tutor, clock=clock)
    thread = await open_lab(stage)
    await stage.says(ADA, "What is a score?", thread)
    clock.pass_(minutes=10)
    await stage.deliveries.settle()
    assert len(tutor.heard) == 2
    assert len(stage.chat.said(thread)) == 2
    assert (await persona_turns(stage))[1:] == [GROWING[1]]


async def test_a_reply_that_was_posted_without_a_receipt_is_found_and_made_whole(build: Build) -> None:
    chat, clock = FakeChat(), FakeClock()
    tutor = ScriptedTutor("First version of it.")
    stage = build(chat=chat, clock=clock, tutor=tutor)
    thread = await open_lab(stage)
    chat.after_failures = [Unclear("the line went dead")]
    await stage.says(ADA, "What is a score?", thread)
    tutor.texts = ("Second version of it.",)
    clock.pass_(minutes=10)
    await stage.deliveries.settle()
    assert len(stage.chat.said(thread)) == 2
    assert stage.chat.said(thread)[1].startswith("Second version of it.")
    assert (await persona_turns(stage))[1:] == ["Second version of it."]


async def test_a_platform_that_is_down_gets_the_reply_later_and_once(build: Build) -> None:
    chat, clock = FakeChat(), FakeClock()
    stage = build(chat=chat, clock=clock, tutor=ScriptedTutor("I hear you."))
    thread = await open_lab(stage)
    chat.failures = [NotSent("busy", 30.0)]
    await stage.says(ADA, "Hello.", thread)
    assert len(chat.said(thread)) == 1
    clock.pass_(seconds=31)
    await stage.deliveries.settle()
    assert len(chat.said(thread)) == 2
    assert (await lab_of(stage)).progress == LabProgress()


async def test_a_message_kept_before_a_restart_is_answered_once_after_it(build: Build) -> None:
    stage = build(tutor=ScriptedTutor("I hear you."))
    thread = await open_lab(stage)
    await hears(stage, thread, "Did you get this?")
    await stage.database.close()

    again = build(chat=stage.chat, clock=FakeClock(), tutor=ScriptedTutor("I hear you."))
    assert await again.desk.hear(Said(ADA, thread, "m1", "Did you get this?")) is None
    for _ in range(2):
        await again.deliveries.settle()
    assert len(again.chat.said(thread)) == 2
    assert again.chat.said(thread)[1].startswith("I hear you.")


async def test_a_lab_asked_for_before_a_restart_is_opened_once_after_it(build: Build) -> None:
    stage = build()
    await stage.database.write(
        lambda records: records.open_lab(
            "e", records.know(ADA, stage.clock.now()), "rlhf", "vera", "v", CHANNEL, stage.clock.now()
        )
    )
    await stage.database.close()
    again = build(chat=stage.chat)
    for _ in range(2):
        await again.deliveries.settle()
    assert len(again.chat.said()) == 2
    assert (await lab_of(again)).stage == "open"


async def test_several_messages_are_answered_in_order(build: Build) -> None:
    tutor = ScriptedTutor("I hear you.")
    stage = build(tutor=tutor)
    thread = await open_lab(stage)
    for n in range(3):
        await hears(stage, thread, f"Message {n}.", f"m{n}")
    await stage.deliveries.settle()
    assert [turn.said for turn in tutor.heard] == ["Message 0.", "Message 1.", "Message 2."]
    assert len(stage.chat.said(thread)) == 4


async def test_a_tutor_is_given_the_latest_turns_before_the_present_one(build: Build) -> None:
    tutor = ScriptedTutor("I hear you.")
    stage = build(tutor=tutor)
    thread = await open_lab(stage)
    for n in range(9):
        await stage.says(ADA, f"Message {n}.", thread)
    turns = tutor.heard[-1].turns
    assert len(turns) == 11
    assert turns[-1].text == "I hear you."
    assert turns[-2].text == "Message 7."
    assert all(before.seq < after.seq for before, after in pairwise(turns))


# ---------------------------------------------------------------- what changes meanwhile


async def test_a_button_pressed_while_the_tutor_speaks_is_not_undone(build: Build) -> None:
    tutor = Gated()
    stage = build(tutor=tutor)
    thread = await open_lab(stage)
    await stage.presses(ADA, Action("lab.next", ("1",)), place=thread)
    await hears(stage, thread, "An attempt at the first question.")
    reply = asyncio.create_task(stage.deliveries.settle())
    await tutor.asked.wait()
    await stage.desk.hear(_press("lab.hint", thread, "p1"))
    tutor.let.set()
    await reply
    assert (await lab_of(stage)).progress == LabProgress(0, hints=1, attempts=1, answered=(0,))


async def test_going_on_while_the_tutor_speaks_keeps_the_new_question_and_the_attempt_at_the_old(build: Build) -> None:
    tutor = Gated(question=0)
    stage = build(tutor=tutor)
    thread = await open_lab(stage)
    await stage.presses(ADA, Action("lab.next", ("1",)), place=thread)
    await hears(stage, thread, "An attempt at the first question.")
    reply = asyncio.create_task(stage.deliveries.settle())
    await tutor.asked.wait()
    await stage.desk.hear(_press("lab.next", thread, "p1"))
    tutor.let.set()
    await reply
    assert (await lab_of(stage)).progress == LabProgress(1, answered=(0,))


async def test_an_end_reached_while_the_tutor_speaks_stays_the_end(build: Build) -> None:
    tutor = Gated()
    stage = build(tutor=tutor)
    thread = await open_lab(stage)
    tutor.let.set()
    for n in range(3):
        await stage.says(ADA, f"Turn {n}.", thread)
    tutor.let.clear()
    tutor.asked.clear()
    await hears(stage, thread, "One more.")
    reply = asyncio.create_task(stage.deliveries.settle())
    await tutor.asked.wait()
    await stage.desk.hear(_press("lab.finish", thread, "p1"))
    tutor.let.set()
    await reply
    assert (await lab_of(stage)).stage == "exit"
    assert "One last question" in stage.chat.said(thread)[-1]


def _press(verb: str, thread: Place, event: str) -> Press:
    return Press(ADA, thread, event, Action(verb, ("1",)))


async def test_a_lab_keeps_its_persona_when_the_lesson_gets_another(build: Build, course: Curriculum) -> None:
    stage = build(tutor=ScriptedTutor("I hear you."))
    thread = await open_lab(stage)
    await stage.database.close()
    other = changed(course, "rlhf", lambda lesson: replace(lesson, lab=replace(lesson.lab, persona="otto")))
    tutor = ScriptedTutor("I hear you.")
    again = build(course=other, chat=stage.chat, tutor=tutor)
    await again.says(ADA, "Are you still Vera?", thread, "after")
    vera = course.personas["vera"]
    assert {post.speaker for place, post in again.chat.posts.values() if place == thread} == {vera.speaker}
    assert tutor.heard[0].persona == vera


async def test_a_lab_whose_persona_has_left_the_course_keeps_it(build: Build, course: Curriculum) -> None:
    stage = build(tutor=ScriptedTutor("I hear you."))
    thread = await open_lab(stage)
    await stage.database.close()
    other = changed(course, "rlhf", lambda lesson: replace(lesson, lab=replace(lesson.lab, persona="otto")))
    other = replace(other, personas={name: persona for name, persona in other.personas.items() if name != "vera"})
    again = build(course=other, chat=stage.chat, tutor=ScriptedTutor("I hear you."))
    await again.says(ADA, "Who is there?", thread, "after")
    assert list(again.chat.posts.values())[-1][1].speaker == course.personas["vera"].speaker


@pytest.mark.parametrize("kind", ["lab", "lab-opening", "reply", "lab-exit", "lab-closing"])
async def test_work_of_a_lesson_that_has_left_the_course_ends_quietly(build: Build, course: Curriculum, kind: str) -> None:
    stage = build(tutor=ScriptedTutor("I hear you."))
    thread = await open_lab(stage)
    work = {"lab": 1, "turn": 1, "text": "x"}
    await stage.database.write(lambda records: records.enqueue("left", kind, thread.lane, work, stage.clock.now()))
    await stage.database.close()
    again = build(course=without(course, "rlhf"), chat=stage.chat, tutor=ScriptedTutor("I hear you."))
    await again.deliveries.settle()
    assert len(again.chat.said()) == 2
    assert await again.database.read(lambda records: records.next_work()) is None


async def test_a_reply_to_a_lab_that_was_closed_meanwhile_is_not_sent(build: Build) -> None:
    stage = build(tutor=ScriptedTutor("I hear you."))
    thread = await open_lab(stage)
    await hears(stage, thread, "Hello?")
    await stage.desk.hear(Press(ADA, CHANNEL, "p1", Action("lab.new", ("rlhf",))))
    await stage.deliveries.settle()
    assert len(stage.chat.said(thread)) == 1


async def test_two_people_have_two_labs_that_do_not_mix(build: Build) -> None:
    tutor = ScriptedTutor("I hear you.")
    stage = build(tutor=tutor)
    hers = await open_lab(stage)
    grace = Person("fake", "w", "grace", "Grace")
    his = await open_lab(stage, person=grace)
    await stage.says(ADA, "I am Ada.", hers)
    await stage.says(grace, "I am Grace.", his)
    await stage.says(ADA, "Still Ada.", hers)
    assert not [turn for turn in tutor.heard[2].turns if "Grace" in turn.text]
    assert [len(stage.chat.said(thread)) for thread in (hers, his)] == [3, 2]
    assert "Grace's lab" in text(await stage.says(ADA, "next", his))
