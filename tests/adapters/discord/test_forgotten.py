"""Whoever is forgotten in Discord leaves no trace in our database."""

from pathlib import Path

from bot.adapters.library import Library
from tests.contract.discord import DiscordPlatform
from tests.doubles.discord import specs

WORDS = "zebrafinch"


def kept(folder: Path) -> bytes:
    """Every byte of the database on disk."""
    return b"".join(path.read_bytes() for path in folder.glob("*.db*"))


async def test_whoever_is_forgotten_in_discord_is_in_no_byte_of_the_database(tmp_path: Path, library: Library) -> None:
    async with DiscordPlatform(tmp_path, library, specs.require()) as platform:
        await platform.learner("Ada")
        grace = await platform.learner("Adalbertina")
        await grace.types("/lab rlhf")
        opening = await grace.sees("Just reply here")
        await grace.says(f"About the {WORDS}", opening.thread)
        await platform.quiet()
        await grace.types("/lab fine-tuning private")
        await platform.quiet()
        assert WORDS.encode() in kept(tmp_path)
        await grace.types("/lectern forget")
        await grace.presses(await grace.sees("Erase everything about you?"), "Erase me now")
        await grace.sees("You are forgotten.")
        await platform.quiet()
        left = kept(tmp_path)
        for trace in ("Adalbertina", WORDS, str(grace.person.id)):
            assert trace.encode() not in left, trace
