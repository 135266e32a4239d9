"""What the benches of the platforms share: figures, a program in a process of its own, and its memory."""

import asyncio
import os
import statistics
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from bot.core.chat import para
from bot.core.ports import Draft, LabTurn

ROOT = Path(__file__).parents[1]
STREAMS = 50
WORDS = 120
WORD_SECONDS = 0.03


class Steady:
    """Writes the same number of words for everybody, each after the same pause."""

    banner = "A steady tutor."

    def cost(self, turn: LabTurn) -> int:
        return 0

    async def answer(self, turn: LabTurn) -> AsyncGenerator[Draft]:
        for count in range(1, WORDS):
            await asyncio.sleep(WORD_SECONDS)
            yield Draft((para("word " * count),), done=False)
        yield Draft((para("word " * WORDS), para(f"The end of {turn.said}.")), done=True)


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds: the middle one and the worst."""

    median: float
    worst: float

    @classmethod
    def of(cls, times: Sequence[float]) -> "Figures":
        return cls(statistics.median(times), max(times))

    def __str__(self) -> str:
        return f"{self.median * 1e3:8.0f} / {self.worst * 1e3:6.0f} ms"


class Program:
    """Started with nothing but these settings from us, and ended as an operator would."""

    def __init__(self, *command: str, settings: Mapping[str, str]) -> None:
        self._command, self._settings = command, settings
        self._process: Process

    async def start(self) -> None:
        environment = {**os.environ, **self._settings}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, *self._command, cwd=ROOT, env=environment, stdout=DEVNULL, stderr=DEVNULL
        )

    @property
    def mebibytes(self) -> float:
        """Resident memory."""
        return float(psutil.Process(self._process.pid).memory_info().rss) / 2**20

    async def stop(self) -> None:
        self._process.terminate()
        await asyncio.wait_for(self._process.wait(), 60)


def ratio(ours: Figures, bare: Figures) -> str:
    return f"{ours.median / bare.median:5.1f} / {ours.worst / bare.worst:4.1f}"
