"""Choices: how they look, and that what comes back from a press is what was meant."""

import copy
from typing import Any

import pytest
from discord.components import _component_factory
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.discord import parse
from bot.adapters.discord.controls import BUTTON, ROW, SECTION, SELECT, TEXT, walk
from bot.adapters.discord.parse import Pressed, Ticked
from bot.adapters.discord.render import Message, messages
from bot.core.chat import Action, Button, Buttons, Choose, Option, Picture, Post, para
from bot.core.errors import StaleChoice
from tests.adapters.discord.conftest import V2, Judge
from tests.adapters.discord.strategies import ACTIONS

PICK = Action("quiz.pick", ("7", "q3"))
LONG = tuple(Option(str(n), f"Option {n} that takes more room than a button has on a phone") for n in range(4))
SHORT = (Option("0", "True"), Option("1", "False"))


def shown(*parts: Any) -> Message:
    (message,) = messages(Post(parts))
    return message


def echoed(message: Message) -> list[Any]:
    """The components as Discord gives them back: with ids, and what it adds to a picture."""
    components = copy.deepcopy(message.components)
    for n, one in enumerate(walk(components)):
        one["id"] = n + 1
        for option in one.get("options", ()):
            option["default"] = False
        for item in one.get("items", ()):
            item["media"] |= {"proxy_url": "https://media.example/x", "width": 1, "height": 1, "content_type": "image/png"}
            item["spoiler"] = False
    return components


def press(control: Any, components: list[Any] | None = None, values: list[str] | None = None) -> Pressed | Ticked:
    data = {"custom_id": control["custom_id"], "component_type": control["type"]} | (
        {"values": values} if values is not None else {}
    )
    return parse.action({"type": 3, "data": data, "message": {"components": components or []}})


def of_kind(components: list[Any], kind: int) -> list[Any]:
    return [one for one in walk(components) if one["type"] == kind]


# ---------------------------------------------------------------- one of several


def test_few_short_options_are_buttons_that_bear_them() -> None:
    message = shown(Choose("", PICK, SHORT))
    assert [one["label"] for one in of_kind(message.components, BUTTON)] == ["True", "False"]
    assert [press(one) for one in of_kind(message.components, BUTTON)] == [Pressed(PICK, ("0",)), Pressed(PICK, ("1",))]


def test_longer_options_stand_beside_lettered_buttons() -> None:
    message = shown(para("Which?"), Choose("", PICK, LONG))
    sections = of_kind(message.components, SECTION)
    assert [one["components"][0]["content"] for one in sections] == [f"**{'ABCD'[n]})** {LONG[n].text}" for n in range(4)]
    assert [one["accessory"]["label"] for one in sections] == list("ABCD")
    assert [press(one["accessory"]) for one in sections] == [Pressed(PICK, (option.value,)) for option in LONG]


def test_very_long_options_are_written_out_above_their_letters() -> None:
    options = tuple(Option(str(n), f"{n} " + "words " * 60) for n in range(3))
    message = shown(Choose("Which?", PICK, options))
    assert not of_kind(message.components, SECTION)
    assert [one["label"] for one in of_kind(message.components, BUTTON)] == ["A", "B", "C"]
    assert all(option.text.strip() in "".join(one["content"] for one in of_kind(message.components, TEXT)) for option in options)


def test_a_menu_is_a_menu() -> None:
    (menu,) = of_kind(shown(Choose("Which lesson?", PICK, SHORT, menu=True)).components, SELECT)
    assert (menu["placeholder"], menu["min_values"], menu["max_values"]) == ("Which lesson?", 1, 1)
    assert press(menu, values=["1"]) == Pressed(PICK, ("1",))


def test_many_options_are_menus_of_twenty_five(judge: Judge) -> None:
    message = shown(Choose("Which?", PICK, tuple(Option(f"v{n}", f"Lesson {n}") for n in range(60))))
    assert [len(one["options"]) for one in of_kind(message.components, SELECT)] == [25, 25, 10]
    assert judge.message(message) == []


def test_values_that_cannot_travel_in_a_button_travel_in_a_menu(judge: Judge) -> None:
    for value in ("a|b", "x" * 90):
        message = shown(Choose("Which?", PICK, (Option(value, "This"), Option("1", "That"))))
        (menu,) = of_kind(message.components, SELECT)
        assert judge.message(message) == []
        assert press(menu, values=[value]) == Pressed(PICK, (value,))


def test_options_cut_in_a_menu_are_written_out_above_it(judge: Judge) -> None:
    options = tuple(Option(str(n), f"{n} " + "words " * 30) for n in range(12))
    message = shown(Choose("Which?", PICK, options))
    told = "".join(one["content"] for one in of_kind(message.components, TEXT))
    assert all(option.text.strip() in told for option in options)
    (menu,) = of_kind(message.components, SELECT)
    assert menu["options"][1]["label"].startswith("B) 1 words")
    assert judge.message(message) == []


# ---------------------------------------------------------------- some of several


MANY = Choose("Choose all that apply.", PICK, LONG, many=True)


def test_of_many_the_choice_waits_for_its_button(judge: Judge) -> None:
    message = shown(para("Which?"), MANY)
    (menu,), (button,) = of_kind(message.components, SELECT), of_kind(message.components, BUTTON)
    assert (menu["min_values"], menu["max_values"], button["label"]) == (0, 4, "Check")
    ticked = press(menu, echoed(message), ["1", "3"])
    assert isinstance(ticked, Ticked)
    assert judge.callback(7, {"components": ticked.components, "flags": V2, "allowed_mentions": {"parse": []}}) == []
    assert press(button, ticked.components) == Pressed(PICK, ("1", "3"))


def test_one_may_change_ones_mind_before_the_button() -> None:
    message = shown(MANY)
    (menu,), (button,) = of_kind(message.components, SELECT), of_kind(message.components, BUTTON)
    first = press(menu, echoed(message), ["1", "3"])
    assert isinstance(first, Ticked)
    second = press(menu, first.components, ["0"])
    assert isinstance(second, Ticked)
    assert press(button, second.components) == Pressed(PICK, ("0",))
    third = press(menu, second.components, [])
    assert isinstance(third, Ticked)
    assert press(button, third.components) == Pressed(PICK, ())


def test_a_choice_survives_the_librarys_reading_of_the_message(judge: Judge) -> None:
    message = shown(para("Which?"), Picture("A chart", b"", "https://example.org/a.png"), MANY, Choose("", PICK, LONG))
    (menu,) = of_kind(message.components, SELECT)
    components = [_component_factory(one).to_dict() for one in echoed(message)]  # type: ignore[union-attr]
    ticked = press(menu, components, ["1", "3"])
    assert isinstance(ticked, Ticked)
    assert judge.callback(7, {"components": ticked.components, "flags": V2, "allowed_mentions": {"parse": []}}) == []
    again = [_component_factory(copy.deepcopy(one)).to_dict() for one in ticked.components]  # type: ignore[union-attr, arg-type]
    button = next(one for one in of_kind(message.components, BUTTON) if one["label"] == "Check")
    assert press(button, again) == Pressed(PICK, ("1", "3"))


def test_nothing_but_the_choice_changes_when_something_is_chosen() -> None:
    message = shown(para("Which?"), MANY, Buttons((Button("None of them", Action("quiz.none")),)))
    (menu,) = of_kind(message.components, SELECT)
    ticked = press(menu, echoed(message), ["2"])
    assert isinstance(ticked, Ticked)
    for one in of_kind(ticked.components, SELECT):
        assert [option.pop("default") for option in one["options"]] == [False, False, True, False]
    assert [one.pop("id") for one in walk(ticked.components)] == [one["id"] for one in walk(echoed(message))]
    assert ticked.components == message.components


def test_a_picture_above_a_choice_stays(judge: Judge) -> None:
    message = shown(Picture("A chart", b"", "https://example.org/a.png"), MANY)
    (menu,) = of_kind(message.components, SELECT)
    ticked = press(menu, echoed(message), ["2"])
    assert isinstance(ticked, Ticked)
    assert judge.callback(7, {"components": ticked.components, "flags": V2, "allowed_mentions": {"parse": []}}) == []


def test_choices_of_two_questions_in_a_message_are_kept_apart() -> None:
    other = Action("quiz.pick", ("7", "q4"))
    message = shown(MANY, Choose("And here?", other, LONG, many=True))
    first, second = of_kind(message.components, SELECT)
    ticked = press(second, echoed(message), ["2"])
    assert isinstance(ticked, Ticked)
    ticked = press(first, ticked.components, ["0", "1"])
    assert isinstance(ticked, Ticked)
    one, two = of_kind(message.components, BUTTON)
    assert press(one, ticked.components) == Pressed(PICK, ("0", "1"))
    assert press(two, ticked.components) == Pressed(other, ("2",))


def test_a_choice_over_several_menus_is_one_choice() -> None:
    message = shown(Choose("Which?", PICK, tuple(Option(f"v{n}", f"Point {n}") for n in range(30)), many=True))
    first, second = of_kind(message.components, SELECT)
    (button,) = of_kind(message.components, BUTTON)
    components = echoed(message)
    for menu, values in ((first, ["v3"]), (second, ["v26", "v28"])):
        ticked = press(menu, components, values)
        assert isinstance(ticked, Ticked)
        components = ticked.components
    assert press(button, components) == Pressed(PICK, ("v3", "v26", "v28"))


# ---------------------------------------------------------------- back


@given(ACTIONS, st.sampled_from(["plain", "primary", "danger"]))
def test_a_press_is_the_action_of_its_button(action: Action, style: Any) -> None:
    (button,) = of_kind(shown(Buttons((Button("Go", action, style),))).components, BUTTON)
    assert press(button) == Pressed(action)


@pytest.mark.parametrize(
    "interaction",
    [
        {},
        {"data": {}},
        {"data": {"custom_id": "lab:1"}},
        {"data": {"custom_id": "2p0:lab.next|1"}},
        {"data": {"custom_id": "1o0:quiz"}},
        {"data": {"custom_id": "1f0:quiz.sent|1"}},
        {"data": {"custom_id": "1s0:lesson.pick", "values": "rlhf"}},
        {"data": {"custom_id": "1s0:lesson.pick", "values": [7]}},
        {"data": {"custom_id": "1t0:quiz.pick|1", "values": ["0"]}},
        {"data": {"custom_id": "1c0:quiz.pick|1"}, "message": {"components": None}},
        {"data": {"custom_id": "1t0:quiz.pick|1", "values": ["0"]}, "message": {"components": [{"type": 99}]}},
    ],
)
def test_what_no_control_of_ours_sends_is_stale(interaction: Any) -> None:
    with pytest.raises(StaleChoice):
        parse.action(interaction)


def test_the_row_type_is_the_one_the_tests_look_for() -> None:
    assert {one["type"] for one in shown(Buttons((Button("Go", Action("go")),))).components} == {ROW}
