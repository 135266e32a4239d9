"""The harness's end of the probes: who is alive, what steps they take, and orders they have obeyed before anybody goes on."""

import asyncio
import json
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE as PATIENCE

Json = dict[str, Any]


class Victim:
    """One process of the bot. `steps` are those since it was armed; `gone` is set when it is dead."""

    def __init__(self, name: str) -> None:
        self.name, self.pid = name, 0
        self.steps: list[tuple[str, int]] = []
        self.end, self.hit = "", 0
        """The step at which it was ended by its own probe."""
        self.hands = 0
        """Pieces of work it had in hand when it last obeyed."""
        self.stopped = asyncio.Event()
        self.gone = asyncio.Event()
        self.ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._orders: dict[int, asyncio.Event] = {}
        self._writer: asyncio.StreamWriter | None = None

    @property
    def alive(self) -> bool:
        return self._writer is not None and not self.gone.is_set()

    @property
    def running(self) -> bool:
        return self.alive and not self.stopped.is_set()

    async def order(self, do: str, **more: object) -> None:
        """Returns when it is obeyed, or when the victim is dead or frozen."""
        if not self.running or self._writer is None:
            return
        number = len(self._orders)
        done = self._orders[number] = asyncio.Event()
        with suppress(ConnectionError):
            self._writer.write(json.dumps({"do": do, "number": number, **more}).encode() + b"\n")
            await self._writer.drain()
        waits = [asyncio.ensure_future(event.wait()) for event in (done, self.gone, self.stopped)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED, timeout=PATIENCE)
        for wait in waits:
            wait.cancel()

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def terminate(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)

    def thaw(self) -> None:
        self.stopped.clear()
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGCONT)

    async def follow(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        with suppress(ConnectionError):
            async for row in reader:
                self._hear(json.loads(row))
        self.gone.set()
        self.stopped.clear()
        if not self.ready.done():
            self.ready.set_exception(EOFError(f"{self.name} ended before it was ready"))
            self.ready.exception()

    def _hear(self, said: Json) -> None:
        if "obeyed" in said:
            self.hands = said["hands"]
            self._orders[said["obeyed"]].set()
        elif "ready" in said:
            if not self.ready.done():
                self.ready.set_result(said["ready"])
        elif "step" in said:
            self.steps.append((said["step"], said["hit"]))
            if said.get("end"):
                self.end, self.hit = said["point"]
                if said["end"] == "stop":
                    self.stopped.set()


class Control:
    """A socket to which every probe connects. `died` is told of each victim that is gone."""

    def __init__(self, folder: Path, died: Callable[[Victim], None]) -> None:
        self.path = str(folder / "control")
        self._died = died
        self._expected: dict[str, Victim] = {}
        self._server: asyncio.Server
        self._following: set[asyncio.Task[None]] = set()
        self._lines: set[asyncio.StreamWriter] = set()

    async def open(self) -> None:
        self._server = await asyncio.start_unix_server(self._meet, self.path)

    async def close(self) -> None:
        self._server.close()
        for task in self._following:
            task.cancel()
        await asyncio.gather(*self._following, return_exceptions=True)
        for line in self._lines:  # one that came at the very end was never followed
            line.close()
            with suppress(ConnectionError):
                await line.wait_closed()

    def expect(self, victim: Victim) -> None:
        self._expected[victim.name] = victim

    def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._lines.add(writer)
        task = asyncio.get_running_loop().create_task(self._follow(reader, writer))
        self._following.add(task)
        task.add_done_callback(self._following.discard)

    async def _follow(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            said = json.loads(await reader.readline() or b"{}")
            victim = self._expected.pop(said.get("name", ""), None)
            if victim is None:
                return
            victim.pid = said["pid"]
            await victim.follow(reader, writer)
            self._died(victim)
        finally:
            writer.close()
