"""The real program in a process of its own, as `make run` starts it."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Bot:
    """`python -m bot` on a free port and a database of its own; started and ended as an operator would."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self._port = int(one.getsockname()[1])
        self.address = f"http://127.0.0.1:{self._port}"
        self._database = folder / "walk.db"
        self.process: Process

    async def start(self) -> str:
        """The one line it says when it is ready."""
        environment = {**os.environ, "DATABASE_URL": f"sqlite:///{self._database}", "PORT": str(self._port)}
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", cwd=ROOT, env=environment, stdout=PIPE, stderr=STDOUT
        )
        assert self.process.stdout
        line = await asyncio.wait_for(self.process.stdout.readline(), 60)
        if self.address not in (said := line.decode()):
            raise AssertionError(f"it did not start: {said}{(await self.process.stdout.read()).decode()}")
        return said.strip()

    async def stop(self, by: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Its exit status, and everything else it said."""
        self.process.send_signal(by)
        rest, _ = await asyncio.wait_for(self.process.communicate(), 30)
        return self.process.returncode or 0, rest.decode()

    async def restart(self) -> None:
        await self.stop()
        await self.start()
