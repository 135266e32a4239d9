"""A walk through Slack with the real client: what people do reaches the app, what it answers is on their screens."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp

from tests.doubles.bolt import bolt, connected
from tests.doubles.slack import SlackDouble
from tests.doubles.slack.specs import Json

PERSONA = {"username": "RLHF Lab", "icon_emoji": ":robot_face:"}


def listening(app: AsyncApp, *events: str) -> list[Json]:
    """What the app hears of these events."""
    heard: list[Json] = []

    async def hear(event: Json) -> None:
        heard.append(event)

    for event in events:
        app.event(event)(hear)
    return heard


def button(label: str, action_id: str, value: str = "") -> Json:
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": label}, "value": value or action_id}


async def test_a_command_is_acked_and_answered_in_a_thread_under_a_persona(clean: SlackDouble) -> None:
    ada, channel = clean.user("ada"), clean.channel("general", members=[clean.user("ada")])
    async with bolt(clean) as app:

        @app.command("/lab")
        async def lab(ack: Any, command: Json, client: Any) -> None:
            await ack()
            root = await client.chat_postMessage(channel=command["channel_id"], text=f"Lab {command['text']}", **PERSONA)
            await client.chat_postMessage(channel=command["channel_id"], text="Ask me.", thread_ts=root["ts"], **PERSONA)

        async with connected(clean, app):
            delivery = await ada.command("/lab rlhf", channel)
            root = await ada.reads(channel, "Lab rlhf")
            reply = await ada.reads(root, "Ask me.")
    assert delivery.acked
    assert (root.name, root.icon_emoji, reply.name) == ("RLHF Lab", ":robot_face:", "RLHF Lab")
    assert [message.text for message in ada.sees(channel)] == ["Lab rlhf"]
    assert [message.text for message in ada.sees(root)] == ["Lab rlhf", "Ask me."]


async def test_an_ack_with_words_is_an_ephemeral_answer_without_a_persona(clean: SlackDouble) -> None:
    ada, bob = clean.user("ada"), clean.user("bob")
    channel = clean.channel("general", members=[ada, bob])
    async with bolt(clean) as app:

        @app.command("/lab")
        async def lab(ack: Any) -> None:
            await ack("one moment")

        async with connected(clean, app):
            await ada.command("/lab", channel)
    assert [(message.text, message.name) for message in ada.sees(channel)] == [("one moment", "Lectern")]
    assert bob.sees(channel) == []


async def test_a_mention_arrives_as_two_events_and_a_plain_message_as_one(clean: SlackDouble) -> None:
    ada, channel = clean.user("ada"), clean.channel("general", members=[clean.user("ada")])
    async with bolt(clean) as app:
        heard = listening(app, "message", "app_mention")
        async with connected(clean, app):
            said = await ada.says(f"{clean.mention} what is 1 < 2 & 3?", channel)
            reply = await ada.says("and so on", channel, said)
            await clean.until(lambda: len(heard) == 3)
            await clean.settled()
    assert sorted(event["type"] for event in heard) == ["app_mention", "message", "message"]
    assert {event["text"] for event in heard} == {f"{clean.mention} what is 1 &lt; 2 &amp; 3?", "and so on"}
    assert reply.thread_ts == said.ts
    assert [event.get("thread_ts") for event in heard if event["text"] == "and so on"] == [said.ts]


async def test_the_app_hears_nothing_of_channels_it_is_not_in(clean: SlackDouble) -> None:
    ada = clean.user("ada")
    await ada.says(f"{clean.mention} hello", clean.channel("elsewhere", members=[ada], bot=False))
    assert clean.courier.sent == []


async def test_pressing_a_button_tells_who_pressed_what_where(clean: SlackDouble) -> None:
    ada, channel = clean.user("ada"), clean.channel("general", members=[clean.user("ada")])
    pressed: list[Json] = []
    async with bolt(clean) as app:

        @app.action("quiz:1")
        async def quiz(ack: Any, body: Json, respond: Any) -> None:
            await ack()
            pressed.append(body)
            await respond(text="Right.", replace_original=False, response_type="ephemeral")

        async with connected(clean, app):
            blocks = [
                {"type": "actions", "block_id": "q", "elements": [button("Yes", "quiz:1", "y"), button("No", "quiz:2", "n")]}
            ]
            posted = await app.client.chat_postMessage(channel=channel.id, text="Well?", blocks=blocks)
            question = await ada.reads(channel, "Yes")
            delivery = await ada.clicks(question, "Yes")
            await ada.reads(channel, "Right.")
    assert delivery.acked
    body = pressed[0]
    assert (body["user"]["id"], body["channel"]["id"], body["message"]["ts"]) == (ada.id, channel.id, posted["ts"])
    assert (body["actions"][0]["action_id"], body["actions"][0]["value"], body["actions"][0]["block_id"]) == ("quiz:1", "y", "q")


async def test_a_form_opens_from_a_trigger_refuses_in_place_and_closes(clean: SlackDouble) -> None:
    ada, channel = clean.user("ada"), clean.channel("general", members=[clean.user("ada")])
    submitted: list[Json] = []
    view = {
        "type": "modal",
        "callback_id": "schedule",
        "title": {"type": "plain_text", "text": "Schedule"},
        "submit": {"type": "plain_text", "text": "Save"},
        "blocks": [
            {
                "type": "input",
                "block_id": "at",
                "label": {"type": "plain_text", "text": "Time"},
                "element": {"type": "timepicker", "action_id": "time"},
            },
            {
                "type": "input",
                "block_id": "days",
                "label": {"type": "plain_text", "text": "Days"},
                "element": {
                    "type": "checkboxes",
                    "action_id": "days",
                    "options": [{"text": {"type": "plain_text", "text": day}, "value": day[:2]} for day in ("Monday", "Friday")],
                },
            },
        ],
    }
    async with bolt(clean) as app:

        @app.command("/schedule")
        async def schedule(ack: Any, body: Json, client: Any) -> None:
            await client.views_open(trigger_id=body["trigger_id"], view=view)
            await ack()

        @app.view("schedule")
        async def save(ack: Any, view: Json) -> None:
            submitted.append(view["state"]["values"])
            early = view["state"]["values"]["at"]["time"]["selected_time"] < "08:00"
            await (ack(response_action="errors", errors={"at": "Nobody is up"}) if early else ack())

        async with connected(clean, app):
            await ada.command("/schedule", channel)
            form = await ada.sees_view("Schedule")
            await ada.submits(form, {"Time": "07:00", "days": ["Monday", "Fr"]})
            assert form.errors == {"at": "Nobody is up"}
            assert ada.views == [form]
            await ada.submits(form, {"at": "09:30"})
    assert ada.views == []
    days = submitted[1]["days"]["days"]["selected_options"]
    assert submitted[1]["at"]["time"] == {"type": "timepicker", "selected_time": "09:30"}
    assert [day["value"] for day in days] == ["Mo", "Fr"]


async def test_a_listener_that_does_not_ack_leaves_the_person_with_a_timeout(clean: SlackDouble) -> None:
    ada, channel = clean.user("ada"), clean.channel("general", members=[clean.user("ada")])
    clean.courier.ack_seconds = 0.05
    async with bolt(clean) as app:

        @app.command("/lab")
        async def lab(ack: Any) -> None:
            await clean.until(lambda: clean.courier.sent[0].error)
            await ack()

        async with connected(clean, app):
            delivery = await ada.command("/lab", channel)
            assert (delivery.acked, delivery.error) == (False, "operation_timeout")
            await clean.until(lambda: clean.sockets.late)


async def test_without_a_connection_a_command_fails_at_once(clean: SlackDouble) -> None:
    ada, channel = clean.user("ada"), clean.channel("general", members=[clean.user("ada")])
    delivery = await ada.command("/lab", channel)
    assert delivery.error == "dispatch_failed"
