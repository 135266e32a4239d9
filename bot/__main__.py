"""The command line: run the bot, check the course, preview a lesson, print a manifest, migrate the database."""

import argparse
import asyncio
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.adapters.discord.errors import DiscordRefused
from bot.adapters.discord.manifest import application_of, is_application
from bot.adapters.discord.manifest import manifest as invitation
from bot.adapters.library import count, read
from bot.adapters.slack.errors import SlackRefused
from bot.adapters.slack.manifest import manifest
from bot.adapters.tutor.model.prompt import ROOM, room
from bot.core.errors import BadContent, Refusal
from bot.previews import PAGES, SHOWN, page, printed
from bot.settings import BadSettings, Settings, read_settings
from bot.store.errors import AlreadyRunning, BadAddress

NO_ROOM = (
    "Lesson {lesson}: with its persona it leaves about {left} of {budget} tokens for what is said in a lab with a model. "
    "Shorten one of them, or raise OPENAI_REQUEST_TOKENS if your model's window is larger."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 done, 1 something is wrong and was said on standard error, 2 misread, 130 interrupted."""
    wishes = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it announces its plugins
    try:
        command: Callable[[Settings, argparse.Namespace], None] = wishes.command
        command(read_settings(), wishes)
        sys.stdout.flush()
    except (AlreadyRunning, BadAddress, BadContent, BadSettings, DiscordRefused, Refusal, SlackRefused) as wrong:
        print(wrong, file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # before the server listens to it by itself
        return 130
    except BrokenPipeError:  # the reader has seen enough; what Python would still flush goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as wrong:
        where = f" ({wrong.filename})" if wrong.filename else ""
        print(
            f"{wrong.strerror or wrong}{where}. Is another program using that address, or a file out of reach?", file=sys.stderr
        )
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="Lectern teaches a course inside the chat a team already uses. Without a command it runs until Ctrl-C.",
        epilog="Settings come from the environment or a .env file; .env.example lists them.",
    )
    parser.set_defaults(command=_run)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    commands.add_parser("run", help="run the bot (the default)").set_defaults(command=_run)
    commands.add_parser("check", help="read the course and say what is wrong, by file and line").set_defaults(command=_check)
    preview = commands.add_parser("preview", help="show a lesson's digest, sections, lab and quiz as learners see them")
    preview.add_argument("topic", nargs="?", default="", help="a lesson's folder name or alias, such as rlhf; else all lessons")
    preview.add_argument("--platform", choices=sorted(SHOWN), default="plain", help="what is sent there; else as plain text")
    preview.add_argument("--page", metavar="FILE", default="", help="Slack, Discord: write a page to look at instead")
    preview.set_defaults(command=_preview)
    printed = commands.add_parser("manifest", help="print the manifest to create the app from, for a platform")
    printed.add_argument("platform", choices=["slack", "discord"])
    printed.add_argument("--application", default="", help="Discord: the application's id, if it cannot be read from the token")
    printed.add_argument("--url", default="", help="the server's public https address, if Slack is to call it; else Socket Mode")
    printed.add_argument(
        "--socket", action="store_true", help="with --url: events through a socket, the address for installing only"
    )
    printed.add_argument("--rotation", action="store_true", help="tokens end after 12 hours and are renewed; only with --url")
    printed.set_defaults(command=_manifest)
    key = commands.add_parser("key", help="print a new key for SLACK_ENCRYPTION_KEYS")
    key.set_defaults(command=_key)
    evaluate = commands.add_parser("evaluate", help="let scripted learners talk with the tutors, and print how they did")
    evaluate.add_argument("--replies", action="store_true", help="also print the replies that did not pass")
    evaluate.set_defaults(command=_evaluate)
    synced = commands.add_parser("sync", help="bring a platform's registered commands up to date and stop")
    synced.add_argument("platform", choices=["discord"])
    synced.set_defaults(command=_sync)
    commands.add_parser("doctor", help="check everything it stands on, and say what to do").set_defaults(command=_doctor)
    commands.add_parser("migrate", help="bring the database to the present schema and stop").set_defaults(command=_migrate)
    return parser


def _run(settings: Settings, wishes: argparse.Namespace) -> None:
    from bot.app import serve

    asyncio.run(serve(settings, lambda address: print(f"Lectern is ready: {address}", flush=True)))


def _check(settings: Settings, wishes: argparse.Namespace) -> None:
    library = read(settings.lessons_dir, settings.personas_dir)
    print(count(library))
    course = library.curriculum
    for lesson in course.lessons:
        left = room(lesson, course.persona_of(lesson), settings.openai_request_tokens)
        if left < ROOM:
            print(NO_ROOM.format(lesson=lesson.slug, left=max(left, 0), budget=settings.openai_request_tokens), file=sys.stderr)


def _preview(settings: Settings, wishes: argparse.Namespace) -> None:
    course = read(settings.lessons_dir, settings.personas_dir).curriculum
    if wishes.page:
        if wishes.platform not in PAGES:
            raise BadSettings("--page goes with --platform slack or discord.")
        Path(wishes.page).write_text(page(course, wishes.topic, wishes.platform), encoding="utf-8")
        print(f"Open {wishes.page} in a browser.")
        return
    for text in printed(course, wishes.topic, wishes.platform):
        print(text)


def _manifest(settings: Settings, wishes: argparse.Namespace) -> None:
    if wishes.platform == "discord":
        application = wishes.application or application_of(settings.discord_token.get_secret_value())
        if not application:
            raise BadSettings("Which application? Set DISCORD_TOKEN, or give --application its id from the developer portal.")
        if not is_application(application):
            raise BadSettings(
                "--application is a number of about 18 digits: Application ID, under General Information in the developer portal."
            )
        print(invitation(application))
        return
    printed = manifest(wishes.url, socket=wishes.socket, rotation=wishes.rotation and bool(wishes.url))
    print(json.dumps(printed, indent=2, ensure_ascii=False))


def _key(settings: Settings, wishes: argparse.Namespace) -> None:
    from bot.adapters.slack.vault import new_key

    print(new_key())


def _evaluate(settings: Settings, wishes: argparse.Namespace) -> None:
    from bot.evaluate import evaluate

    print(asyncio.run(evaluate(settings, replies=wishes.replies)))


def _sync(settings: Settings, wishes: argparse.Namespace) -> None:
    from bot.app import sync_discord

    print(f"Discord has {asyncio.run(sync_discord(settings))} commands of Lectern.")


def _doctor(settings: Settings, wishes: argparse.Namespace) -> None:
    from bot.doctor import printed, rounds

    logging.disable(logging.WARNING)  # its own lines say it all
    try:
        findings = asyncio.run(rounds(settings))
    finally:
        logging.disable(logging.NOTSET)
    print("\n".join(printed(finding) for finding in findings))
    if any(finding.level == "wrong" for finding in findings):
        sys.stdout.flush()
        raise SystemExit(1)


def _migrate(settings: Settings, wishes: argparse.Namespace) -> None:
    from bot.store.migrate import upgrade

    upgrade(settings.database_url)


if __name__ == "__main__":
    sys.exit(main())
