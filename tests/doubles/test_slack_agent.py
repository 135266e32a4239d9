"""The agent's surface: streams that grow old and full, the stop button, statuses that go, sessions, prompts."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.bolt import bolt, client, connected, refused
from tests.doubles.slack import Channel, Message, Person, SlackDouble
from tests.doubles.slack.specs import Json

FACE: Json = {"username": "RLHF Lab", "icon_emoji": ":robot_face:"}


@pytest.fixture
async def web(double: SlackDouble) -> AsyncIterator[AsyncWebClient]:
    async with client(double) as web:
        yield web


@pytest.fixture
def ada(double: SlackDouble) -> Person:
    return double.user("ada")


@pytest.fixture
def general(double: SlackDouble, ada: Person) -> Channel:
    return double.channel("general", members=[ada, double.user("bob")])


@pytest.fixture
async def question(ada: Person) -> Message:
    return await ada.says("What is RLHF?", ada.dm)


async def test_a_stream_grows_and_ends_with_blocks(
    double: SlackDouble, web: AsyncWebClient, ada: Person, question: Message
) -> None:
    stream = await web.chat_stream(
        channel=ada.dm.id,
        thread_ts=question.ts,
        recipient_user_id=ada.id,
        recipient_team_id=double.team.id,
        buffer_size=1,
        **FACE,
    )
    await stream.append(markdown_text="**Learning** ")
    answer = ada.sees(question)[-1]
    assert (ada.read(answer), answer.name) == ("**Learning** ", "RLHF Lab")
    assert double.agents.sessions[ada.dm.id, question.ts].status == "processing"
    await stream.append(markdown_text="from people")
    await stream.stop(blocks=[{"type": "divider"}])
    assert ada.read(answer) == "**Learning** from people"
    assert [block["type"] for block in answer.blocks] == ["markdown", "divider"]
    assert double.agents.sessions[ada.dm.id, question.ts].status == "active"
    double.assert_clean()


async def test_in_a_channel_only_the_recipient_sees_it_live(
    double: SlackDouble, web: AsyncWebClient, ada: Person, general: Channel
) -> None:
    bob, root = double.user("bob"), await ada.says("What is RLHF?", general)
    where: Json = {"channel": general.id, "thread_ts": root.ts}
    assert await refused(web.chat_startStream(markdown_text="x", **where)) == "missing_recipient_user_id"
    whom: Json = {"recipient_user_id": ada.id, "recipient_team_id": double.team.id}
    started = await web.chat_startStream(markdown_text="One ", **where, **whom)
    await web.chat_appendStream(channel=general.id, ts=started["ts"], markdown_text="two")
    answer = ada.sees(root)[-1]
    assert (ada.read(answer), bob.read(answer)) == ("One two", "One ")
    await web.chat_stopStream(channel=general.id, ts=started["ts"])
    assert bob.read(answer) == "One two"


async def test_a_stream_is_closed_after_five_minutes_and_can_then_be_edited(
    double: SlackDouble, web: AsyncWebClient, ada: Person, question: Message
) -> None:
    where: Json = {"channel": ada.dm.id}
    ts = (await web.chat_startStream(thread_ts=question.ts, markdown_text="begun", **where))["ts"]
    assert await refused(web.chat_update(ts=ts, text="x", **where)) == "streaming_state_conflict"
    double.advance(301)
    assert await refused(web.chat_appendStream(ts=ts, markdown_text="x", **where)) == "message_not_in_streaming_state"
    assert await refused(web.chat_stopStream(ts=ts, **where)) == "message_not_in_streaming_state"
    await web.chat_update(ts=ts, text="begun and ended", blocks=[], **where)
    assert ada.sees(question)[-1].words == "begun and ended"
    double.assert_clean()


async def test_a_stream_takes_twelve_thousand_characters_in_all(web: AsyncWebClient, ada: Person, question: Message) -> None:
    ts = (await web.chat_startStream(channel=ada.dm.id, thread_ts=question.ts, markdown_text="x" * 11_000))["ts"]
    assert await refused(web.chat_appendStream(channel=ada.dm.id, ts=ts, markdown_text="x" * 1001)) == "msg_too_long"
    await web.chat_appendStream(channel=ada.dm.id, ts=ts, markdown_text="x" * 1000)


async def test_the_stop_button_stops_and_tells(clean: SlackDouble, ada: Person, question: Message) -> None:
    heard: list[Json] = []
    async with bolt(clean) as app:

        @app.event("agent_session_stopped")
        async def stopped(event: Json) -> None:
            heard.append(event)

        async with connected(clean, app):
            ts = (await app.client.chat_startStream(channel=ada.dm.id, thread_ts=question.ts, markdown_text="x"))["ts"]
            await ada.stops(ada.sees(question)[-1])
            await clean.until(lambda: heard)
            assert await refused(app.client.chat_appendStream(channel=ada.dm.id, ts=ts, markdown_text="y")) == "stopped_by_user"
    assert (heard[0]["thread_ts"], heard[0]["streaming_message_ts"], heard[0]["user"]) == (question.ts, [ts], ada.id)
    assert clean.agents.sessions[ada.dm.id, question.ts].status == "processing"


async def test_a_status_goes_with_a_message_or_after_two_minutes(
    double: SlackDouble, web: AsyncWebClient, ada: Person, general: Channel
) -> None:
    root = await ada.says("hello", general)
    await web.assistant_threads_setStatus(channel_id=general.id, thread_ts=root.ts, status="thinks…", **FACE)
    assert ada.status(root) == "thinks…"
    await web.chat_postMessage(channel=general.id, thread_ts=root.ts, text="done")
    assert ada.status(root) == ""
    await web.assistant_threads_setStatus(channel_id=general.id, thread_ts=root.ts, status="thinks again…")
    double.advance(121)
    assert ada.status(root) == ""
    assert (
        await refused(web.assistant_threads_setStatus(channel_id=general.id, thread_ts="1.1", status="x")) == "invalid_thread_ts"
    )
    assert [text for _, _, text in double.agents.history] == ["thinks…", "thinks again…"]


async def test_a_session_keeps_its_title_and_wants_an_agent(
    double: SlackDouble, web: AsyncWebClient, ada: Person, question: Message
) -> None:
    where: Json = {"channel_id": ada.dm.id, "thread_ts": question.ts}
    await web.agents_sessions_setStatus(status="processing", title="RLHF", **where)
    await web.agents_sessions_setStatus(status="active", title="ignored", **where)
    assert double.agents.sessions[ada.dm.id, question.ts].title == "RLHF"
    await web.agents_sessions_rename(title="Rewards", **where)
    assert double.agents.sessions[ada.dm.id, question.ts].title == "Rewards"
    double.agents.is_agent = False
    assert await refused(web.agents_sessions_setStatus(status="active", **where)) == "not_authorized"
    prompts = [{"title": "Quiz me", "message": "/quiz rlhf"}]
    assert await refused(web.assistant_threads_setSuggestedPrompts(channel_id=ada.dm.id, prompts=prompts)) == "not_agent_app"


async def test_a_suggested_prompt_says_its_message(clean: SlackDouble, web: AsyncWebClient, ada: Person) -> None:
    await web.assistant_threads_setSuggestedPrompts(
        channel_id=ada.dm.id, title="Try", prompts=[{"title": "Quiz me", "message": "quiz rlhf"}]
    )  # fmt: skip
    assert (await ada.picks(0)).text == "quiz rlhf"
