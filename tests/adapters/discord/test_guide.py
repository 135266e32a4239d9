"""The guide for newcomers knows every sentence that tells them what is wrong, and every setting and permission."""

import re
from pathlib import Path

from bot.adapters.discord import connection, entry, faults, greetings, outbound, permissions
from bot.adapters.discord.commands import EXPLAIN, GONE
from bot.adapters.discord.manifest import DIGESTS, PERMISSIONS, missing, missing_sentence

GUIDE = (Path(__file__).parents[3] / "docs" / "platforms" / "discord.md").read_text()


def sentences() -> list[str]:
    """Whatever keeps Lectern out of Discord, or from doing something there."""
    closed = [entry._closed(code) for code in (4004, 4011, 4014, 4999)]
    return [
        *faults._SENTENCES.values(),
        *closed,
        entry.unreachable("https://discord.com/api/v10"),
        connection._not_registered(Exception()),
        permissions.NOT_HERE,
        greetings.NOT_A_LAB,
        greetings.UNREADABLE,
        outbound.NO_FORM,
        GONE,
        missing_sentence(missing(0, DIGESTS)),
    ]


def test_every_sentence_about_trouble_is_in_the_guide() -> None:
    rows = [line.split("|")[1] for line in GUIDE.splitlines() if line.startswith("| “")]
    quoted = [words for row in rows for words in re.findall(r"“((?:[^“”]|“…”)+)”", row)]
    patterns = [re.compile(".*".join(map(re.escape, words.strip("… ").replace("“…”", "…").split("…")))) for words in quoted]
    assert len(patterns) > 20
    for sentence in sentences():
        assert any(pattern.search(sentence) for pattern in patterns), sentence


def test_the_guide_names_every_permission_and_the_menu_as_discord_does() -> None:
    assert all(one.label in GUIDE for one in PERMISSIONS)
    assert f"**{EXPLAIN}**" in GUIDE


def test_the_guide_names_every_setting() -> None:
    settings = (Path(__file__).parents[3] / ".env.example").read_text()
    assert set(re.findall(r"DISCORD_\w+", settings)) <= set(re.findall(r"DISCORD_\w+", GUIDE))


def test_every_test_that_the_page_of_promises_names_is_there() -> None:
    root = Path(__file__).parents[3]
    page = (root / "docs" / "platforms" / "discord-promises.md").read_text()
    written = "\n".join(path.read_text() for path in (root / "tests").rglob("test_*.py"))
    files = {path.stem for path in (root / "tests").rglob("test_*.py")}
    assert len(named := set(re.findall(r"`(test_\w+)`", page))) > 40
    assert [name for name in named if name not in files and f"def {name}(" not in written] == []
    assert [path for path in re.findall(r"`(tests/[\w/.]+)`", page) if not (root / path).exists()] == []
