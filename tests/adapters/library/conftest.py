"""The example course, fresh for every test."""

import shutil
from pathlib import Path

import pytest

from tests.adapters.library.course import EXAMPLE, Course


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return Course(tmp_path)
