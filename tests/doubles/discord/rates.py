"""Rate limits by route and by place, and one over everything, with the headers Discord sends. Enforced when a test asks for it.

Source: topics/rate-limits. The numbers per bucket are not documented, and are meant to be read from the headers:
platform note, 1.4 and 1.9.
"""

import hashlib
import math
from dataclasses import dataclass

from tests.doubles.discord.call import Call

LIMITS: dict[str, tuple[int, float]] = {
    "post /channels/{channel_id}/messages": (5, 5.0),
    "patch /channels/{channel_id}/messages/{message_id}": (5, 5.0),
    "post /webhooks/{webhook_id}/{webhook_token}": (5, 2.0),
    "patch /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": (5, 2.0),
    "post /channels/{channel_id}/typing": (5, 5.0),
}
GENEROUS = (1000, 1.0)
GLOBAL = 50
"""Per second and app. Interactions' answers do not count."""
FREE = ("post /interactions/{interaction_id}/{interaction_token}/callback",)
"""Routes without a bucket: platform note, section 2, gotcha 16."""
MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token")


@dataclass(slots=True)
class Verdict:
    headers: dict[str, str]
    wait: float = 0.0
    scope: str = ""
    """`user`, `shared` or `global`, when the call must wait."""


@dataclass(slots=True)
class Window:
    end: float
    calls: int = 0


class Rates:
    def __init__(self) -> None:
        self.enforced = False
        self.limits = dict(LIMITS)
        self._windows: dict[tuple[str, ...], Window] = {}

    def judge(self, call: Call) -> Verdict:
        if call.route in FREE:
            return Verdict({})
        most, span = self.limits.get(call.route, GENEROUS) if self.enforced else GENEROUS
        bucket = (call.route, *(call.path[name] for name in MAJOR if name in call.path))
        if self.enforced and self._interactive(call):
            return Verdict(self._headers(call, most, most - 1, span))
        if self.enforced and call.authorised:
            everything = self._window(("*",), 1.0, call.at)
            if everything.calls >= GLOBAL:
                return Verdict({}, everything.end - call.at, "global")
            everything.calls += 1
        window = self._window(bucket, span, call.at)
        seconds = window.end - call.at
        if window.calls >= most:
            return Verdict(self._headers(call, most, 0, seconds), seconds, "user")
        window.calls += 1
        return Verdict(self._headers(call, most, most - window.calls, seconds))

    def _interactive(self, call: Call) -> bool:
        return call.path.get("webhook_id") == call.world.app_id

    def _window(self, key: tuple[str, ...], span: float, now: float) -> Window:
        """It begins with its first call, and is empty again when it is over."""
        if key not in self._windows or self._windows[key].end <= now:
            self._windows[key] = Window(now + span)
        return self._windows[key]

    def _headers(self, call: Call, most: int, left: int, seconds: float) -> dict[str, str]:
        seconds = max(seconds, 0.001)
        return {
            "X-RateLimit-Limit": str(most),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": f"{call.at + seconds:.3f}",
            "X-RateLimit-Reset-After": f"{math.ceil(seconds * 1000) / 1000:.3f}",
            "X-RateLimit-Bucket": hashlib.md5(call.route.encode(), usedforsecurity=False).hexdigest(),
        }
