import pytest

from bot.adapters.tutor.stems import stems, tokens


@pytest.mark.parametrize("written", ["85%", "85 %", "85 percent", "85 per cent", "85.0%", "８５％"])
def test_a_percentage_is_the_same_however_it_is_written(written: str) -> None:
    assert tokens(written) == ["85%"]


@pytest.mark.parametrize("written", ["1,500", "1500", "1.5k", "1.5 thousand", "1500.0"])
def test_a_number_is_the_same_however_it_is_written(written: str) -> None:
    assert tokens(written) == ["1500"]


@pytest.mark.parametrize("written", ["0.85", "0,85", ".85", "0.850"])
def test_a_share_is_not_a_percentage(written: str) -> None:
    assert tokens(written) == ["0.85"]


def test_model_sizes_meet_in_words_and_letters() -> None:
    assert tokens("1.3B") == tokens("1.3 billion") == tokens("1,300,000,000")


def test_a_name_with_a_number_does_not_swallow_the_number_after_it() -> None:
    assert tokens("GPT-3 175B") == ["gpt", "3", "175000000000"]


@pytest.mark.parametrize(
    "pair",
    [
        ("optimise", "optimizing"),
        ("behaviour", "behaviors"),
        ("generalisation", "generalized"),
        ("fell", "falls"),
        ("precise", "precisely"),
        ("rater’s", "raters"),
        ("three", "3"),
    ],
)
def test_spelling_and_inflection_do_not_matter(pair: tuple[str, str]) -> None:
    assert stems(pair[0]) == stems(pair[1])


def test_invisible_characters_and_emoji_leave_no_word() -> None:
    assert tokens("\u200bwarm\u202e \U0001f35e \U000e0041") == ["warm"]
