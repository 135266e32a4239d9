"""A post as plain text: for a terminal, a screen reader, a notification, and the record of what a persona said."""

from datetime import datetime
from unicodedata import category
from zoneinfo import ZoneInfo

from bot.core.chat import Buttons, Choose, File, Heading, Items, Line, Moment, Note, Part, Picture, Post, Quote, Table, Text
from bot.core.splitting import letter

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
"""Unicode's categories of what leaves no mark: controls, formats such as zero-width signs, and every kind of space."""


def says_something(text: str) -> bool:
    """Whether anything of it can be seen."""
    return any(category(sign) not in UNSEEN for sign in text)


def plain(post: Post, *, controls: bool = True) -> str:
    """Every part on lines of its own; buttons as [label], options as A) B) C). Without `controls`, only what is said."""
    said = [plain_part(part) for part in post.parts if controls or not isinstance(part, Buttons | Choose)]
    return "\n\n".join(text for text in said if text)


def plain_line(line: Line) -> str:
    return "".join(moment_text(run) if isinstance(run, Moment) else run.text for run in line)


def moment_text(moment: Moment) -> str:
    """Such as Tuesday 1 December 2026, 09:30 (Europe/Berlin)."""
    return f"{day_text(moment.at.astimezone(ZoneInfo(moment.zone)))} ({moment.zone})"


def day_text(wall: datetime) -> str:
    """Such as Tuesday 1 December 2026, 09:30, in English whatever the machine's language."""
    return f"{DAY_NAMES[wall.weekday()]} {wall.day} {MONTHS[wall.month - 1]} {wall.year}, {wall:%H:%M}"


def plain_part(part: Part) -> str:
    match part:
        case Heading(text):
            return text
        case Text(line) | Note(line):
            return plain_line(line)
        case Quote(line):
            return f"> {plain_line(line)}"
        case Items(lines, numbered):
            marks = (f"{n}." if numbered else "-" for n in range(1, len(lines) + 1))
            return "\n".join(f"{mark} {plain_line(item)}" for mark, item in zip(marks, lines, strict=True))
        case Table(header, rows):
            return "\n".join(" | ".join(plain_line(cell) for cell in row) for row in (header, *rows))
        case Picture(alt):
            return f"[picture] {alt}"
        case File(name, _, says):
            return f"[file {name}] {says}"
        case Buttons(buttons):
            return " ".join(f"[{button.label}]" for button in buttons)
        case Choose(label, _, options, _, menu):
            marks = ("-" if menu else f"{letter(n)})" for n in range(len(options)))
            listed = [f"{mark} {option.text}" for mark, option in zip(marks, options, strict=True)]
            return "\n".join((label, *listed) if label else listed)
