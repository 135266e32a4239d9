"""The command line: what it says, and the status it ends with."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import main

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped course, an empty folder to stand in, and no settings of this machine."""
    for name in ("DATABASE_URL", "HOST", "PORT", "ROOM_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LESSONS_DIR", str(ROOT / "lessons"))
    monkeypatch.setenv("PERSONAS_DIR", str(ROOT / "personas"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def spoilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the course to be spoilt."""
    shutil.copytree(ROOT / "lessons", tmp_path / "lessons")
    monkeypatch.setenv("LESSONS_DIR", "lessons")
    return tmp_path / "lessons"


def test_help_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    for word in ("run", "check", "preview", "migrate", ".env.example", "until Ctrl-C"):
        assert word in said


@pytest.mark.parametrize("words", [["fly"], ["preview", "--platform", "irc"], ["check", "rlhf"], ["--nonsense"]])
def test_a_command_that_was_misread_ends_with_two_and_says_how_it_is_written(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage: python -m bot" in capsys.readouterr().err


def test_check_counts_the_course(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    rows = capsys.readouterr().out.strip().split("\n")
    assert [row[:3] for row in rows] == ["1. ", "2. ", "3. ", "4. "]
    assert "13 questions" in rows[2]


@pytest.mark.parametrize("topic", ["fine-tuning", "prompting", "rlhf", "decision", "REWARD", "fine tuning"])
def test_preview_shows_a_lesson(topic: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview", topic]) == 0
    said = capsys.readouterr().out
    for title in ("── Digest ", "── Lesson, section 1: ", "── Lab, its opening ", "── Quiz Q", "Search mode"):
        assert title in said


def test_preview_without_a_topic_shows_the_whole_course(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview"]) == 0
    assert capsys.readouterr().out.count("Digest") >= 4


@pytest.mark.parametrize(("platform", "held"), [("discord", '"custom_id"'), ("slack", '"block_id"')])
def test_preview_shows_what_a_platform_is_sent(platform: str, held: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview", "--platform", platform, "rlhf"]) == 0
    assert held in capsys.readouterr().out


def test_a_preview_may_be_a_page_to_look_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    assert main(["preview", "--platform", "discord", "--page", str(page), "rlhf"]) == 0
    assert "<button" in page.read_text()
    assert str(page) in capsys.readouterr().out


def test_preview_of_an_unknown_topic_offers_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview", "rlfh"]) == 1
    said = capsys.readouterr()
    assert said.err == (
        "There is no lesson called “rlfh”. Did you mean rlhf? The topics are: fine-tuning, prompting, rlhf, decision.\n"
    )
    assert said.out == ""


def test_check_warns_where_a_lesson_leaves_a_model_no_room_for_a_conversation(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_REQUEST_TOKENS", "3000")
    assert main(["check"]) == 0
    assert "Lesson rlhf: with its persona it leaves about" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["check"], ["preview", "rlhf"], ["run"], []])
def test_a_wrong_lessons_folder_is_named_and_ends_with_one(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LESSONS_DIR", "/nowhere/lessons")
    assert main(command) == 1
    assert capsys.readouterr().err.startswith("/nowhere/lessons/order.yaml:1: ")


def test_a_wrong_personas_folder_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PERSONAS_DIR", "/nowhere/personas")
    assert main(["check"]) == 1
    assert "/nowhere/personas:1: There are no personas in this folder." in capsys.readouterr().err


@pytest.mark.parametrize("command", [["check"], ["preview", "rlhf"], ["run"], []])
def test_bad_content_stops_the_start_with_its_path_and_line(
    command: list[str], spoilt: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quiz = spoilt / "rlhf" / "quiz.yaml"
    rows = quiz.read_text().split("\n")
    line = next(n for n, row in enumerate(rows) if "passage: reward-truth" in row)
    rows[line] = rows[line].replace("reward-truth", "reward-thruth")
    quiz.write_text("\n".join(rows))
    assert main(command) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"lessons/rlhf/quiz.yaml:{line + 1}: ")
    assert "reward-truth" in said
    assert not (spoilt.parent / "lectern.db").exists()


def test_a_setting_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PORT", "eighty")
    assert main(["check"]) == 1
    assert capsys.readouterr().err.startswith("PORT: ")


def test_an_open_room_is_not_served_without_a_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOST", "0.0.0.0")  # noqa: S104
    assert main([]) == 1
    assert "ROOM_PASSWORD" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["migrate", "run"])
@pytest.mark.parametrize("address", ["mysql://root:hunter2@localhost/x", "nonsense", "sqlite://", "postgresql+hunter2:/x"])
def test_a_database_address_that_cannot_be_opened_is_refused_without_repeating_it(
    command: str, address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    assert main([command]) == 1
    said = capsys.readouterr().err
    assert "Use sqlite:///path/to/lectern.db or postgresql://" in said
    assert "hunter2@" not in said


def test_a_database_out_of_reach_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/file/lectern.db")
    assert main(["migrate"]) == 1
    assert str(tmp_path / "file") in capsys.readouterr().err


def test_migrate_makes_the_database_and_is_safe_to_repeat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new/lectern.db")
    assert [main(["migrate"]), main(["migrate"])] == [0, 0]
    assert (tmp_path / "new" / "lectern.db").exists()


def test_the_module_runs_as_a_program() -> None:
    done = subprocess.run([sys.executable, "-m", "bot", "check"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "4. " in done.stdout


def test_a_reader_who_has_seen_enough_of_a_preview_is_no_fault() -> None:
    command = f"{sys.executable} -m bot preview rlhf | head -n 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("── Digest")


def test_a_key_is_printed_that_the_settings_take(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["key"]) == 0
    key = capsys.readouterr().out.strip()
    assert main(["key"]) == 0
    assert key != capsys.readouterr().out.strip()
    several = {
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "s",
        "SLACK_APP_TOKEN": "xapp-1",
        "PUBLIC_URL": "https://lectern.example",
    }
    for name, value in {**several, "SLACK_ENCRYPTION_KEYS": key}.items():
        monkeypatch.setenv(name, value)
    assert main(["check"]) == 0


def test_an_invite_for_what_is_no_application_is_refused_with_where_its_number_stands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", "discord", "--application", "abc"]) == 1
    told = capsys.readouterr()
    assert "Application ID" in told.err
    assert not told.out
