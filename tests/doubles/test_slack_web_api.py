"""The Web API keeps Slack's rules: who may write where, what can be changed, what is remembered."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.bolt import client, refused
from tests.doubles.slack import Channel, Person, SlackDouble
from tests.doubles.slack.specs import Json

FACE: Json = {"username": "RLHF Lab", "icon_emoji": ":robot_face:"}
RICH = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "Hello"}]}]}]
SECTION = [{"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}]


@pytest.fixture
async def web(double: SlackDouble) -> AsyncIterator[AsyncWebClient]:
    async with client(double) as web:
        yield web


@pytest.fixture
def ada(double: SlackDouble) -> Person:
    return double.user("ada", tz="Europe/Berlin")


@pytest.fixture
def general(double: SlackDouble, ada: Person) -> Channel:
    return double.channel("general", members=[ada])


async def test_one_writes_only_where_one_is(double: SlackDouble, web: AsyncWebClient, ada: Person) -> None:
    public = double.channel("public", members=[ada], bot=False)
    secret = double.channel("secret", "private", [ada], bot=False)
    old = double.channel("old", members=[ada])
    double.archive(old, ada)
    locked = double.channel("locked", members=[ada])
    locked.refuses = "restricted_action_read_only_channel"
    assert await refused(web.chat_postMessage(channel=public.id, text="x")) == "not_in_channel"
    assert await refused(web.chat_postMessage(channel=secret.id, text="x")) == "channel_not_found"
    assert await refused(web.chat_postMessage(channel="C404", text="x")) == "channel_not_found"
    assert await refused(web.chat_postMessage(channel=old.id, text="x")) == "is_archived"
    assert await refused(web.chat_postMessage(channel=locked.id, text="x")) == "restricted_action_read_only_channel"
    assert await refused(web.chat_postEphemeral(channel=locked.id, user=ada.id, text="x")) == "restricted_action"
    double.assert_clean()


async def test_an_ephemeral_is_for_one_member_and_gone_after_a_reload(
    double: SlackDouble, web: AsyncWebClient, ada: Person, general: Channel
) -> None:
    bob = double.user("bob")
    assert await refused(web.chat_postEphemeral(channel=general.id, user=bob.id, text="psst")) == "user_not_in_channel"
    whispered = await web.chat_postEphemeral(channel=general.id, user=ada.id, text="psst", **FACE)
    assert [(message.text, message.name) for message in ada.sees(general)] == [("psst", "RLHF Lab")]
    assert await refused(web.chat_update(channel=general.id, ts=whispered["message_ts"], text="x")) == "message_not_found"
    ada.reloads()
    assert ada.sees(general) == []


async def test_an_ephemeral_shows_only_in_a_thread_that_has_begun(web: AsyncWebClient, ada: Person, general: Channel) -> None:
    root = await ada.says("hello", general)
    await web.chat_postEphemeral(channel=general.id, user=ada.id, text="too early", thread_ts=root.ts)
    await web.chat_postMessage(channel=general.id, text="begun", thread_ts=root.ts)
    await web.chat_postEphemeral(channel=general.id, user=ada.id, text="in time", thread_ts=root.ts)
    assert [message.text for message in ada.sees(root)] == ["hello", "begun", "in time"]


async def test_only_ones_own_messages_can_be_changed(
    double: SlackDouble, web: AsyncWebClient, ada: Person, general: Channel
) -> None:
    hers = await ada.says("mine", general)
    assert await refused(web.chat_update(channel=general.id, ts=hers.ts, text="x")) == "cant_update_message"
    assert await refused(web.chat_delete(channel=general.id, ts=hers.ts)) == "cant_delete_message"
    assert await refused(web.chat_update(channel=general.id, ts="1.1", text="x")) == "message_not_found"
    ours = await web.chat_postMessage(channel=general.id, text="one")
    await web.chat_update(channel=general.id, ts=ours["ts"], text="two")
    assert ada.sees(general)[-1].text == "two"
    await web.chat_delete(channel=general.id, ts=ours["ts"])
    assert ada.sees(general) == [hers]


async def test_rich_text_stays_rich_and_blocks_are_not_forgotten(
    double: SlackDouble, web: AsyncWebClient, general: Channel
) -> None:
    posted = await web.chat_postMessage(channel=general.id, text="Hello", blocks=RICH)
    assert await refused(web.chat_update(channel=general.id, ts=posted["ts"], text="x", blocks=SECTION)) == "block_mismatch"
    await web.chat_update(channel=general.id, ts=posted["ts"], text="new", blocks=RICH)
    double.assert_clean()
    await web.chat_update(channel=general.id, ts=posted["ts"], text="newer")
    with pytest.raises(AssertionError, match="say what becomes of them"):
        double.assert_clean()


async def test_a_reply_goes_to_a_root(double: SlackDouble, web: AsyncWebClient, ada: Person, general: Channel) -> None:
    root = await ada.says("root", general)
    reply = await web.chat_postMessage(channel=general.id, text="reply", thread_ts=root.ts)
    assert await refused(web.chat_postMessage(channel=general.id, text="x", thread_ts="1.1")) == "cannot_reply_to_message"
    double.assert_clean()
    await web.chat_postMessage(channel=general.id, text="astray", thread_ts=reply["ts"])
    with pytest.raises(AssertionError, match="is a reply, use its root"):
        double.assert_clean()


async def test_history_shows_roots_newest_first_page_by_page_with_metadata_on_request(
    web: AsyncWebClient, ada: Person, general: Channel
) -> None:
    key = {"event_type": "lesson_delivery", "event_payload": {"key": "k1"}}
    digest = await web.chat_postMessage(channel=general.id, text="digest", metadata=key, unfurl_links=False, unfurl_media=False)
    for number in range(4):
        await ada.says(str(number), general)
    await web.chat_postMessage(channel=general.id, text="reply", thread_ts=digest["ts"])
    first = await web.conversations_history(channel=general.id, limit=3)
    assert ([message["text"] for message in first["messages"]], first["has_more"]) == (["3", "2", "1"], True)
    rest = await web.conversations_history(channel=general.id, limit=3, cursor=first["response_metadata"]["next_cursor"])
    assert [message["text"] for message in rest["messages"]] == ["0", "digest"]
    assert "metadata" not in rest["messages"][1]
    found = await web.conversations_history(channel=general.id, oldest=digest["ts"], inclusive=True, include_all_metadata=True)
    assert found["messages"][-1]["metadata"] == key
    assert (found["messages"][-1]["reply_count"], len(found["messages"])) == (1, 5)


async def test_a_thread_outlives_its_root(web: AsyncWebClient, ada: Person, general: Channel) -> None:
    root = await ada.says("root", general)
    await web.chat_postMessage(channel=general.id, text="one", thread_ts=root.ts)
    await ada.deletes(root)
    replies = await web.conversations_replies(channel=general.id, ts=root.ts)
    assert [message.get("subtype") or message["text"] for message in replies["messages"]] == ["tombstone", "one"]
    await web.chat_postMessage(channel=general.id, text="two", thread_ts=root.ts)
    lonely = await ada.says("lonely", general)
    await ada.deletes(lonely)
    assert await refused(web.conversations_replies(channel=general.id, ts=lonely.ts)) == "thread_not_found"


async def test_reading_needs_the_scope_of_the_kind_of_channel(
    double: SlackDouble, web: AsyncWebClient, ada: Person, general: Channel
) -> None:
    double.installation.scopes -= {"channels:history", "im:read"}
    assert await refused(web.conversations_history(channel=general.id)) == "missing_scope"
    assert await refused(web.conversations_info(channel=ada.dm.id)) == "missing_scope"
    assert (await web.conversations_info(channel=general.id))["channel"]["name"] == "general"
    double.installation.scopes -= {"chat:write.customize"}
    assert await refused(web.chat_postMessage(channel=general.id, text="x", **FACE)) == "missing_scope"
    await web.chat_postMessage(channel=general.id, text="x")
    double.assert_clean()


async def test_some_names_are_reserved(web: AsyncWebClient, general: Channel) -> None:
    assert await refused(web.chat_postMessage(channel=general.id, text="x", username="Slackbot")) == "reserved_username"


async def test_people_and_channels_can_be_looked_up(
    double: SlackDouble, web: AsyncWebClient, ada: Person, general: Channel
) -> None:
    double.channel("secret", "private", [ada], bot=False)
    user = (await web.users_info(user=ada.id))["user"]
    assert (user["tz"], user["profile"]["display_name"]) == ("Europe/Berlin", "Ada")
    assert await refused(web.users_info(user="U404")) == "user_not_found"
    listed = await web.conversations_list(types="public_channel,private_channel", limit=50)
    assert [channel["name"] for channel in listed["channels"]] == ["general"]
    members = (await web.conversations_members(channel=general.id))["members"]
    assert set(members) == {ada.id, double.installation.bot.id}
    opened = (await web.conversations_open(users=ada.id))["channel"]["id"]
    await web.chat_postMessage(channel=opened, text="hello")
    assert [message.text for message in ada.sees(ada.dm)] == ["hello"]
    link = await web.chat_getPermalink(channel=opened, message_ts=ada.sees(ada.dm)[0].ts)
    assert link["permalink"].startswith("https://course.slack.com/archives/D")
    double.assert_clean()


async def test_a_public_channel_can_be_joined_if_the_scope_was_asked_for(double: SlackDouble, web: AsyncWebClient) -> None:
    open_door = double.channel("open", bot=False)
    double.oracle.declared.add("channels:join")
    double.installation.scopes.add("channels:join")
    await web.conversations_join(channel=open_door.id)
    await web.chat_postMessage(channel=open_door.id, text="hello")
    double.assert_clean()


async def test_an_upload_takes_three_steps_and_the_share_says_no_ts(
    double: SlackDouble, web: AsyncWebClient, ada: Person, general: Channel
) -> None:
    root = await ada.says("progress?", general)
    done = await web.files_upload_v2(
        channel=general.id, thread_ts=root.ts, filename="progress.png", file=b"\x89PNG123456", title="Progress",
        alt_txt="A line that rises", **FACE,
    )  # fmt: skip
    shared = ada.sees(root)[-1]
    assert (shared.name, shared.files[0]["alt_txt"], shared.files[0]["size"]) == ("RLHF Lab", "A line that rises", 10)
    assert double.files.all[shared.files[0]["id"]].content == b"\x89PNG123456"
    assert "ts" not in done.data
    double.assert_clean()


async def test_reactions_are_made_and_taken_back(double: SlackDouble, web: AsyncWebClient, ada: Person, general: Channel) -> None:
    said = await ada.says("look", general)
    await web.reactions_add(channel=general.id, timestamp=said.ts, name="eyes")
    assert said.reactions == {"eyes": [double.installation.bot.id]}
    assert await refused(web.reactions_add(channel=general.id, timestamp=said.ts, name="eyes")) == "already_reacted"
    await web.reactions_remove(channel=general.id, timestamp=said.ts, name="eyes")
    assert await refused(web.reactions_remove(channel=general.id, timestamp=said.ts, name="eyes")) == "no_reaction"


async def test_a_bad_request_changes_nothing_and_is_remembered(
    double: SlackDouble, web: AsyncWebClient, ada: Person, general: Channel
) -> None:
    assert await refused(web.chat_postMessage(channel=general.id, text="x", blocks=[{"type": "marquee"}])) == "invalid_blocks"
    assert await refused(web.chat_postMessage(channel=general.id, text="<!channel>")) == "invalid_arg_name"
    assert await refused(web.api_call("chat.postMesage")) == "unknown_method"
    assert ada.sees(general) == []
    assert len(double.violations) == 3
    with pytest.raises(AssertionError, match="marquee"):
        double.assert_clean()


async def test_a_documented_method_the_double_does_not_play_is_not_passed_over(double: SlackDouble, web: AsyncWebClient) -> None:
    double.oracle.declared.add("pins:write")
    assert await refused(web.pins_add(channel="C1", timestamp="1.1")) in ("unknown_method", "missing_scope")
    double.installation.scopes.add("pins:write")
    assert await refused(web.pins_add(channel="C1", timestamp="1.1")) == "unknown_method"
    with pytest.raises(AssertionError, match="does not play"):
        double.assert_clean()
