"""The doctor says one line for each thing, and never a secret."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.__main__ import main
from bot.core.chat import Person, Place
from bot.core.ports import Allowance, Purpose, Records, Spent
from bot.doctor import Finding, printed, rounds
from bot.doctor import store as doctor_store
from bot.settings import Settings
from bot.store.database import Database
from bot.store.engines import address, migrating
from bot.store.migrate import upgrade
from tests.adapters.tutor_model.double import good, serving
from tests.doubles.discord import DiscordDouble, require
from tests.doubles.slack import SlackDouble, specs
from tests.fakes import START
from tests.store.conftest import migrated_server, postgres_handle, postgres_server, postgres_url

__all__ = ["migrated_server", "postgres_handle", "postgres_server", "postgres_url"]
ROOT = Path(__file__).parents[1]
LINE = re.compile(r"(ok   |warn |wrong)  [^:]+: .+")


def settings(**given: object) -> Settings:
    known = {"lessons_dir": ROOT / "lessons", "personas_dir": ROOT / "personas", **given}
    return Settings(_env_file=None, **known)  # type: ignore[arg-type]


async def found(**given: object) -> dict[str, Finding]:
    findings = await rounds(settings(**given))
    assert all(LINE.fullmatch(printed(finding)) for finding in findings)
    assert all(finding.todo for finding in findings if finding.level != "ok" and finding.part not in ("Slack", "Discord"))
    return {finding.part: finding for finding in findings}


def is_empty(folder: Path) -> bool:
    return not any(folder.iterdir())


@pytest.fixture
def url(tmp_path: Path) -> str:
    made = f"sqlite:///{tmp_path / 'lectern.db'}"
    upgrade(made)
    return made


async def test_all_is_well_with_a_new_installation(url: str) -> None:
    assert {finding.level for finding in (await found(database_url=url)).values()} == {"ok"}


async def test_it_looks_at_a_database_that_lectern_is_running_on(url: str) -> None:
    running = Database(url)
    await running.write(lambda records: records.enqueue("k", "note", "lane", {}, START))
    assert (await found(database_url=url))["ledger"].what == "1 waiting"
    await running.close()


async def test_it_counts_which_checks_a_models_replies_failed(url: str) -> None:
    running = Database(url)
    now = datetime.now(UTC)

    def replied(records: Records) -> None:
        who = records.know(Person("room", "local", "ada", "Ada"), now)
        for key, failed in (("a", ()), ("b", ("length", "quiz"))):
            records.reserve(Purpose(key, who, "room", "local", "rlhf"), 10, Allowance(), now)
            records.settle(key, Spent(8, 2), now, failed)

    await running.write(replied)
    await running.close()
    what = (await found(database_url=url))["replies"].what
    assert what == "2 of the language model in 30 days; failed checks: length 1, quiz 1"


async def test_a_database_that_was_never_made_is_not_made_by_looking(tmp_path: Path) -> None:
    there = await found(database_url=f"sqlite:///{tmp_path / 'none.db'}")
    assert there["schema"].level == "warn"
    assert is_empty(tmp_path)


async def test_a_server_out_of_reach_is_wrong_and_its_password_is_not_shown() -> None:
    there = await found(database_url="postgresql://u:hunter2@127.0.0.1:1/x")
    assert there["database"].level == "wrong"
    assert "hunter2" not in printed(there["database"])


@pytest.mark.breaks("I5 no rot")
async def test_what_does_not_hold_is_named_and_ends_with_one(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    running = Database(url)
    await running.write(lambda records: records.enqueue("k", "note", "lane", {"text": "secret words"}, START))
    await running.close()
    engine = migrating(address(url))
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM lanes"))
    engine.dispose()
    there = await found(database_url=url)
    assert there["I5 no rot"].level == "wrong"
    assert there["I5 no rot"].what.endswith("lane")
    assert "secret words" not in " ".join(printed(finding) for finding in there.values())


def test_it_ends_with_one_if_anything_is_wrong_and_else_with_none(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("DATABASE_URL", url)
    assert main(["doctor"]) == 0
    monkeypatch.setenv("LESSONS_DIR", "/nowhere")
    with pytest.raises(SystemExit) as ended:
        main(["doctor"])
    assert ended.value.code == 1
    assert "wrong  course: /nowhere" in capsys.readouterr().out


async def test_a_clock_that_is_off_the_servers_is_named(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await found(database_url=postgres_url))["clock"].level == "ok"
    monkeypatch.setattr(doctor_store, "TOLERATED", -1.0)
    clock = (await found(database_url=postgres_url))["clock"]
    assert clock.level == "warn"
    assert "off the database server's, whose time Lectern uses" in clock.what


async def test_a_disk_that_is_nearly_full_is_named(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_store, "SCARCE", 2**62)
    assert (await found(database_url=url))["disk"].level == "warn"
    monkeypatch.setattr(doctor_store, "SPENT", 2**62)
    assert (await found(database_url=url))["disk"].level == "wrong"


async def test_slack_is_asked_whether_it_lets_us_in(url: str) -> None:
    async with SlackDouble(specs.require()) as double:
        known = {"database_url": url, "slack_api_url": double.base_url, "slack_app_token": double.app_token}
        assert (await found(**known, slack_bot_token=double.bot_token))["Slack"].level == "ok"
        refused = (await found(**known, slack_bot_token="xoxb-not-the-one"))["Slack"]
        assert refused.level == "wrong"
        assert "xoxb-not-the-one" not in refused.what


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # slack_sdk 3.47, aiohttp 3.14
async def test_slack_is_asked_whether_it_knows_the_app_where_workspaces_come_by_installing(url: str) -> None:
    async with SlackDouble(specs.require()) as double:
        several = {
            "database_url": url,
            "slack_api_url": double.base_url,
            "slack_app_token": double.app_token,
            "slack_client_id": double.apps.client_id,
            "slack_encryption_keys": f"{'A' * 43}=",
            "public_url": "https://lectern.example",
        }
        there = (await found(**several, slack_client_secret=double.apps.client_secret))["Slack"]
        assert (there.level, there.what) == ("ok", "knows the app; it is installed at https://lectern.example/slack/install")
        refused = (await found(**several, slack_client_secret="not-the-one"))["Slack"]
        assert refused.level == "wrong"
        assert "SLACK_CLIENT_SECRET" in refused.what
        assert "not-the-one" not in refused.what


async def test_a_workspace_we_were_shut_out_of_is_named_with_what_to_do(url: str) -> None:
    database = Database(url)
    await database.write(lambda records: records.lose_workspace("slack", "T1", "Install it again.", START))
    await database.close()
    away = (await found(database_url=url))["workspace"]
    assert (away.level, away.todo) == ("warn", "Install it again")
    assert "Slack has shut us out of T1 since 2026-11-23" in away.what


async def test_what_discord_does_not_allow_in_a_cohorts_channel_is_named_before_a_lesson_meets_it(url: str) -> None:
    async with DiscordDouble(require()) as double:
        channel, hidden = double.channel("course"), double.channel("hidden")
        database, guild = Database(url), double.guild.id
        for one in (channel, hidden):
            place = Place("discord", guild, one.id)
            await database.write(lambda records, place=place: records.create_cohort(place, "Night shift", START))  # type: ignore[misc]
        await database.close()
        known = {"database_url": url, "discord_token": double.token, "discord_api_url": double.api_url}
        assert "channel" not in await found(**known)

        double.deny(channel, "MANAGE_WEBHOOKS", "CREATE_PRIVATE_THREADS")
        double.deny(hidden, "VIEW_CHANNEL")
        told = [one for one in await rounds(settings(**known)) if one.part == "channel"]
        assert [one.level for one in told] == ["warn", "warn"]
        assert f"In channel {hidden.id} I need “View Channels”" in told[0].what
        assert f"In channel {channel.id} I need “Manage Webhooks”" in told[1].what
        assert "“Create Private Threads”" in told[1].what
        assert "Edit Channel" in told[1].todo
        assert "Night shift" not in str(told)
        double.assert_clean()


async def test_discord_out_of_reach_is_wrong(url: str) -> None:
    there = await found(database_url=url, discord_token="made-up-token", discord_api_url="http://127.0.0.1:1/v10")
    assert there["Discord"].level == "wrong"
    assert "made-up-token" not in printed(there["Discord"])


async def test_a_model_out_of_reach_is_wrong(url: str) -> None:
    there = await found(database_url=url, openai_base_url="http://127.0.0.1:1/v1", openai_model="m", openai_api_key="made-up")
    assert there["model"].level == "wrong"
    assert there["model"].what == "m at 127.0.0.1 cannot be reached"
    assert "check OPENAI_BASE_URL" in there["model"].todo
    assert "made-up" not in printed(there["model"])


async def test_a_check_that_fails_keeps_none_of_the_others_from_being_made() -> None:
    async def fails(settings: Settings) -> list[Finding]:
        raise ValueError("with a secret in it")

    async def works(settings: Settings) -> list[Finding]:
        return [Finding("ok", "x", "fine")]

    first, second = await rounds(settings(), (fails, works))
    assert (first.level, first.what) == ("wrong", "the check itself failed (ValueError)")
    assert second.what == "fine"


async def test_it_says_what_the_model_answered_and_what_a_lab_will_take(url: str) -> None:
    async with serving(good) as double:
        there = await found(database_url=url, openai_base_url=double.url, openai_model="m", openai_api_key="sk-secret")
    assert there["model"].what.startswith("m at 127.0.0.1 answers a short question with “The leash is the KL penalty")
    assert re.fullmatch(r"a lab of 8 replies takes about [\d,]+ in, most of them cacheable, and [\d,]+ out", there["tokens"].what)
    assert "sk-secret" not in repr(there)


async def test_a_lesson_that_does_not_fit_the_models_window_is_told(url: str, tmp_path: Path) -> None:
    personas = tmp_path / "personas"
    shutil.copytree(ROOT / "personas", personas)
    with (personas / "vera.md").open("a", encoding="utf-8") as sheet:
        sheet.write("Be exact. " * 900)
    async with serving(good) as double:
        there = await found(database_url=url, personas_dir=personas, openai_base_url=double.url, openai_model="m")
    assert there["tokens"].level == "wrong"


async def test_a_room_of_several_processes_is_said_to_hear_only_its_own() -> None:
    several = "postgresql://u@127.0.0.1:1/x"
    room = (await found(database_url=several))["room"]
    assert (room.level, room.todo) == ("warn", "nothing, if only one process runs; else close it with ROOM=off")
    assert room.what.endswith("its pages only hear the process they are connected to")
    assert (await found(database_url=several, room="off"))["room"].level == "ok"
