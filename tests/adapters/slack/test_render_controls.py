"""Controls go out as blocks and come back as the same action and values, whatever was chosen, with nothing remembered."""

import pytest
from hypothesis import HealthCheck, given, settings

from bot.adapters.slack import parse
from bot.adapters.slack.controls import Pressed, block_id
from bot.adapters.slack.limits import TooBig
from bot.adapters.slack.render import messages, post
from bot.core.chat import Action, Button, Buttons, Choose, Option, Post, para
from bot.core.errors import StaleChoice
from tests.adapters.slack.reader import Json, offered, payload, presses, said
from tests.adapters.slack.strategies import POSTS

PICK = Action("quiz.pick", ("12", "Q1-05"))
SHORT = tuple(Option(str(n), f"Option {n}") for n in range(4))
LONG = tuple(Option(str(n), f"Option {n}, which goes on and on " + "and on " * 10) for n in range(4))


def come_back(shown: Post, key: str = "Ev1") -> set[Pressed]:
    """What every gesture on the post's messages is read as."""
    return {found for message in messages(shown, key=key) for one in presses(message.blocks) if (found := parse.action(one))}


def actions(shown: Post) -> list[Json]:
    return [block for block in post(shown).blocks if block["type"] == "actions"]


# ---------------------------------------------------------------- round trips


def test_every_control_of_the_course_comes_back_as_it_went_out(shipped: list[tuple[str, Post]]) -> None:
    for title, shown in shipped:
        assert come_back(shown) == offered(shown), title


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(POSTS)
def test_every_control_comes_back_as_it_went_out(shown: Post) -> None:
    assert come_back(shown, "weird : key | of ~ 200 " + "x" * 200) == offered(shown)


def test_two_choices_in_one_post_are_never_mixed_up() -> None:
    one, two = Choose("1", Action("a", ("1",)), SHORT, many=True), Choose("2", Action("a", ("2",)), SHORT, many=True)
    assert come_back(Post((one, two))) == offered(Post((one, two)))


def test_ticks_come_back_in_the_order_shown_however_they_were_made() -> None:
    blocks = post(Post((Choose("", PICK, tuple(Option(str(n), f"o{n}") for n in range(30)), many=True),))).blocks
    block = blocks[0]
    boxes = [option for element in block["elements"][:-1] for option in element["options"]]
    sent = payload(blocks, block, block["elements"][-1], [boxes[25], boxes[3], boxes[11]])
    assert parse.action(sent) == Pressed(PICK, ("3", "11", "25"))


def test_a_home_tab_keeps_its_ticks_in_the_view() -> None:
    blocks = post(Post((Choose("", PICK, SHORT, many=True),))).blocks
    sent = payload(blocks, blocks[0], blocks[0]["elements"][-1], blocks[0]["elements"][0]["options"][:1])
    state = sent.pop("state")
    assert parse.action(sent | {"view": {"type": "home", "state": state}}) == Pressed(PICK, ("0",))
    assert parse.action(sent) == Pressed(PICK, ())


def test_ticking_a_box_asks_for_nothing_yet() -> None:
    blocks = post(Post((Choose("", PICK, SHORT, many=True),))).blocks
    assert parse.action(payload(blocks, blocks[0], blocks[0]["elements"][0])) is None


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"actions": []},
        {"actions": [{"action_id": "press:0", "block_id": "0:k:"}]},
        {"actions": [{"action_id": "pick:0", "block_id": "0:k:", "value": "x"}]},
        {"actions": [{"action_id": "pick:0", "block_id": "0:k:quiz.pick|1", "selected_option": None}]},
        {"actions": [{"action_id": "other", "block_id": "0:k:a", "value": "x"}]},
        {"actions": [{"action_id": "send:0", "block_id": "zzz", "value": "x"}]},
    ],
)
def test_what_no_control_of_ours_sends_is_stale(forged: Json) -> None:
    with pytest.raises(StaleChoice):
        parse.action(forged)


# ---------------------------------------------------------------- what they look like


def test_one_of_a_few_short_options_is_a_radio_button_that_sends_at_once() -> None:
    (block,) = actions(Post((Choose("", PICK, SHORT),)))
    assert [element["type"] for element in block["elements"]] == ["radio_buttons"]
    assert block["block_id"].endswith("quiz.pick|12|Q1-05")


def test_long_options_stand_above_lettered_buttons() -> None:
    shown = post(Post((Choose("Which?", PICK, LONG),)))
    assert said(shown.blocks[1]).startswith("A) Option 0, which")
    assert "\nD) Option 3" in said(shown.blocks[1])
    assert [element["text"]["text"] for element in shown.blocks[2]["elements"]] == ["A", "B", "C", "D"]


def test_more_options_than_radio_buttons_hold_are_lettered_too() -> None:
    (first, second) = actions(Post((Choose("", PICK, tuple(Option(str(n), f"o{n}") for n in range(28))),)))
    assert [element["text"]["text"] for element in second["elements"]] == ["Z", "AA", "AB"]
    assert len(first["elements"]) == 25


def test_several_options_are_boxes_with_a_button_in_the_same_block() -> None:
    (block,) = actions(Post((Choose("", PICK, LONG, many=True, submit="Mark"),)))
    assert [element["type"] for element in block["elements"]] == ["checkboxes", "button"]
    assert [one["text"]["text"] for one in block["elements"][0]["options"]] == ["A", "B", "C", "D"]
    assert block["elements"][1]["text"]["text"] == "Mark"


def test_a_menu_says_what_it_asks_and_how_long_options_begin() -> None:
    (block,) = actions(Post((Choose("Which lesson?", PICK, LONG, menu=True),)))
    (menu,) = block["elements"]
    assert menu["placeholder"]["text"] == "Which lesson?"
    assert menu["options"][1]["text"]["text"].startswith("B) Option 1, which goes on")


def test_a_label_too_long_for_a_button_stands_above_it_in_full() -> None:
    label = "Can we compare zero-shot, few-shot and step-by-step prompting on my own task, please?"
    shown = post(Post((Buttons((Button(label, Action("a")), Button("No", Action("b")))),)))
    assert said(shown.blocks[0]) == label
    assert [element["text"]["text"] for element in shown.blocks[1]["elements"]] == [
        "Can we compare zero-shot, few-shot and step-by-step prompting on my own…",
        "No",
    ]


@pytest.mark.parametrize(
    "choose",
    [
        Choose("", PICK, (Option("", "empty"),)),
        Choose("", PICK, (Option("x" * 151, "long"),)),
        Choose("", PICK, tuple(Option(str(n), "o") for n in range(241)), many=True),
    ],
)
def test_what_no_control_can_hold_is_refused_before_slack_does(choose: Choose) -> None:
    with pytest.raises(TooBig):
        post(Post((choose,)))


def test_a_new_version_of_a_message_has_new_block_ids() -> None:
    shown = Post((para("x"), Choose("", PICK, SHORT), Buttons((Button("Go", Action("go")),))))
    ids = [{block["block_id"] for block in post(shown, key=key).blocks if "block_id" in block} for key in ("1", "2")]
    assert len(ids[0]) == 2
    assert not ids[0] & ids[1]


def test_the_longest_action_and_key_fit_a_block_id() -> None:
    assert len(block_id("49.49", "k" * 500, Action("v", ("x" * 88,)))) <= 255


def test_no_control_carries_more_than_ids(shipped: list[tuple[str, Post]]) -> None:
    known = {one for _, shown in shipped for one in (pressed.action.encode() for pressed in offered(shown))}
    for _, shown in shipped:
        for block in actions(shown):
            codes = {element["value"] for element in block["elements"] if element["type"] == "button"}
            assert codes <= known
