"""Forms go out as modals and come back field by field."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.slack import forms, parse
from bot.adapters.slack.limits import TooBig
from bot.core.chat import Action, Form, FormField, Option, Picture, SelectField, TextField, para
from bot.core.curriculum import Curriculum
from tests.adapters.slack import shipped
from tests.adapters.slack.reader import Json, said
from tests.adapters.slack.strategies import HOSTILE, IDS, LABELS
from tests.doubles.slack import manners
from tests.doubles.slack.oracle import Oracle

LONG = tuple(Option(str(n), f"Option {n}, which goes on and on " + "and on " * 10) for n in range(4))
SEND = Action("quiz.sent", ("1", "q"))


def complaints(oracle: Oracle, view: Json) -> list[str]:
    opened: dict[str, Any] = {"trigger_id": "1.2.3", "view": view}
    return [*oracle.view(view), *manners.complaints("views.open", opened)]


def inputs(view: Json) -> Iterator[Json]:
    return (block for block in view["blocks"] if block["type"] == "input")


def sent_back(view: Json) -> Json:
    """The state of a view sent back as it was opened."""
    return {"values": {block["block_id"]: {block["element"]["action_id"]: _state(block["element"])} for block in inputs(view)}}


def _state(element: Json) -> Json:
    match element["type"]:
        case "plain_text_input":
            return {"type": element["type"], "value": element.get("initial_value")}
        case "static_select":
            return {"type": element["type"], "selected_option": element.get("initial_option")}
        case _:
            return {"type": element["type"], "selected_options": element.get("initial_options", [])}


# ---------------------------------------------------------------- out


def test_every_form_of_the_course_is_a_modal_slack_takes(course: Curriculum, oracle: Oracle) -> None:
    for form in shipped.forms(course):
        view = forms.view(form, private_metadata='{"channel": "C1"}')
        assert complaints(oracle, view) == [], form.title
        assert Action.decode(view["callback_id"]) == form.action
        assert [block["label"]["text"] for block in inputs(view)] == [field.label for field in form.fields]


def test_a_title_too_long_for_a_modal_stands_in_full_on_top() -> None:
    view = forms.view(Form("When should digests go out?", SEND, (TextField("a", "A"),)))
    assert view["title"]["text"] == "When should digests go…"
    assert said(view["blocks"][:1]) == "When should digests go out?"


def test_a_text_field_says_what_it_takes() -> None:
    short = TextField("time", "Time", "09:30", "Like 09:30", limit=10)
    long = TextField("answer", "Answer", hint="h" * 200, long=True, limit=9000, required=False)
    one, two = inputs(forms.view(Form("T", SEND, (short, long))))
    assert one["element"] == {
        "type": "plain_text_input",
        "action_id": "value",
        "multiline": False,
        "max_length": 10,
        "initial_value": "09:30",
        "placeholder": {"type": "plain_text", "text": "Like 09:30", "emoji": False},
    }
    assert (one["optional"], two["optional"]) == (False, True)
    assert two["element"]["max_length"] == 3000
    assert two["hint"]["text"] == "h" * 200


@pytest.mark.parametrize(
    ("many", "count", "kind"), [(False, 7, "static_select"), (True, 10, "checkboxes"), (True, 11, "multi_static_select")]
)
def test_a_choice_is_a_menu_or_boxes(oracle: Oracle, *, many: bool, count: int, kind: str) -> None:
    options = tuple(Option(str(n), f"o{n}") for n in range(count))
    view = forms.view(Form("T", SEND, (SelectField("s", "S", options, ("1", "2") if many else ("1",), many),)))
    (block,) = inputs(view)
    assert block["element"]["type"] == kind
    assert forms.read(sent_back(view)) == {"s": ("1", "2") if many else ("1",)}
    assert complaints(oracle, view) == []


def test_options_too_long_for_a_menu_stand_once_above_the_fields_that_share_them() -> None:
    fields = tuple(SelectField(f"f{n}", str(n), LONG) for n in range(3))
    view = forms.view(Form("T", SEND, fields, (para("Order them."),)))
    assert [block["type"] for block in view["blocks"]] == ["rich_text", "rich_text", "input", "input", "input"]
    assert said(view["blocks"][1]).startswith("A) Option 0, which")
    assert view["blocks"][2]["element"]["options"][3]["text"]["text"].startswith("D) Option 3")


def test_a_picture_in_a_form_is_its_text() -> None:
    view = forms.view(Form("T", SEND, (TextField("a", "A"),), (Picture("what it shows", b"png"),)))
    assert said(view["blocks"]) == "what it shows"


@pytest.mark.parametrize(
    ("form", "metadata"),
    [
        (Form("T", SEND, (TextField("a", "A"),)), "x" * 3001),
        (Form("T", SEND, (SelectField("s", "S", ()),)), ""),
        (Form("T", SEND, (SelectField("s", "S", tuple(Option(str(n), "o") for n in range(101))),)), ""),
        (Form("T", SEND, (TextField("a", "A"),), tuple(para(str(n)) for n in range(100))), ""),
    ],
)
def test_what_a_modal_cannot_hold_is_refused_before_slack_does(form: Form, metadata: str) -> None:
    with pytest.raises(TooBig):
        forms.view(form, private_metadata=metadata)


# ---------------------------------------------------------------- back

OPTIONS = st.lists(LABELS, min_size=1, max_size=15).map(
    lambda texts: tuple(Option(f"o{n}", text) for n, text in enumerate(texts))
)


@st.composite
def fields(draw: st.DrawFn, name: str) -> FormField:
    if draw(st.booleans()):
        text = draw(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
        return TextField(name, draw(LABELS), text, draw(HOSTILE), draw(st.booleans()), 2000, draw(st.booleans()))
    options, many = draw(OPTIONS), draw(st.booleans())
    chosen = tuple(
        sorted(
            draw(st.sets(st.sampled_from([one.value for one in options]), max_size=4 if many else 1)), key=lambda v: int(v[1:])
        )
    )
    return SelectField(name, draw(LABELS), options, chosen, many)


@st.composite
def some_forms(draw: st.DrawFn) -> Form:
    names = draw(st.lists(IDS, unique=True, min_size=1, max_size=5))
    return Form(draw(HOSTILE), SEND, tuple(draw(fields(name)) for name in names), (para(draw(HOSTILE)),), draw(LABELS))


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(some_forms())
def test_a_form_sent_back_untouched_gives_what_it_was_opened_with(oracle: Oracle, form: Form) -> None:
    view = forms.view(form)
    assert complaints(oracle, view) == []
    expected = {field.name: (field.value,) if isinstance(field, TextField) else field.value for field in form.fields}
    assert parse.fields(sent_back(view)) == expected


def test_what_was_left_out_is_empty() -> None:
    state = {
        "values": {
            "field:t": {"value": {"type": "plain_text_input", "value": None}},
            "field:s": {"value": {"type": "static_select", "selected_option": None}},
            "field:m": {"value": {"type": "checkboxes", "selected_options": []}},
            "else": {"x": {"type": "plain_text_input", "value": "not ours"}},
        }
    }
    assert forms.read(state) == {"t": ("",), "s": (), "m": ()}
    assert forms.read({}) == {}


def test_a_sentence_stands_under_the_field_it_is_about(oracle: Oracle) -> None:
    answer = forms.errors({"time": "Write it like 09:30, not <!channel>."})
    assert answer == {"response_action": "errors", "errors": {"field:time": "Write it like 09:30, not <\u2060!channel>."}}
    assert oracle.submission(answer) == []


def test_a_refusal_that_names_no_field_stands_under_the_last(course: Curriculum) -> None:
    view = forms.view(next(shipped.forms(course)))
    assert forms.refused(view, "No.") == forms.errors({"from": "No."})
    with pytest.raises(LookupError):
        forms.refused({"blocks": [{"type": "header"}]}, "No.")


def test_no_post_is_mistaken_for_a_form() -> None:
    assert forms.read({"values": {"0:k:quiz.pick|1": {"tick:0": {"type": "checkboxes", "selected_options": []}}}}) == {}
