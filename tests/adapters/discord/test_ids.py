"""What a custom_id says comes back, and nothing else is believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.discord.ids import Kind, Mark
from bot.adapters.discord.limits import TooBig
from bot.core.chat import Action
from bot.core.errors import StaleChoice

WORDS = st.text(st.characters(exclude_characters="|", exclude_categories=["Cs"]), max_size=8)
ACTIONS = st.builds(Action, st.text("abc.:", min_size=1, max_size=12), st.lists(WORDS, max_size=4).map(tuple))
MARKS = st.one_of(
    st.builds(Mark, st.sampled_from([kind for kind in Kind if kind is not Kind.ONE]), ACTIONS, st.integers(0, 999)),
    st.builds(Mark, st.just(Kind.ONE), ACTIONS, st.integers(0, 999), WORDS),
)


@given(MARKS)
def test_a_mark_comes_back_as_it_went(mark: Mark) -> None:
    assert Mark.decode(mark.encode()) == mark
    assert 0 < len(mark.encode()) <= 100


@given(st.text())
def test_any_text_is_a_mark_or_stale(code: str) -> None:
    try:
        mark = Mark.decode(code)
    except StaleChoice:
        return
    assert mark.kind in Kind


def test_the_longest_action_fits_every_kind_without_a_value() -> None:
    action = Action("v", ("x" * 88,))
    assert all(Mark(kind, action, 999).encode() for kind in Kind if kind is not Kind.ONE)


@pytest.mark.parametrize(
    "mark",
    [
        Mark(Kind.ONE, Action("quiz.pick"), value="a|b"),
        Mark(Kind.ONE, Action("quiz.pick"), value="x" * 90),
        Mark(Kind.ONE, Action("quiz.pick"), value="👍" * 45),
        Mark(Kind.PRESS, Action("quiz.pick"), value="1"),
        Mark(Kind.PRESS, Action("quiz.pick"), seq=1000),
    ],
)
def test_what_no_id_can_hold_is_refused(mark: Mark) -> None:
    with pytest.raises(TooBig):
        mark.encode()


@pytest.mark.parametrize("code", ["", "p0:go", "2p0:go", "1x0:go", "1p:go", "1p0:", "1p0go", "1p1000:go", "1o0:go", "1p٣:go"])
def test_an_id_of_another_age_or_maker_is_stale(code: str) -> None:
    with pytest.raises(StaleChoice):
        Mark.decode(code)


def test_ids_sent_today_are_read_for_ever() -> None:
    """These stand in messages in people's channels: a change that breaks one needs another version beside this one."""
    assert Mark.decode("1p0:digest.lesson|7|rlhf") == Mark(Kind.PRESS, Action("digest.lesson", ("7", "rlhf")))
    assert Mark.decode("1o2:quiz.pick|7|q3|1") == Mark(Kind.ONE, Action("quiz.pick", ("7", "q3")), 2, "1")
    assert Mark.decode("1s0:lesson.pick") == Mark(Kind.SELECT, Action("lesson.pick"))
    assert Mark.decode("1t0:quiz.pick|7|q4") == Mark(Kind.TICK, Action("quiz.pick", ("7", "q4")))
    assert Mark.decode("1c1:quiz.pick|7|q4") == Mark(Kind.CHECK, Action("quiz.pick", ("7", "q4")), 1)
    assert Mark.decode("1f0:quiz.sent|7|q5") == Mark(Kind.FORM, Action("quiz.sent", ("7", "q5")))
