"""The page an author looks at says everything that is sent, and nothing in it is live."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given

from bot.__main__ import main
from bot.adapters.slack.preview import show_page
from bot.core.chat import Post
from tests.adapters.slack.strategies import POSTS
from tests.doubles.slack.oracle import Oracle


def test_it_is_written_for_a_whole_lesson(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "page.html"
    assert main(["preview", "rlhf", "--platform", "slack", "--page", str(file)]) == 0
    said = unescape(re.sub("<[^>]+>", " ", file.read_text(encoding="utf-8")))
    for words in ("Lesson 3 of 4", "Vera (preference seminar)", "Read the lesson", "Just reply here", "Hint", "Where you stand"):
        assert words in said
    assert "[" + "table]" not in said


def test_home_is_printed_as_slack_takes_it(capsys: pytest.CaptureFixture[str], oracle: Oracle) -> None:
    assert main(["preview", "rlhf", "--platform", "slack"]) == 0
    printed = capsys.readouterr().out
    home = json.loads(printed[printed.rindex('{\n  "title": "Home"') :])
    assert not oracle.check("views.publish", {}, {"user_id": "U00000001", "view": home["view"]}, token="xoxb-x")


def test_there_is_no_page_of_plain_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview", "rlhf", "--page", str(tmp_path / "page.html")]) == 1
    assert "--platform slack or discord" in capsys.readouterr().err


@given(POSTS)
def test_whatever_is_said_stays_letters(post: Post) -> None:
    shown = show_page([("<script>", post)])
    assert "<script" not in shown
    assert "<a " not in shown
