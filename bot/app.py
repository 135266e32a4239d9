"""Wires everything; the only module that knows all. Read it from top to bottom, once."""

import asyncio
import os
import secrets
import signal
import socket
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot.adapters.clock import Bell, Recurrences, SystemClock, steady
from bot.adapters.library import Library, read
from bot.adapters.pictures import Charts
from bot.adapters.room.outbound import RoomChat
from bot.adapters.room.server import Room
from bot.adapters.tutor.ideas import mentioned
from bot.adapters.tutor.intents import alarming
from bot.adapters.tutor.model.client import Limits, ModelClient
from bot.adapters.tutor.model.tutor import ModelTutor
from bot.adapters.tutor.study_guide import StudyGuide
from bot.core.beginnings import Beginnings
from bot.core.chat import Answer, Command, Heard, Press, Said, Submit, say
from bot.core.cohorts import Cohorts
from bot.core.deliveries import Deliveries
from bot.core.desk import Desk
from bot.core.digests import Digests
from bot.core.health import BELL, COURIER, Health
from bot.core.help import COMMANDS
from bot.core.jobs import Handler
from bot.core.lab_work import LabWork
from bot.core.labs import Labs, Shapes, Stops
from bot.core.lessons import Lessons
from bot.core.notices import Notices
from bot.core.ports import Chat, Clock, Pictures, Recurrence, Tutor
from bot.core.presses import Features
from bot.core.privacy import Privacy
from bot.core.progress import Progress
from bot.core.quizzes import Quizzes
from bot.core.reports import Reports
from bot.core.schedules import Schedules
from bot.core.seats import Seat
from bot.core.standstill import Standstill
from bot.core.timekeeping import Timekeeper
from bot.core.upkeep import Upkeep
from bot.settings import BadSettings, Settings
from bot.store.database import Database
from bot.store.migrate import upgrade

if TYPE_CHECKING:
    from bot.adapters.discord.connection import Discord
    from bot.adapters.slack.connection import Slack
    from bot.adapters.slack.installing import OAuthApp


class App:
    """The whole program, from an open database to served platforms."""

    def __init__(
        self,
        settings: Settings,
        library: Library,
        database: Database,
        clock: Clock,
        recurrence: Recurrence,
        pictures: Pictures,
        *,
        tutor: Tutor | None = None,
        seed: Callable[[], int] = lambda: secrets.randbelow(2**31),
    ) -> None:
        self._course = course = library.curriculum
        self._database, self._clock = database, clock
        self._stopping = False
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
        self.model: ModelTutor | None = None
        chat = RoomChat(database, clock)
        self.slack = self._slack(settings, library) if settings.slack else None
        self.discord = self._discord(settings, library) if settings.discord else None
        chats: dict[str, Chat] = {"room": chat}
        if self.slack:
            chats["slack"] = self.slack.chat
        if self.discord:
            chats["discord"] = self.discord.chat
        guide = tutor or self._tutor(settings, StudyGuide(course))
        self.digests = Digests(database, clock, course, recurrence)
        self.beginnings = Beginnings(database, clock, self.digests)
        stops = Stops()
        work = LabWork(database, clock, course, guide, mentioned, stops, settings.allowance)
        handlers: dict[str, Handler] = {"digest": self.digests, "notice": Notices(database), **work.handlers()}
        self.deliveries = Deliveries(database, clock, chats, handlers, self._owner)
        self.privacy = Privacy(database, clock, guide.banner, settings.lab_text_days)
        cohorts = Cohorts(database, clock, course)
        features = Features(
            lessons=Lessons(database, clock, course),
            labs=Labs(database, clock, course, chats, stops, alarming),
            shapes=Shapes(database, clock, course),
            quizzes=Quizzes(database, clock, course, mentioned, seed),
            progress=Progress(database, clock, course, pictures),
            cohorts=cohorts,
            schedules=Schedules(database, clock, course, recurrence, self.digests, cohorts, chats, settings.prices),
            reports=Reports(database, clock, course, cohorts, pictures),
            privacy=self.privacy,
        )
        self.desk = Desk(database, course, features)
        self.bell = Bell(self.ring, clock)
        self._leads = self.seat("bell")
        self._upkeep = Upkeep(database, clock, database.time, alone=database.alone)
        self.health = Health(database, clock, self._connected, database.current)
        self._standstill = Standstill(lambda: self.health.beats)
        self.room = Room(
            database,
            self.hear,
            clock,
            chat=chat,
            host=settings.host,
            port=settings.port,
            password=settings.room_password.get_secret_value(),
            faces=library.faces,
            commands=COMMANDS,
            title=course.title,
            reserved=[persona.speaker.name for persona in course.personas.values()],
            alive=self.health.ailment,
            health=self.health.trouble,
            welcome=self.beginnings.welcome,
            preview=self._preview,
            routes=self.slack.routes if self.slack else (),
            closed=not settings.room_open,
        )
        self._room_open = settings.room_open

    def _preview(self, platform: str, topic: str) -> str:
        from bot.previews import page  # seldom asked for, and it draws as every platform does

        return page(self._course, topic, platform)

    def _slack(self, settings: Settings, library: Library) -> "Slack":
        from bot.adapters.slack.connection import Slack  # a start without Slack does not pay for its libraries
        from bot.adapters.slack.faces import Faces

        return Slack(
            bot_token=settings.slack_bot_token.get_secret_value(),
            app_token=settings.slack_app_token.get_secret_value(),
            signing_secret=settings.slack_signing_secret.get_secret_value(),
            api_url=settings.slack_api_url,
            oauth=self._oauth(settings) if settings.slack_oauth else None,
            faces=Faces(library.faces, settings.public_url),
            hear=self.hear,
            store=self._database,
            clock=self._clock,
        )

    def _oauth(self, settings: Settings) -> "OAuthApp":
        from bot.adapters.slack.installing import OAuthApp

        secret = settings.slack_client_secret.get_secret_value()
        return OAuthApp(settings.slack_client_id, secret, settings.public_url, settings.slack_keys)

    def _discord(self, settings: Settings, library: Library) -> "Discord":
        from bot.adapters.discord.connection import Discord

        return Discord(
            token=settings.discord_token.get_secret_value(),
            api_url=settings.discord_api_url,
            message_content=settings.discord_message_content,
            hear=self.hear,
            store=self._database,
            clock=self._clock,
            course=library.curriculum,
            faces=library.faces,
            seat=self.seat,
        )

    @property
    def _platforms(self) -> "list[Slack | Discord]":
        return [platform for platform in (self.slack, self.discord) if platform]

    def _tutor(self, settings: Settings, guide: StudyGuide) -> Tutor:
        """The language model where one is configured, with the study guide behind it; the guide alone where none is."""
        if not settings.model:
            return guide
        key = settings.openai_api_key.get_secret_value()
        limits = Limits(read=settings.openai_read_seconds, total=settings.openai_total_seconds)
        client = ModelClient(settings.openai_base_url, settings.openai_model, key, limits=limits)
        self.model = ModelTutor(client, guide, self._clock, budget=settings.openai_request_tokens)
        return self.model

    def seat(self, name: str) -> Seat:
        """What only one of several processes may do at a time; see `core/seats.py`."""
        return Seat(self._database, self._clock, name, self._owner, alone=self._database.alone)

    def _connected(self) -> bool:
        return all(platform.ready for platform in self._platforms)

    @property
    def whereabouts(self) -> str:
        """Where people find it, once it has started."""
        there = [f"in Slack ({self.slack.workspace})"] if self.slack else []
        there += [f"in Discord ({self.discord.workspace})"] if self.discord else []
        return " and ".join([*([self.room.address] if self._room_open else []), *there])

    async def hear(self, heard: Heard) -> Answer:
        """Everything heard on any platform. What it put on the ledger or in a calendar is looked at right away."""
        if self._stopping:
            return say("I am just being restarted, so nothing of that was kept. Please try it again in a minute.")
        answer = await self.desk.hear(heard)
        self.deliveries.wake()
        if _steers(heard):
            self.bell.soon()
        return answer

    async def ring(self) -> datetime | None:
        """What the bell does: plan what is due, and say when the next thing will be. One process does, the others stand by."""
        self.health.seen(BELL)
        await self._upkeep.tend()
        if not self._leads.mine:
            return None
        if await self.digests.plan():
            self.deliveries.wake()
        await self.privacy.fade()
        return await self._database.read(lambda records: records.next_due())

    async def start(self) -> None:
        """Serve. Unfinished work of an earlier run is taken up before anything is called ready."""
        await self._upkeep.begin()
        await self._leads.look()
        started: list[Slack | Discord] = []
        try:
            for platform in self._platforms:
                await platform.start()
                started.append(platform)
            await self.room.start()
        except Exception:
            for platform in started:
                await platform.stop()
                await platform.close()
            raise
        if self.model:
            self._trial = asyncio.create_task(self.model.start())
        if self._room_open:
            await self.beginnings.furnish()
        await self.ring()
        self._courier = asyncio.create_task(self.deliveries.run(lambda: self.health.seen(COURIER)))
        self.bell.start()
        self._leading = asyncio.create_task(self._leads.hold(self._lead))
        self._pulse = asyncio.create_task(self.health.pulse())
        self._standstill.start()
        self.health.begin({"the pulse": self._pulse, COURIER: self._courier, "the seat at the bell": self._leading})

    async def _lead(self) -> None:
        """This process rings the bell for all, from now on until it is cancelled."""
        self.bell.soon()
        await asyncio.Event().wait()

    async def stop(self) -> None:
        """Take no new work, let what is in hand end or hand it over, then close."""
        self._stopping = True
        self.health.end()
        self._standstill.stop()
        await self.bell.stop()
        workers = {self._courier, self._leading, self._pulse}
        for task in workers:
            task.cancel()
        await asyncio.wait(workers)
        await asyncio.gather(self._stop_listening(), self.deliveries.stop())
        await self.room.stop()
        for platform in self._platforms:
            await platform.close()
        if self.model:
            self._trial.cancel()
            await asyncio.wait({self._trial})
            await self.model.close()
        await self._database.close()

    async def _stop_listening(self) -> None:
        await asyncio.gather(*(platform.stop() for platform in self._platforms))


def _steers(heard: Heard) -> bool:
    """Whether a calendar may have changed."""
    match heard:
        case Command(name=name):
            return name.casefold() == "cohort"
        case Press(action=action) | Submit(action=action):
            return action.verb.startswith("cohort.")
        case Said():
            return heard.place.direct


async def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Run until SIGINT or SIGTERM. Raises BadContent, and the store's and the platforms' own errors, before it serves."""
    library = read(settings.lessons_dir, settings.personas_dir)
    await asyncio.to_thread(upgrade, settings.database_url)
    database = Database(settings.database_url)
    app = App(settings, library, database, Timekeeper(SystemClock().now, steady), Recurrences(), Charts())
    over = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, over.set)
    await app.start()
    announce(app.whereabouts)
    await over.wait()
    await app.stop()


async def sync_discord(settings: Settings) -> int:
    """Bring Discord's registered commands up to date without serving. How many there are."""
    if not settings.discord:
        raise BadSettings("DISCORD_TOKEN is not set: whose commands should be brought up to date?")
    library = read(settings.lessons_dir, settings.personas_dir)
    await asyncio.to_thread(upgrade, settings.database_url)
    database = Database(settings.database_url)
    app = App(settings, library, database, SystemClock(), Recurrences(), Charts())
    try:
        return await app.discord.sync() if app.discord else 0
    finally:
        await database.close()
