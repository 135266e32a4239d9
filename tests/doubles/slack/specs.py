"""Slack's published reference data, read once from outside the project: `SPECS_DIR`, or `../shared/specs` beside the project."""

import json
import os
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest

Json = dict[str, Any]


class Specs:
    """Each file is read when first asked for. See the README beside the files for their sources."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def methods(self) -> Json:
        return self._read("web-api-methods")

    @cached_property
    def arguments(self) -> Json:
        return self._read("web-api-args.schema")

    @cached_property
    def kit(self) -> Json:
        return self._read("block-kit.schema")

    @cached_property
    def limits(self) -> Json:
        return self._read("limits")

    @cached_property
    def shapes(self) -> Json:
        return self._read("inbound-payload-shapes")

    @cached_property
    def common_errors(self) -> frozenset[str]:
        return frozenset(self._read("common-errors")["errors"])

    @cached_property
    def manifest(self) -> Json:
        return self._read("manifest.schema.2.0.0")

    def limit(self, name: str) -> int:
        return self._maxima[name]

    @cached_property
    def _maxima(self) -> dict[str, int]:
        return {entry["id"]: entry["max"] for entry in self.limits["limits"] if "max" in entry}

    def _read(self, name: str) -> Json:
        with (self.folder / f"{name}.json").open(encoding="utf-8") as file:
            content: Json = json.load(file)
        return content


def folder() -> Path:
    root = Path(__file__).parents[3]
    return Path(os.environ.get("SPECS_DIR") or root.parent / "shared" / "specs") / "slack"


@cache
def read() -> Specs:
    return Specs(folder())


def require() -> Specs:
    """The data, or a skipped test that says what is missing."""
    if not (folder() / "web-api-methods.json").is_file():
        pytest.skip(f"Slack's reference data is not at {folder()}: set SPECS_DIR to the folder that holds slack/")
    return read()
