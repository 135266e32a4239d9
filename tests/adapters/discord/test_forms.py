"""Forms: what Discord takes, what a reader sees of them, and what comes back."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.discord import forms, parse
from bot.adapters.discord.controls import TEXT
from bot.adapters.discord.limits import TooBig
from bot.adapters.discord.replying import REPLIED, REPLY, replied, reply_form, with_reply
from bot.core.chat import (
    Action,
    Button,
    Buttons,
    Form,
    FormField,
    Option,
    Person,
    Place,
    Post,
    SelectField,
    Submit,
    TextField,
    para,
)
from bot.core.curriculum import Curriculum
from bot.core.errors import StaleChoice
from tests.adapters.discord.conftest import Judge
from tests.adapters.discord.strategies import ACTIONS, HOSTILE, LONG, TEXTS
from tests.adapters.slack.shipped import forms as shipped_forms

SENT = Action("quiz.sent", ("7", "q3"))
FEW = tuple(Option(str(n), f"Option {n}") for n in range(4))
NAMES = st.text("abcdef", min_size=1, max_size=8)
OPTIONS = st.integers(1, 25).flatmap(
    lambda count: st.lists(HOSTILE, min_size=count, max_size=count).map(
        lambda texts: tuple(Option(f"o{n}", text) for n, text in enumerate(texts))
    )
)
FIELDS: st.SearchStrategy[FormField] = st.one_of(
    st.builds(TextField, NAMES, LONG, LONG, LONG, st.booleans(), st.integers(1, 5000), st.booleans()),
    st.builds(SelectField, NAMES, LONG, OPTIONS, st.lists(st.sampled_from(["o0", "o1"]), max_size=1).map(tuple), st.booleans()),
)
FORMS = st.builds(
    Form,
    HOSTILE,
    ACTIONS,
    st.lists(FIELDS, min_size=1, max_size=5, unique_by=lambda field: field.name).map(tuple),
    st.lists(TEXTS, max_size=1).map(tuple),
)


def labels(data: Any) -> list[Any]:
    return [one for one in data["components"] if one["type"] == forms.LABELLED]


def fields(*some: FormField, intro: str = "") -> Any:
    return forms.modal(Form("Your answer", SENT, some, (para(intro),) if intro else ()))


# ---------------------------------------------------------------- out


def test_discord_takes_every_form_of_the_course(course: Curriculum, judge: Judge) -> None:
    shown = [forms.modal(form) for form in shipped_forms(course)]
    assert len(shown) > 10
    assert [judge.callback(9, data) for data in shown] == [[]] * len(shown)


def test_no_option_of_the_course_is_cut_in_a_form(course: Curriculum) -> None:
    for form in shipped_forms(course):
        for field, label in zip(form.fields, labels(forms.modal(form)), strict=True):
            if isinstance(field, SelectField):
                told = [" ".join(filter(None, (one["label"], one.get("description")))) for one in label["component"]["options"]]
                assert told == [one.text for one in field.options]
            told_label = " ".join(filter(None, (label["label"], label.get("description"))))
            assert field.label in told_label


@given(FORMS)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_discord_takes_whatever_anybody_asks(judge: Judge, form: Form) -> None:
    try:
        data = forms.modal(form)
    except TooBig:
        return
    assert judge.callback(9, data) == []


def test_the_intro_stands_above_the_fields() -> None:
    first, second = fields(TextField("answer", "Your answer"), intro="Why?")["components"]
    assert (first["type"], first["content"]) == (TEXT, "Why?")
    assert second["label"] == "Your answer"


def test_beside_five_fields_the_intro_stands_small_under_the_first() -> None:
    data = fields(*(SelectField(f"f{n}", f"Step {n}", FEW) for n in range(5)), intro="Put the pipeline in order.")
    assert len(data["components"]) == 5
    assert labels(data)[0]["description"] == "Put the pipeline in order."


def test_a_title_too_long_for_its_place_is_told_in_the_form() -> None:
    data = forms.modal(Form("A title of many words that goes on and on and on", SENT, (TextField("a", "A"),)))
    assert data["title"] == "A title of many words that goes on and on…"
    assert data["components"][0]["content"] == "## A title of many words that goes on and on and on"


def test_a_label_too_long_for_its_place_goes_on_under_it() -> None:
    (label,) = labels(fields(TextField("a", "Which part of the pipeline learns from the comparisons people made?")))
    assert label["label"] == "Which part of the pipeline learns from the"
    assert label["description"] == "comparisons people made?"


def test_an_option_too_long_for_its_place_goes_on_under_it() -> None:
    text = "The learned score keeps rising while true quality falls, so an independent measure has to tell when to stop"
    (label,) = labels(fields(SelectField("a", "A", (Option("0", text), *FEW[1:]))))
    first = label["component"]["options"][0]
    assert f"{first['label']} {first['description']}" == text


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        (TextField("a", "A"), forms.INPUT),
        (SelectField("a", "A", FEW), forms.RADIO),
        (SelectField("a", "A", FEW[:1]), forms.MENU),
        (SelectField("a", "A", tuple(Option(str(n), "x") for n in range(9))), forms.MENU),
        (
            SelectField("a", "A", (Option("0", "A text longer than a line of a phone has room for"), *FEW[1:])),
            forms.MENU,
        ),
        (SelectField("a", "A", FEW, many=True), forms.BOXES),
        (SelectField("a", "A", tuple(Option(str(n), "x") for n in range(11)), many=True), forms.MENU),
    ],
)
def test_a_field_is_asked_with_what_shows_its_options_best(field: FormField, kind: int) -> None:
    assert labels(fields(field))[0]["component"]["type"] == kind


def test_what_was_chosen_before_is_chosen_still() -> None:
    (label,) = labels(fields(SelectField("days", "Days", FEW, ("1", "3"), many=True)))
    assert [one.get("default", False) for one in label["component"]["options"]] == [False, True, False, True]


def test_what_was_written_before_stands_there_still() -> None:
    (label,) = labels(fields(TextField("time", "Time", "09:30", "Like 09:30", limit=10, required=False)))
    assert label["component"] == {
        "type": forms.INPUT,
        "custom_id": "time",
        "style": 1,
        "required": False,
        "max_length": 10,
        "value": "09:30",
        "placeholder": "Like 09:30",
    }


@pytest.mark.parametrize(
    "form",
    [
        Form("T", SENT, ()),
        Form("T", SENT, tuple(TextField(f"f{n}", "A") for n in range(6))),
        Form("T", SENT, (SelectField("a", "A", ()),)),
        Form("T", SENT, (SelectField("a", "A", tuple(Option(str(n), "x") for n in range(26))),)),
        Form("T", SENT, (SelectField("a", "A", (Option("", "x"),)),)),
        Form("T", SENT, (TextField("a", "A"),), (para("Words. " * 2000),)),
    ],
)
def test_a_form_that_cannot_be_shown_whole_is_refused(form: Form) -> None:
    with pytest.raises(TooBig):
        forms.modal(form)


# ---------------------------------------------------------------- back


def sent(data: Any, answers: dict[str, Any]) -> Any:
    """What Discord sends for a modal filled in so."""
    return {
        "custom_id": data["custom_id"],
        "components": [
            {"type": forms.LABELLED, "id": n, "component": {"custom_id": name, **_given(one["component"]["type"], answers[name])}}
            if (name := one.get("component", {}).get("custom_id"))
            else {"type": TEXT, "id": n}
            for n, one in enumerate(data["components"])
        ],
    }


def _given(kind: int, answer: Any) -> Any:
    single = kind in (forms.INPUT, forms.RADIO)
    return {"type": kind, "id": 9, "value" if single else "values": answer}


def test_what_was_filled_in_comes_back_by_name() -> None:
    data = fields(
        TextField("words", "Words"),
        SelectField("one", "One", FEW),
        SelectField("menu", "Menu", FEW[:1]),
        SelectField("some", "Some", FEW, many=True),
        intro="Why?" * 0,
    )
    action, given_fields = parse.form(sent(data, {"words": " Because ", "one": "2", "menu": ["0"], "some": ["1", "3"]}))
    assert action == SENT
    assert given_fields == {"words": (" Because ",), "one": ("2",), "menu": ("0",), "some": ("1", "3")}


def test_what_was_left_empty_is_empty() -> None:
    data = fields(TextField("words", "Words"), SelectField("one", "One", FEW), SelectField("some", "Some", FEW, many=True))
    _, given_fields = parse.form(sent(data, {"words": "", "one": None, "some": []}))
    assert given_fields == {"words": ("",), "one": (), "some": ()}


def test_a_form_with_a_text_above_and_one_of_an_older_kind_are_read() -> None:
    data = fields(TextField("words", "Words"), intro="Why?")
    assert parse.form(sent(data, {"words": "Because"}))[1] == {"words": ("Because",)}
    rows = {
        "custom_id": data["custom_id"],
        "components": [{"type": 1, "components": [{"type": 4, "custom_id": "words", "value": "So"}]}],
    }
    assert parse.form(rows)[1] == {"words": ("So",)}


@pytest.mark.parametrize("data", [{}, {"custom_id": "1p0:go", "components": []}, {"custom_id": "f:go", "components": []}])
def test_what_no_form_of_ours_sends_is_stale(data: Any) -> None:
    with pytest.raises(StaleChoice):
        parse.form(data)


# ---------------------------------------------------------------- replies in labs


HINT = Button("Hint", Action("lab.hint", ("1",)))
FINISH = Button("Finish", Action("lab.finish", ("1",)))
GOING = Post((para("Well?"), Buttons((HINT, FINISH))))


def test_where_nothing_can_be_read_a_persona_offers_a_button_to_answer() -> None:
    part = with_reply(GOING).parts[-1]
    assert isinstance(part, Buttons)
    assert part.buttons == (Button("Answer", REPLY, "primary"), HINT, FINISH)


def test_what_cannot_be_answered_has_no_such_button() -> None:
    closed = Post((para("Done."), Buttons((Button("Take the quiz", Action("quiz.open", ("rlhf",))),))))
    assert with_reply(closed) == closed
    assert with_reply(Post((para("Words."),))) == Post((para("Words."),))


def test_an_answer_in_that_form_is_its_words(judge: Judge) -> None:
    data = forms.modal(reply_form())
    assert judge.callback(9, data) == []
    action, given_fields = parse.form(sent(data, {"text": " Because it does. "}))
    assert action == REPLIED
    submit = Submit(Person("discord", "1", "2", "Ada"), Place("discord", "1", "3", "4"), "e", action, given_fields)
    assert replied(submit) == "Because it does."
