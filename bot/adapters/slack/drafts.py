"""Replies on their way: at most a few at a time are shown as they come, each as often as Slack bears; the others come whole."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable

from bot.adapters.slack.buckets import METHODS, TIERS
from bot.adapters.slack.calls import Calls
from bot.adapters.slack.faults import Rejected, log_withheld
from bot.adapters.slack.render import messages
from bot.adapters.slack.streams import Streams
from bot.core.chat import Place, Post
from bot.core.ports import NotSent, Unclear, Undeliverable

MOST = 5
"""Replies shown as they come in one workspace. With more, each would be edited less than once in eight seconds."""
SHOWN_EVERY = 1.5
"""Seconds between two drafts of one message, at least."""
SHARE = 0.8
"""Of a method's rate, for all drafts together."""
FORGOTTEN = 300.0
"""Seconds after which a reply that nobody ended counts no longer."""


class Drafts:
    def __init__(self, calls: Calls, streams: Streams, now: Callable[[], float] | None = None) -> None:
        self._calls, self._streams = calls, streams
        self._now = now or (lambda: asyncio.get_running_loop().time())
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._live: OrderedDict[str, float] = OrderedDict()
        """When each was shown last."""

    @property
    def crowded(self) -> bool:
        """Whether another reply had better come whole."""
        while self._live and self._now() - next(iter(self._live.values())) > FORGOTTEN:
            self._live.popitem(last=False)
        return len(self._live) >= MOST

    def begun(self, ref: str) -> None:
        self._live[ref] = self._now()
        self._live.move_to_end(ref)

    def ended(self, ref: str) -> None:
        self._live.pop(ref, None)

    async def show(self, place: Place, ref: str, post: Post) -> None:
        """Returns at once. A draft is left out while an earlier one is on its way, was just shown, or calls are scarce."""
        streamed = ref in self._streams
        method = "chat.appendStream" if streamed else "chat.update"
        early = self._now() - self._live.get(ref, 0.0) < self._pause(method)
        if ref in self._tasks or early or not self._calls.buckets.spare(method):
            return
        self.begun(ref)
        draw = self._streams.go_on(ref, post) if streamed else self._edit(place, ref, post)
        task = asyncio.get_running_loop().create_task(draw)
        self._tasks[ref] = task
        task.add_done_callback(lambda _: self._tasks.pop(ref, None))

    def _pause(self, method: str) -> float:
        """Seconds between two drafts of one reply: the more are written, the longer."""
        return max(SHOWN_EVERY, len(self._live) * 60.0 / (TIERS[METHODS[method]] * SHARE))

    async def _edit(self, place: Place, ref: str, post: Post) -> None:
        shown = messages(post, key=f"{self._now():.3f}")[0].without_pictures()
        try:
            await self._calls.now("chat.update", channel=place.channel, ts=ref, text=shown.text, blocks=shown.blocks)
        except (NotSent, Unclear, Undeliverable, Rejected):
            return
        except Exception as error:  # noqa: BLE001 - a draft may be dropped, whatever became of it
            log_withheld("A draft could not be shown in Slack", error)

    async def arrived(self, ref: str) -> None:
        """Wait for a draft on its way: it must not come after the final text."""
        if task := self._tasks.get(ref):
            await asyncio.gather(task, return_exceptions=True)

    async def stop(self) -> None:
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
