"""Controls and forms: only what stands before a person can be pressed, and only what was opened can be sent."""

import pytest

from bot.adapters.room.outbound import RoomChat
from bot.core.chat import (
    Action,
    Button,
    Buttons,
    Choose,
    Declined,
    Form,
    Option,
    Person,
    Place,
    Post,
    Press,
    Reply,
    SelectField,
    Shown,
    Submit,
    Text,
    TextField,
    line,
)

from .clients import Json, Visitor, Visitors, words
from .fakes import FakeStore, ScriptedDesk

GENERAL = Place("room", "local", "general")
OPTIONS = (Option("a", "Answer A"), Option("b", "Answer B"))
CONTROLS = Post(
    (
        Buttons((Button("Read", Action("read", ("rlhf",))),)),
        Choose("Pick one", Action("one"), OPTIONS),
        Choose("Pick some", Action("many"), OPTIONS, many=True),
    )
)
FORM = Form(
    "When?",
    Action("schedule", ("7",)),
    (
        TextField("time", "Time", limit=5),
        TextField("note", "Note", required=False),
        SelectField("zone", "Zone", OPTIONS),
        SelectField("tell", "Tell me", OPTIONS, many=True),
    ),
)
FILLED = {"time": ["09:30"], "note": [""], "zone": ["a"], "tell": ["a", "b"]}


@pytest.fixture
async def mira(visitors: Visitors) -> Visitor:
    return await visitors.enter("Mira")


async def press(visitor: Visitor, ref: str, action: str, *values: str) -> Json:
    return await visitor.ask("press", message=int(ref), action=action, values=list(values))


async def test_a_press_is_heard_with_its_place_and_values(mira: Visitor, chat: RoomChat, desk: ScriptedDesk) -> None:
    ref = await chat.post(GENERAL, CONTROLS, "k")
    await press(mira, ref, "one", "b")
    (heard,) = desk.heard
    assert isinstance(heard, Press)
    assert (heard.person.id, heard.place, heard.action, heard.values) == (mira.id, GENERAL, Action("one"), ("b",))


async def test_a_press_under_a_reply_is_heard_in_its_thread(mira: Visitor, chat: RoomChat, desk: ScriptedDesk) -> None:
    root = await chat.post(GENERAL, CONTROLS, "root")
    thread = Place("room", "local", "general", root)
    await press(mira, await chat.post(thread, CONTROLS, "reply"), "read|rlhf")
    assert desk.heard[0].place == thread


@pytest.mark.parametrize(
    ("action", "values"),
    [
        ("read|other", ()),
        ("read|rlhf", ("a",)),
        ("one", ()),
        ("one", ("a", "b")),
        ("one", ("c",)),
        ("many", ("a", "a")),
        ("many", ("a", "c")),
        ("", ()),
    ],
)
async def test_only_what_stands_in_the_message_can_be_pressed(
    mira: Visitor, chat: RoomChat, desk: ScriptedDesk, action: str, values: tuple[str, ...]
) -> None:
    ref = await chat.post(GENERAL, CONTROLS, "k")
    assert "earlier message" in (await press(mira, ref, action, *values))["sentence"]
    assert desk.heard == []


@pytest.mark.parametrize("values", [(), ("a",), ("b", "a")])
async def test_any_number_can_be_chosen_where_that_is_asked(mira: Visitor, chat: RoomChat, values: tuple[str, ...]) -> None:
    ref = await chat.post(GENERAL, CONTROLS, "k")
    assert (await press(mira, ref, "many", *values))["type"] == "ok"


async def test_nobody_can_press_in_a_message_for_somebody_else(visitors: Visitors, chat: RoomChat, desk: ScriptedDesk) -> None:
    mira, jonas = await visitors.enter("Mira"), await visitors.enter("Jonas")
    direct = await chat.post(await chat.direct(Person("room", "local", mira.id, "Mira")), CONTROLS, "direct")
    desk.answer = lambda heard: Reply(CONTROLS)
    private = str((await mira.say("/quiz"))["message"])
    heard = len(desk.heard)
    for ref in (direct, private, "999"):
        assert (await press(jonas, ref, "read|rlhf"))["type"] == "refused"
    assert len(desk.heard) == heard


async def test_an_answer_instead_edits_the_message_and_keeps_who_sees_it(visitors: Visitors, desk: ScriptedDesk) -> None:
    mira, jonas = await visitors.enter("Mira"), await visitors.enter("Jonas")
    desk.answer = lambda heard: Reply(CONTROLS)
    ref = str((await mira.say("/quiz"))["message"])
    desk.answer = lambda heard: Reply(Post((Text(line("Right.")),)), Shown.INSTEAD)
    assert (await press(mira, ref, "one", "a"))["message"] == int(ref)
    last = (await mira.told())[-1]
    assert (words(last), last["private"], last["id"]) == ("Right.", True, int(ref))
    assert await jonas.told() == []
    assert (await press(mira, ref, "one", "b"))["type"] == "refused"


async def test_a_press_answered_before_a_restart_and_sent_again_after_it_is_not_called_stale(
    mira: Visitor, chat: RoomChat, store: FakeStore, desk: ScriptedDesk
) -> None:
    ref = await chat.post(GENERAL, CONTROLS, "k")
    store.records.room_edit(int(ref), '{"parts":[]}')
    again = await mira.ask("press", message=int(ref), action="one", values=["a"], again=True)
    assert (again["type"], again["message"]) == ("ok", int(ref))
    assert (await press(mira, ref, "one", "a"))["type"] == "refused"
    assert desk.heard == []


async def test_sent_again_or_not_nobody_learns_of_a_message_that_is_not_theirs(
    visitors: Visitors, mira: Visitor, desk: ScriptedDesk
) -> None:
    desk.answer = lambda heard: Reply(CONTROLS)
    private = (await mira.say("/quiz"))["message"]
    jonas = await visitors.enter("Jonas")
    assert (await jonas.ask("press", message=private, action="one", values=["a"], again=True))["type"] == "refused"


async def test_two_presses_at_once_are_one_after_the_other(mira: Visitor, chat: RoomChat, desk: ScriptedDesk) -> None:
    ref = await chat.post(GENERAL, CONTROLS, "k")
    desk.answer = lambda heard: Reply(Post((Text(line("Done.")),)), Shown.INSTEAD)
    for number in ("x", "y"):
        await mira.send(type="press", id=number, message=int(ref), action="one", values=["a"])
    assert ((await mira.next(id="x"))["type"], (await mira.next(id="y"))["type"]) == ("ok", "refused")


# ---------------------------------------------------------------- forms


async def opened(mira: Visitor, desk: ScriptedDesk) -> str:
    desk.answer = lambda heard: FORM
    frame = await mira.say("/cohort schedule", id="form-1")
    assert (frame["type"], frame["form"]["title"], len(frame["form"]["fields"])) == ("form", "When?", 4)
    desk.answer = lambda heard: Reply(Post((Text(line("Saved.")),)))
    return "form-1"


async def test_a_form_comes_back_where_it_was_opened(mira: Visitor, desk: ScriptedDesk) -> None:
    form = await opened(mira, desk)
    assert (await mira.ask("submit", form=form, fields=FILLED))["type"] == "ok"
    heard = desk.heard[-1]
    assert isinstance(heard, Submit)
    assert (heard.place, heard.action, heard.text("time"), heard.fields["tell"]) == (GENERAL, FORM.action, "09:30", ("a", "b"))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("time", ["  "]),
        ("time", ["09:30:00"]),
        ("time", []),
        ("zone", []),
        ("zone", ["a", "b"]),
        ("zone", ["c"]),
        ("tell", ["c"]),
    ],
)
async def test_a_field_that_cannot_be_taken_is_named_and_can_be_mended(
    mira: Visitor, desk: ScriptedDesk, name: str, values: list[str]
) -> None:
    form = await opened(mira, desk)
    refused = await mira.ask("submit", form=form, fields=FILLED | {name: values}, id="first")
    assert (refused["type"], list(refused["fields"])) == ("refused", [name])
    assert len(desk.heard) == 1
    assert (await mira.ask("submit", form=form, fields=FILLED, id="second"))["type"] == "ok"


@pytest.mark.parametrize(("field", "marked"), [("time", ["time"]), ("", [])])
async def test_what_the_core_declines_is_told_with_the_field_it_is_about(
    mira: Visitor, desk: ScriptedDesk, field: str, marked: list[str]
) -> None:
    form = await opened(mira, desk)
    desk.answer = lambda heard: Declined("There is no such hour.", field)
    refused = await mira.ask("submit", form=form, fields=FILLED)
    assert (refused["sentence"], list(refused["fields"])) == ("There is no such hour.", marked)


async def test_a_form_that_was_never_opened_is_refused(visitors: Visitors, desk: ScriptedDesk) -> None:
    mira, jonas = await visitors.enter("Mira"), await visitors.enter("Jonas")
    form = await opened(mira, desk)
    assert (await mira.ask("submit", form="made-up", fields=FILLED))["type"] == "refused"
    assert (await jonas.ask("submit", form=form, fields=FILLED))["type"] == "refused"


async def test_fields_nobody_asked_for_are_left_out(mira: Visitor, desk: ScriptedDesk) -> None:
    form = await opened(mira, desk)
    await mira.ask("submit", form=form, fields=FILLED | {"role": ["lead"]})
    heard = desk.heard[-1]
    assert isinstance(heard, Submit)
    assert heard.fields.keys() == FILLED.keys()


async def test_a_form_opened_in_a_message_can_answer_in_its_place(
    mira: Visitor, chat: RoomChat, desk: ScriptedDesk, store: FakeStore
) -> None:
    ref = await chat.post(GENERAL, CONTROLS, "k")
    desk.answer = lambda heard: FORM
    await mira.ask("press", id="opens", message=int(ref), action="read|rlhf", values=[])
    desk.answer = lambda heard: Reply(Post((Text(line("Saved.")),)), Shown.INSTEAD)
    assert (await mira.ask("submit", form="opens", fields=FILLED))["message"] == int(ref)
    assert "Saved." in store.records.messages[int(ref)].post
