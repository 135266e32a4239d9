"""What may post in a channel is not to be read in the database."""

from bot.adapters.discord.seal import Seal


def test_what_is_sealed_is_opened_with_the_same_token_alone() -> None:
    sealed = Seal("MTA.one.token").put("a webhook's token")
    assert "webhook" not in sealed
    assert Seal("MTA.one.token").opened(sealed) == "a webhook's token"
    assert Seal("MTA.another.token").opened(sealed) is None


def test_what_was_kept_in_the_open_is_not_taken_for_sealed() -> None:
    assert Seal("MTA.one.token").opened('["1", "token"]') is None
