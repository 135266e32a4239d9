"""Forms over forms, guarded and answered; the Home tab; a message's own menu."""

from typing import Any

import pytest

from tests.doubles.bolt import bolt, client, connected, refused
from tests.doubles.slack import Channel, Person, SlackDouble
from tests.doubles.slack.specs import Json


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(label: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(label), "action_id": action_id, "value": action_id, **more}


def modal(*blocks: Json, title: str = "Form", **more: Any) -> Json:
    shown = list(blocks) or [{"type": "section", "text": plain("Hello")}]
    return {"type": "modal", "callback_id": "form", "title": plain(title), "blocks": shown, **more}


@pytest.fixture
def ada(double: SlackDouble) -> Person:
    return double.user("ada")


@pytest.fixture
def general(double: SlackDouble, ada: Person) -> Channel:
    return double.channel("general", members=[ada, double.user("bob")])


async def test_a_trigger_lives_three_seconds_and_works_once(double: SlackDouble, ada: Person) -> None:
    async with client(double) as web:
        assert await refused(web.views_open(trigger_id="1.2.3", view=modal())) == "invalid_trigger_id"
        old = double.hooks.trigger(ada.user)
        double.advance(3.1)
        assert await refused(web.views_open(trigger_id=old, view=modal())) == "expired_trigger_id"
        fresh = double.hooks.trigger(ada.user)
        await web.views_open(trigger_id=fresh, view=modal())
        assert await refused(web.views_open(trigger_id=fresh, view=modal())) == "exchanged_trigger_id"
    double.assert_clean()


async def test_forms_are_updated_pushed_and_guarded_by_their_hash(double: SlackDouble, ada: Person) -> None:
    async with client(double) as web:
        opened = (await web.views_open(trigger_id=double.hooks.trigger(ada.user), view=modal(title="One")))["view"]
        await web.views_update(view_id=opened["id"], hash=opened["hash"], view=modal(title="Two"))
        assert [view.title for view in ada.views] == ["Two"]
        assert await refused(web.views_update(view_id=opened["id"], hash=opened["hash"], view=modal())) == "hash_conflict"
        assert await refused(web.views_update(view_id="V404", view=modal())) == "not_found"
        pushed = (await web.views_push(trigger_id=double.hooks.trigger(ada.user), view=modal(title="Three")))["view"]
        assert (pushed["root_view_id"], pushed["previous_view_id"]) == (opened["id"], opened["id"])
        await web.views_push(trigger_id=double.hooks.trigger(ada.user), view=modal(title="Four"))
        assert await refused(web.views_push(trigger_id=double.hooks.trigger(ada.user), view=modal())) == "push_limit_reached"
        named = modal(external_id="mine")
        await web.views_update(view_id=opened["id"], view=named)
        assert await refused(web.views_update(view_id=pushed["id"], view=named)) == "duplicate_external_id"
    double.assert_clean()


@pytest.mark.parametrize(
    ("answer", "titles"),
    [
        ({"response_action": "update", "view": modal(title="After")}, ["Under", "After"]),
        ({"response_action": "push", "view": modal(title="After")}, ["Under", "Form", "After"]),
        ({"response_action": "clear"}, []),
        ({}, ["Under"]),
    ],
)
async def test_the_answer_to_a_submission_decides_what_is_on_the_screen(
    clean: SlackDouble, ada: Person, answer: Json, titles: list[str]
) -> None:
    async with bolt(clean) as app:

        @app.view("form")
        async def form(ack: Any) -> None:
            await ack(**answer)

        async with connected(clean, app):
            await app.client.views_open(trigger_id=clean.hooks.trigger(ada.user), view=modal(title="Under"))
            await app.client.views_push(trigger_id=clean.hooks.trigger(ada.user), view=modal(title="Form"))
            assert (await ada.submits(ada.views[-1])).acked
    assert [view.title for view in ada.views] == titles


async def test_a_form_that_is_not_filled_in_is_not_sent(double: SlackDouble, ada: Person) -> None:
    ask = {"type": "input", "label": plain("Why?"), "element": {"type": "plain_text_input", "action_id": "why", "max_length": 5}}
    async with client(double) as web:
        await web.views_open(trigger_id=double.hooks.trigger(ada.user), view=modal(ask, submit=plain("Send")))
    with pytest.raises(AssertionError, match="without"):
        await ada.submits(ada.views[0])
    with pytest.raises(AssertionError, match="takes 0 to 5 characters"):
        await ada.submits(ada.views[0], {"Why?": "because"})
    with pytest.raises(AssertionError, match="nothing called 'How'"):
        await ada.submits(ada.views[0], {"How": "so"})


async def test_errors_for_a_block_that_is_no_input_are_found_out(double: SlackDouble, ada: Person) -> None:
    async with bolt(double) as app:

        @app.view("form")
        async def form(ack: Any) -> None:
            await ack(response_action="errors", errors={"nowhere": "no"})

        async with connected(double, app):
            await app.client.views_open(trigger_id=double.hooks.trigger(ada.user), view=modal())
            await ada.submits(ada.views[0])
    with pytest.raises(AssertionError, match="errors for 'nowhere'"):
        double.assert_clean()


async def test_closing_a_form_is_told_if_the_form_asked_for_it(clean: SlackDouble, ada: Person) -> None:
    closed: list[Json] = []
    async with bolt(clean) as app:

        @app.view_closed("form")
        async def gone(ack: Any, body: Json) -> None:
            await ack()
            closed.append(body)

        async with connected(clean, app):
            await app.client.views_open(trigger_id=clean.hooks.trigger(ada.user), view=modal())
            assert await ada.closes(ada.views[0]) is None
            await app.client.views_open(trigger_id=clean.hooks.trigger(ada.user), view=modal(notify_on_close=True))
            assert await ada.closes(ada.views[0])
    assert [body["is_cleared"] for body in closed] == [False]
    assert ada.views == []


async def test_the_home_tab_is_published_for_one_and_its_buttons_speak(clean: SlackDouble, ada: Person) -> None:
    told: list[Json] = []
    async with bolt(clean) as app:

        @app.event("app_home_opened")
        async def opened(event: Json, client: Any) -> None:
            told.append(event)
            if event["tab"] == "home":
                view = {"type": "home", "blocks": [{"type": "actions", "elements": [button("Continue", "go")]}]}
                await client.views_publish(user_id=event["user"], view=view)

        @app.action("go")
        async def go(ack: Any, body: Json) -> None:
            await ack()
            told.append(body["container"] | {"kind": body["view"]["type"]})

        async with connected(clean, app):
            await ada.opens_home()
            await clean.until(lambda: clean.views.homes)
            await ada.clicks(ada.home, "Continue")
            assert await ada.opens_dm() is ada.dm
            await clean.until(lambda: len(told) == 3)
    assert [event.get("tab") or event["kind"] for event in told] == ["home", "home", "messages"]
    assert told[1]["type"] == "view"


async def test_a_message_shortcut_brings_the_message(clean: SlackDouble, ada: Person, general: Channel) -> None:
    brought: list[Json] = []
    async with bolt(clean) as app:

        @app.shortcut("ask_lab")
        async def ask(ack: Any, shortcut: Json, client: Any) -> None:
            await client.views_open(trigger_id=shortcut["trigger_id"], view=modal(title="Ask"))
            await ack()
            brought.append(shortcut)

        @app.event("message")
        async def message() -> None: ...

        async with connected(clean, app):
            root = await ada.says("What is a reward model?", general)
            reply = await clean.user("bob").says("Good question", general, root)
            assert (await ada.shortcut("ask_lab", reply)).acked
            assert (await ada.sees_view("Ask")).title == "Ask"
    assert (brought[0]["message"]["text"], brought[0]["message"]["thread_ts"]) == ("Good question", root.ts)
