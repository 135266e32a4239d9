"""The token of one workspace, as its calls need it: asked for before each call, and told when Slack does not take it."""

from collections.abc import Awaitable, Callable
from typing import Protocol


class Tokens(Protocol):
    @property
    def advice(self) -> str:
        """What a lead should do when Slack takes no token of this workspace any more."""
        ...

    async def token(self) -> str:
        """One that is good for now. Raises NotSent or Undeliverable where there is none."""
        ...

    async def refused(self, token: str, code: str) -> bool:
        """Slack did not take that token, and says why. True if there is another to try with."""
        ...


class FixedToken:
    """The token from the settings: there is no other."""

    advice = "Slack no longer accepts my token. Reinstall the app in the workspace, set SLACK_BOT_TOKEN anew and restart me."

    def __init__(self, token: str, lost: Callable[[str], Awaitable[None]]) -> None:
        self._token, self._lost = token, lost

    async def token(self) -> str:
        return self._token

    async def refused(self, token: str, code: str) -> bool:
        await self._lost(code)
        return False
