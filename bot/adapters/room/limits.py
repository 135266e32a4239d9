"""How much the room takes: sizes, counts, and how fast one page may speak."""

from collections.abc import Callable

FRAME_BYTES = 64 * 1024
TEXT_CHARS = 4000
NAME_CHARS = 40
CHANNELS = 50
PAGE_MESSAGES = 50
CONNECTIONS = 1000
PUMPS_AT_ONCE = 8  # pages fetching news at once: after a message to all, nobody's press waits behind a thousand of them
IN_FLIGHT = 32  # gestures of one page being answered at once; the next waits unread
OUTBOX_FRAMES = 256  # frames waiting for one page; a page that reads slower is dropped and reconnects
SEND_SECONDS = 10.0
REMEMBERED_GESTURES = 200
REMEMBERED_FORMS = 20
REMEMBERED_PEOPLE = 500
FRAMES_PER_SECOND = 10.0
FRAMES_AT_ONCE = 40


class Bucket:
    """Lets `rate` things pass a second, and up to `burst` at once."""

    def __init__(self, rate: float, burst: int, now: Callable[[], float]) -> None:
        self._rate, self._burst, self._now = rate, float(burst), now
        self._left, self._at = float(burst), now()

    def take(self) -> bool:
        now = self._now()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
