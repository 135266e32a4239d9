"""Discord's published description of its API, read once from outside: `SPECS_DIR`, or `../shared/specs` beside the project."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

Json = dict[str, Any]


def file() -> Path:
    root = Path(__file__).parents[3]
    return Path(os.environ.get("SPECS_DIR") or root.parent / "shared" / "specs") / "discord" / "openapi.json"


@cache
def read() -> Json:
    with file().open(encoding="utf-8") as opened:
        content: Json = json.load(opened)
    return content


def require() -> Json:
    """The description, or a skipped test that says what is missing."""
    if not file().is_file():
        pytest.skip(f"Discord's API description is not at {file()}: set SPECS_DIR to the folder that holds discord/")
    return read()
