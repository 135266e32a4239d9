"""In Slack what is kept is handed over as a file in the direct conversation, and whoever is forgotten leaves no trace here."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.library import Library
from tests.adapters.slack.stage import EchoTutor, Stage
from tests.doubles.slack import specs

WORDS = "zebrafinch"


@pytest.fixture
async def stage(tmp_path: Path, library: Library) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path, library, specs.require(), EchoTutor())
    await stage.start()
    yield stage
    await stage.stop()
    stage.double.assert_clean()


def kept(folder: Path) -> bytes:
    """Every byte of the database on disk."""
    return b"".join(path.read_bytes() for path in folder.glob("contract.db*"))


async def test_an_export_is_a_file_in_the_direct_conversation(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    root = await stage.lab(ada)
    await ada.says(f"About the {WORDS}", root.ts)
    await ada.sees(f"heard [About the {WORDS}]", thread=root.ts)
    await ada.types("/lectern export")
    told = await ada.sees("lectern-data.json is in your direct conversation with me.")
    assert told.private
    (file,) = [file for message in ada.person.dm.messages.values() for file in message.files]
    content = json.loads(stage.double.files.all[file["id"]].content)
    assert content["person"]["external_id"] == ada.person.id
    assert WORDS in json.dumps(content["labs"])
    assert not [message for message in stage.channel.messages.values() if message.files]


async def test_an_export_that_cannot_be_sent_says_why(stage: Stage) -> None:
    ada = await stage.learner("Ada")
    stage.double.installation.scopes -= {"files:write"}
    await ada.types("/lectern export")
    await ada.sees("lectern-data.json could not be sent to you. My Slack app lacks the permission “files:write”.")


async def test_whoever_is_forgotten_in_slack_is_in_no_byte_of_the_database(stage: Stage, tmp_path: Path) -> None:
    ada, grace = await stage.learner("Ada"), await stage.learner("Adalbertina")
    for name in (f"/lab {topic}" for topic in ("rlhf", "fine-tuning private")):
        await grace.types(name)
    await stage.quiet()
    root = next(root for root in stage.channel.roots() if "Adalbertina" in root.words)
    await grace.says(f"About the {WORDS}", root.ts)
    await grace.sees(f"heard [About the {WORDS}]", thread=root.ts)
    await grace.types("/quiz rlhf")
    await grace.types("/lectern forget")
    await grace.presses(await grace.sees("Erase everything about you?"), "Erase me now")
    await grace.sees("You are forgotten.")
    await stage.quiet()
    left = kept(tmp_path)
    for trace in (grace.person.id, "Adalbertina", WORDS, grace.person.dm.id):
        assert trace.encode() not in left, trace
    assert ada.person.id.encode() in left
    await grace.types("/progress")
    await grace.sees("0 of 4 lessons complete.")
