"""The words all platforms share: what is stored and what travels comes back as it was."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.chat import (
    FORMS,
    POSTS,
    Action,
    Button,
    Buttons,
    Choose,
    Form,
    Heading,
    Items,
    Line,
    Moment,
    Note,
    Option,
    Person,
    Picture,
    Place,
    Post,
    Quote,
    SelectField,
    Speaker,
    Submit,
    Table,
    Text,
    TextField,
    Words,
    line,
    whole,
)

texts = st.text(st.characters(codec="utf-8"), max_size=30)
words = st.text(st.characters(codec="utf-8", exclude_characters="|"), max_size=12)
actions = st.builds(Action, words.filter(bool), st.lists(words, max_size=4).map(tuple))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.builds(Moment, st.datetimes(timezones=st.one_of(st.just(UTC), offsets)), st.sampled_from(["UTC", "Europe/Berlin"]))
runs = st.one_of(st.builds(Words, texts, st.booleans(), st.booleans(), st.booleans()), moments)
lines: st.SearchStrategy[Line] = st.lists(runs, max_size=4).map(tuple)
options = st.lists(st.builds(Option, texts, texts), max_size=4).map(tuple)
buttons = st.lists(st.builds(Button, texts, actions, st.sampled_from(["plain", "primary", "danger"])), max_size=3).map(tuple)
rows = st.lists(st.lists(lines, max_size=3).map(tuple), max_size=3).map(tuple)
part = st.one_of(
    st.builds(Heading, texts),
    st.builds(Text, lines),
    st.builds(Items, st.lists(lines, max_size=4).map(tuple), st.booleans()),
    st.builds(Quote, lines),
    st.builds(Note, lines),
    st.builds(Table, st.lists(lines, max_size=3).map(tuple), rows),
    st.builds(Picture, texts, st.binary(max_size=40), texts),
    st.builds(Buttons, buttons),
    st.builds(Choose, texts, actions, options, st.booleans(), st.booleans(), texts),
)
speakers = st.none() | st.builds(Speaker, texts, texts, texts)
posts = st.builds(Post, st.lists(part, max_size=5).map(tuple), speakers)
fields = st.one_of(
    st.builds(TextField, texts, texts, texts, texts, st.booleans(), st.integers(1, 4000), st.booleans()),
    st.builds(SelectField, texts, texts, options, st.lists(texts, max_size=2).map(tuple), st.booleans()),
)
forms = st.builds(Form, texts, actions, st.lists(fields, max_size=5).map(tuple), st.lists(part, max_size=2).map(tuple), texts)


@given(actions)
def test_an_action_comes_back_as_it_went(action: Action) -> None:
    assert Action.decode(action.encode()) == action
    assert len(action.encode()) <= 90


@given(texts)
def test_any_code_a_platform_delivers_is_read_as_some_action(code: str) -> None:
    assert "|".join((Action.decode(code).verb, *Action.decode(code).args)) == code


@pytest.mark.parametrize(
    "action", [Action("a", ("b|c",)), Action("a|b"), Action("lesson.open", ("x" * 90,)), Action("a", ("",) * 100)]
)
def test_an_action_no_platform_can_carry_is_refused(action: Action) -> None:
    with pytest.raises(ValueError, match="not an action a platform can carry"):
        action.encode()


def test_an_action_of_ninety_characters_is_carried() -> None:
    action = Action("lesson.open", ("x" * 78,))
    assert len(action.encode()) == 90
    assert Action.decode(action.encode()) == action


@given(posts)
def test_a_stored_post_comes_back_as_it_was(post: Post) -> None:
    assert POSTS.validate_json(POSTS.dump_json(post)) == post


@given(forms)
def test_a_stored_form_comes_back_as_it_was(form: Form) -> None:
    assert FORMS.validate_json(FORMS.dump_json(form)) == form


def test_a_picture_of_any_bytes_is_stored() -> None:
    post = Post((Picture("A chart", b"\x89PNG\r\n\x1a\n\xff\x00"),))
    assert POSTS.validate_json(POSTS.dump_json(post)) == post


@given(st.integers(0, 10**18 - 1))
def test_a_number_a_control_carried_is_read(number: int) -> None:
    assert whole(str(number)) == number


@pytest.mark.parametrize("forged", ["", "-1", "+1", "1.0", " 1", "1e3", "x", "²", "9" * 19, "9" * 5000, "0x10", "1_000"])
def test_what_no_control_ever_carried_is_no_number(forged: str) -> None:
    assert whole(forged) is None


def test_a_place_has_one_lane_and_a_thread_belongs_to_its_channel() -> None:
    channel = Place("slack", "T1", "C1")
    thread = Place("slack", "T1", "C1", "17.3")
    assert (channel.lane, thread.lane) == ("slack:T1:C1", "slack:T1:C1:17.3")
    assert thread.parent == channel
    assert Place("slack", "T1", "D1", "5", direct=True).parent == Place("slack", "T1", "D1", None, direct=True)


def test_bare_strings_become_literal_words() -> None:
    moment = Moment(datetime(2026, 12, 1, 9, 30, tzinfo=UTC))
    assert line("<@everyone> *a*", moment) == (Words("<@everyone> *a*"), moment)


def test_a_forms_text_is_read_without_its_edges_and_missing_fields_are_empty() -> None:
    sent = Submit(Person("p", "w", "1", "A"), Place("p", "w", "c"), "e", Action("x"), {"a": ("  two words ",), "b": ()})
    assert (sent.text("a"), sent.text("b"), sent.text("c")) == ("two words", "", "")
