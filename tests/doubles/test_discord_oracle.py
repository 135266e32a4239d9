"""What the oracle finds: each rule of the description, of the documentation and of ours, with one request that breaks it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.doubles.discord import Oracle, require
from tests.doubles.discord.rules import Files
from tests.doubles.discord.specs import Json

QUIET: Json = {"allowed_mentions": {"parse": []}}
SAY = "post", "/channels/1/messages"
EDIT = "patch", "/channels/1/messages/2"
HOOK = "post", "/webhooks/1/token"
ANSWER = "post", "/interactions/1/token/callback"
COMMANDS = "put", "/applications/1/commands"
V2 = 1 << 15


@pytest.fixture(scope="module")
def oracle() -> Oracle:
    return Oracle(require())


def judge(
    oracle: Oracle, where: tuple[str, str], body: Any, query: dict[str, str] | None = None, files: Files | None = None
) -> str:
    """All complaints about a request, in one text."""
    matched = oracle.match(*where)
    assert matched is not None
    kind = "multipart/form-data" if files else "application/json"
    found = oracle.request(matched, query or {}, kind, body, files or {})
    return "\n".join([*found, *oracle.manners(matched.operation, query or {}, body)])


def said(**more: Any) -> Json:
    return {"content": "hello", "nonce": "1", "enforce_nonce": True, **QUIET, **more}


def row(*parts: Json) -> Json:
    return {"type": 1, "components": list(parts)}


def button(custom_id: str = "a", **more: Any) -> Json:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": custom_id, **more}


def select(**more: Any) -> Json:
    return {"type": 3, "custom_id": "s", "options": [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}], **more}


def text(words: str = "hello") -> Json:
    return {"type": 10, "content": words}


def laid(*components: Json, **more: Any) -> Json:
    return {"components": list(components), "flags": V2, "nonce": "1", "enforce_nonce": True, **QUIET, **more}


def test_an_ordinary_message_passes(oracle: Oracle) -> None:
    assert judge(oracle, SAY, said()) == ""
    assert judge(oracle, SAY, said(content="at <t:5:R>\n```\n| a |\n|---|\n```")) == ""
    assert judge(oracle, SAY, said(components=[row(button(), button("b")), row(select())])) == ""
    section = {"type": 9, "components": [text()], "accessory": {"type": 11, "media": {"url": "https://example.org/a.png"}}}
    inside = [text(), section, {"type": 14}, row(button())]
    assert judge(oracle, SAY, laid({"type": 17, "accent_color": 5, "components": inside})) == ""


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (said(content="x" * 2001), "2001 characters, at most 2000"),
        (said(content=""), "an empty message"),
        (said(content=5), "5 is not ['string', 'null']"),
        (said(colour=5), "colour: no such field"),
        (said(nonce="x" * 26), "nonce"),
        (said(nonce=None), "nonce: missing"),
        (said(enforce_nonce=False), "nonce: missing"),
        (said(allowed_mentions=None), "allowed_mentions: missing"),
        (said(allowed_mentions={"parse": ["users"]}), "lets something ping"),
        (said(allowed_mentions={"users": ["1"]}), "lets something ping"),
        (said(allowed_mentions={"parse": [], "replied_user": True}), "lets something ping"),
        (said(flags=1 << 5), "flags an app cannot set"),
        (said(flags=V2), "not beside components V2"),
        (said(embeds=[{"title": "x" * 257}]), "257"),
        (said(embeds=[{"description": "x" * 4096}, {"description": "x" * 4096}]), "8192 characters in all"),
        (said(embeds=[{"fields": [{"name": "a", "value": "x" * 1025}]}]), "1025"),
        (said(embeds=[{"fields": [{"name": "", "value": "x"}]}]), "fields[0]: empty"),
        (said(embeds=[{"title": "x"}] * 11), "at most 10"),
        (said(components=[row(button())] * 6), "6 rows, at most 5"),
        (said(components=[text()]), "needs the flag for components V2"),
        (said(poll={"question": {"text": "?"}, "answers": [{"poll_media": {"text": "x" * 56}}]}), "at most 55"),
        (said(attachments=[{"id": 0, "filename": "a.png", "description": "x"}]), "files[0] is not in the form"),
        (said(content="at <t:soon>"), "no time Discord draws"),
        (said(content="at <t:5:x>"), "no time Discord draws"),
        (said(content="```python\nprint(1)"), "a code block that does not end"),
        (said(content="| a | b |\n|---|---|\n| 1 | 2 |"), "a table, which Discord does not draw"),
        (said(embeds=[{"image": {"url": "attachment://a.png"}}]), "attachment://a.png is not attached"),
    ],
)
def test_a_message_with_a_fault_is_found(oracle: Oracle, body: Json, complaint: str) -> None:
    assert complaint in judge(oracle, SAY, body)


@pytest.mark.parametrize(
    ("part", "complaint"),
    [
        (row(), "a row holds up to 5 buttons or 1 select"),
        (row(*(button(str(n)) for n in range(6))), "a row holds up to 5 buttons or 1 select"),
        (row(button(), select()), "a row holds up to 5 buttons or 1 select"),
        (row(button(), button()), "the custom_id a 2 times"),
        (row(button("x" * 101)), "101 length, at most 100"),
        (row(button(label="x" * 81)), "81"),
        (row(button(label=None)), "without label or emoji"),
        (row(button(url="https://example.org")), "needs a custom_id and no url"),
        (row({"type": 2, "style": 5, "label": "Go", "custom_id": "a"}), "a link needs a url"),
        (row({"type": 2, "style": 5, "label": "Go", "url": "javascript:alert(1)"}), "no address for a link"),
        (row(select(options=[])), "0 options, from 1 to 25"),
        (row(select(options=[{"label": str(n), "value": str(n)} for n in range(26)])), "26"),
        (row(select(options=[{"label": "x" * 101, "value": "a"}])), "101"),
        (row(select(options=[{"label": "A", "value": "a"}, {"label": "B", "value": "a"}])), "the value a 2 times"),
        (row(select(max_values=3)), "up to 3 of 2 options"),
        (row(select(min_values=2)), "at least 2 and at most 1"),
        (row(select(placeholder="x" * 151)), "151"),
        (text(""), "content: 0 length"),
        (text(" "), "an empty text"),
        ({"type": 17, "components": []}, "an empty container"),
        ({"type": 9, "components": [text()] * 4, "accessory": button()}, "a section holds 1 to 3 texts"),
        ({"type": 9, "components": [text()]}, "accessory: missing"),
        ({"type": 12, "items": []}, "0 pictures, from 1 to 10"),
        ({"type": 12, "items": [{"media": {"url": "https://a.b/c.png"}, "description": "x" * 1025}]}, "1025"),
        ({"type": 12, "items": [{"media": {"url": "attachment://c.png"}}]}, "attachment://c.png is not attached"),
        ({"type": 99}, "fits none of the kinds"),
    ],
)
def test_a_component_with_a_fault_is_found(oracle: Oracle, part: Json, complaint: str) -> None:
    assert complaint in judge(oracle, SAY, laid(part))


def test_components_are_counted_and_measured_all_together(oracle: Oracle) -> None:
    assert judge(oracle, SAY, laid({"type": 17, "components": [text("x" * 100)] * 39})) == ""
    assert "41 in all, at most 40" in judge(oracle, SAY, laid({"type": 17, "components": [text("x")] * 40}))
    assert judge(oracle, SAY, laid(text("x" * 2000), {"type": 17, "components": [text("x" * 2000)]})) == ""
    assert "4001 characters in all" in judge(oracle, SAY, laid(text("x" * 2000), {"type": 17, "components": [text("x" * 2001)]}))


def test_files_have_entries_sizes_and_descriptions(oracle: Oracle) -> None:
    told = [{"id": 0, "filename": "a.png", "description": "A chart"}]
    picture: Files = {"files[0]": ("a.png", "image/png", b"x")}
    assert judge(oracle, SAY, said(attachments=told), files=picture) == ""
    assert "a picture without a description" in judge(
        oracle, SAY, said(attachments=[told[0] | {"description": ""}]), files=picture
    )
    assert "nothing about files[1]" in judge(
        oracle, SAY, said(attachments=told), files={**picture, "files[1]": ("b", "x/y", b"")}
    )
    assert "is called files[n]" in judge(oracle, SAY, said(), files={"file": ("a", "x/y", b"")})
    big: Files = {"files[0]": ("a.png", "image/png", bytes(10 * 2**20 + 1))}
    assert "bytes, at most 10485760" in judge(oracle, SAY, said(attachments=told), files=big)


def test_edits_are_judged_like_messages_but_need_no_nonce(oracle: Oracle) -> None:
    assert judge(oracle, EDIT, {"content": "x", **QUIET}) == ""
    assert "allowed_mentions: missing" in judge(oracle, EDIT, {"content": "x"})
    assert "2001" in judge(oracle, EDIT, {"content": "x" * 2001, **QUIET})


def test_a_persona_stands_in_a_thread_under_a_name_discord_takes(oracle: Oracle) -> None:
    fine = {"wait": "true", "thread_id": "3"}
    assert judge(oracle, HOOK, {"content": "x", "username": "Paul", **QUIET}, fine) == ""
    for name, complaint in (
        ("x" * 81, "81"),
        ("Discord fan", "discord"),
        ("CLYDE", "clyde"),
        ("everyone", "everyone"),
        (" ", "1 to 80"),
    ):
        assert complaint in judge(oracle, HOOK, {"content": "x", "username": name, **QUIET}, fine)
    pressed = {"content": "x", "username": "Paul", "components": [row(button())], **QUIET}
    assert "thread_id: missing" in judge(oracle, HOOK, pressed, {"wait": "true"})
    assert "wait: missing" in judge(oracle, HOOK, {"content": "x", "username": "Paul", **QUIET}, {"thread_id": "3"})
    assert "nonce: no such field" in judge(oracle, HOOK, {"content": "x", "nonce": "1", **QUIET}, fine)
    assert "message_reference: no such field" in judge(oracle, HOOK, {"content": "x", "message_reference": {}, **QUIET}, fine)
    assert "username cannot" in judge(oracle, ("post", "/channels/1/webhooks"), {"name": "Discord labs"}).lower()
    assert "query.thread: no such parameter" in judge(oracle, HOOK, {"content": "x", **QUIET}, {"thread": "3"})
    assert "thread_id" in judge(oracle, HOOK, {"content": "x", **QUIET}, {"thread_id": "abc"})


def form(*components: Json, **more: Any) -> Json:
    return {"type": 9, "data": {"custom_id": "f", "title": "Form", "components": list(components), **more}}


def labelled(component: Json, **more: Any) -> Json:
    return {"type": 18, "label": "Why?", "component": component, **more}


def entry(**more: Any) -> Json:
    return {"type": 4, "custom_id": "why", "style": 2, **more}


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (form(), "0 entries, from 1 to 5"),
        (form(*(labelled(entry(custom_id=str(n))) for n in range(6))), "6 entries, from 1 to 5"),
        (form(labelled(entry()), title="x" * 46), "46"),
        (form(labelled(entry(), label="x" * 46)), "46"),
        (form(labelled(entry(), description="x" * 101)), "101"),
        (form(labelled(entry(placeholder="x" * 101))), "101"),
        (form(labelled(entry(label="Why?"))), "the label stands around"),
        (form(labelled(entry(min_length=5, max_length=4))), "from 5 to 4"),
        (form(labelled(entry(value="xxxxx", max_length=4))), "filled with 5"),
        (form(labelled(entry()), labelled(entry())), "the custom_id why 2 times"),
        (form(labelled({"type": 21, "custom_id": "r", "options": [{"label": "A", "value": "a"}]})), "1 options, from 2 to 10"),
        (form(labelled(select(disabled=True))), "nothing in a form is disabled"),
        (form(row(button())), "only a text input"),
        ({"type": 9, "data": {"custom_id": "f", "components": [labelled(entry())]}}, "title: missing"),
        ({"type": 5, "data": {"flags": 1 << 15}}, "the ephemeral flag only"),
        ({"type": 5, "data": {"content": "x"}}, "the ephemeral flag only"),
        ({"type": 6, "data": {"content": "x"}}, "takes nothing"),
        ({"type": 4, "data": {"content": "x"}}, "allowed_mentions: missing"),
        ({"type": 7, "data": {"content": "x"}}, "allowed_mentions: missing"),
        ({"type": 4, "data": {"content": "x" * 2001, **QUIET}}, "2001"),
        ({"type": 4, "data": {"content": "x", "nonce": "1", **QUIET}}, "nonce: no such field"),
        ({"type": 8, "data": {"choices": [{"name": "a", "value": "a"}] * 26}}, "26"),
        ({"type": 8, "data": {"choices": [{"name": "x" * 101, "value": "a"}]}}, "101"),
        ({"type": 3}, "no answer to anything"),
    ],
)
def test_an_answer_with_a_fault_is_found(oracle: Oracle, body: Json, complaint: str) -> None:
    assert complaint in judge(oracle, ANSWER, body)


def test_ordinary_answers_pass(oracle: Oracle) -> None:
    radio = {"type": 21, "custom_id": "r", "options": [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]}
    fine: list[Json] = [
        form(labelled(entry()), labelled(radio), labelled(select()), text()),
        form(row(entry(label="Why?"))),
        {"type": 5, "data": {"flags": 64}},
        {"type": 5},
        {"type": 6},
        {"type": 4, "data": {"content": "x", "flags": 64, "tts": False, **QUIET}},
        {"type": 8, "data": {"choices": [{"name": "RLHF", "value": "rlhf"}]}},
    ]
    assert [judge(oracle, ANSWER, body) for body in fine] == [""] * len(fine)


def command(name: str = "lab", **more: Any) -> Json:
    return {"name": name, "type": 1, "description": "Open a lab", "options": [], **more}


def option(name: str = "lesson", **more: Any) -> Json:
    return {"name": name, "type": 3, "description": "Which", **more}


def _many(seed: int) -> list[Json]:
    return [{"name": f"{seed}{n}".ljust(90, "n"), "value": f"{seed}{n}".ljust(90, "v")} for n in range(25)]


@pytest.mark.parametrize(
    ("commands", "complaint"),
    [
        ([command("Lab")], "no name for a command"),
        ([command("a b")], "no name for a command"),
        ([command("x" * 33)], "33"),
        ([command(description="")], "a description of 1 to 100"),
        ([command(), command()], "lab 2 times"),
        ([{"name": f"M{n}", "type": 3} for n in range(16)], "16 commands of type 3, at most 15"),
        ([command(f"c{n}") for n in range(101)], "101 commands of type 1, at most 100"),
        ([{"name": "Explain", "type": 3, "description": "no"}], "neither description nor options"),
        ([command(options=[option(str(n)) for n in range(26)])], "26"),
        ([command(options=[option(), option()])], "two options of the same name"),
        ([command(options=[option("a"), option("b", required=True)])], "a required option after an optional one"),
        ([command(options=[option(choices=[{"name": str(n), "value": str(n)} for n in range(26)])])], "26"),
        ([command(options=[option(autocomplete=True, choices=[{"name": "a", "value": "a"}])])], "choices beside autocomplete"),
        ([command(options=[option(), {"name": "s", "type": 1, "description": "x"}])], "subcommands beside options"),
        (
            [command(options=[option(f"o{n}", description="x" * 100, choices=_many(n)) for n in range(4)])],
            "characters in all, at most 8000",
        ),
        ([command(default_permission=True)], "default_permission: no such field"),
    ],
)
def test_a_command_with_a_fault_is_found(oracle: Oracle, commands: list[Json], complaint: str) -> None:
    assert complaint in judge(oracle, COMMANDS, commands)


def test_ordinary_commands_pass(oracle: Oracle) -> None:
    inner = {"name": "post", "type": 1, "description": "Post", "options": [option(required=True, autocomplete=True), option("b")]}
    fine = [
        command(options=[option(choices=[{"name": "RLHF", "value": "rlhf"}])]),
        command("cohort", options=[inner], nsfw=False),
    ]
    assert judge(oracle, COMMANDS, [*fine, {"name": "Explain this in the lab", "type": 3}]) == ""


def test_a_route_is_found_by_its_most_literal_template(oracle: Oracle) -> None:
    matched = oracle.match("GET", "/webhooks/1/token/messages/@original")
    assert matched is not None
    assert matched.operation.name.endswith("/messages/@original")
    assert oracle.match("GET", "/nothing/like/this") is None


def test_the_doubles_own_answers_are_held_against_the_description(oracle: Oracle) -> None:
    matched = oracle.match("GET", "/users/@me")
    assert matched is not None
    assert any("username: missing" in one for one in oracle.answer(matched.operation, 200, {"id": "1"}))
    assert oracle.answer(matched.operation, 302, None) == ["302: not an answer of get /users/@me"]
    assert oracle.answer(matched.operation, 404, {"message": "x", "code": 10013}) == []


BODIES: list[tuple[tuple[str, str], Json]] = [
    (SAY, said(components=[row(button(), button("b")), row(select())])),
    (SAY, laid({"type": 17, "components": [text(), {"type": 9, "components": [text()], "accessory": button()}]})),
    (SAY, said(embeds=[{"title": "x", "fields": [{"name": "a", "value": "b"}]}])),
    (ANSWER, form(labelled(entry()), labelled(select()))),
    (ANSWER, {"type": 4, "data": {"content": "x", "flags": 64, **QUIET}}),
]
ODD = st.sampled_from([None, True, -1, 5, 2**40, 1.5, "", "x", "x" * 5000, [], [None], {}, {"type": 2}, {"type": "x"}])


def spots(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(spot for name, inner in pairs for spot in spots(inner, (*path, name)))]


def changed(value: Any, spot: tuple[Any, ...], change: Callable[[Any], Any]) -> Any:
    copy = json.loads(json.dumps(value))
    place = copy
    for name in spot[:-1]:
        place = place[name]
    place[spot[-1]] = change(place[spot[-1]])
    return copy


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_the_short_checker_and_the_jsonschema_library_agree(oracle: Oracle, data: st.DataObject) -> None:
    where, body = data.draw(st.sampled_from(BODIES))
    spot = data.draw(st.sampled_from(spots(body)[1:]))
    broken = changed(body, spot, lambda old: data.draw(ODD))
    matched = oracle.match(*where)
    assert matched is not None
    schema = matched.operation.bodies["application/json"]
    full = Draft202012Validator({**schema, "components": require()["components"]})
    mine = [one for one in oracle.schemas.complaints(schema, broken, "body") if "no such field" not in one]
    assert bool(mine) == (not full.is_valid(broken)), (broken, mine, [error.message for error in full.iter_errors(broken)][:3])
