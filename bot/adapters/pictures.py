"""Draws how far somebody has come: a calm card, one row a lesson, every state told by a shape and in words."""

import asyncio
import io
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import ceil
from typing import Literal

from bot.core.curriculum import Lesson
from bot.core.ports import Counts, LessonStanding

WIDTH = 390
"""The narrowest phone in use, in its own pixels. Drawn with two dots a pixel."""

DENSITY = 2
EDGE = 20
POINT = 0.72
"""Points in a pixel, at a hundred pixels an inch."""

HEADER, ROW, FOOT = 106, 102, 4
REPORT_HEADER, REPORT_ROW = 84, 118
TITLE_SIZE, TITLE_LINE, INDENT = 15, 20, 22
TITLE_WIDTH = WIDTH - 2 * EDGE - INDENT
COLUMNS, GAP = (0, 118, 256), 4

INK, QUIET, FAINT, PAPER, LINE = "#1d2b36", "#5a6873", "#8b98a3", "#ffffff", "#e3e8ec"
DONE, TRACK = "#0f6b74", "#d5dfe4"

FONTS = """
DejaVu Sans, Noto Sans, Noto Sans CJK SC, Noto Sans CJK JP, Noto Sans SC, Noto Sans JP, Source Han Sans, PingFang SC,
Hiragino Sans, Microsoft YaHei, Yu Gothic, Malgun Gothic, WenQuanYi Zen Hei, Droid Sans Fallback, Noto Sans Arabic,
Noto Sans Hebrew, Noto Sans Devanagari, Noto Sans Thai, Arial Unicode MS, FreeSans
"""
"""The first comes with matplotlib. The others are used where they are installed, for letters it lacks."""

NOTHING = LessonStanding("")

State = Literal["done", "begun", "open"]


@dataclass(frozen=True, slots=True)
class Step:
    """One of a lesson's three steps, as it is shown."""

    state: State
    name: str
    detail: str = ""


class Charts:
    """One thread draws, so that no drawing holds up the conversation. matplotlib is loaded when the first picture is wanted."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pictures")

    async def progress(self, lessons: Sequence[Lesson], standing: Sequence[LessonStanding]) -> bytes:
        """A PNG of 780 dots across. Lessons without a standing are shown as not begun."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, draw_progress, tuple(lessons), tuple(standing))

    async def report(self, title: str, lessons: Sequence[Lesson], counts: Sequence[Counts]) -> bytes:
        """The same for a cohort: bars for each lesson, each with its numbers."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, draw_report, title, tuple(lessons), tuple(counts))

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)


def steps(lesson: Lesson, standing: LessonStanding) -> tuple[Step, Step, Step]:
    """Lesson, quiz and lab. What is drawn is said in words, too."""
    return _read(lesson, standing), _quiz(standing), _lab(standing)


def _read(lesson: Lesson, standing: LessonStanding) -> Step:
    if standing.read_at:
        return Step("done", "Lesson read")
    if standing.section >= 0:
        return Step("begun", "Lesson", f"section {standing.section + 1} of {len(lesson.sections)}")
    return Step("open", "Lesson", "not begun")


def _quiz(standing: LessonStanding) -> Step:
    score = f"{standing.first_right} of {standing.first_given} at first try" if standing.first_given else ""
    if standing.passed_at:
        return Step("done", "Quiz passed", score)
    return Step("begun", "Quiz", score) if score else Step("open", "Quiz", "not begun")


def _lab(standing: LessonStanding) -> Step:
    if standing.exit_at:
        return Step("done", "Lab done")
    return Step("begun", "Lab", "under way") if standing.lab_open else Step("open", "Lab", "not begun")


# ---------------------------------------------------------------- drawing, in the thread


def draw_progress(lessons: Sequence[Lesson], standing: Sequence[LessonStanding]) -> bytes:
    """The picture itself. Imports matplotlib, which takes about a second the first time."""
    known = {entry.lesson: entry for entry in standing}
    letters = Letters()
    rows = [
        (lesson.number, letters.wrap(lesson.title, f"Lesson {lesson.number}"), steps(lesson, known.get(lesson.slug, NOTHING)))
        for lesson in lessons
    ]
    pen = Pen(HEADER + sum(_height(title) for _, title, _ in rows) + FOOT, letters.families)
    pen.header([lesson.slug in known and known[lesson.slug].completed_at is not None for lesson in lessons])
    top = float(HEADER)
    for number, title, of_lesson in rows:
        pen.row(top, number, title, of_lesson)
        top += _height(title)
    return pen.png()


def draw_report(title: str, lessons: Sequence[Lesson], counts: Sequence[Counts]) -> bytes:
    """How many members have read each lesson, passed its quiz and completed it."""
    letters = Letters()
    titles = [letters.wrap(lesson.title, f"Lesson {lesson.number}") for lesson in lessons]
    pen = Pen(REPORT_HEADER + sum(REPORT_ROW + TITLE_LINE * (len(one) - 1) for one in titles) + 2 * FOOT, letters.families)
    members = counts[0].members if counts else 0
    pen.report_header(letters.wrap(title, "The cohort")[0], f"{members} members" if members != 1 else "1 member")
    top = float(REPORT_HEADER)
    for lesson, shown, count in zip(lessons, titles, counts, strict=True):
        pen.bars(
            top,
            lesson.number,
            shown,
            (("Read", count.read), ("Quiz passed", count.passed), ("Complete", count.finished)),
            members,
        )
        top += REPORT_ROW + TITLE_LINE * (len(shown) - 1)
    return pen.png()


def _height(title: Sequence[str]) -> float:
    return ROW + TITLE_LINE * (len(title) - 1)


class Letters:
    """Which letters the installed fonts can draw, and how wide they are."""

    def __init__(self) -> None:
        from matplotlib.figure import Figure
        from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

        installed = set(fontManager.get_font_names())
        self.families = [name for name in " ".join(FONTS.split()).split(", ") if name in installed]
        bold = [FontProperties(family=name, weight="bold") for name in self.families]
        self._faces = [get_font(findfont(font, fallback_to_default=False)) for font in bold]
        font = FontProperties(family=self.families, weight="bold", size=TITLE_SIZE * POINT)
        self._ruler = Figure(dpi=100).text(0, 0, "", fontproperties=font, parse_math=False)

    def wrap(self, text: str, otherwise: str) -> list[str]:
        """A title in one or two lines that fit, the rest cut off. `otherwise` is used where no font has most of its letters."""
        drawn = "".join(char if self._drawn(char) else "" for char in " ".join(text.split()))
        shown = " ".join(drawn.split())
        if len(shown) < len(text.strip()) / 2 or not shown:
            return [otherwise]
        first, rest = self._line(shown)
        if not rest:
            return [first]
        second, more = self._line(rest, end="…")
        return [first, f"{second}…" if more else second]

    def _line(self, text: str, end: str = "") -> tuple[str, str]:
        """As much as fits, up to a space if there is one in the second half, and what is left. Leaves room for `end`."""
        if self._width(text) <= TITLE_WIDTH:
            return text, ""
        fits = max(bisect_right(range(len(text)), TITLE_WIDTH, key=lambda at: ceil(self._width(text[:at] + end))) - 1, 1)
        space = text.rfind(" ", fits // 2, fits + 1)
        at = space if space > 0 else fits
        return text[:at].rstrip(), text[at:].lstrip()

    def _width(self, text: str) -> float:
        self._ruler.set_text(text)
        return self._ruler.get_window_extent().width

    def _drawn(self, char: str) -> bool:
        return any(face.get_char_index(ord(char)) for face in self._faces)


def _from_right(text: str) -> bool:
    """Whether a line is written from right to left: its first letter decides."""
    ways = (unicodedata.bidirectional(char) for char in text)
    return next((way in ("R", "AL") for way in ways if way in ("L", "R", "AL")), False)


class Pen:
    """Draws on a card, in pixels from its upper left corner."""

    def __init__(self, height: float, families: Sequence[str]) -> None:
        from matplotlib.figure import Figure

        self._families = list(families)
        self._figure = Figure(figsize=(WIDTH / 100, height / 100), dpi=100 * DENSITY)
        self._axes = self._figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(height, 0))
        self._axes.set_axis_off()
        self._box(1, 1, WIDTH - 2, height - 2, 16, PAPER, LINE)

    def header(self, complete: Sequence[bool]) -> None:
        """How many lessons are complete, in words and as one slim bar with a piece for each."""
        self._text(EDGE, 40, "Your progress", 20, INK, bold=True)
        self._text(EDGE, 65, f"{sum(complete)} of {len(complete)} lessons complete", 14, QUIET)
        piece = (WIDTH - 2 * EDGE - GAP * (len(complete) - 1)) / max(len(complete), 1)
        for number in range(len(complete)):
            self._box(EDGE + number * (piece + GAP), 80, piece, 8, 4, DONE if number < sum(complete) else TRACK)

    def row(self, top: float, number: int, title: Sequence[str], of_lesson: Sequence[Step]) -> None:
        self._title(top, number, title)
        for column, step in zip(COLUMNS, of_lesson, strict=True):
            self._step(EDGE + column, top + _height(title) - 38, step)

    def _title(self, top: float, number: int, title: Sequence[str]) -> None:
        self._box(EDGE, top, WIDTH - 2 * EDGE, 1, 0, LINE)
        self._text(EDGE, top + 30, str(number), TITLE_SIZE, QUIET, bold=True)
        for at, text in enumerate(title):
            left = WIDTH - EDGE if _from_right(text) else EDGE + INDENT
            self._text(left, top + 30 + TITLE_LINE * at, text, TITLE_SIZE, INK, bold=True)

    def report_header(self, title: str, members: str) -> None:
        self._text(EDGE, 40, title, 20, INK, bold=True)
        self._text(EDGE, 65, members, 14, QUIET)

    def bars(self, top: float, number: int, title: Sequence[str], of_lesson: Sequence[tuple[str, int]], members: int) -> None:
        """A bar for each of a lesson's steps, as long as the share of members; the numbers stand beside it."""
        self._title(top, number, title)
        first = top + 34 + TITLE_LINE * len(title)
        left, whole = EDGE + INDENT + 92, WIDTH - 2 * EDGE - INDENT - 92 - 74
        for n, (name, count) in enumerate(of_lesson):
            y = first + 24 * n
            self._text(EDGE + INDENT, y, name, 12, INK)
            self._box(left, y - 9, whole, 10, 5, TRACK)
            if count:
                self._box(left, y - 9, max(whole * count / max(members, 1), 10), 10, 5, DONE)
            self._text(left + whole + 10, y, f"{count} of {members}", 12, QUIET)

    def _step(self, left: float, middle: float, step: Step) -> None:
        self._mark(left + 10.5, middle, step.state)
        name = middle - 2.5 if step.detail else middle + 4.5
        self._text(left + 28, name, step.name, 12, QUIET if step.state == "open" else INK, bold=step.state != "open")
        self._text(left + 28, middle + 13.5, step.detail, 11, QUIET)

    def _mark(self, x: float, y: float, state: State) -> None:
        """A filled circle with a tick, a half-filled one, an empty one."""
        from matplotlib.lines import Line2D
        from matplotlib.patches import Circle, Wedge

        edge = FAINT if state == "open" else DONE
        self._axes.add_patch(Circle((x, y), 9.5, facecolor=DONE if state == "done" else PAPER, edgecolor=edge, linewidth=1.5))
        if state == "begun":
            self._axes.add_patch(Wedge((x, y), 6.2, 90, 270, facecolor=DONE, linewidth=0))
        if state == "done":
            tick = Line2D([x - 4.2, x - 1.2, x + 4.4], [y + 0.3, y + 3.4, y - 3.4], color=PAPER, linewidth=1.7)
            tick.set_solid_capstyle("round")
            self._axes.add_line(tick)

    def _box(self, x: float, y: float, width: float, height: float, radius: float, fill: str, edge: str = "none") -> None:
        from matplotlib.patches import FancyBboxPatch

        style = f"round,pad=0,rounding_size={radius}" if radius else "square,pad=0"
        self._axes.add_patch(
            FancyBboxPatch(
                (x, y), width, height, boxstyle=style, facecolor=fill, edgecolor=edge, linewidth=0.8 if edge != "none" else 0
            )
        )

    def _text(self, x: float, y: float, text: str, size: float, colour: str, *, bold: bool = False) -> None:
        font = {"family": self._families, "weight": "bold" if bold else "normal", "size": size * POINT}
        side: Literal["left", "right"] = "right" if _from_right(text) else "left"
        self._axes.text(x, y, text, color=colour, fontdict=font, ha=side, va="baseline", parse_math=False)

    def png(self) -> bytes:
        drawn = io.BytesIO()
        self._figure.savefig(drawn, format="png", transparent=True, metadata={"Software": None})
        return drawn.getvalue()
