"""A whole Lectern on the double, with people in a channel, for tests of what goes wrong in Slack."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path

from bot.adapters.clock import SystemClock
from bot.adapters.library import Library
from bot.core.chat import para
from bot.core.ports import Draft, LabTurn
from tests.contract.slack import SlackLearner, SlackPlatform
from tests.doubles.slack import Message, Specs

ROOT = Path(__file__).parents[3]


class HangingTutor:
    """Answers only when let go."""

    banner = "A tutor that takes its time."

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.go = asyncio.Event()

    def cost(self, turn: LabTurn) -> int:
        return 0

    async def answer(self, turn: LabTurn) -> AsyncGenerator[Draft]:
        self.asked.set()
        await self.go.wait()
        yield Draft((para(f"You said: {turn.said}"),), done=True)


class EchoTutor:
    """Says what it was told, which persona it is and what was said before, in several drafts."""

    banner = "An echo."

    def __init__(self, length: int = 0) -> None:
        self.length = length

    def cost(self, turn: LabTurn) -> int:
        return 0

    async def answer(self, turn: LabTurn) -> AsyncGenerator[Draft]:
        before = ",".join(one.text for one in turn.turns if one.who is not None)
        text = f"{turn.persona.speaker.name} heard [{turn.said}] after [{before}]. " + "Long words follow. " * self.length
        for share in (3, 2):
            yield Draft((para(text[: max(len(text) // share, 45)]),), done=False)
        yield Draft(tuple(para(text[start : start + 2_500]) for start in range(0, len(text), 2_500)), done=True)


class LaterClock(SystemClock):
    """The real time and whatever has passed in the test."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


class Stage(SlackPlatform):
    def __init__(self, folder: Path, library: Library, specs: Specs, tutor: object = None, *, http: bool = False) -> None:
        super().__init__(folder, library, specs, tutor, http=http)  # type: ignore[arg-type]
        self.clock: LaterClock = LaterClock()

    async def program(self) -> Process:
        """The real program in a process of its own, with a socket to the double. The one in this process must have stopped."""
        settings = {
            "DATABASE_URL": self.url,
            "PORT": "0",
            "SLACK_BOT_TOKEN": self.double.bot_token,
            "SLACK_APP_TOKEN": self.double.app_token,
            "SLACK_API_URL": self.double.base_url,
        }
        before = len(self.double.sockets.all)
        started = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", cwd=ROOT, env={**os.environ, **settings}, stdout=DEVNULL, stderr=DEVNULL
        )
        await self.double.until(lambda: len(self.double.sockets.all) > before, what="the program did not come to Slack")
        return started

    def pass_(self, **time: float) -> None:
        """Time passes, in Slack and here, without anybody waiting for it."""
        self.clock.ahead += timedelta(**time)
        self.double.advance(timedelta(**time).total_seconds())

    async def lab(self, learner: SlackLearner, topic: str = "rlhf") -> Message:
        """A lab of theirs; gives its root once its opening is there."""
        before = set(self.channel.messages)
        await learner.types(f"/lab {topic}")

        def opened() -> Message | None:
            roots = [m for m in self.channel.roots() if m.ts not in before and m.username]
            return next((root for root in roots if learner.name in root.words and self.channel.replies(root.ts)), None)

        root = await self.double.until(opened, what="no lab was opened")
        assert root
        return root

    def thread(self, root: Message) -> list[Message]:
        return self.channel.replies(root.ts)
