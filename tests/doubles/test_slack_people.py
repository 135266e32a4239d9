"""People's hands and eyes: every kind of element, response URLs, what happens in channels, other bots, other workspaces."""

import re
from typing import Any

import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.doubles.bolt import bolt, client, connected
from tests.doubles.slack import Channel, Person, SlackDouble
from tests.doubles.slack.specs import Json


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def options(*values: str) -> list[Json]:
    return [{"text": plain(value.upper()), "value": value} for value in values]


def button(label: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(label), "action_id": action_id, "value": action_id, **more}


ELEMENTS = [
    {"type": "radio_buttons", "action_id": "radio", "options": options("a", "b")},
    {"type": "checkboxes", "action_id": "boxes", "options": options("a", "b", "c"), "initial_options": options("a")},
    {"type": "static_select", "action_id": "select", "placeholder": plain("Pick"), "options": options("a", "b")},
    {"type": "multi_static_select", "action_id": "several", "placeholder": plain("Pick"), "options": options("a", "b")},
    {"type": "datepicker", "action_id": "date"},
    {"type": "users_select", "action_id": "who", "placeholder": plain("Who")},
]


@pytest.fixture
def ada(double: SlackDouble) -> Person:
    return double.user("ada")


@pytest.fixture
def general(double: SlackDouble, ada: Person) -> Channel:
    return double.channel("general", members=[ada, double.user("bob")])


async def test_each_element_tells_its_choice_and_the_state_of_all(clean: SlackDouble, ada: Person, general: Channel) -> None:
    bodies: list[Json] = []
    async with bolt(clean) as app:

        @app.action(re.compile("radio|boxes"))
        async def touched(ack: Any, body: Json) -> None:
            await ack()
            bodies.append(body)

        @app.event("message")
        async def message() -> None: ...

        async with connected(clean, app):
            blocks = [{"type": "actions", "block_id": f"q{number}", "elements": [one]} for number, one in enumerate(ELEMENTS)]
            await app.client.chat_postMessage(channel=general.id, text="?", blocks=blocks)
            question = ada.sees(general)[0]
            assert question.blocks[0]["elements"][0]["action_id"] == "radio"
            assert await ada.selects(question, "boxes", ["b", "C"])
            await ada.selects(question, "radio", "B")
            bob = clean.user("bob")
            await bob.selects(question, "radio", "a")
            await clean.settled()
    boxes, hers, his = bodies
    assert [option["value"] for option in boxes["actions"][0]["selected_options"]] == ["b", "c"]
    assert hers["actions"][0]["selected_option"]["value"] == "b"
    values = hers["state"]["values"]
    assert values["q0"]["radio"]["selected_option"]["value"] == "b"
    assert [option["value"] for option in values["q1"]["boxes"]["selected_options"]] == ["b", "c"]
    assert values["q2"]["select"] == {"type": "static_select", "selected_option": None}
    assert values["q3"]["several"] == {"type": "multi_static_select", "selected_options": []}
    assert [option["value"] for option in his["state"]["values"]["q1"]["boxes"]["selected_options"]] == ["a"]


async def test_of_an_ephemeral_message_only_the_container_is_told(clean: SlackDouble, ada: Person, general: Channel) -> None:
    bodies: list[Json] = []
    async with bolt(clean) as app:

        @app.action("go")
        async def go(ack: Any, body: Json, respond: Any) -> None:
            await ack()
            bodies.append(body)
            await respond(text="Gone", replace_original=True) if len(bodies) == 1 else await respond(delete_original=True)

        async with connected(clean, app):
            blocks = [{"type": "actions", "elements": [button("Go", "go")]}]
            await app.client.chat_postEphemeral(channel=general.id, user=ada.id, text="Go?", blocks=blocks)
            (whisper,) = ada.sees(general)
            await ada.clicks(whisper, "Go")
            await ada.reads(general, "Gone")
            await ada.clicks(whisper, "Go", revision=0)
            await clean.until(lambda: ada.sees(general) == [])
    assert "message" not in bodies[0]
    assert bodies[0]["container"]["is_ephemeral"] is True


async def test_a_response_url_works_five_times_within_half_an_hour(double: SlackDouble, ada: Person, general: Channel) -> None:
    url = double.hooks.url(ada.user, general, double.installation)
    hook = AsyncWebhookClient(url)
    answers = [await hook.send(text=str(number)) for number in range(6)]
    assert [(answer.status_code, answer.body) for answer in answers[:5]] == [(200, "ok")] * 5
    assert (answers[5].status_code, "used_url" in answers[5].body) == (404, True)
    other = AsyncWebhookClient(double.hooks.url(ada.user, general, double.installation))
    double.advance(1801)
    assert "expired_url" in (await other.send(text="late")).body
    double.assert_clean()
    assert [message.text for message in ada.sees(general)] == ["0", "1", "2", "3", "4"]


async def test_a_response_url_takes_no_persona(double: SlackDouble, ada: Person, general: Channel) -> None:
    hook = AsyncWebhookClient(double.hooks.url(ada.user, general, double.installation))
    assert (await hook.send_dict({"text": "hi", "username": "RLHF Lab"})).status_code == 400
    with pytest.raises(AssertionError, match="username: response_url takes no such field"):
        double.assert_clean()


async def test_menus_feedback_and_buttons_for_some(clean: SlackDouble, ada: Person, general: Channel) -> None:
    chosen: list[str] = []
    feedback = {
        "type": "feedback_buttons",
        "action_id": "feedback",
        "positive_button": {"text": plain("Good"), "value": "+"},
        "negative_button": {"text": plain("Bad"), "value": "-"},
    }
    menu = {"type": "overflow", "action_id": "menu", "options": options("edit", "leave")}
    blocks: list[Json] = [
        {"type": "section", "text": plain("More"), "accessory": menu},
        {"type": "context_actions", "elements": [feedback]},
        {"type": "actions", "elements": [button("Yours", "yours", visible_to_user_ids=[ada.id])]},
    ]
    async with bolt(clean) as app:

        @app.action("menu")
        async def picked(ack: Any, action: Json) -> None:
            await ack()
            chosen.append(action["selected_option"]["value"])

        @app.action("feedback")
        @app.action("yours")
        async def pressed(ack: Any, action: Json) -> None:
            await ack()
            chosen.append(action["value"])

        async with connected(clean, app):
            await app.client.chat_postMessage(channel=general.id, text="?", blocks=blocks)
            (message,) = ada.sees(general)
            await ada.clicks(message, "menu", "leave")
            await ada.clicks(message, "feedback", "negative")
            await ada.clicks(message, "Yours")
            with pytest.raises(AssertionError, match="nothing called 'Yours'"):
                await clean.user("bob").clicks(message, "Yours")
    assert chosen == ["leave", "-", "yours"]


async def test_what_happens_in_a_channel_is_told(clean: SlackDouble, ada: Person, general: Channel) -> None:
    told: list[Json] = []
    clean.events.subscriptions |= {"channel_archive", "channel_rename"}
    async with bolt(clean) as app:

        @app.event({"type": "message"})
        @app.event("member_joined_channel")
        @app.event("channel_rename")
        @app.event("channel_archive")
        @app.event("channel_id_changed")
        @app.event("app_context_changed")
        @app.event("agent_session_title_changed")
        async def hear(event: Json) -> None:
            told.append(event)

        async with connected(clean, app):
            said = await ada.says("helo", general)
            await ada.edits(said, "hello")
            await ada.deletes(said)
            await ada.says("in the thread and out of it", general, await ada.says("root", general), broadcast=True)
            await clean.user("carol").joins(general, inviter=ada)
            clean.invite(clean.channel("new", bot=False), ada)
            clean.rename(general, "course")
            await ada.looks_at(general)
            await ada.renames(said, "Rewards")
            old = general.id
            clean.change_id(general)
            clean.archive(general, ada)
            await clean.settled()
            await clean.until(lambda: len(told) == 12)
    kinds = {event.get("subtype") or event["type"] for event in told}
    assert kinds == {
        "message", "message_changed", "message_deleted", "thread_broadcast", "member_joined_channel", "channel_rename",
        "channel_archive", "channel_id_changed", "app_context_changed", "agent_session_title_changed",
    }  # fmt: skip
    assert next(event["old_channel_id"] for event in told if event["type"] == "channel_id_changed") == old


async def test_another_bot_is_heard_and_the_app_itself_is_not(clean: SlackDouble, general: Channel) -> None:
    heard: list[str] = []
    async with bolt(clean) as app:

        @app.event("message")
        async def hear(event: Json) -> None:
            heard.append(event["text"])

        async with connected(clean, app):
            for persona in ({}, {"username": "RLHF Lab"}):
                await app.client.chat_postMessage(channel=general.id, text="ours", **persona)  # type: ignore[arg-type]
            await clean.robot("polls").says("vote!", general)
            await clean.settled()
            await clean.until(lambda: heard)
    assert heard == ["vote!"]
    assert all(delivery.acked for delivery in clean.courier.sent)


async def test_every_kind_of_conversation_is_heard(clean: SlackDouble, ada: Person, general: Channel) -> None:
    partner = clean.workspace("Partner")
    eve = clean.user("eve", team=partner)
    clean.share(general, partner)
    general.members.append(eve.id)
    heard: list[Json] = []
    async with bolt(clean) as app:

        @app.event("message")
        async def hear(event: Json, body: Json) -> None:
            heard.append(event | {"shared": body["is_ext_shared_channel"]})

        async with connected(clean, app):
            await ada.says("a", ada.dm)
            await ada.says("b", clean.channel("secret", "private", [ada]))
            await ada.says("c", clean.channel("group", "mpim", [ada]))
            await eve.says("d", general)
            await clean.until(lambda: len(heard) == 4)
            assert (await app.client.users_info(user=eve.id))["user"]["team_id"] == partner.id
    kinds = {event["text"]: (event["channel_type"], event["shared"]) for event in heard}
    assert kinds == {"a": ("im", False), "b": ("group", False), "c": ("mpim", False), "d": ("channel", True)}


async def test_one_installation_serves_an_organisation(double: SlackDouble) -> None:
    one, two = double.organisation("xoxb-org", "One", "Two")
    heard: list[Json] = []
    async with client(double, "xoxb-org") as web:
        told = await web.auth_test()
        assert (told["is_enterprise_install"], told["enterprise_id"]) == (True, one.enterprise)
        wendy = double.user("wendy", team=two)
        channel = double.channel("two", members=[wendy], team=two)
        await wendy.says("hello", channel)
        heard = [delivery.payload for delivery in double.courier.sent]
        assert [found["name"] for found in (await web.conversations_list(team_id=two.id))["channels"]] == ["two"]
    assert (heard[0]["team_id"], heard[0]["authorizations"][0]["is_enterprise_install"]) == (two.id, True)
    assert (wendy.id[0], heard[0]["enterprise_id"]) == ("W", two.enterprise)
    double.assert_clean()


async def test_an_uninstalled_app_hears_of_it_and_of_nothing_after(clean: SlackDouble, ada: Person, general: Channel) -> None:
    clean.uninstall()
    await ada.says("anybody?", general)
    assert [delivery.name for delivery in clean.courier.sent] == ["tokens_revoked", "app_uninstalled"]
