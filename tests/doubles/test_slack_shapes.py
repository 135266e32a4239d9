"""What the double sends is held against recordings of what Slack sends, and the comparison itself finds strangers."""

import copy

import pytest

from tests.doubles.slack import Channel, Person, SlackDouble
from tests.doubles.slack.shapes import EVENTS, INTERACTIONS, MESSAGES, Shapes


@pytest.fixture
def ada(double: SlackDouble) -> Person:
    return double.user("ada")


@pytest.fixture
def general(double: SlackDouble, ada: Person) -> Channel:
    return double.channel("general", members=[ada])


def test_every_kind_of_payload_has_a_recording(double: SlackDouble) -> None:
    names = {*EVENTS.values(), *MESSAGES.values(), *INTERACTIONS.values(), "SlashCommandPayload"}
    assert names <= double.specs.shapes.keys()


async def test_a_key_slack_does_not_send_is_found_wherever_it_stands(double: SlackDouble, ada: Person, general: Channel) -> None:
    await ada.says("hello", general)
    await ada.command("/lab", general)
    said, typed = (delivery.payload for delivery in double.courier.sent)
    shapes = Shapes(double.specs)
    assert list(shapes.complaints(said)) == []
    assert list(shapes.complaints(typed)) == []
    strange = copy.deepcopy(said)
    strange["event"]["mood"] = "good"
    strange["authorizations"][0]["mood"] = "good"
    assert list(shapes.complaints(strange)) == ["MessagePayload has no event.mood", "MessagePayload has no authorizations.mood"]
    assert list(shapes.complaints(typed | {"thread_ts": "1.1"})) == ["SlashCommandPayload has no thread_ts"]
    assert "no recorded payload" in next(shapes.complaints({"type": "block_suggestion"}))


async def test_a_stranger_on_the_wire_makes_the_double_itself_suspect(double: SlackDouble, ada: Person, general: Channel) -> None:
    event = {"type": "member_joined_channel", "user": ada.id, "channel": general.id, "mood": "good"}
    double.events.tell("member_joined_channel", event, general)
    with pytest.raises(AssertionError, match="the double itself is wrong: MemberJoinedChannelPayload has no event"):
        double.assert_clean()
