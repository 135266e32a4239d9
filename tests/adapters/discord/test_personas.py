"""Names and faces: what Discord takes for a message's author."""

import pytest
from hypothesis import given

from bot.adapters.discord.personas import avatar_url, emoji, emoji_name, persona, username
from bot.core.chat import Speaker
from bot.core.splitting import JOINER
from tests.adapters.discord.strategies import HOSTILE
from tests.doubles.discord.rules import bodies


@given(HOSTILE)
def test_discord_takes_any_name(name: str) -> None:
    assert list(bodies.named("name", username(name))) == []


@pytest.mark.parametrize(
    "name", ["Discord helper", "clyde", "DISCORD", "everyone", "Here", "", " ", "x" * 200, "discordclyde" * 20]
)
def test_names_that_discord_refuses_are_changed_so_that_it_takes_them(name: str) -> None:
    assert list(bodies.named("name", username(name))) == []


def test_a_name_is_else_shown_as_it_is() -> None:
    assert username("Vera (preference seminar)") == "Vera (preference seminar)"
    assert username("Clyde").replace(JOINER, "") == "Clyde"


def test_a_persona_bears_its_name_and_face() -> None:
    speaker = Speaker("Vera (preference seminar)", "vera.png", "⚖️")
    assert persona(speaker, "https://cdn.discordapp.com/emojis/1.png") == {
        "username": "Vera (preference seminar)",
        "avatar_url": "https://cdn.discordapp.com/emojis/1.png",
    }
    assert persona(speaker) == {"username": "Vera (preference seminar)"}
    assert persona(None, "https://x") == {}


def test_another_picture_is_another_emoji() -> None:
    assert emoji_name("vera.png", b"1") == "vera_6b86b273"
    assert emoji_name("vera.png", b"2") != emoji_name("vera.png", b"1")
    assert emoji_name("a/really long name of a face, with ünïcode!.png", b"1") == "really_long_name_of_a_f_6b86b273"
    assert emoji_name("界.png", b"1") == "face_6b86b273"


def test_a_face_is_shown_within_text_and_beside_a_message() -> None:
    assert emoji("vera_6b86b273", 42) == "<:vera_6b86b273:42>"
    assert avatar_url(42) == "https://cdn.discordapp.com/emojis/42.png?size=128"
    assert avatar_url(42, "http://127.0.0.1:8000/cdn/") == "http://127.0.0.1:8000/cdn/emojis/42.png?size=128"
