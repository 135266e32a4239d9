"""Numbers as people type them."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import BadInput
from bot.core.numbers import readings


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("21", 21),
        ("  21  ", 21),
        ("1500", 1500),
        ("1,500", 1500),
        ("1 500", 1500),
        ("1\u00a0500", 1500),
        ("1\u202f500 000", 1_500_000),
        ("1'500", 1500),
        ("1’500", 1500),
        ("1_500", 1500),
        ("1,500.5", 1500.5),
        ("1.500,5", 1500.5),
        ("1 500,5", 1500.5),
        ("4,194,304", 4194304),
        ("4.194.304", 4194304),
        ("41,94,304", 4194304),
        ("0.73", 0.73),
        ("0,73", 0.73),
        ("0,731", 0.731),
        (".73", 0.73),
        ("73%", 0.73),
        ("73 %", 0.73),
        ("73 percent", 0.73),
        ("73 per cent", 0.73),
        ("73 pct", 0.73),
        ("300 million", 300e6),
        ("300M", 300e6),
        ("300 mio", 300e6),
        ("0.3bn", 300e6),
        ("0.3 Billion", 300e6),
        ("300,000 k", 300e6),
        ("4,19 million", 4.19e6),
        ("3e8", 3e8),
        ("3E8", 3e8),
        ("3e+8", 3e8),
        ("3 x 10^8", 3e8),
        ("3×10^8", 3e8),
        ("3 * 10**8", 3e8),
        ("3·10^8", 3e8),
        ("5e-2", 0.05),
        ("~73%", 0.73),
        ("≈ 0.73", 0.73),
        ("about 50,000", 50000),
        ("= 21", 21),
        ("+21", 21),
        ("-21", -21),
        ("−21", -21),
        ("٢١", 21),
        ("٠٫٧٣", 0.73),
        ("0.07 thousand", 70),
    ],
)
def test_a_number_is_read_as_people_type_it(typed: str, meant: float) -> None:
    assert readings(typed)[0] == meant


@pytest.mark.parametrize(
    ("typed", "unit", "meant"),
    [
        ("1.8%", "%", 1.8),
        ("1,8 %", "%", 1.8),
        ("1.8 percent", "%", 1.8),
        ("1.8", "%", 1.8),
        ("300 million tokens", "tokens", 300e6),
        ("300M Tokens", "tokens", 300e6),
        ("21 pairs", "pairs", 21),
        ("1 pair", "pairs", 1),
        ("21pairs", "pairs", 21),
    ],
)
def test_the_unit_may_be_written_after_it(typed: str, unit: str, meant: float) -> None:
    assert readings(typed, unit)[0] == meant


@pytest.mark.parametrize(("typed", "meant"), [("1,783", {1783.0, 1.783}), ("50.000", {50.0, 50000.0}), ("1.500", {1.5, 1500.0})])
def test_three_digits_after_one_mark_may_mean_either(typed: str, meant: set[float]) -> None:
    assert set(readings(typed)) == meant


@pytest.mark.parametrize("typed", ["0,731", "0.731", "1,5", "12,34", "1500"])
def test_what_can_only_mean_one_thing_has_one_reading(typed: str) -> None:
    assert len(set(readings(typed))) == 1


@pytest.mark.parametrize(
    "typed",
    [
        "twenty-one", "21 or 42", "20-30", "1/2", "1,2,3", "20 21", "1 2 3", "1.2.3", "1,5.000", "e8", "3e", "3e999", "--3",
        "%", "k", "inf", "nan", "None", "21 apples", "21 million million", "0x15", "², ³", "<b>21</b>", "🦜", "$21",
        "9" * 41, "9" * 500,
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused_in_a_sentence(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        readings(typed, "pairs")
    assert refused.value.sentence.startswith("I cannot read “")
    assert refused.value.sentence.endswith("Write digits, like 1,500 or 0.73. Nothing was counted.")
    assert len(refused.value.sentence) < 140


@pytest.mark.parametrize("typed", ["", "   ", "\n"])
def test_no_number_at_all_is_refused_as_such(typed: str) -> None:
    with pytest.raises(BadInput, match="There was no number in your answer"):
        readings(typed)


@pytest.mark.parametrize("typed", ["~" + " " * 10_000 + "!", "1" * 10_000, "1," * 5000, "(" * 10_000])
def test_a_hostile_text_is_refused_at_once(typed: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(BadInput):
        readings(typed)
    assert time.perf_counter() - begun < 5


@given(st.text(max_size=50))
def test_no_text_breaks_the_reader(typed: str) -> None:
    with suppress(BadInput):
        assert all(isinstance(number, float) for number in readings(typed))


@given(st.integers(-(10**12), 10**12))
def test_a_whole_number_is_read_with_and_without_its_commas(number: int) -> None:
    assert readings(str(number))[0] == number
    assert readings(f"{number:,}")[0] == number
    assert readings(f"{number:,}".replace(",", " "))[0] == number
