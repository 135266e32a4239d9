"""Privacy: what is kept and for how long, said, handed over and erased; and lab words that have had their time."""

import json
from datetime import datetime, timedelta

from bot.core.chat import (
    Action,
    Answer,
    Button,
    Buttons,
    File,
    Heading,
    Items,
    Person,
    Post,
    Reply,
    Shown,
    bold,
    line,
    note,
    para,
)
from bot.core.ports import Clock, Records, Store

UNTOUCHED = timedelta(days=30)
"""A lab in which nothing has happened for so long is closed."""
ON_ITS_WAY = timedelta(minutes=10)
"""What still goes to a lab's thread after it was closed may repeat its words."""
EVERY = timedelta(hours=1)
"""How often it is looked for words that have had their time."""

FILE = "lectern-data.json"
FORGET = Action("privacy.forget")
ASK = Action("privacy.ask")
EXPORT = Action("privacy.export")


class Privacy:
    """`days`: how long the words of a lab are kept after it is closed; 0 for not at all. `banner` says where words go."""

    def __init__(self, store: Store, clock: Clock, banner: str, days: int) -> None:
        self._store, self._clock, self._banner, self._days = store, clock, banner, days
        self._looked: datetime | None = None

    def show(self) -> Answer:
        return Reply(privacy_post(self._banner, self._days))

    # ------------------------------------------------------------ handing over

    async def export(self, person: Person) -> Answer:
        def unit(records: Records) -> dict[str, object] | None:
            who = records.known(person)
            return None if who is None else records.everything_about(who)

        told = await self._store.read(unit)
        if told is None:
            return Reply(nothing_post())
        text = json.dumps({"made": self._clock.now().isoformat(), **told}, ensure_ascii=False, indent=2)
        said = para("Here is everything kept about you: ", bold(FILE), ".")
        return Reply(Post((said, File(FILE, text, "All that is kept about you, as JSON."))))

    # ------------------------------------------------------------ erasing

    async def ask(self, person: Person) -> Answer:
        """What would be erased, and a button that does it. Nothing is erased yet."""

        def unit(records: Records) -> tuple[bool, list[str]]:
            who = records.known(person)
            if who is None:
                return False, []
            return True, [cohort.name for cohort in records.cohorts_of(who) if records.leads(cohort.id) == [who]]

        known, alone = await self._store.read(unit)
        return Reply(forget_post(alone) if known else nothing_post())

    async def forget(self, person: Person) -> Answer:
        """Erase the person, in one transaction. Safe to call twice."""

        def unit(records: Records) -> bool:
            who = records.known(person)
            if who is not None:
                records.forget(who, self._clock.now(), named_post())
            return who is not None

        known = await self._store.write(unit)
        return Reply(forgotten_post() if known else nothing_post(), Shown.INSTEAD)

    # ------------------------------------------------------------ in time

    async def fade(self) -> int:
        """Erase the words of labs that have had their time. Looks once an hour however often it is asked."""
        now = self._clock.now()
        if self._looked is not None and now - self._looked < EVERY:
            return 0
        self._looked = now
        before = now - max(timedelta(days=self._days), ON_ITS_WAY)
        return await self._store.write(lambda records: records.fade(before, now - UNTOUCHED, now))


def privacy_post(banner: str, days: int) -> Post:
    return Post(
        (
            Heading("What is kept about you"),
            Items(
                (
                    line(bold("Your name and account"), " here, and which cohorts you are in."),
                    line(bold("How far you have read"), ", your quiz answers and whether they were right."),
                    line(bold("What you write in labs"), ", with the persona's replies, so that a lab can go on after a pause."),
                )
            ),
            para(bold("For how long. "), _kept(days), " The rest is kept until you have it erased."),
            para(
                bold("Who sees it. "),
                "You alone see your quizzes and progress. A lab's thread can be read by all in its channel, unless you open it "
                "with /lab TOPIC private. The channel sees counts, never names. A cohort's leads see how far each member has "
                "come, and which misunderstandings are common, without names; never your answers or what you wrote.",
            ),
            para(bold("Where it goes. "), banner),
            Buttons((Button("My data as a file", EXPORT), Button("Erase me", ASK, "danger"))),
            note("It is kept in the database of whoever runs this bot. Slack and Discord keep their own messages."),
        )
    )


def _kept(days: int) -> str:
    if days == 0:
        return "The words of a lab are erased when it is closed; only how many turns it had is kept."
    again = f"{days} days" if days != 1 else "a day"
    return (
        f"The words of a lab are kept while it is open and {again} after; then only how many turns it had. "
        f"A lab that nobody has touched for {UNTOUCHED.days} days is closed."
    )


def forget_post(alone: list[str]) -> Post:
    leading = []
    if alone:
        names = " and ".join(f"“{name}”" for name in alone)
        leading = [para(bold("You are the only lead of "), names, ". To hand over first, use /cohort lead @person there.")]
    return Post(
        (
            Heading("Erase everything about you?"),
            para(
                "Your name, your memberships, what you have read and answered, and everything said in your labs are erased, "
                "and your open labs are closed. This cannot be undone. "
                "What others wrote stays theirs. Slack and Discord keep their own messages: delete there what you wrote there."
            ),
            *leading,
            Buttons((Button("Erase me now", FORGET, "danger"), Button("My data as a file first", EXPORT))),
            note("Nothing is erased yet. Should you come back later, you begin anew."),
        )
    )


def forgotten_post() -> Post:
    return Post(
        (
            para(bold("You are forgotten. "), "Nothing about you is kept here any more."),
            note("What others wrote stays theirs, even where they wrote your name."),
            note("Copies of the database that its keeper made before are beyond my reach: they are overwritten in their time."),
        )
    )


def named_post() -> Post:
    """In place of what somebody else was told, where it named whoever is erased."""
    return Post((para("This named somebody who has been erased since. Ask again to see how things stand now."),))


def nothing_post() -> Post:
    return Post((para("Nothing is kept about you here."),))
