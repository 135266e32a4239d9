"""Standstill: an event loop that is held up by one of its own callers can say nothing, so a thread beside it does."""

import logging
import sys
import threading
import traceback
from collections.abc import Callable

LOOK = 5.0
"""Seconds between two looks."""
LOOKS = 3
"""Looks in a row without a beat that make a standstill. A process that was stopped or asleep has missed its looks as well."""

log = logging.getLogger(__name__)


class Standstill:
    """Watches the beats of the event loop that runs in the thread it is started from, and logs where that stands, once."""

    def __init__(self, beats: Callable[[], int]) -> None:
        self._beats = beats
        self._over = threading.Event()
        self._watched = threading.get_ident()
        self._last, self._same = -1, 0

    def start(self) -> None:
        self._watched = threading.get_ident()
        threading.Thread(target=self._watch, name="lectern-standstill", daemon=True).start()

    def stop(self) -> None:
        """Safe to call twice, and before `start`."""
        self._over.set()

    def _watch(self) -> None:
        while not self._over.wait(LOOK):
            self.look()

    def look(self) -> None:
        beats = self._beats()
        if beats != self._last:
            if self._same >= LOOKS:
                log.warning("The event loop goes on")
            self._last, self._same = beats, 0
            return
        self._same += 1
        if self._same == LOOKS:
            frame = sys._current_frames().get(self._watched)
            where = "".join(traceback.format_stack(frame)) if frame else ""  # lines of code; nobody's words
            log.error("The event loop stands still; nothing is heard or sent meanwhile", extra={"where": where})
