"""Through the socket and over HTTP: nothing lost, nothing twice, everything acknowledged in time."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.adapters.library import Library
from bot.adapters.slack import sockets
from bot.adapters.slack.errors import SlackRefused
from bot.settings import Settings
from tests.adapters.slack.stage import EchoTutor, HangingTutor, Stage
from tests.doubles.slack import specs


@pytest.fixture
async def stage(tmp_path: Path, library: Library) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path, library, specs.require(), EchoTutor())
    await stage.start()
    yield stage
    await stage.stop()
    stage.double.assert_clean()


# ---------------------------------------------------------------- once


async def test_a_message_delivered_again_is_answered_once_also_after_a_restart(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    root = await stage.lab(ada)
    await ada.says("How?", root.ts)
    await ada.sees("heard [How?]", thread=root.ts)
    said = next(d for d in stage.double.courier.sent if d.payload.get("event", {}).get("text") == "How?")
    await stage.double.courier.again(said)
    await stage.restart()
    await stage.double.courier.again(said)
    await stage.quiet()
    assert sum("heard [How?]" in message.words for message in stage.thread(root)) == 1


async def test_a_call_for_help_is_answered_once_though_it_comes_as_two_events_and_again(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    await ada.says(f"{stage.double.mention} help")
    await ada.sees("What I can do")
    for delivery in [d for d in stage.double.courier.sent if d.name in ("app_mention", "message")]:
        await stage.double.courier.again(delivery)
    await stage.restart()
    for delivery in [d for d in stage.double.courier.sent if d.name in ("app_mention", "message")]:
        await stage.double.courier.again(delivery)
    await stage.quiet()
    assert sum("What I can do" in seen.text for seen in await ada.all_seen()) == 1


async def test_what_cannot_be_kept_is_not_acknowledged_and_comes_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await stage.learner("Ada")
    root = await stage.lab(ada)
    hear, failures = stage.app.desk.hear, [OSError("the disk is full")]

    async def broken(heard):  # type: ignore[no-untyped-def]
        if failures:
            raise failures.pop()
        return await hear(heard)

    stage.double.courier.ack_seconds = 0.3
    monkeypatch.setattr(stage.app.desk, "hear", broken)
    await ada.says("How?", root.ts)
    await ada.sees("heard [How?]", thread=root.ts)
    said = next(d for d in stage.double.courier.sent if d.payload.get("event", {}).get("text") == "How?")
    await stage.quiet()
    assert said.attempts >= 2  # a slow machine may be told a third time before its word is back
    assert said.acked


async def test_edits_deletions_other_robots_and_our_own_words_are_not_heard(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    root = await stage.lab(ada)
    robot = stage.double.robot("helper")
    stage.channel.members.append(robot.id)
    await robot.says("I can help!", stage.channel, root)
    message = await ada.person.says("Once", stage.channel, root)
    await ada.sees("heard [Once]", thread=root.ts)
    await ada.person.edits(message, "Twice")
    await ada.person.deletes(message)
    await stage.quiet()
    assert len([m for m in stage.thread(root) if "heard [" in m.words]) == 1


# ---------------------------------------------------------------- the connection


async def test_a_refresh_with_a_command_in_hand_loses_nothing(tmp_path: Path, library: Library) -> None:
    tutor = HangingTutor()
    stage = Stage(tmp_path, library, specs.require(), tutor)
    await stage.start()
    ada = await stage.learner("Ada")
    root = await stage.lab(ada)
    await ada.says("Before", root.ts)
    await tutor.asked.wait()
    for reason in ("refresh_requested", "warning"):
        sockets = len(stage.double.sockets.all)
        await stage.double.sockets.refresh(reason)
        await stage.double.until(lambda before=sockets: len(stage.double.sockets.all) > before)  # type: ignore[misc]
        await ada.says(f"During {reason}", root.ts)
    tutor.go.set()
    await ada.sees("You said: During warning", thread=root.ts)
    await stage.quiet()
    assert sum("You said: " in m.words for m in stage.thread(root)) == 3
    await stage.stop()
    stage.double.assert_clean()


async def test_with_two_lines_a_refresh_of_one_after_the_other_loses_no_command_and_no_click(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    digest = next(message for message in stage.channel.roots() if "Lesson 1 of 4" in message.words)
    assert stage.app.slack
    assert stage.app.slack._app
    await stage.app.slack.sockets.open(stage.app.slack._app)
    await stage.double.until(lambda: len(stage.double.sockets.live) == 2)
    for socket in list(stage.double.sockets.live):
        opened = len(stage.double.sockets.all)
        await stage.double.sockets.refresh("warning", socket)
        commands = [ada.person.command("/progress", stage.channel) for _ in range(5)]
        clicks = [ada.person.clicks(digest, "Sources") for _ in range(5)]
        deliveries = await asyncio.gather(*commands, *clicks)
        assert not [delivery.error for delivery in deliveries if delivery.error]
        await stage.double.until(lambda before=opened: len(stage.double.sockets.all) > before)  # type: ignore[misc]
        await stage.double.until(lambda: len(stage.double.sockets.live) == 2)


async def test_a_second_line_is_opened_by_itself_and_one_that_is_refused_is_asked_for_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "WATCHED_EVERY", 0.01)
    monkeypatch.setattr(sockets, "APART", 0.05)
    asked: list[object] = []

    def second(arguments: object) -> bool:
        asked.append(arguments)
        return len(asked) == 2

    stage.double.fail("apps.connections.open", kind="429", retry_after=1, matching=second)
    await stage.restart()
    await stage.double.until(lambda: len(stage.double.sockets.live) == sockets.LINES)
    assert stage.app.slack
    assert stage.app.slack.ready


async def test_a_dropped_socket_is_opened_again_and_what_came_meanwhile_is_answered(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    root = await stage.lab(ada)
    assert stage.app.slack
    stage.double.courier.pauses = (0.2,) * 300  # sooner and oftener than Slack, which comes back within the hour
    stage.double.sockets.drop()
    await ada.says("Anybody there?", root.ts)
    await ada.sees("heard [Anybody there?]", thread=root.ts)
    said = next(d for d in stage.double.courier.sent if d.payload.get("event", {}).get("text") == "Anybody there?")
    await stage.double.until(lambda: said.acked)
    assert said.attempts > 1
    assert stage.app.slack.ready


# ---------------------------------------------------------------- over HTTP


async def test_everything_comes_over_http_with_signatures(tmp_path: Path, library: Library) -> None:
    stage = Stage(tmp_path, library, specs.require(), EchoTutor(), http=True)
    await stage.start()
    requests = stage.double.over_http(f"{stage.app.room.address}/slack/events")
    assert await requests.challenge() == "3eZbrw1aB"
    ada = await stage.learner("Ada")
    root = await stage.lab(ada)
    await ada.says("How?", root.ts)
    await ada.sees("heard [How?]", thread=root.ts)
    for wrong in ("bad", "old", "early", "none"):
        requests.signature = wrong
        delivery = await ada.person.command("/progress", stage.channel)
        assert delivery.error == "dispatch_failed"
        assert requests.statuses[-1] == 401
    await stage.stop()
    stage.double.assert_clean()


# ---------------------------------------------------------------- the start


async def refusal(stage: Stage, **settings: object) -> str:
    """The sentence a start with these settings ends with."""
    kept = stage.settings

    def changed(**more: object) -> Settings:
        return kept(**settings, **more)

    stage.settings = changed  # type: ignore[method-assign]
    with pytest.raises(SlackRefused) as refused:
        await stage.run()
    await stage.app._database.close()
    return str(refused.value)


@pytest.fixture
async def offline(tmp_path: Path, library: Library) -> AsyncIterator[Stage]:
    """The double is there, the bot not yet."""
    stage = Stage(tmp_path, library, specs.require())
    await stage.double.start()
    stage.channel = stage.double.channel("course")
    yield stage
    await stage.double.stop()


async def test_a_wrong_token_is_said_and_not_repeated(offline: Stage) -> None:
    said = await refusal(offline, slack_bot_token="xoxb-very-secret")
    assert "SLACK_BOT_TOKEN" in said
    assert "very-secret" not in said


async def test_a_wrong_app_token_is_said(offline: Stage) -> None:
    said = await refusal(offline, slack_app_token="xapp-very-secret")
    assert "SLACK_APP_TOKEN" in said
    assert "connections:write" in said
    assert "very-secret" not in said


async def test_a_missing_scope_is_named_at_the_start(offline: Stage) -> None:
    offline.double.installation.scopes -= {"channels:history", "im:write"}
    said = await refusal(offline)
    assert "channels:history, im:write" in said


async def test_a_server_that_is_not_there_is_said(offline: Stage) -> None:
    said = await refusal(offline, slack_api_url="http://127.0.0.1:9/api/")
    assert said.startswith("Slack cannot be reached at http://127.0.0.1:9/api/")


async def test_nothing_is_picked_up_from_the_environment(offline: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.setenv(name, "not-ours")
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    await offline.run()
    ada = await offline.learner("Ada")
    await ada.types("/progress")
    await ada.sees("Where you stand")
    await offline.app.stop()
    offline.double.assert_clean()
    assert {call.token for call in offline.double.calls} == {offline.double.bot_token, offline.double.app_token}


async def test_a_token_taken_away_makes_it_not_ready(stage: Stage) -> None:
    assert stage.app.slack
    assert stage.app.slack.ready
    stage.double.revoke()
    await stage.double.settled()
    await stage.double.until(lambda: stage.app.slack and not stage.app.slack.ready)


async def test_with_slack_alone_the_server_answers_for_its_health_and_shows_no_room(stage: Stage) -> None:
    async with ClientSession() as session:
        for path, status in (("healthz", 200), ("readyz", 200), ("", 404), ("live", 404), ("slack/events", 404)):
            async with session.get(f"{stage.app.room.address}/{path}") as response:
                assert (path, response.status) == (path, status)


async def test_no_log_holds_a_token_or_what_somebody_wrote(
    stage: Stage, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("DEBUG")
    ada = await stage.learner("Ada")
    root = await stage.lab(ada)
    hear, failures = stage.app.desk.hear, [ValueError("my private words")]

    async def broken(heard):  # type: ignore[no-untyped-def]
        if failures:
            raise failures.pop()
        return await hear(heard)

    stage.double.courier.ack_seconds = 0.3
    monkeypatch.setattr(stage.app.desk, "hear", broken)
    stage.double.fail("chat.postMessage", kind="invalid_blocks")
    await ada.says("my private words", root.ts)
    await ada.sees("heard [my private words]", thread=root.ts)
    await stage.quiet()
    ours = [record for record in caplog.records if "aiohttp" not in record.name]
    told = "\n".join(f"{record.getMessage()} {record.exc_text or ''}" for record in ours)
    assert "not acknowledged" in told
    for secret in ("private words", stage.double.bot_token, stage.double.app_token, "ticket="):
        assert secret not in told
