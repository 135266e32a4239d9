"""Replies as they grow: begun once, edited now and then, and never without their end."""

from pathlib import Path

from bot.adapters.library import Library
from tests.contract.discord import DiscordPlatform
from tests.contract.test_promises import PERSONA, lab_of
from tests.doubles.discord import require
from tests.fakes import ScriptedTutor

EDIT = "patch /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"
LONG = "A reward model learns what raters prefer. " * 3


def drafts(count: int) -> list[str]:
    return [LONG + "more " * n for n in range(count)] + [LONG + "The very end."]


async def test_a_reply_that_grows_is_one_message_and_ends_whole(tmp_path: Path, library: Library) -> None:
    async with DiscordPlatform(tmp_path, library, require(), ScriptedTutor(*drafts(50))) as discord:
        ada = await discord.learner("Ada")
        root, _ = await lab_of(ada)
        await ada.says("Tell me", root.id)
        await ada.sees("The very end.", by=PERSONA, thread=root.id)
        await discord.quiet()
        replies = [one for one in await ada.all_seen() if one.thread == root.id and "A reward model learns" in one.text]
        assert len(replies) == 1
        assert len(discord.double.calls_to(EDIT)) < 10


async def test_the_end_of_a_reply_comes_though_its_edit_is_limited_or_lost(tmp_path: Path, library: Library) -> None:
    async with DiscordPlatform(tmp_path, library, require(), ScriptedTutor(*drafts(3))) as discord:
        ada = await discord.learner("Ada")
        root, _ = await lab_of(ada)
        discord.double.fail(EDIT, "before", "429")
        discord.double.fail(EDIT, "after", "502")
        await ada.says("Tell me", root.id)
        await ada.sees("The very end.", by=PERSONA, thread=root.id)


async def test_a_reply_whose_webhook_is_deleted_while_it_grows_is_said_whole_by_another(tmp_path: Path, library: Library) -> None:
    async with DiscordPlatform(tmp_path, library, require(), ScriptedTutor(*drafts(3))) as discord:
        ada = await discord.learner("Ada")
        root, _ = await lab_of(ada)
        await discord.quiet()
        discord.double.fail(EDIT, "before", 10015)
        await ada.says("Tell me", root.id)
        await ada.sees("The very end.", by=PERSONA, thread=root.id)


async def test_a_reply_too_long_for_one_message_goes_on_in_the_next(tmp_path: Path, library: Library) -> None:
    long = "\n\n".join(f"Paragraph {n}. " + "word " * 150 for n in range(14))
    async with DiscordPlatform(tmp_path, library, require(), ScriptedTutor(LONG, long)) as discord:
        ada = await discord.learner("Ada")
        root, _ = await lab_of(ada)
        await ada.says("Tell me", root.id)
        await ada.sees("Paragraph 13.", by=PERSONA, thread=root.id)
        await discord.quiet()
        seen = "".join(one.text for one in await ada.all_seen() if one.thread == root.id)
        assert all(seen.count(f"Paragraph {n}.") == 1 for n in range(14))


async def test_a_reply_cut_off_by_a_restart_is_finished_in_the_same_message(tmp_path: Path, library: Library) -> None:
    tutor = ScriptedTutor(LONG, LONG + "half", fault=RuntimeError("gone"))
    async with DiscordPlatform(tmp_path, library, require(), tutor) as discord:
        ada = await discord.learner("Ada")
        root, _ = await lab_of(ada)
        await ada.says("Tell me", root.id)
        await ada.sees("A reward model learns", thread=root.id)
        discord.tutor = ScriptedTutor(LONG, LONG + "The very end.")
        await discord.restart()
        await ada.sees("The very end.", by=PERSONA, thread=root.id)
        await discord.quiet()
        assert len([one for one in await ada.all_seen() if "A reward model learns" in one.text]) == 1
