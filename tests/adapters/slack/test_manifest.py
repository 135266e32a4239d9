"""The manifest is Slack's own form, and asks for exactly what the code uses."""

import ast
import json
from pathlib import Path

import jsonschema
import pytest

from bot.__main__ import main
from bot.adapters.slack import manifest as asked
from bot.adapters.slack.buckets import METHODS
from bot.core.help import COMMANDS
from tests.doubles.slack import specs

ROOT = Path(__file__).parents[3]
CODE = [path.read_text(encoding="utf-8") for path in (ROOT / "bot" / "adapters" / "slack").glob("*.py")]
CALLING = [
    path.read_text(encoding="utf-8") for path in (ROOT / "bot" / "adapters" / "slack").glob("*.py") if path.stem != "personas"
]


@pytest.mark.parametrize("address", ["", "https://lectern.example"])
@pytest.mark.parametrize("socket", [False, True])
@pytest.mark.parametrize("rotation", [False, True])
def test_it_is_what_slack_takes(address: str, socket: bool, rotation: bool) -> None:
    schema = specs.require().manifest
    printed = asked.manifest(address, socket=socket, rotation=rotation)
    assert not list(jsonschema.Draft7Validator(schema).iter_errors(printed))


def test_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", "slack"]) == 0
    assert json.loads(capsys.readouterr().out) == asked.manifest()
    assert main(["manifest", "slack", "--url", "https://lectern.example/"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["settings"]["event_subscriptions"]["request_url"] == "https://lectern.example/slack/events"


def test_for_several_workspaces_it_names_the_way_back_and_if_asked_tokens_that_end(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", "slack", "--url", "https://lectern.example/", "--socket", "--rotation"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["oauth_config"]["redirect_urls"] == ["https://lectern.example/slack/oauth_redirect"]
    assert printed["settings"]["token_rotation_enabled"] is True
    assert printed["settings"]["socket_mode_enabled"] is True
    assert printed["settings"]["org_deploy_enabled"] is False
    assert "request_url" not in printed["settings"]["event_subscriptions"]


def test_tokens_that_end_are_not_asked_for_where_nobody_could_renew_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", "slack", "--rotation"]) == 0
    assert json.loads(capsys.readouterr().out) == asked.manifest()


def test_every_method_the_code_calls_has_a_scope_that_is_asked_for_and_a_known_pace() -> None:
    methods = specs.require().methods
    called = {text for source in CALLING for text in strings(source) if text in methods}
    assert "chat.postMessage" in called
    assert called <= {*METHODS, "chat.postMessage"}
    for method in called - {"apps.connections.open"}:
        needed = (methods[method].get("scope") or {}).get("bot", [])
        assert not needed or set(needed) & set(asked.SCOPES), method


def test_every_scope_is_used_by_an_event_or_a_method() -> None:
    found = specs.require()
    uses = {"chat:write.customize", "commands", "assistant:write"}  # personas; slash commands and shortcuts; the agent view
    for method in METHODS:
        uses |= set((found.methods[method].get("scope") or {}).get("bot", []))
    uses |= {f"{family}:history" for family in ("channels", "groups", "im", "mpim")} | {"app_mentions:read"}
    assert set(asked.SCOPES) <= uses


def test_every_event_and_command_is_handled() -> None:
    handled = {text for source in CODE for text in strings(source)}
    assert {event.partition(".")[0] for event in asked.EVENTS} <= handled
    assert set(asked.COMMANDS) == {f"/{words.split()[0]}" for words, _, _ in COMMANDS}


def strings(source: str) -> set[str]:
    return {node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
