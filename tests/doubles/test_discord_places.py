"""Permissions, threads and webhooks: what the app may do where, with the codes Discord documents."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest

from tests.doubles.discord import Channel, DiscordDouble, Guild, NotOffered, Person
from tests.doubles.discord.permissions import EVERYDAY, LEAST, bits, names
from tests.doubles.dpy import Bot, connected, refused

QUIET = discord.AllowedMentions.none()


@pytest.fixture
async def bot(discord_double: DiscordDouble, general: Channel) -> AsyncIterator[Bot]:
    bot = Bot()
    async with connected(discord_double, bot):
        yield bot


@pytest.fixture
def ada(discord_double: DiscordDouble) -> Person:
    return discord_double.user("Ada")


@pytest.fixture
def general(discord_double: DiscordDouble) -> Channel:
    return discord_double.channel("general")


def seen(bot: Bot, channel: Channel) -> Any:
    """The channel as the client addresses it, whether it knows it or not."""
    return bot.get_channel(int(channel.id)) or bot.get_partial_messageable(int(channel.id))


async def opened(
    bot: Bot, parent: Channel, name: str = "lab", kind: discord.ChannelType = discord.ChannelType.public_thread
) -> Any:
    return await seen(bot, parent).create_thread(name=name, type=kind)


def of(double: DiscordDouble, thread: Any) -> Channel:
    return double.world.channels[str(thread.id)]


# permissions


def test_the_invite_asks_for_what_the_note_says() -> None:
    wanted = [
        "VIEW_CHANNEL", "SEND_MESSAGES", "EMBED_LINKS", "ATTACH_FILES", "READ_MESSAGE_HISTORY", "MANAGE_WEBHOOKS",
        "CREATE_PUBLIC_THREADS", "CREATE_PRIVATE_THREADS", "SEND_MESSAGES_IN_THREADS",
    ]  # fmt: skip
    assert bits(*wanted) == LEAST
    assert names(LEAST) == wanted


async def test_overwrites_of_everybody_of_roles_and_of_members_come_in_that_order(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    guild = discord_double.guild
    everyone = guild.roles[guild.id]
    discord_double.deny(general, "SEND_MESSAGES", whom=everyone)
    assert await refused(seen(bot, general).send("x")) == 50013
    discord_double.allow(general, "SEND_MESSAGES", whom=discord_double.app_role())
    await seen(bot, general).send("the role may")
    discord_double.deny(general, "SEND_MESSAGES")
    assert await refused(seen(bot, general).send("x")) == 50013
    with pytest.raises(NotOffered):
        await ada.says("x", general)
    assert await discord_double.owner.says("the owner may everything", general)


@pytest.mark.parametrize(
    ("lacking", "code"),
    [("VIEW_CHANNEL", 50001), ("SEND_MESSAGES", 50013)],
)
async def test_without_a_permission_the_refusal_says_which_kind(
    discord_double: DiscordDouble, bot: Bot, general: Channel, lacking: str, code: int
) -> None:
    discord_double.deny(general, lacking)
    assert await refused(seen(bot, general).send("x")) == code


async def test_each_deed_needs_its_permission(discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel) -> None:
    place = seen(bot, general)
    message = await place.send("x")
    for lacking, deed in (
        ("MANAGE_WEBHOOKS", lambda: place.create_webhook(name="Labs")),
        ("MANAGE_WEBHOOKS", lambda: place.webhooks()),
        ("CREATE_PUBLIC_THREADS", lambda: opened(bot, general)),
        ("CREATE_PUBLIC_THREADS", lambda: message.create_thread(name="lab")),
        ("CREATE_PRIVATE_THREADS", lambda: opened(bot, general, kind=discord.ChannelType.private_thread)),
        ("ATTACH_FILES", lambda: place.send(file=discord.File(__file__, filename="a.txt"))),
        ("READ_MESSAGE_HISTORY", lambda: place.fetch_message(message.id)),
        ("ADD_REACTIONS", lambda: message.add_reaction("👍")),
        ("PIN_MESSAGES", lambda: message.pin()),
    ):
        discord_double.deny(general, lacking)
        assert await refused(deed()) == 50013, lacking
        discord_double.allow(general, lacking)
        await deed()
    discord_double.deny(general, "READ_MESSAGE_HISTORY")
    assert [one async for one in place.history()] == []
    discord_double.assert_clean()


async def test_in_threads_another_permission_counts(discord_double: DiscordDouble, bot: Bot, general: Channel) -> None:
    thread = await opened(bot, general)
    discord_double.deny(general, "SEND_MESSAGES")
    await thread.send("still here")
    discord_double.deny(general, "SEND_MESSAGES_IN_THREADS")
    assert await refused(thread.send("x")) == 50013


async def test_a_hidden_channel_is_for_some(discord_double: DiscordDouble, bot: Bot, ada: Person) -> None:
    staff = discord_double.channel("staff")
    discord_double.hide(staff, ada)
    await seen(bot, staff).send("for a few")
    assert len(ada.sees(staff)) == 1
    assert discord_double.user("Bob").sees(staff) == []


async def test_in_a_foreign_guild_nothing_is_reached(discord_double: DiscordDouble, bot: Bot) -> None:
    elsewhere: Guild = discord_double.another_guild("Elsewhere", bot=False)
    foreign = discord_double.channel("foreign", elsewhere)
    assert await refused(seen(bot, foreign).send("x")) == 50001
    assert await refused(bot.fetch_guild(int(elsewhere.id))) == 50001
    assert await refused(bot.fetch_channel(5)) == 10003
    assert EVERYDAY & LEAST


async def test_people_are_written_to_in_private_unless_they_closed_the_door(
    discord_double: DiscordDouble, bot: Bot, ada: Person
) -> None:
    user = await bot.fetch_user(int(ada.id))
    await user.send("hello")
    assert [one.words for one in ada.sees(ada.dm)] == ["hello"]
    ada.user.accepts_dms = False
    assert await refused(user.send("hello?")) == 50007
    assert await refused(bot.fetch_user(5)) == 10013


# threads


async def test_a_message_has_one_thread_with_its_id(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    message = await seen(bot, general).send("Lab")
    thread = await message.create_thread(name="lab")
    assert thread.id == message.id
    assert await refused(message.create_thread(name="again")) == 160004
    assert await refused(opened(bot, general, name=" ")) == 50035
    assert [one.name for one in ada.threads(general)] == ["lab"]


async def test_a_thread_without_a_type_would_be_private(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    thread = await bot.http.start_thread_without_message(int(general.id), name="lab", auto_archive_duration=1440, type=None)  # type: ignore[arg-type]
    assert thread["type"] == 12
    assert ada.threads(general) == []
    with pytest.raises(AssertionError, match="type: missing"):
        discord_double.assert_clean()


async def test_a_private_thread_is_for_its_members(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    thread = await opened(bot, general, kind=discord.ChannelType.private_thread)
    await thread.add_user(discord.Object(int(ada.id)))
    await thread.send("hello")
    bob = discord_double.user("Bob")
    assert len(ada.sees(of(discord_double, thread))) == 1
    assert bob.sees(of(discord_double, thread)) == []
    assert await refused(thread.add_user(discord.Object(5))) == 10007
    await thread.remove_user(discord.Object(int(ada.id)))
    assert ada.sees(of(discord_double, thread)) == []


async def test_an_archived_thread_wakes_when_somebody_speaks_and_a_locked_one_does_not(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    thread = await opened(bot, general)
    hook = await seen(bot, general).create_webhook(name="Labs")
    place = of(discord_double, thread)
    message = await thread.send("one")
    discord_double.archive(place)
    assert await refused(message.edit(content="x")) == 50083
    assert await refused(message.add_reaction("👍")) == 50083
    assert await refused(message.delete()) == 50083
    for waking in (lambda: thread.send("two"), lambda: hook.send("three", thread=thread), lambda: ada.says("four", place)):
        discord_double.archive(place)
        await waking()
        assert not place.archived
    discord_double.archive(place, locked=True)
    assert await refused(thread.send("x")) == 160005
    assert await refused(hook.send("x", thread=thread)) == 160005
    with pytest.raises(NotOffered):
        await ada.says("x", place)
    assert [one.words for one in ada.sees(place)] == ["one", "two", "three", "four"]


async def test_a_quiet_thread_falls_asleep(discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel) -> None:
    thread = of(
        discord_double,
        await seen(bot, general).create_thread(name="lab", type=discord.ChannelType.public_thread, auto_archive_duration=60),
    )
    discord_double.advance(3000)
    await ada.says("hello", thread)
    discord_double.advance(3000)
    assert not thread.archived
    discord_double.advance(1000)
    assert thread.archived


async def test_the_opener_may_rename_and_archive_and_only_who_manages_threads_may_lock(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    thread, other = await opened(bot, general), await ada.opens_thread(general, "Ada's")
    await thread.edit(name="Lab 1", archived=True)
    assert (of(discord_double, thread).name, of(discord_double, thread).archived) == ("Lab 1", True)
    assert await refused(thread.edit(name="Lab 2")) == 50083
    await thread.edit(archived=False)
    assert await refused(thread.edit(locked=True)) == 50013
    theirs = await bot.fetch_channel(int(other.id))
    assert isinstance(theirs, discord.Thread)
    assert await refused(theirs.edit(name="mine")) == 50013
    discord_double.allow(general, "MANAGE_THREADS")
    await thread.edit(locked=True)
    await theirs.edit(archived=True)
    listed = [one.name async for one in seen(bot, general).archived_threads()]
    assert listed == ["Ada's"]
    discord_double.assert_clean()


async def test_there_is_an_end_to_active_threads(discord_double: DiscordDouble, bot: Bot, general: Channel) -> None:
    discord_double.guild.thread_cap = 2
    first = await opened(bot, general, "one")
    await opened(bot, general, "two")
    assert await refused(opened(bot, general, "three")) == 160006
    await first.edit(archived=True)
    await opened(bot, general, "three")
    active = await discord_double_active(bot)
    assert sorted(one.name for one in active) == ["three", "two"]


async def discord_double_active(bot: Bot) -> list[discord.Thread]:
    return list(await bot.guilds[0].active_threads())


async def test_deleted_places_are_unknown(discord_double: DiscordDouble, bot: Bot, general: Channel) -> None:
    thread = await opened(bot, general)
    hook = await seen(bot, general).create_webhook(name="Labs")
    discord_double.delete(of(discord_double, thread))
    assert await refused(thread.send("x")) == 10003
    assert await refused(hook.send("x", thread=thread)) == 10003
    discord_double.delete(general)
    assert await refused(bot.get_partial_messageable(int(general.id)).send("x")) == 10003
    assert await refused(hook.send("x")) == 10015


# webhooks


async def test_a_channel_holds_fifteen_webhooks(discord_double: DiscordDouble, bot: Bot, general: Channel) -> None:
    for number in range(15):
        discord_double.add_webhook(general, f"Hook {number}")
    assert await refused(seen(bot, general).create_webhook(name="Labs")) == 30007
    assert len(await seen(bot, general).webhooks()) == 15


async def test_a_deleted_webhook_is_unknown_and_a_wrong_token_is_invalid(
    discord_double: DiscordDouble, bot: Bot, general: Channel
) -> None:
    hook = await seen(bot, general).create_webhook(name="Labs")
    wrong = discord.Webhook.partial(hook.id, "wrong", client=bot)
    assert await refused(wrong.send("x", allowed_mentions=QUIET)) == 50027
    discord_double.delete_webhook(discord_double.world.webhooks[str(hook.id)])
    assert await refused(hook.send("x")) == 10015


async def test_a_persona_speaks_edits_and_takes_back_in_its_thread_only(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    hook = await seen(bot, general).create_webhook(name="Labs")
    thread = await opened(bot, general, "one")
    other = discord.Object(int((await ada.opens_thread(discord_double.channel("other"), "two")).id))
    said = await hook.send("Hello", username="Paul", avatar_url="https://example.org/p.png", thread=thread, wait=True)
    (shown,) = ada.sees(of(discord_double, thread))
    assert (shown.name, shown.avatar_url, said.channel.id) == ("Paul", "https://example.org/p.png", thread.id)
    assert await refused(hook.send("x", username="Paul", thread=other, wait=True)) == 10003
    assert await refused(hook.edit_message(said.id, content="x")) == 10008
    await hook.edit_message(said.id, content="Hello!", thread=thread)
    assert (shown.words, shown.name) == ("Hello!", "Paul")
    assert await refused(thread.get_partial_message(said.id).edit(content="x")) == 50005
    await hook.delete_message(said.id, thread=thread)
    assert ada.sees(of(discord_double, thread)) == []
    discord_double.assert_clean()


async def test_only_the_apps_own_webhook_carries_buttons(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.TextDisplay("Ready?"))
    view.add_item(discord.ui.ActionRow(discord.ui.Button(label="Go", custom_id="go")))
    theirs = discord_double.add_webhook(general)
    body = {"components": view.to_components(), "flags": 1 << 15, "allowed_mentions": {"parse": []}}  # type: ignore[no-untyped-call]
    async with aiohttp.ClientSession() as web:
        address = f"{discord_double.api_url}/webhooks/{theirs.id}/{theirs.token}?with_components=1"
        async with web.post(address, json=body) as answer:
            assert (answer.status, (await answer.json())["code"]) == (400, 50035)
    hook = await seen(bot, general).create_webhook(name="Labs")
    thread = await opened(bot, general)
    await hook.send(view=view, username="Paul", thread=thread, wait=True)
    asked = await ada.reads(of(discord_double, thread), "Ready?")
    done = await press(bot, ada, asked)
    assert done == "go"
    discord_double.assert_clean()


async def press(bot: Bot, ada: Person, message: Any) -> str:
    async def thanks(interaction: discord.Interaction[Bot]) -> None:
        await interaction.response.defer()

    bot.on_press = thanks
    return (await ada.clicks(message, "Go")).name


# messages


async def test_the_same_nonce_says_it_once_for_some_minutes(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    place = seen(bot, general)
    first, second = await place.send("one", nonce="digest:7"), await place.send("one again", nonce="digest:7")
    assert first.id == second.id
    discord_double.advance(301)
    await place.send("much later", nonce="digest:7")
    assert [one.words for one in ada.sees(general)] == ["one", "much later"]
    discord_double.assert_clean()


async def test_who_would_be_woken_is_known(discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel) -> None:
    place = seen(bot, general)
    await place.send(f"@everyone {ada.mention}")
    await place.send(f"@everyone {ada.mention}", allowed_mentions=discord.AllowedMentions.all())
    assert [one.pings for one in ada.sees(general)] == [[], [ada.id, "everyone"]]
    with pytest.raises(AssertionError, match="lets something ping"):
        discord_double.assert_clean()


async def test_links_to_commands_and_faces_of_personas_must_be_there(
    discord_double: DiscordDouble, bot: Bot, general: Channel
) -> None:
    commands = await bot.tree.fetch_commands()
    assert commands == []
    hook = await seen(bot, general).create_webhook(name="Labs")
    await seen(bot, general).send("Try </lab:5>")
    with pytest.raises(AssertionError, match="</lab:5> is no command"):
        discord_double.assert_clean()
    await hook.send("x", username="Paul", avatar_url="https://cdn.discordapp.com/emojis/5.png", wait=True)
    with pytest.raises(AssertionError, match="no picture of the app"):
        discord_double.assert_clean()


async def test_a_layout_stays_one_and_takes_no_words(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    view = discord.ui.LayoutView(timeout=None)
    gallery: discord.ui.MediaGallery[discord.ui.LayoutView] = discord.ui.MediaGallery(
        discord.MediaGalleryItem("attachment://a.png", description="A chart")
    )
    view.add_item(discord.ui.Container(discord.ui.TextDisplay("# Report"), gallery))
    sent = await seen(bot, general).send(view=view, file=discord.File(__file__, filename="a.png", description="A chart"))
    assert await refused(sent.edit(content="words")) == 50035
    (shown,) = ada.sees(general)
    assert (shown.words, [one.description for one in ada.pictures(shown)]) == ("# Report", ["A chart"])
    async with bot.http._HTTPClient__session.get(sent.attachments[0].url) as answer:  # type: ignore[attr-defined]
        assert answer.status == 200
    discord_double.violations.clear()


async def test_old_messages_are_edited_rarely(discord_double: DiscordDouble, bot: Bot, general: Channel) -> None:
    message = await seen(bot, general).send("one")
    discord_double.advance(3601)
    for number in range(3):
        await message.edit(content=str(number))
    assert await refused(message.edit(content="once more")) == 30046


async def test_the_history_is_read_back_after_a_message(
    discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel
) -> None:
    said = [await ada.says(str(number), general) for number in range(5)]
    after = discord.Object(int(said[1].id))
    assert [one.content async for one in seen(bot, general).history(after=after, oldest_first=True)] == ["2", "3", "4"]
    assert [one.content async for one in seen(bot, general).history(limit=2)] == ["4", "3"]
    discord_double.assert_clean()


async def test_writing_is_shown_for_ten_seconds(discord_double: DiscordDouble, bot: Bot, ada: Person, general: Channel) -> None:
    await bot.http.send_typing(int(general.id))
    assert ada.writing(general)
    discord_double.advance(10.1)
    assert not ada.writing(general)


async def test_the_apps_emojis_have_unsigned_addresses(discord_double: DiscordDouble, bot: Bot) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(20)
    emoji = await bot.create_application_emoji(name="paul", image=picture)
    assert [one.name for one in await bot.fetch_application_emojis()] == ["paul"]
    assert await refused(bot.create_application_emoji(name="paul", image=picture)) == 50035
    assert (await emoji.read()).startswith(b"\x89PNG")
    await emoji.delete()
    assert await refused(bot.fetch_application_emoji(emoji.id)) == 10014
    discord_double.violations.clear()


async def test_new_commands_are_counted_by_the_day(discord_double: DiscordDouble, bot: Bot) -> None:
    async def put(number: int) -> Any:
        body = [{"name": f"c{number}-{one}", "type": 1, "description": "x"} for one in range(100)]
        return await bot.http.bulk_upsert_global_commands(bot.application_id or 0, body)

    before = {one["id"] for one in await put(1)}
    assert {one["id"] for one in await put(1)} == before
    await put(2)
    assert await refused(put(3)) == 30034
    discord_double.advance(86_401)
    await put(3)
    discord_double.assert_clean()
