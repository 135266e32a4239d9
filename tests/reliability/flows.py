"""What people do with the bot, one flow each: made ready, done while processes die, and judged."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain, repeat
from typing import Any, Protocol

from bot.core.curriculum import Choices, Curriculum
from tests.contract.platform import Seen
from tests.reliability.scene import Scene
from tests.reliability.site import Spoken

PERSONA = "Vera"


class Flow(Protocol):
    @property
    def name(self) -> str: ...

    async def ready(self, scene: Scene) -> None:
        """Everything that must be there before; nobody dies yet."""
        ...

    async def act(self, scene: Scene) -> None:
        """What people do, again where they are told that it failed."""
        ...

    async def judge(self, scene: Scene) -> list[str]:
        """What is lost, doubled or wrong, one line each, beginning with that word."""
        ...


def once(spoken: Sequence[Spoken], *wanted: str, among: str) -> list[str]:
    """Each key there exactly once and whole; `among` is what the keys begin with."""
    counted = Counter(one.key for one in spoken if one.key.startswith(among))
    lost = [f"lost: {key}" for key in wanted if not counted[key]]
    doubled = [f"doubled: {key}, {number} times" for key, number in counted.items() if number > 1]
    strange = [f"wrong: {key} was posted" for key in counted if key not in wanted]
    return [*lost, *doubled, *strange]


class Digest:
    """A calendar's hour strikes."""

    name = "digest"

    async def ready(self, scene: Scene) -> None:
        ada = await scene.person("Ada")
        await ada.types(f"/cohort schedule daily {(scene.began.hour + 2) % 24:02}:30 UTC")
        await ada.presses(await ada.sees("Is this right?"), "Save")
        await ada.sees("Saved.")

    async def act(self, scene: Scene) -> None:
        await scene.strike()

    async def judge(self, scene: Scene) -> list[str]:
        rows = scene.ask("SELECT occurrence, state, ref, work_key FROM digests WHERE state <> 'skipped' ORDER BY id")
        spoken = await scene.site.spoken()
        refs = {one.key: one.id for one in spoken}
        wrong = [f"wrong: {row.occurrence} is {row.state}" for row in rows if row.state != "posted"]
        wrong += [f"wrong: {row.work_key} has another receipt" for row in rows if refs.get(row.work_key) != row.ref]
        wrong += [found for one in spoken if one.key for found in cut_or_doubled(one)]
        if len(rows) != 2:
            wrong.append(f"lost: {len(rows)} digests on record instead of two")
        return [*once(spoken, *(row.work_key for row in rows), among="digest:"), *wrong]


class Calendar(Digest):
    """A lead saves another hour, while the old one's digest may be on its way; then the new hour strikes."""

    name = "schedule change"

    async def ready(self, scene: Scene) -> None:
        await super().ready(scene)
        self.ada = await scene.person("Ada")
        await self.ada.types(f"/cohort schedule daily {(scene.began.hour + 3) % 24:02}:15 UTC")
        self.preview = await self.ada.sees("Is this right?", ":15")

    async def act(self, scene: Scene) -> None:
        await scene.insist(lambda: self.ada.presses(self.preview, "Save"))
        await scene.quiet()
        await scene.strike()

    async def judge(self, scene: Scene) -> list[str]:
        (calendar,) = scene.ask("SELECT wall_clock, paused FROM schedules")
        kept = [] if calendar.wall_clock.startswith(f"{(scene.began.hour + 3) % 24:02}:15") else ["lost: the new hour"]
        return [*await super().judge(scene), *kept]


class Enrolment:
    """Somebody presses a button under a digest, which joins the cohort."""

    name = "enrolment"

    async def ready(self, scene: Scene) -> None:
        await scene.person("Ada")
        self.grace = await scene.person("Grace")
        self.digest = await self.grace.sees("Lesson 1 of 4")

    async def act(self, scene: Scene) -> None:
        await scene.insist(lambda: self.grace.presses(self.digest, "Read the lesson"))
        await scene.quiet()

    async def judge(self, scene: Scene) -> list[str]:
        members = scene.ask(
            "SELECT m.role FROM members AS m JOIN persons AS p ON p.id = m.person WHERE m.left_at IS NULL AND p.name LIKE '%race'"
        )
        wrong = [] if len(members) == 1 else [f"{'doubled' if members else 'lost'}: {len(members)} memberships"]
        await scene.insist(lambda: self.grace.presses(self.digest, "Read the lesson"))
        await self.grace.sees("section 1 of 8")
        return wrong


class Quiz:
    """A question answered; whoever sees no verdict answers again, and not the same."""

    name = "quiz answer"

    def __init__(self, course: Curriculum) -> None:
        self._course = course

    async def ready(self, scene: Scene) -> None:
        self.ada = await scene.person("Ada")
        await self.ada.types("/quiz rlhf")
        self.question, self.task = await self._asked()

    async def _asked(self) -> tuple[Seen, Choices]:
        """A question with options; of another kind the first is passed by, as seeds are chosen by chance."""
        message = await self.ada.sees("question 1 of 5")
        stems = {question.stem: question.task for question in self._course.find("rlhf").questions}
        task = next(task for stem, task in stems.items() if stem in message.text)
        assert isinstance(task, Choices)
        return message, task

    async def act(self, scene: Scene) -> None:
        wrong, right = (next(one.text for one in self.task.options if one.right is is_right) for is_right in (False, True))
        tries = chain([wrong], repeat(right))
        self.kept: Sequence[object] = []

        async def answer() -> None:
            self.kept = self.kept or self._answers(scene)
            await self.ada.chooses(self.question, next(tries))

        await scene.insist(answer)
        await scene.quiet()

    async def judge(self, scene: Scene) -> list[str]:
        rows = self._answers(scene)
        if len(rows) != 1:
            return [f"{'doubled' if rows else 'lost'}: {len(rows)} answers kept"]
        if not [one for one in await self.ada.all_seen() if one.text.count("Not quite.") or one.text.count("Right.")]:
            right = next(one.text for one in self.task.options if one.right)
            await scene.insist(lambda: self.ada.chooses(self.question, right))
        await self.ada.sees("Right." if rows[0].right else "Not quite.")
        changed = self._answers(scene) != rows or (self.kept and self.kept != rows)
        return ["wrong: a first answer has changed"] if changed else []

    def _answers(self, scene: Scene) -> Sequence[Any]:
        return list(scene.ask('SELECT question, answer, "right", first FROM answers'))


class LabOpening:
    """`/lab rlhf`: a root in the channel, and a persona that opens the thread."""

    name = "lab opening"

    async def ready(self, scene: Scene) -> None:
        self.ada = await scene.person("Ada")

    async def act(self, scene: Scene) -> None:
        await scene.insist(lambda: self.ada.types("/lab rlhf"))
        await scene.quiet()

    async def judge(self, scene: Scene) -> list[str]:
        spoken = [one for one in await scene.site.spoken() if one.key.startswith("lab:")]
        labs = scene.ask("SELECT id FROM labs")
        if len(labs) != 1:
            return [f"{'doubled' if labs else 'lost'}: {len(labs)} labs opened"]
        found = once(spoken, f"lab:{labs[0].id}:open", f"lab:{labs[0].id}:opening", among="lab:")
        root = next((one.id for one in spoken if one.key.endswith(":open")), "")
        found += [
            f"wrong: {one.key} stands elsewhere" for one in spoken if one.thread != (root if one.key.endswith("ing") else None)
        ]
        return found + strangers(spoken)


class LabTurn:
    """Two messages in a lab, one upon the other; each is answered, whole, in order, by the persona."""

    name = "lab turn"
    said: tuple[str, ...] = ("What is first", "What is second")

    async def ready(self, scene: Scene) -> None:
        self.ada = await scene.person("Ada")
        await self.ada.types("/lab rlhf")
        opening = await self.ada.sees("Just reply here")
        assert opening.thread
        self.thread = opening.thread
        await scene.quiet()

    async def act(self, scene: Scene) -> None:
        for said in self.said:
            await scene.insist(lambda said=said: self.ada.says(said, self.thread))  # type: ignore[misc]
        await scene.quiet()

    async def judge(self, scene: Scene) -> list[str]:
        spoken = [one for one in await scene.site.spoken() if one.thread == self.thread]
        turns = scene.ask("SELECT seq, text FROM turns WHERE who IS NOT NULL ORDER BY seq")
        found = [f"lost: “{said}” was not kept" for said in self.said if said not in [row.text for row in turns]]
        found += once(spoken, *(f"lab:1:turn:{row.seq}" for row in turns), among="lab:1:turn:")
        found += in_order(spoken, [(f"lab:1:turn:{row.seq}", row.text) for row in turns])
        answers = scene.ask("SELECT text FROM turns WHERE who IS NULL AND text LIKE '“%' ORDER BY seq")
        if [row.text.partition("”")[0][1:] for row in answers] != [row.text for row in turns]:
            found.append("wrong: the transcript is not what was answered")
        return found + strangers(spoken)


class LabHint(LabTurn):
    """A plain word that is answered from the authored path."""

    name = "lab hint"

    async def ready(self, scene: Scene) -> None:
        await super().ready(scene)
        await self.ada.says("next", self.thread)
        await self.ada.sees("Why was that still not enough", thread=self.thread)

    async def act(self, scene: Scene) -> None:
        await scene.insist(lambda: self.ada.says("hint", self.thread))
        await scene.quiet()

    async def judge(self, scene: Scene) -> list[str]:
        hints = [one for one in await self.ada.all_seen() if "Hint 1 of 3" in one.text and one.thread == self.thread]
        given = scene.ask("SELECT text FROM turns WHERE text LIKE '%Hint 1 of 3%'")
        found = [] if len(given) == 1 else [f"wrong: {len(given)} hints in the transcript"]
        if [one for one in await self.ada.all_seen() if "Hint 2 of 3" in one.text]:
            found.append("doubled: one word was answered with two hints")
        return [*found, *([] if len(hints) == 1 else [f"{'doubled' if hints else 'lost'}: {len(hints)} hints seen"])]


def in_order(spoken: Sequence[Spoken], turns: Sequence[tuple[str, str]]) -> list[str]:
    """Replies stand in the order of what they answer, and each is whole."""
    keys = [key for key, _ in turns]
    there = [one for one in spoken if one.key in keys]
    said = dict(turns)
    found = [] if [one.key for one in there] == [key for key in keys if key in {one.key for one in there}] else ["wrong: order"]
    for one in there:
        if f"“{said[one.key]}”" not in one.text:
            found.append(f"wrong: {one.key} answers something else: {one.text[:60]!r}")
        elif "(whole)" not in one.text:
            found.append(f"lost: the end of {one.key}")
    return found


def cut_or_doubled(one: Spoken) -> list[str]:
    """Of a post whose paragraphs are numbered: those that are not there, and those that are there twice."""
    there = Counter(re.findall(r"Paragraph (\d+ of \d+)\.", one.text))
    last = int(next(iter(there)).split()[-1]) if there else 0
    counted = {n: there[f"{n} of {last}"] for n in range(1, last + 1)}
    return [f"{'doubled' if number else 'lost'}: paragraph {n} of {one.key}" for n, number in counted.items() if number != 1]


def strangers(spoken: Sequence[Spoken]) -> list[str]:
    return [f"wrong: {one.key} was said by {one.author}" for one in spoken if PERSONA not in one.author]


def flows(course: Curriculum) -> dict[str, Flow]:
    made: list[Flow] = [Digest(), Calendar(), Enrolment(), Quiz(course), LabOpening(), LabTurn(), LabHint()]
    return {flow.name: flow for flow in made}
