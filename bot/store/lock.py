"""One process for one SQLite file."""

import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.store.errors import AlreadyRunning

if sys.platform == "win32":
    import msvcrt

    def _take(number: int) -> None:
        msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(number: int) -> None:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FileLock:
    """Held from construction to `release`, or to the end of the process however it ends. Raises AlreadyRunning."""

    def __init__(self, database: Path) -> None:
        # the lock file stays: removing it would let two processes hold locks on two files of one name
        self._file = database.with_name(database.name + ".lock").open("a")
        try:
            _take(self._file.fileno())
        except OSError as taken:
            self._file.close()
            raise AlreadyRunning(str(database)) from taken

    def release(self) -> None:
        """Safe to call twice."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()
