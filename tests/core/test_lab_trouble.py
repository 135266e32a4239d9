"""What is given up in a lab is told its learner, with a button that works."""

import pytest

from bot.core.chat import Action, Person, Place, Post, Said
from bot.core.plain import plain
from bot.core.ports import NotSent, Undeliverable
from bot.store.records import ledger
from tests.conftest import ADA, CHANNEL, GRACE, Build, Stage, button, text
from tests.core.learners import open_lab
from tests.fakes import FakeChat, ScriptedTutor

DIRECT = Place("fake", "w", "dm:ada", None, True)


class Refusing(FakeChat):
    """Takes nothing in some place, for good, while `refuses`."""

    def __init__(self, place: Place | None = None) -> None:
        super().__init__()
        self.place, self.refuses = place, True

    async def post(self, place: Place, post: Post, key: str) -> str:
        if self.refuses and place == self.place:
            raise Undeliverable("I am not in that channel. Invite me and try again.")
        return await super().post(place, post, key)


async def after_tries(stage: Stage, tries: int) -> None:
    for _ in range(tries):
        stage.clock.pass_(minutes=10)
        await stage.deliveries.settle()


def latest(stage: Stage) -> Post:
    return list(stage.chat.posts.values())[-1][1]


async def test_a_reply_that_fails_is_told_after_three_tries_and_tried_again_on_request(build: Build) -> None:
    tutor = ScriptedTutor(fault=ValueError("a slip"))
    stage = build(tutor=tutor)
    thread = await open_lab(stage)
    await stage.says(ADA, "What is a score?", thread)
    await after_tries(stage, 5)

    assert len(tutor.heard) == 3
    told = latest(stage)
    assert "I could not answer you. You had said:" in plain(told)
    assert "What is a score?" in plain(told)

    tutor.texts, tutor.fault = ("A score predicts which answer a rater picks, no more.",), None
    said = text(await stage.presses(ADA, button(told, "Try again"), place=thread))
    assert "Trying again" in said
    assert "A score predicts" in stage.chat.said(thread)[-1]
    assert await stage.database.read(lambda records: records.broken(stage.clock.now())) == []


async def test_a_reply_that_broke_off_is_replaced_by_the_sentence(build: Build) -> None:
    half = "A score predicts which answer a rater picks, and then it"
    tutor = ScriptedTutor(half, fault=ValueError("a slip"))
    stage = build(tutor=tutor)
    thread = await open_lab(stage)
    await stage.says(ADA, "What is a score?", thread)
    await after_tries(stage, 5)
    said = stage.chat.said(thread)
    assert not any(half in one for one in said)
    assert "I could not answer you" in said[-1]


async def test_trying_again_twice_tries_once(build: Build) -> None:
    tutor = ScriptedTutor(fault=ValueError("a slip"))
    stage = build(tutor=tutor)
    thread = await open_lab(stage)
    await stage.says(ADA, "What is a score?", thread)
    await after_tries(stage, 5)
    again = button(latest(stage), "Try again")
    tutor.texts, tutor.fault = ("Here it is, after all that: a score predicts a choice.",), None
    await stage.presses(ADA, again, place=thread)
    assert "being tried again already" in text(await stage.presses(ADA, again, place=thread))
    assert len([one for one in stage.chat.said(thread) if "Here it is" in one]) == 1


async def test_what_fails_again_is_told_again(build: Build) -> None:
    tutor = ScriptedTutor(fault=ValueError("a slip"))
    stage = build(tutor=tutor)
    thread = await open_lab(stage)
    await stage.says(ADA, "What is a score?", thread)
    await after_tries(stage, 5)
    for _ in range(3):
        await stage.presses(ADA, button(latest(stage), "Try again"), place=thread)
        await after_tries(stage, 5)
    assert len([one for one in stage.chat.said(thread) if "I could not answer you" in one]) == 4


async def test_a_lab_that_cannot_be_opened_is_told_directly_and_opened_on_request(build: Build) -> None:
    chat = Refusing(CHANNEL)
    stage = build(chat=chat)
    await stage.types(ADA, "/lab rlhf")
    (told,) = stage.chat.said(DIRECT)
    assert "I could not open the thread of your lab on" in told
    chat.refuses = False
    await stage.presses(ADA, button(latest(stage), "Try again"), place=DIRECT)
    lab = await stage.database.read(lambda records: records.lab(1))
    assert lab
    assert lab.stage == "open"


async def test_going_back_to_a_lab_that_was_never_opened_opens_it(build: Build) -> None:
    chat = Refusing(CHANNEL)
    stage = build(chat=chat)
    await stage.types(ADA, "/lab rlhf")
    chat.refuses = False
    offered = await stage.types(ADA, "/lab rlhf")
    assert "just being opened" in text(await stage.presses(ADA, button(offered, "Go on there")))
    lab = await stage.database.read(lambda records: records.lab(1))
    assert lab
    assert lab.stage == "open"


async def test_a_greeting_an_exit_question_and_a_close_are_told_and_tried_again(build: Build) -> None:
    chat = Refusing()
    stage = build(chat=chat)
    thread = await open_lab(stage)
    for _ in range(3):
        await stage.says(ADA, "A score predicts which answer a rater picks.", thread)
    chat.failures = [NotSent("busy"), *(ValueError("a slip") for _ in range(5))]
    await stage.presses(ADA, Action("lab.finish", ("1",)), place=thread)
    await after_tries(stage, 8)
    assert "I could not ask the exit question" in stage.chat.said(thread)[-1]
    await stage.presses(ADA, button(latest(stage), "Try again"), place=thread)
    assert "One last question" in stage.chat.said(thread)[-1]

    chat.failures = [ValueError("a slip") for _ in range(5)]
    await stage.says(ADA, "Raters choose, the model learns what they choose.", thread)
    await after_tries(stage, 8)
    assert "I could not close the lab" in stage.chat.said(thread)[-1]
    await stage.presses(ADA, button(latest(stage), "Try again"), place=thread)
    assert "This lab is closed" in stage.chat.said(thread)[-1]


async def test_only_the_learner_may_try_again(build: Build) -> None:
    stage = build(tutor=ScriptedTutor(fault=ValueError("a slip")))
    thread = await open_lab(stage)
    await stage.says(ADA, "What is a score?", thread)
    await after_tries(stage, 5)
    assert "Ada's lab" in text(await stage.presses(GRACE, button(latest(stage), "Try again"), place=thread))


@pytest.mark.parametrize("what", ["turn:99", "nothing", "", "open", "turn:1:told"])
async def test_nothing_else_can_be_tried_again(stage: Stage, what: str) -> None:
    thread = await open_lab(stage)
    said = text(await stage.presses(ADA, Action("lab.again", ("1", what)), place=thread))
    assert "being tried again already" in said


async def test_where_too_much_waits_a_message_is_refused_with_how_much_and_not_kept(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = build()
    thread = await open_lab(stage)
    monkeypatch.setattr(ledger, "MOST_IN_LANE", 2)
    said = [await stage.desk.hear(Said(ADA, thread, f"m{n}", f"message {n}")) for n in range(3)]
    assert [answer is None for answer in said] == [True, True, False]
    assert "2 answers are ahead of you in this conversation" in text(said[2])
    assert "I have not kept that" in text(said[2])
    await stage.deliveries.settle()
    assert await stage.desk.hear(Said(ADA, thread, "m2", "message 2")) is None
    assert [turn.text for turn in await stage.database.read(lambda r: r.turns(1, 99)) if turn.who] == [
        "message 0",
        "message 1",
        "message 2",
    ]


async def test_where_a_workspace_is_crowded_a_lab_is_refused_with_how_much(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "MOST_IN_WORKSPACE", 0)
    assert "0 answers are ahead of you in the labs here" in text(await stage.types(ADA, "/lab rlhf"))
    monkeypatch.undo()
    await stage.types(ADA, "/lab rlhf")
    assert await stage.database.read(lambda records: records.lab(1))


# ---------------------------------------------------------------- refused for good


FULL = "This server has as many open threads as it may have. Archive some, then try again."


class Threadless(FakeChat):
    """Opens no thread while it is `full`."""

    full = True

    async def open_thread(self, place: Place, ref: str, title: str, person: Person) -> Place:
        if self.full:
            raise Undeliverable(FULL)
        return await super().open_thread(place, ref, title, person)


async def with_a_cohort(stage: Stage, leads: Person) -> None:
    await stage.types(leads, "/cohort create Night shift")


async def test_a_thread_that_is_refused_is_told_with_the_reason_and_opened_under_the_same_message(build: Build) -> None:
    chat = Threadless()
    stage = build(chat=chat)
    await stage.types(ADA, "/lab rlhf")
    (told,) = stage.chat.said(CHANNEL)
    assert "I could not open the thread of your lab" in told
    assert FULL in told

    chat.full = False
    await stage.presses(ADA, button(latest(stage), "Try again"), place=CHANNEL)
    (root,) = stage.chat.said(CHANNEL)
    assert FULL not in root
    lab = await stage.database.read(lambda records: records.lab(1))
    assert lab
    assert lab.stage == "open"


async def test_leads_are_told_what_a_platform_refuses_a_lab_once_a_day(build: Build) -> None:
    stage = build(chat=Threadless())
    await with_a_cohort(stage, GRACE)
    await stage.types(ADA, "/lab rlhf")
    await stage.presses(ADA, button(latest_in(stage, CHANNEL), "Try again"), place=CHANNEL)
    lead = Place("fake", "w", "dm:grace", None, True)
    (told,) = stage.chat.said(lead)
    assert "A lab cannot go on" in told
    assert "“Night shift”" in told
    assert FULL in told
    assert "knows, too" in plain(latest_in(stage, CHANNEL))

    stage.clock.pass_(hours=24)
    await stage.presses(ADA, button(latest_in(stage, CHANNEL), "Try again"), place=CHANNEL)
    assert len(stage.chat.said(lead)) == 2


def latest_in(stage: Stage, place: Place) -> Post:
    return next(post for where, post in reversed(list(stage.chat.posts.values())) if where == place)


async def test_a_lead_who_is_the_learner_reads_it_once(build: Build) -> None:
    stage = build(chat=Threadless())
    await with_a_cohort(stage, ADA)
    await stage.types(ADA, "/lab rlhf")
    assert stage.chat.said(DIRECT) == []
    assert "knows, too" not in plain(latest_in(stage, CHANNEL))


@pytest.mark.parametrize("wish", ["What is a score?", "hint"])
async def test_what_is_refused_in_a_thread_is_told_directly(build: Build, wish: str) -> None:
    chat = Refusing()
    stage = build(chat=chat)
    chat.place = thread = await open_lab(stage)
    await stage.says(ADA, wish, thread)
    (told,) = stage.chat.said(DIRECT)
    assert "I am not in that channel. Invite me and try again." in told
    chat.refuses = False
    said = len(stage.chat.said(thread))
    await stage.presses(ADA, button(latest(stage), "Try again"), place=DIRECT)
    assert len(stage.chat.said(thread)) == said + 1


async def test_what_was_only_tried_for_long_enough_is_told_no_lead(build: Build) -> None:
    stage = build(tutor=ScriptedTutor(fault=ValueError("a slip")))
    await with_a_cohort(stage, GRACE)
    thread = await open_lab(stage)
    await stage.says(ADA, "What is a score?", thread)
    await after_tries(stage, 5)
    assert stage.chat.said(Place("fake", "w", "dm:grace", None, True)) == []
