"""Replies in direct conversations are Slack's own streams; everywhere the last word is whole, and nothing stands there twice."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import given

from bot.adapters.library import Library
from bot.adapters.slack import drafts, streams
from bot.adapters.slack.hearing import place_of
from bot.adapters.slack.markdown import literal, markdown
from bot.core.chat import para
from bot.core.lab_posts import THINKING
from bot.core.labs import writing
from bot.core.ports import Draft, LabTurn
from tests.adapters.slack.stage import Stage
from tests.adapters.slack.strategies import HOSTILE, POSTS
from tests.contract.slack import SlackLearner
from tests.doubles.slack import Message, specs
from tests.doubles.slack.manners import LIVE

BEGINNING = "A reward model gives every answer one number, and the policy "


class Typist:
    """Writes what it is told to, draft by draft; the last one when it is let go."""

    banner = "A typist."

    def __init__(self) -> None:
        self.drafts: asyncio.Queue[str | None] = asyncio.Queue()

    def types(self, *texts: str) -> None:
        for text in texts:
            self.drafts.put_nowait(text)

    async def insists(self, text: str, seen: Callable[[], bool] = lambda: True) -> None:
        """Writes it anew until it is seen: a draft may be left out while another is on its way."""
        for _ in range(1000):
            self.types(text)
            await self.drafts.join()
            if seen():
                return
        raise AssertionError(f"{text!r} was never shown")

    def ends(self, text: str) -> None:
        self.types(text)
        self.drafts.put_nowait(None)

    def cost(self, turn: LabTurn) -> int:
        return 0

    async def answer(self, turn: LabTurn) -> AsyncGenerator[Draft]:
        text = ""
        while (more := await self.drafts.get()) is not None:
            text = more
            yield Draft(_parts(text), done=False)
            self.drafts.task_done()
        yield Draft(_parts(text), done=True)


def _parts(text: str):  # type: ignore[no-untyped-def]
    return tuple(para(some) for some in text.split("\n") if some)


@pytest.fixture
def typist() -> Typist:
    return Typist()


Begun = Callable[[], Awaitable[tuple[Stage, SlackLearner, Message]]]


@pytest.fixture
async def stage(tmp_path: Path, library: Library, typist: Typist, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setattr(drafts, "SHOWN_EVERY", 0.0)
    monkeypatch.setattr(drafts, "SHARE", 1e9)
    stage = Stage(tmp_path, library, specs.require(), typist)
    await stage.start()
    yield stage
    await stage.stop()
    stage.double.assert_clean()


async def private_lab(stage: Stage, learner: SlackLearner) -> Message:
    await learner.types("/lab rlhf private")
    opening = await learner.sees("Just reply here")
    return learner.person.dm.messages[opening.thread or ""]


def replies(root: Message) -> list[Message]:
    """What the persona has said since its opening."""
    found = root.channel.replies(root.ts)
    return [message for message in found if message.author.bot_id and "Just reply here" not in message.words]


async def test_a_private_reply_grows_as_a_stream_under_the_personas_face_and_ends_as_literal_rich_text(
    stage: Stage, typist: Typist
) -> None:
    ada = await stage.learner("Ada")
    root = await private_lab(stage, ada)
    await ada.person.says("How?", root.channel, root)
    typist.types(BEGINNING + "is pu")
    live = await ada.person.reads(root, BEGINNING.strip())
    assert stage.double.agents.streaming(live)
    assert (live.method, live.username) == ("chat.startStream", root.username)
    assert not live.words.endswith("pu")
    typist.types(BEGINNING + "is pushed towards it. <!channel> @everyone")
    await ada.person.reads(root, "is pushed towards it.")
    typist.ends(BEGINNING + "is pushed towards it. <!channel> @everyone\nAnd **then**?")
    await ada.person.reads(root, "And **then**?")
    await stage.quiet()
    assert replies(root) == [live]
    assert not stage.double.agents.streaming(live)
    assert {block["type"] for block in live.blocks} <= {"rich_text", "actions", "context"}
    assert "<!channel> @everyone" in live.words
    assert "Next question" in live.words
    assert "Being written" not in live.words
    assert stage.double.agents.sessions[root.channel.id, root.ts].status == "active"


async def test_in_a_channel_a_reply_is_posted_and_edited_for_everybody(stage: Stage, typist: Typist) -> None:
    ada, grace = await stage.learner("Ada"), await stage.learner("Grace")
    root = await stage.lab(ada)
    await ada.says("How?", root.ts)
    typist.types(BEGINNING)
    await grace.sees(BEGINNING.strip(), thread=root.ts)
    typist.types(BEGINNING + "is pushed towards it.")
    await grace.sees("is pushed towards it", thread=root.ts)
    typist.ends(BEGINNING + "is pushed towards it. Next?")
    await grace.sees("towards it. Next?", thread=root.ts)
    await stage.quiet()
    assert len(replies(root)) == 1
    assert not stage.double.calls_to("chat.startStream")


async def test_what_changes_an_earlier_word_waits_for_the_final_text(stage: Stage, typist: Typist) -> None:
    ada = await stage.learner("Ada")
    root = await private_lab(stage, ada)
    await ada.person.says("How?", root.channel, root)
    typist.types(BEGINNING + "goes")
    live = await ada.person.reads(root, BEGINNING.strip())
    await typist.insists("Something else altogether, which takes back what was said before.")
    assert live.words.startswith(BEGINNING)
    await typist.insists(BEGINNING + "goes on well. ", lambda: "goes on well" in live.words)
    typist.ends("The last word.")
    await ada.person.reads(root, "The last word.")
    assert replies(root) == [live]
    assert "reward model" not in live.words


async def test_a_stream_that_was_begun_without_a_receipt_is_found_again_and_not_begun_twice(stage: Stage, typist: Typist) -> None:
    ada = await stage.learner("Ada")
    root = await private_lab(stage, ada)
    stage.double.fail("chat.startStream", when="after", kind="500")
    await ada.person.says("How?", root.channel, root)
    typist.types(BEGINNING)
    await ada.person.reads(root, BEGINNING.strip())
    typist.ends("The whole answer.")
    await ada.person.reads(root, "The whole answer.")
    await stage.quiet()
    assert len(replies(root)) == 1


async def test_a_stream_left_by_a_process_that_died_is_ended_and_becomes_the_whole_answer(stage: Stage, typist: Typist) -> None:
    ada = await stage.learner("Ada")
    root = await private_lab(stage, ada)
    await ada.person.says("How?", root.channel, root)
    typist.types(BEGINNING)
    live = await ada.person.reads(root, BEGINNING.strip())
    await stage.app.deliveries.stop(patience=0)
    await stage.app.stop()
    assert stage.double.agents.streaming(live)
    await stage.run()
    typist.ends("The whole answer.")
    await ada.person.reads(root, "The whole answer.")
    await stage.quiet()
    assert replies(root) == [live]
    assert not stage.double.agents.streaming(live)


@pytest.mark.parametrize("code", ["message_not_in_streaming_state", "stopped_by_user", "500", "429"])
async def test_a_stream_that_breaks_off_ends_in_the_whole_answer_once(stage: Stage, typist: Typist, code: str) -> None:
    ada = await stage.learner("Ada")
    root = await private_lab(stage, ada)
    await ada.person.says("How?", root.channel, root)
    typist.types(BEGINNING)
    live = await ada.person.reads(root, BEGINNING.strip())
    stage.double.fail("chat.appendStream", kind=code)
    typist.types(BEGINNING + "is pushed towards it. ")
    await stage.double.until(lambda: stage.double.calls_to("chat.appendStream"))
    typist.ends(BEGINNING + "is pushed towards it. The end.")
    await ada.person.reads(root, "The end.")
    await stage.quiet()
    assert replies(root) == [live]


async def test_a_stream_slack_closed_for_its_age_is_edited_all_the_same(stage: Stage, typist: Typist) -> None:
    ada = await stage.learner("Ada")
    root = await private_lab(stage, ada)
    await ada.person.says("How?", root.channel, root)
    typist.types(BEGINNING)
    live = await ada.person.reads(root, BEGINNING.strip())
    stage.double.advance(400)
    typist.types(BEGINNING + "is pushed towards it. ")
    typist.ends(BEGINNING + "is pushed towards it. The end.")
    await ada.person.reads(root, "The end.")
    await stage.quiet()
    assert replies(root) == [live]


async def test_where_slack_streams_nothing_a_private_reply_is_posted_and_edited(stage: Stage, typist: Typist) -> None:
    ada = await stage.learner("Ada")
    root = await private_lab(stage, ada)
    for turn in range(2):
        stage.double.fail("chat.startStream", kind="not_subscribed_to_message_stream_stopped")
        await ada.person.says(f"How {turn}?", root.channel, root)
        typist.types(f"{turn}. {BEGINNING}")
        await ada.person.reads(root, f"{turn}. {BEGINNING}".strip())
        typist.ends(f"Answer {turn}.")
        await ada.person.reads(root, f"Answer {turn}.")
        await stage.quiet()
    assert len(replies(root)) == 2
    assert len(stage.double.calls_to("chat.startStream")) == 1


@pytest.mark.parametrize("rolls", ["full", "old"])
async def test_a_long_stream_goes_on_in_another_message_and_the_end_leaves_as_many_as_it_takes(
    stage: Stage, typist: Typist, rolls: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if rolls == "full":
        monkeypatch.setattr(streams, "LONGEST", 200)
    else:
        monkeypatch.setattr(streams, "OLDEST", -1.0)
    ada = await stage.learner("Ada")
    root = await private_lab(stage, ada)
    await ada.person.says("How?", root.channel, root)
    first, second = BEGINNING * 2, "This is the second paragraph, and it has some length of its own. " * 2
    typist.types(first)
    await ada.person.reads(root, BEGINNING.strip())
    typist.types(f"{first}\n{second}")
    rolled = await ada.person.reads(root, "second paragraph")
    assert len(replies(root)) == 2
    assert "Being written" in rolled.words
    assert rolled.text.startswith("This is")
    typist.ends("The short end.")
    await ada.person.reads(root, "The short end.")
    await stage.quiet()
    assert [m.words.partition("\n")[0] for m in replies(root)] == ["The short end."]


async def test_with_five_replies_on_their_way_a_sixth_comes_as_a_whole(stage: Stage, typist: Typist) -> None:
    assert stage.app.slack
    ada = await stage.learner("Ada")
    root = await stage.lab(ada)
    drafted = (await stage.app.slack._workspaces.of(place_of(stage.double.team.id, stage.channel.id))).chat._drafts
    for n in range(drafts.MOST):
        drafted.begun(f"other {n}")
    await ada.says("How?", root.ts)
    typist.types(BEGINNING)
    await stage.double.until(lambda: ada.person.status(root))
    assert replies(root) == []
    typist.ends("The whole answer.")
    await ada.sees("The whole answer.", thread=root.ts)
    assert len(replies(root)) == 1
    assert not stage.double.calls_to("chat.update")


# ---------------------------------------------------------------- the text of a stream


@given(HOSTILE)
def test_nothing_in_a_stream_is_live(text: str) -> None:
    shown = literal(text)
    assert not LIVE.search(shown)
    assert "<" not in shown
    assert "](" not in shown


@given(POSTS)
def test_any_post_can_be_written_live(post) -> None:  # type: ignore[no-untyped-def]
    assert "<" not in markdown(post.parts)


async def test_slacks_own_stop_button_ends_the_reply_and_what_came_of_it_stays(stage: Stage, typist: Typist) -> None:
    ada = await stage.learner("Ada")
    root = await private_lab(stage, ada)
    await ada.person.says("How?", root.channel, root)
    typist.types(BEGINNING + "goes on")
    live = await ada.person.reads(root, BEGINNING.strip())
    await ada.person.stops(live)
    await ada.person.reads(root, "you stopped the reply here")
    await stage.quiet()
    assert replies(root) == [live]
    assert "Continue" in live.words
    assert not stage.double.calls_to("chat.appendStream")
    assert stage.double.agents.sessions[root.channel.id, root.ts].status == "active"


async def test_a_reply_in_a_channel_is_stopped_by_its_button(stage: Stage, typist: Typist) -> None:
    ada, grace = await stage.learner("Ada"), await stage.learner("Grace")
    root = await stage.lab(ada)
    await ada.says("How?", root.ts)
    typist.types(BEGINNING)
    seen = await grace.sees(BEGINNING.strip(), thread=root.ts)
    await grace.presses(seen, "Stop")
    await grace.sees("Ada's lab")
    await ada.presses(seen, "Stop")
    await ada.sees(BEGINNING.strip(), "you stopped the reply here", thread=root.ts, gone="[Stop]")
    assert len(replies(root)) == 1


async def test_a_tutor_that_thinks_for_long_can_be_stopped_before_its_first_word(
    stage: Stage, typist: Typist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "FIRST_SIGN", 0.01)
    monkeypatch.setattr(writing, "THINKING", 0.02)
    ada = await stage.learner("Ada")
    root = await private_lab(stage, ada)
    await ada.person.says("How?", root.channel, root)
    live = await ada.person.reads(root, THINKING)
    await typist.insists(BEGINNING + "goes on", lambda: BEGINNING.strip() in live.words)
    await ada.person.stops(live)
    await ada.person.reads(root, "you stopped the reply here")
    await stage.quiet()
    assert replies(root) == [live]
    assert THINKING not in live.words
