"""Slack for the harness: the strict double, to which victims come over sockets."""

from collections.abc import Mapping

from tests.contract.chats import found
from tests.contract.platform import Learner
from tests.contract.slack import SlackLearner
from tests.doubles.slack import Channel, SlackDouble, Specs
from tests.reliability.control import PATIENCE, Victim
from tests.reliability.site import Spoken, Up, Wire


class SlackSite:
    name = "slack"

    def __init__(self, specs: Specs) -> None:
        self.double = SlackDouble(specs)
        self.wire = Wire(self._calls, self.double.fail, self.double.faults.waiting)
        self.double.courier.pauses = ()  # what is not acknowledged is brought again when the harness says so
        self.channel: Channel
        self._scene: Up
        self._founded = False

    async def open(self, scene: Up) -> None:
        self._scene = scene
        await self.double.start()
        self.channel = self.double.channel("course")

    async def close(self) -> None:
        await self.double.stop()

    def environment(self) -> Mapping[str, str]:
        double = self.double
        return {
            "SLACK_BOT_TOKEN": double.bot_token,
            "SLACK_APP_TOKEN": double.app_token,
            "SLACK_API_URL": double.base_url,
        }

    async def joined(self, victim: Victim, address: str) -> None:
        alive = len([one for one in self._scene.victims if one.alive])
        await self.double.until(lambda: len(self.double.sockets.live) >= alive or victim.gone.is_set(), PATIENCE)

    def died(self, victim: Victim) -> None:
        """Slack notices a closed line at once, and not after the three seconds that an ack may take."""
        for answer in self.double.sockets._waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionError())

    async def settled(self) -> None:
        await self.double.settled()
        lost, self.double.courier.lost = self.double.courier.lost, []
        for delivery in lost:
            await self._scene.up()
            await self.double.courier.again(delivery)
            if not delivery.acked:
                self.double.courier.lost.append(delivery)

    def pass_(self, seconds: float) -> None:
        self.double.advance(seconds)

    async def person(self, name: str) -> Learner:
        person = self.double.user(name)
        if person.id not in self.channel.members:
            self.channel.members.append(person.id)
        learner = SlackLearner(self, person)
        if not self._founded:
            self._founded = True
            await found(learner)
        return learner

    async def spoken(self) -> list[Spoken]:
        return spoken_in(self.channel)

    def _calls(self) -> list[str]:
        return [call.method for call in self.double.calls]

    def complaints(self) -> list[str]:
        double = self.double
        broken = [f"the double itself is wrong: {error!r}" for error in double.courier.broken]
        return [*double.violations, *double.files.violations, *double.sockets.violations, *broken]


def spoken_in(channel: Channel) -> list[Spoken]:
    """What the app has posted there, by the key in its metadata."""
    posts = [one for one in channel.messages.values() if one.method == "chat.postMessage" and not one.deleted]
    about = {one.ts: one.metadata.get("event_payload", {}) for one in posts}
    return [
        Spoken(
            str(about[one.ts].get("key", "")),
            one.ts,
            one.thread_ts if one.is_reply else None,
            one.name,
            "\n".join([one.words, *(other.words for other in posts if about[other.ts].get("of") == one.ts)]),
        )
        for one in posts
    ]
