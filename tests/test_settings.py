"""What the environment may say, and what is said back when it cannot be used."""

from pathlib import Path

import pytest

from bot.settings import BadSettings, Settings, read_settings

ALL = ("DATABASE_URL", "HOST", "PORT", "LESSONS_DIR", "PERSONAS_DIR", "ROOM_PASSWORD", "ROOM")
SLACK = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL")
ROOT = Path(__file__).parents[1]

SEVERAL = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "secret",
    "SLACK_ENCRYPTION_KEYS": f"{'A' * 43}=",
    "PUBLIC_URL": "https://lectern.example",
}
"""What several Slack workspaces take."""


@pytest.fixture(autouse=True)
def _bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings from this machine, and no .env file beside the program."""
    monkeypatch.chdir(tmp_path)
    for name in ALL + SLACK:
        monkeypatch.delenv(name, raising=False)


def test_everything_has_a_default() -> None:
    settings = read_settings()
    assert settings.database_url == "sqlite:///lectern.db"
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert (settings.lessons_dir, settings.personas_dir) == (Path("lessons"), Path("personas"))
    assert settings.room_password.get_secret_value() == ""


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("LESSONS_DIR", "/srv/course")
    assert (read_settings().port, read_settings().lessons_dir) == (9000, Path("/srv/course"))


def test_a_file_beside_the_program_is_read_and_the_environment_comes_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("PORT=9001\nLESSONS_DIR=here\nSOMETHING_ELSE=1\n")
    monkeypatch.setenv("PORT", "9000")
    assert (read_settings().port, read_settings().lessons_dir) == (9000, Path("here"))


@pytest.mark.parametrize("name", ALL + SLACK)
def test_an_empty_value_counts_as_not_set(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "")
    assert read_settings() == Settings()


@pytest.mark.parametrize("port", ["eighty", "-1", "65536", "80.5"])
def test_a_port_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(BadSettings, match=r"^PORT: Input should be"):
        read_settings()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "::1"])
def test_this_machines_own_addresses_need_no_password(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("HOST", host)
    assert read_settings().loopback


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org", "127.0.0.1.example.org", "2130706433"])  # noqa: S104
@pytest.mark.parametrize("password", ["", "short", "sevench"])
def test_other_addresses_are_refused_without_a_password(monkeypatch: pytest.MonkeyPatch, host: str, password: str) -> None:
    monkeypatch.setenv("HOST", host)
    monkeypatch.setenv("ROOM_PASSWORD", password)
    with pytest.raises(BadSettings) as refused:
        read_settings()
    assert str(refused.value) == (
        f"HOST is {host}, which other machines can reach: set ROOM_PASSWORD to at least 8 characters, or HOST to 127.0.0.1."
    )
    assert not password or password not in str(refused.value)


def test_other_addresses_are_taken_with_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", "0.0.0.0")  # noqa: S104
    monkeypatch.setenv("ROOM_PASSWORD", "correct horse")
    assert not read_settings().loopback


def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOM_PASSWORD", "correct horse")
    assert "correct horse" not in repr(read_settings())
    monkeypatch.setenv("PORT", "eighty")
    with pytest.raises(BadSettings) as refused:
        read_settings()
    assert "correct horse" not in str(refused.value)


def test_a_models_address_that_is_none_is_refused_before_anybody_is_in_a_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "127.0.0.1:11434/v1")
    with pytest.raises(BadSettings, match=r"^OPENAI_BASE_URL must begin with http:// or https://"):
        read_settings()


def test_the_example_file_names_every_setting_and_no_other() -> None:
    rows = (ROOT / ".env.example").read_text().split("\n")
    named = {row.removeprefix("#").split("=")[0] for row in rows if "=" in row and not row.startswith("# ")}
    assert named == {field.upper() for field in Settings.model_fields}


def test_the_room_is_there_until_a_platform_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().room_open
    assert not read_settings().slack
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    assert read_settings().slack
    assert not read_settings().room_open
    monkeypatch.setenv("ROOM", "on")
    assert read_settings().room_open


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-secret"}, "SLACK_APP_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-secret"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_SIGNING_SECRET": "secret"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-secret", "SLACK_APP_TOKEN": "x", "SLACK_API_URL": "http://localhost/"}, "SLACK_API_URL"),
        ({"ROOM": "maybe"}, "ROOM"),
        ({"SLACK_CLIENT_ID": "1.2"}, "missing: SLACK_CLIENT_SECRET, SLACK_ENCRYPTION_KEYS, PUBLIC_URL"),
        ({"SLACK_ENCRYPTION_KEYS": "secret"}, "missing: SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, PUBLIC_URL"),
        (SEVERAL, "SLACK_CLIENT_ID is set, but not how Slack reaches me"),
        (SEVERAL | {"SLACK_APP_TOKEN": "xapp-1", "SLACK_BOT_TOKEN": "xoxb-secret"}, "unset one of them"),
        (SEVERAL | {"SLACK_APP_TOKEN": "xapp-1", "SLACK_ENCRYPTION_KEYS": f"{'A' * 43}=,secret"}, "python -m bot key"),
        (
            SEVERAL | {"SLACK_APP_TOKEN": "xapp-1", "PUBLIC_URL": "http://lectern.example"},
            "PUBLIC_URL must be the https:// address",
        ),
    ],
)
def test_half_a_connection_to_slack_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], said: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings, match=said) as refused:
        read_settings()
    assert "secret" not in str(refused.value)


def test_several_workspaces_need_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**SEVERAL, "SLACK_APP_TOKEN": "xapp-1", "SLACK_ENCRYPTION_KEYS": f"{'A' * 43}=, {'B' * 42}A="}.items():
        monkeypatch.setenv(name, value)
    settings = read_settings()
    assert (settings.slack, settings.slack_oauth, settings.room_open) == (True, True, False)
    assert settings.slack_keys == [f"{'A' * 43}=", f"{'B' * 42}A="]
    assert "A" * 43 not in repr(settings)


def test_without_a_room_another_address_needs_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HOST": "0.0.0.0", "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}.items():  # noqa: S104
        monkeypatch.setenv(name, value)
    assert not read_settings().loopback
