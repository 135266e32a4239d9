"""A control: a test that leaves an invariant broken is seen to fail, by its own name and that of what it broke."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = """
import pytest
from sqlalchemy import text

def careless(records):
    records._connection.execute(text("DELETE FROM lanes"))

async def test_that_is_careless(stage):
    await stage.database.write(lambda records: records.enqueue("k", "note", "lane", {}, stage.clock.now()))
    await stage.database.write(careless)

@pytest.mark.breaks("I5 no rot")
async def test_that_breaks_what_it_says(stage):
    await test_that_is_careless(stage)

@pytest.mark.breaks("I2 receipt")
async def test_that_breaks_something_else(stage):
    await test_that_is_careless(stage)
"""


def test_a_test_that_breaks_an_invariant_fails_by_name(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("three")  # not this test's own, which must be sound itself
    (folder / "test_three.py").write_text(TESTS)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        "pyproject.toml",
        "-p",
        "tests.conftest",
        "-p",
        "no:cacheprovider",
        "-q",
        "-rN",
    ]
    where = [f"--basetemp={folder / 'own'}", str(folder / "test_three.py")]
    ended = subprocess.run([*command, *where], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "3 passed, 2 errors" in ended.stdout, ended.stdout
    assert "ERROR at teardown of test_that_is_careless" in ended.stdout
    assert "ERROR at teardown of test_that_breaks_something_else" in ended.stdout
    assert ended.stdout.count("I5 no rot: it does not hold that a lane with work left is due some time: lane") == 2
