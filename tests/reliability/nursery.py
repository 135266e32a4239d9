"""Victims by the hundred: one process has imported everything and forks them, which takes a tenth of a start from nothing.

The child is a process like any other: it runs `bot.__main__.main`, and is killed by its own number.
"""

import asyncio
import json
import os
import select
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[2]


class Nursery:
    """The harness's side. `await nursery.born(environment, log)` gives a process id; `ended` holds how those that ended did."""

    def __init__(self) -> None:
        self.ended: dict[int, int] = {}
        self._born: asyncio.Queue[int] = asyncio.Queue()
        self._asking = asyncio.Lock()
        self._process: asyncio.subprocess.Process
        self._reading: asyncio.Task[None]

    async def __aenter__(self) -> Self:
        ours = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR", "PYTHONPATH")}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.reliability.nursery", cwd=ROOT, env=ours,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        await self._process.wait()
        await self._reading

    async def born(self, environment: Mapping[str, str], log: Path) -> int:
        async with self._asking:
            assert self._process.stdin
            self._process.stdin.write(json.dumps({"environment": dict(environment), "log": str(log)}).encode() + b"\n")
            return await self._born.get()

    async def _read(self) -> None:
        assert self._process.stdout
        async for row in self._process.stdout:
            said = json.loads(row)
            if "born" in said:
                self._born.put_nowait(said["born"])
            else:
                self.ended[said["ended"]] = said["status"]


# ---------------------------------------------------------------- in the nursery's own process


def _serve() -> None:
    _import_all()
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    alive: set[int] = set()
    asked = b""
    while True:
        ready, _, _ = select.select([0, told], [], [])
        if told in ready:
            os.read(told, 1000)
            _bury(alive)
        if 0 in ready:
            more = os.read(0, 1 << 16)
            if not more:
                break
            *rows, asked = (asked + more).split(b"\n")
            for row in rows:
                alive.add(_bear(json.loads(row)))
    for pid in alive:
        os.kill(pid, signal.SIGKILL)


def _import_all() -> None:
    import functools
    import gc
    from importlib import import_module

    for name in ("bot.__main__", "bot.app", "bot.adapters.slack.connection", "psycopg", "sqlalchemy.dialects.postgresql.psycopg"):
        import_module(name)
    with suppress(ImportError):
        import_module("bot.adapters.discord.connection")
    app: Any = import_module("bot.app")
    app.read = functools.cache(app.read)
    guide = app.StudyGuide(app.read(Path("lessons"), Path("personas")).curriculum)
    app.StudyGuide = lambda _course: guide  # half of a start, and the same for all
    gc.freeze()


def _bear(asked: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        _say(born=pid)
        return pid
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, descriptor in enumerate((nothing, log, log)):
        os.dup2(descriptor, number)
    os.closerange(3, 64)
    os.environ.update(asked["environment"])
    status = 70
    try:
        from tests.reliability.victim import main

        status = main()
    except BaseException:  # noqa: BLE001 - it must not go on in the nursery's loop
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _bury(alive: set[int]) -> None:
    while alive:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        alive.discard(pid)
        _say(ended=pid, status=os.waitstatus_to_exitcode(status))


def _say(**what: int) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _serve()
