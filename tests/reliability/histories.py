"""Histories: a workspace at work for days, at random, while processes die, calls fail, time jumps and clocks go wrong.

What people and chance do is drawn from a seed; what came of it is held against what must be so. The seed gives the same deeds
again; which of two processes is faster is decided anew each time.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.contract.slack import SlackLearner
from tests.doubles.slack import Channel, SlackDouble
from tests.reliability.calendars import misplaced
from tests.reliability.flows import in_order
from tests.reliability.matrix import Setting, Works
from tests.reliability.scene import LOOK_AGAIN, Scene
from tests.reliability.site import Spoken, When
from tests.reliability.slack_site import SlackSite, spoken_in

LABS, QUIZ = ("fine-tuning", "prompting", "rlhf"), "decision"
"""Not the same: a lab is closed to whoever is in the middle of its quiz."""
MOST_TURNS = 14
"""One lab takes sixteen replies, and then comes to its end."""
AT_ONCE = 6
"""Deeds done side by side."""
ALONE = ("hours", "freeze")
"""Not these: time that jumps under a post on its way is what the guarantee excepts."""
FROZEN_AT = ("kept claim", "kept intend", "after post", "kept record")
RESTED = 40
"""After so many deeds everybody waits until nothing is left to do."""
CALLS = ("chat.postMessage", "chat.update", "conversations.replies", "conversations.history", "users.info", "chat.postEphemeral")
TROUBLES: tuple[tuple[When, str], ...] = (("before", "429"), ("before", "500"), ("after", "500"), ("after", "drop"))
WEIGHTS = {
    "say": 46, "lab": 8, "quiz": 8, "join": 4, "calendar": 6, "pause": 2, "resume": 3, "skip": 1,
    "hours": 6, "again": 6, "trouble": 5, "kill": 3, "freeze": 1, "clock": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deed:
    what: str
    who: int
    draw: int


@dataclass
class Story:
    """What happened, and what is wrong with it."""

    seed: int
    setting: Setting
    deeds: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    replies: int = 0
    digests: int = 0
    answers: int = 0
    found: list[str] = field(default_factory=list)

    @property
    def many(self) -> int:
        return sum(self.deeds.values())

    def __str__(self) -> str:
        bad = ", ".join(f"{sum(one.startswith(word) for one in self.found)} {word}" for word in ("lost", "doubled", "wrong"))
        done = (
            f"{self.many} deeds, {self.kills} kills, {self.replies} replies, {self.digests} digests, {self.answers} first answers"
        )
        return f"{self.setting}, seed {self.seed}: {done}: {bad}"


def drawn(seed: int, many: int) -> list[Deed]:
    chance = random.Random(seed)  # noqa: S311 - repeatable
    names, weights = list(WEIGHTS), list(WEIGHTS.values())
    return [Deed(what, chance.randrange(10**6), chance.randrange(10**6)) for what in chance.choices(names, weights, k=many)]


async def history(works: Works, setting: Setting, seed: int, many: int) -> Story:
    story = Story(seed, setting)
    async with works.scene(setting, haste=True) as scene:
        site = scene.site
        assert isinstance(site, SlackSite)
        town = Town(scene, site.double, people=max(6, many // 40))
        await town.found()
        try:
            await town.live(drawn(seed, many), story)
            story.found += await town.judged(story)
        except Exception as trouble:  # noqa: BLE001 - whatever ends a story is part of it
            story.found.append(f"lost: the story ended with {type(trouble).__name__}: {str(trouble)[:1500]}")
        story.kills = scene.kills
    return story


class Course:
    """One channel of the workspace, as people of the contract suite want it."""

    def __init__(self, double: SlackDouble, channel: Channel) -> None:
        self.double, self.channel = double, channel


class Town:
    """Channels with a cohort each, and people in them."""

    def __init__(self, scene: Scene, double: SlackDouble, people: int) -> None:
        self._scene, self._double = scene, double
        self._courses = [Course(double, double.channel(f"course-{n}")) for n in range(max(2, people // 4))]
        self._people = [self._enters(n) for n in range(people)]
        self._said = 0
        self._spoken: dict[str, int] = Counter()
        self._first: dict[tuple[Any, ...], tuple[Any, ...]] = {}

    def _enters(self, number: int) -> SlackLearner:
        course = self._courses[number % len(self._courses)]
        person = self._double.user(f"person{number}")
        course.channel.members.append(person.id)
        return SlackLearner(course, person)

    async def found(self) -> None:
        for number, course in enumerate(self._courses):
            lead = self._people[number]
            await lead.types(f"/cohort create {course.channel.name}")
            await self._calendar(lead, number)
        await self._scene.quiet()

    # ------------------------------------------------------------ what happens

    async def live(self, deeds: Sequence[Deed], story: Story) -> None:
        for begin in range(0, len(deeds), AT_ONCE):
            some = deeds[begin : begin + AT_ONCE]
            story.deeds.update(deed.what for deed in some)
            await asyncio.gather(*(self._do(deed) for deed in some if deed.what not in ALONE))
            for deed in some:
                if deed.what in ALONE:
                    await self._alone(deed)
            if begin % RESTED < AT_ONCE:
                await self._scene.quiet()
                self._look_at_answers(story)
        await self._end(story)

    async def _end(self, story: Story) -> None:
        """Trouble ends, all that is due goes out, and everybody is told what they were owed."""
        self._double.faults.waiting.clear()
        for victim in self._scene.victims:
            await victim.order("skew", seconds=0.0)
        await self._scene.quiet()
        for seconds in (24 * 3600, 60, 60):
            await self._scene.pass_(seconds)
            await self._scene.rung()
            await self._scene.quiet()
        self._look_at_answers(story)

    async def _do(self, deed: Deed) -> None:
        await self._scene.up()
        person = self._people[deed.who % len(self._people)]
        lead = self._people[deed.who % len(self._courses)]
        try:
            match deed.what:
                case "say":
                    await self._say(person)
                case "lab":
                    await person.types(f"/lab {LABS[deed.draw % 3]}")
                case "quiz":
                    await self._answer(person, deed.draw)
                case "join":
                    await self._press(person, "Sources")
                case "calendar":
                    await self._calendar(lead, deed.draw)
                case "pause" | "resume" | "skip":
                    await lead.types(f"/cohort {deed.what}")
                case _:
                    await self._fate(deed)
        except AssertionError:
            return  # told that it failed; somebody else will try something else

    async def _fate(self, deed: Deed) -> None:
        victims = self._scene.victims
        victim = victims[deed.who % len(victims)] if victims else None
        match deed.what:
            case "again":
                past = [one for one in self._double.courier.sent if one.what == "events_api"]
                if past:
                    await self._double.courier.again(past[deed.draw % len(past)])
            case "trouble":
                when, kind = TROUBLES[deed.draw % len(TROUBLES)]
                self._double.fail(CALLS[deed.who % len(CALLS)], when, kind)
            case "kill" if victim:
                victim.kill()
            case "clock" if victim:
                await victim.order("skew", seconds=(-3600.0, 3600.0)[deed.draw % 2])
                if self._scene.kind == "sqlite":  # no server knows better: what stands for a minute is believed
                    await asyncio.sleep(LOOK_AGAIN * 5)
                    await victim.order("skew", seconds=0.0)

    async def _alone(self, deed: Deed) -> None:
        await self._scene.quiet()
        if deed.what == "hours":
            await self._scene.pass_(600 * (1 + deed.draw % 30))
        elif len(self._scene.victims) > 1:
            victim = self._scene.victims[deed.who % len(self._scene.victims)]
            await victim.order("arm", point=FROZEN_AT[deed.draw % len(FROZEN_AT)], hit=1, act="stop")
            some = (self._people[(deed.draw + n) % len(self._people)] for n in range(AT_ONCE))
            await asyncio.gather(*(self._do(Deed("say", self._people.index(one), 0)) for one in some))
            await self._scene.outlast(victim)

    async def _say(self, person: SlackLearner) -> None:
        labs = self._scene.ask(
            """SELECT l.thread AS thread, l.turns AS turns FROM labs AS l JOIN persons AS p ON p.id = l.owner
               WHERE p.external_id = :who AND l.stage = 'open' ORDER BY l.id DESC""",
            who=person.person.id,
        )
        for lab in labs:
            if self._spoken[lab.thread] < MOST_TURNS:
                self._spoken[lab.thread] += 1
                self._said += 1
                await person.says(f"word {self._said}", lab.thread)
                return
        await person.types(f"/lab {LABS[self._said % 3]}")

    async def _answer(self, person: SlackLearner, draw: int) -> None:
        shown = [one for one in await person.all_seen() if "question 1 of 5" in one.text and one.options]
        if not shown:
            await person.types(f"/quiz {QUIZ}")
            return
        await person.chooses(shown[-1], shown[-1].options[draw % len(shown[-1].options)])

    async def _press(self, person: SlackLearner, label: str) -> None:
        digests = [one for one in await person.all_seen() if label in one.buttons]
        if digests:
            await person.presses(digests[-1], label)

    async def _calendar(self, lead: SlackLearner, draw: int) -> None:
        await lead.types(f"/cohort schedule daily {draw % 24:02}:{draw % 60:02} UTC")
        previews = [one for one in await lead.all_seen() if "Save" in one.buttons]
        if previews:
            await lead.presses(previews[-1], "Save")

    def _look_at_answers(self, story: Story) -> None:
        """A first answer stays what it was."""
        rows = self._scene.ask('SELECT person, lesson, question, answer, "right", answered_at FROM answers WHERE first')
        now = {tuple(row)[:3]: tuple(row)[3:] for row in rows}
        for key, before in self._first.items():
            if now.get(key) != before:
                story.found.append(f"wrong: the first answer to {key} has changed")
        self._first = now

    # ------------------------------------------------------------ what must be so

    async def judged(self, story: Story) -> list[str]:
        spoken = {course.channel.id: spoken_in(course.channel) for course in self._courses}
        story.answers = len(self._first)
        unheard = [f"lost: an event was never taken: {one.name}" for one in self._double.courier.lost]
        return [
            *unheard, *self._digests(spoken, story), *self._labs(spoken, story), *self._scene.unsound(),
            *misplaced(self._scene),
            *(f"wrong: Slack minds: {one}" for one in self._scene.site.complaints()[:5]),
        ]  # fmt: skip

    def _digests(self, spoken: dict[str, list[Spoken]], story: Story) -> list[str]:
        rows = self._scene.ask(
            """SELECT c.channel AS channel, d.occurrence AS occurrence, d.state AS state, d.ref AS ref, d.work_key AS key
               FROM digests AS d JOIN cohorts AS c ON c.id = d.cohort WHERE d.lesson IS NOT NULL"""
        )
        there = Counter((channel, one.key) for channel, some in spoken.items() for one in some if one.key.startswith("digest:"))
        story.digests = len(there)
        known = {(row.channel, row.key) for row in rows if row.state == "posted"}
        found = [f"doubled: {key}, {number} times" for (_, key), number in there.items() if number > 1]
        found += [f"lost: {key}" for channel, key in known if not there[channel, key]]
        found += [
            f"wrong: {key} stands in the channel and not on record" for channel, key in there if (channel, key) not in known
        ]
        found += [f"lost: {row.occurrence} is {row.state}" for row in rows if row.state in ("planned", "failed")]
        late = self._scene.ask(
            "SELECT cohort FROM schedules WHERE NOT paused AND next_due < :now", now=f"{self._scene.now:%Y-%m-%dT%H:%M:%S.%f}Z"
        )
        return [*found, *(f"lost: the calendar of cohort {row.cohort} was left behind" for row in late)]

    def _labs(self, spoken: dict[str, list[Spoken]], story: Story) -> list[str]:
        found: list[str] = []
        labs = self._scene.ask("SELECT id, channel, thread, persona FROM labs")
        for lab in labs:
            said = [one for one in spoken[lab.channel] if one.thread == lab.thread and one.key]
            root = next((one for one in spoken[lab.channel] if one.id == lab.thread), None)
            found += self._lab(lab, root, said, story)
        heard = Counter(row.text for row in self._scene.ask("SELECT text FROM turns WHERE who IS NOT NULL"))
        found += [f"lost: “word {n}” was not kept" for n in range(1, self._said + 1) if not heard[f"word {n}"]]
        return found + [f"doubled: “{text}” was kept {number} times" for text, number in heard.items() if number > 1]

    def _lab(self, lab: Any, root: Spoken | None, said: Sequence[Spoken], story: Story) -> list[str]:
        if root is None:
            return [f"lost: lab {lab.id} has no thread"]
        turns = self._scene.ask("SELECT seq, text FROM turns WHERE lab = :lab AND who IS NOT NULL ORDER BY seq", lab=lab.id)
        wanted = [(f"lab:{lab.id}:turn:{row.seq}", row.text) for row in turns]
        there = Counter(one.key for one in said)
        story.replies += sum(key in there for key, _ in wanted)
        found = [f"doubled: {key}, {number} times" for key, number in there.items() if number > 1]
        found += [f"lost: {key}" for key, _ in wanted if not there[key]]
        found += [f"wrong: {one.key} was said by {one.author}" for one in said if one.author != root.author]
        return found + in_order(said, wanted)
