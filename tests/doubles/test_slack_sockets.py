"""Socket Mode as the real client meets it: redelivery, refresh, dead lines, several sockets, late acks."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp

from tests.doubles.bolt import bolt, client, connected
from tests.doubles.slack import Channel, Person, SlackDouble, Specs
from tests.doubles.slack.specs import Json


@pytest.fixture
async def double(specs: Specs) -> AsyncIterator[SlackDouble]:
    """Sixty seconds pass in six milliseconds."""
    async with SlackDouble(specs, pace=0.0001) as double:
        double.events.echo = False
        yield double


@pytest.fixture
def ada(double: SlackDouble) -> Person:
    return double.user("ada")


@pytest.fixture
def general(double: SlackDouble, ada: Person) -> Channel:
    return double.channel("general", members=[ada])


def listening(app: AsyncApp) -> list[tuple[str, str]]:
    """Text and retry number of every message the app hears."""
    heard: list[tuple[str, str]] = []

    @app.event("message")
    async def hear(event: Json, request: Any) -> None:
        heard.append((event["text"], "".join(request.headers.get("x-slack-retry-num", []))))

    return heard


async def test_an_event_nobody_acknowledges_comes_four_times_and_is_lost(
    clean: SlackDouble, ada: Person, general: Channel
) -> None:
    clean.courier.ack_seconds = 0.2
    async with bolt(clean) as app, connected(clean, app):
        await ada.says("hello", general)
        await clean.until(lambda: clean.courier.lost)
    (delivery,) = clean.courier.lost
    assert (delivery.attempts, delivery.acked, delivery.error) == (4, False, "lost")


async def test_a_redelivery_carries_its_number_and_its_reason(clean: SlackDouble, ada: Person, general: Channel) -> None:
    async with bolt(clean) as app:
        heard = listening(app)
        clean.courier.pauses = (0.1, 2, 30)
        clean.courier.ack_seconds = 0.3
        session = app.client.session
        assert session is not None
        deaf = await session.ws_connect(clean.sockets.address())
        assert (await deaf.receive_json())["type"] == "hello"
        await ada.says("hello", general)
        assert (await deaf.receive_json())["retry_attempt"] == 0
        clean.courier.ack_seconds = 30
        await deaf.close()
        async with connected(clean, app):
            await clean.until(lambda: heard)
            await clean.settled()
    ((text, number),) = heard
    assert text == "hello"
    assert int(number) >= 1


async def test_the_same_event_can_come_twice(clean: SlackDouble, ada: Person, general: Channel) -> None:
    async with bolt(clean) as app:
        heard = listening(app)
        async with connected(clean, app):
            await ada.says("hello", general)
            await clean.settled()
            await clean.courier.again(clean.courier.sent[0])
            await clean.until(lambda: len(heard) == 2)
    assert heard == [("hello", "0"), ("hello", "1")]
    assert clean.courier.sent[0].payload["event_id"].startswith("Ev")


async def test_events_can_be_held_back_and_come_in_another_order(clean: SlackDouble, ada: Person, general: Channel) -> None:
    async with bolt(clean) as app:
        heard = listening(app)
        async with connected(clean, app):
            clean.courier.hold()
            await ada.says("one", general)
            await ada.says("two", general)
            assert heard == []
            clean.courier.release(lambda held: held[::-1])
            await clean.until(lambda: len(heard) == 2)
    assert sorted(text for text, _ in heard) == ["one", "two"]


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "link_disabled"])
async def test_a_refresh_brings_a_new_socket_on_which_the_late_ack_goes_out(
    clean: SlackDouble, ada: Person, general: Channel, reason: str
) -> None:
    begun, go = asyncio.Event(), asyncio.Event()
    async with bolt(clean) as app:

        @app.command("/lab")
        async def lab(ack: Any) -> None:
            begun.set()
            await go.wait()
            await ack()

        async with connected(clean, app):
            typing = asyncio.create_task(ada.command("/lab", general))
            await begun.wait()
            await clean.sockets.refresh(reason)
            await clean.until(lambda: len(clean.sockets.all) == 2)
            await clean.until(lambda: len(clean.sockets.live) == 1)
            go.set()
            delivery = await typing
    assert delivery.acked
    assert clean.sockets.all[0].received == []
    assert len(clean.sockets.all[1].received) == 1


@pytest.mark.parametrize("how", ["dropped", "closed"])
async def test_after_a_lost_connection_what_was_said_meanwhile_still_arrives(
    clean: SlackDouble, ada: Person, general: Channel, how: str
) -> None:
    clean.courier.pauses = (0, 0.5, 30)
    async with bolt(clean) as app:
        heard = listening(app)
        async with connected(clean, app, ping_interval=0.1):
            if how == "dropped":
                clean.sockets.drop()
            else:
                await clean.sockets.close()
            await ada.says("anybody?", general)
            await clean.until(lambda: heard)
    assert heard[0][0] == "anybody?"


async def test_a_line_that_only_looks_alive_is_given_up_for_want_of_pongs(
    clean: SlackDouble, ada: Person, general: Channel
) -> None:
    async with bolt(clean) as app:
        heard = listening(app)
        async with connected(clean, app, ping_interval=0.05):
            clean.sockets.freeze()
            await clean.until(lambda: clean.sockets.live)
            await ada.says("back again?", general)
            await clean.until(lambda: heard)


async def test_events_go_to_one_of_several_sockets(clean: SlackDouble, ada: Person, general: Channel) -> None:
    async with bolt(clean) as app:
        heard = listening(app)
        async with connected(clean, app), connected(clean, app):
            assert len(clean.sockets.live) == 2
            for number in range(20):
                await ada.says(str(number), general)
            await clean.settled()
            await clean.until(lambda: len(heard) == 20)
    assert all(socket.received for socket in clean.sockets.all)


async def test_an_eleventh_socket_is_turned_away(clean: SlackDouble) -> None:
    async with client(clean) as web:
        session = web.session
        assert session is not None
        streams = [await session.ws_connect(clean.sockets.address()) for _ in range(11)]
        greetings = [await stream.receive_json() for stream in streams]
        assert [greeting["type"] for greeting in greetings] == ["hello"] * 10 + ["disconnect"]
        assert greetings[10]["reason"] == "too_many_websockets"
        for stream in streams:
            await stream.close()


async def test_a_ticket_opens_one_socket(clean: SlackDouble) -> None:
    async with client(clean) as web:
        session = web.session
        assert session is not None
        address = clean.sockets.address()
        stream = await session.ws_connect(address)
        await stream.close()
        async with session.get(address.replace("ws://", "http://")) as response:
            assert response.status == 404


async def test_an_ack_for_nothing_is_found_out(double: SlackDouble) -> None:
    async with client(double) as web:
        session = web.session
        assert session is not None
        stream = await session.ws_connect(double.sockets.address())
        await stream.send_json({"envelope_id": "made up"})
        await double.until(lambda: double.sockets.violations)
        await stream.close()
    with pytest.raises(AssertionError, match="which nobody sent"):
        double.assert_clean()


async def test_two_hundred_commands_at_once_are_all_acknowledged(clean: SlackDouble, ada: Person, general: Channel) -> None:
    async with bolt(clean) as app:

        @app.command("/lab")
        async def lab(ack: Any) -> None:
            await ack()

        async with connected(clean, app):
            deliveries = await asyncio.gather(*(ada.command("/lab", general) for _ in range(200)))
    assert all(delivery.acked for delivery in deliveries)
    assert max(delivery.latency for delivery in deliveries) < 3
