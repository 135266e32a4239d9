"""Lectern's presence in Slack beside what it is asked: the Home tab, suggested prompts, a welcome, an offer to join."""

from bot.adapters.slack.answers import Answers
from bot.adapters.slack.calls import Calls
from bot.adapters.slack.greetings import home_parts
from bot.adapters.slack.hearing import Spot, place_of
from bot.adapters.slack.inbound import Hear, Inbound, Json
from bot.adapters.slack.manifest import PROMPTS
from bot.adapters.slack.outbound import TROUBLE
from bot.adapters.slack.people import People
from bot.adapters.slack.render import home
from bot.core.chat import Action, Answer, Command, Person, Place, Press, Reply, Shown
from bot.core.greetings import offer_post, welcome_post
from bot.core.ports import Clock, Cohort, Records, Store


class Presence:
    def __init__(self, calls: Calls, people: People, inbound: Inbound, hear: Hear, store: Store, clock: Clock) -> None:
        self._calls, self._people, self._inbound = calls, people, inbound
        self._hear, self._store, self._clock = hear, store, clock
        self._answers: Answers = inbound.answers

    async def opened(self, event: Json) -> None:
        """The Home tab is published, or prompts are suggested; what fails is done again at the next opening."""
        if event.get("tab") == "home":
            self._inbound.start(self._publish(event))
        elif event.get("tab") == "messages":
            self._inbound.start(self._suggest(str(event["channel"])))

    async def _publish(self, event: Json) -> None:
        place = place_of(self._calls.me.team, str(event["channel"]))
        person = await self._people.person(str(event["user"]))
        key = f"h:{event.get('event_ts')}"
        progress = await self._hear(Command(person, place, f"{key}:progress", "progress", ""))
        labs = await self._hear(Press(person, place, f"{key}:labs", Action("lab.mine")))
        parts = home_parts(progress, labs, await self._status(person, place, key))
        try:
            await self._calls.call("views.publish", user_id=person.id, view=home(parts, key=str(event.get("event_ts"))))
        except TROUBLE:
            return  # it stays as it was

    async def _status(self, person: Person, place: Place, key: str) -> Answer:
        """Their cohort's calendar, for those who lead one."""

        def leads(records: Records) -> bool:
            who = records.know(person, self._clock.now())
            cohort = next(iter(records.cohorts_of(who)), None)
            return cohort is not None and records.role(cohort.id, who) == "lead"

        if not await self._store.write(leads):
            return None
        return await self._hear(Command(person, place, f"{key}:status", "cohort", "status"))

    async def _suggest(self, channel: str) -> None:
        prompts = [{"title": title, "message": message} for title, message in PROMPTS]
        try:
            await self._calls.call("assistant.threads.setSuggestedPrompts", channel_id=channel, prompts=prompts)
        except TROUBLE:
            return  # an app without the agent view has none

    async def joined(self, event: Json) -> None:
        """Somebody has come into a channel: we ourselves, or perhaps a learner. Each is greeted once."""
        channel, user = str(event["channel"]), str(event["user"])
        place = place_of(self._calls.me.team, channel)
        if user == self._calls.me.user:
            self._inbound.membership.forget(channel)
            await self._welcome(place, user, str(event.get("event_ts")))
        else:
            await self._offer(place, user)

    async def _welcome(self, place: Place, user: str, ts: str) -> None:
        def unit(records: Records) -> tuple[bool, Cohort | None]:
            fresh = records.hear_once(f"answered:j:{place.lane}:{ts}", self._clock.now())
            return fresh, records.cohort_at(place)

        fresh, cohort = await self._store.write(unit)
        if fresh:
            self._inbound.start(self._answers.show(Spot(place, user), Reply(welcome_post(cohort), Shown.OPENLY)))

    async def _offer(self, place: Place, user: str) -> None:
        if await self._store.read(lambda records: records.cohort_at(place)) is None:
            return
        person = await self._people.person(user)

        def unit(records: Records) -> Cohort | None:
            cohort, now = records.cohort_at(place), self._clock.now()
            if cohort is None or records.role(cohort.id, records.know(person, now)) is not None:
                return None
            return cohort if records.hear_once(f"offer:{cohort.id}:{place.workspace}:{user}", now) else None

        cohort = await self._store.write(unit)
        if cohort:
            self._inbound.start(self._answers.show(Spot(place, user), Reply(offer_post(cohort))))
