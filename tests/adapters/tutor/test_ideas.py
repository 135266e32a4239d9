import pytest

from bot.adapters.tutor.ideas import mentioned


def test_all_words_of_one_wording_are_enough_in_any_order_and_form() -> None:
    assert mentioned("The raters were just predicted.", ("nothing here", "predicts raters"))
    assert not mentioned("The raters disagreed.", ("predicts raters",))


@pytest.mark.parametrize("text", ["finetuning it", "fine-tuned", "we fine tune", "Fine‑Tuning"])
def test_glued_hyphenated_and_spaced_words_are_the_same(text: str) -> None:
    assert mentioned(text, ("fine-tuning",))
    assert mentioned(text, ("fine tune",))


def test_a_wording_in_one_word_is_met_by_two() -> None:
    assert mentioned("from the pre-training corpus", ("pretraining",))
    assert mentioned("from the pre training corpus", ("pretraining",))


def test_a_bare_number_is_met_by_a_percentage_but_not_the_other_way_round() -> None:
    assert mentioned("about 85 %", ("85",))
    assert not mentioned("about 85 answers", ("85%",))
    assert not mentioned("a share of 0.85", ("85",))


def test_a_longer_number_does_not_contain_a_shorter_one() -> None:
    assert not mentioned("1478 examples", ("478",))


@pytest.mark.parametrize("text", ["", "🍞🍞", "   ", "?!", "\x00"])
def test_empty_words_mention_nothing(text: str) -> None:
    assert not mentioned(text, ("warm", "—", ""))


def test_a_very_long_text_is_read_without_trouble() -> None:
    assert mentioned("bread " * 1600 + "warming", ("warm",))
