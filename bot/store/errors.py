"""What can go wrong with the store as a whole."""

from bot.core.ports import Unavailable


class AlreadyRunning(Exception):
    """Another process works on this SQLite file. Two of them would send everything twice."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"Another Lectern is running on {path}. Stop it first; "
            "to run several processes, put a postgresql:// address in place of the file."
        )


class TooManyWaiting(Unavailable):
    """So many units wait for the database that one more would not be answered in time. Nothing of it is kept."""

    def __init__(self) -> None:
        super().__init__("busy")


class Closed(Unavailable):
    """The database has been closed: the process is about to end."""

    def __init__(self) -> None:
        super().__init__("away")


class BadAddress(Exception):
    """The database's address is none that Lectern can open. The sentence says which would be."""


class CannotOpen(BadAddress):
    """The address names a database, but it cannot be reached or read."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The database cannot be opened: {why.rstrip('.')}. "
            "Look at DATABASE_URL: does the server run, is the file a database of ours?"
        )
