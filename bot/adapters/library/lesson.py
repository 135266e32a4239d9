"""Reads lesson.md: front matter, digest, sections with their passages, and dated notes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it.tree import SyntaxTreeNode

from bot.adapters.library.marked import LONGEST, Fields, Placed, Sheet, front, near
from bot.adapters.library.prose import KEY, WORKED, Block, Prose, count_words, has_figure, line_of, tree
from bot.core.curriculum import Digest, Misconception, Passage, Section

SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
LONGEST_ID = 40  # an id travels with a verb and its lesson in the 90 characters an action holds
LONGEST_ITEM = 75  # an item of a Slack menu
LONGEST_HEADING = 150
PARTS = ("Digest", "Lesson", "Since then")
FIELDS = ("title", "summary", "minutes", "aliases", "objectives", "misconceptions", "sources")
BRACES = re.compile(r"\s*\{#([^{}]*)\}$")


@dataclass(slots=True)
class Page:
    """A lesson.md as read, with the lines later rules complain about and what quiz and lab have used of it."""

    sheet: Sheet
    number: int
    title: str = ""
    summary: str = ""
    minutes: int = 0
    aliases: tuple[Placed, ...] = ()
    objectives: tuple[Placed, ...] = ()
    misconceptions: dict[str, Misconception] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    digest: Digest = field(default_factory=lambda: Digest((), "", (), 0, 0))
    sections: tuple[Section, ...] = ()
    since: tuple[Passage, ...] = ()
    lines: dict[str, int] = field(default_factory=dict)
    """Where each id, misconception and source stands."""
    used: set[str] = field(default_factory=set)
    tested: set[int] = field(default_factory=set)
    read: bool = False
    """Whether there was something to read. Otherwise nothing else is compared with it."""

    def misconception(self, fields: Fields, name: str = "misconception", *, optional: bool = True) -> str:
        """The misconception that a field names, after checking that there is one."""
        idea = fields.text(name, optional=optional)
        if self.read and idea and idea not in self.misconceptions:
            fields.wrong(name, f"There is no misconception “{idea}” in lesson.md.{near(idea, self.misconceptions)}")
        self.used.add(idea)
        return idea

    def passage(self, fields: Fields, *, notes: bool) -> str:
        """The passage that a field names, after checking that there is one. `notes`: a dated note will do."""
        name = fields.text("passage")
        known = [passage.id for section in self.sections for passage in section.passages]
        dated = name not in known and name in {note.id for note in self.since}
        if dated and not notes:
            fields.wrong("passage", f"“{name}” is a dated note. A quiz rests on the lesson itself: name a passage of it.")
        elif self.read and name and not dated and name not in known:
            fields.wrong("passage", f"There is no passage “{name}” in lesson.md.{near(name, known)}")
        return name


@dataclass(slots=True)
class Part:
    """A heading and the blocks below it, up to the next heading of the same or a higher level."""

    title: str
    id: str
    line: int
    cites: tuple[str, ...] = ()
    body: list[SyntaxTreeNode] = field(default_factory=list)


def read_lesson(sheet: Sheet, number: int) -> Page:
    page = Page(sheet, number)
    text = sheet.text("the lesson itself: front matter, digest and sections")
    if text is None or (found := front(sheet, text)) is None:
        return page
    matter, body = found
    fields = Fields.of_text(sheet, matter, FIELDS)
    page.read = not fields.empty
    _read_front(page, fields)
    Body(page, body).read()
    return page


def check_id(sheet: Sheet, placed: Placed, what: str, longest: int = LONGEST_ID, form: re.Pattern[str] = SLUG) -> None:
    if not form.fullmatch(placed.text):
        letters = "small letters" if form is SLUG else "letters"
        sheet.wrong(placed.line, f"{what} “{placed.text}” may hold only {letters}, digits and hyphens. Rename it.")
    if len(placed.text) > longest:
        sheet.wrong(placed.line, f"{what} “{placed.text}” has {len(placed.text)} characters; {longest} at most. Shorten it.")


def _read_front(page: Page, fields: Fields) -> None:
    page.title = fields.text("title", limit=LONGEST_ITEM)
    page.summary = fields.text("summary")
    page.minutes = fields.whole("minutes", 1, 120)
    page.aliases = fields.texts("aliases", least=0, optional=True)
    page.objectives = fields.texts("objectives")
    for alias in page.aliases:
        check_id(page.sheet, alias, "The alias")
    ideas = fields.child("misconceptions", optional=True)
    for placed in ideas.names():
        check_id(page.sheet, placed, "The misconception", form=ID)
        idea = ideas.child(placed.text, ("says", "truth"))
        page.misconceptions[placed.text] = Misconception(placed.text, idea.text("says"), idea.text("truth"))
        page.lines[placed.text] = placed.line
    sources = fields.child("sources", optional=True)
    for placed in sources.names():
        if placed.text == WORKED or not re.fullmatch(KEY, placed.text):
            page.sheet.wrong(placed.line, f"A source cannot be called “{placed.text}”. Use letters, digits and hyphens.")
        page.sources[placed.text] = sources.text(placed.text)
        page.lines[placed.text] = placed.line


class Body:
    """What stands below the front matter."""

    def __init__(self, page: Page, body: str) -> None:
        self._page = page
        self._wrong = page.sheet.wrong
        self._prose = Prose(page.sheet, body, page.sources if page.read else None)
        self._nodes = tree(body)
        self._ids: dict[str, int] = {}

    def read(self) -> None:
        found = self._parts()
        for title in PARTS[:2]:
            if title not in found:
                self._wrong(1, f"The part “# {title}” is missing. Add the heading and its text.")
        if digest := found.get("Digest"):
            self._page.digest = self._digest(digest)
        if lesson := found.get("Lesson"):
            self._page.sections = self._sections(lesson)
        if since := found.get("Since then"):
            self._page.since = self._notes(since)
        self._page.lines |= self._ids
        for key in self._page.sources.keys() - self._prose.cited:
            self._wrong(self._page.lines[key], f"The source “{key}” is never cited. Cite it with [@{key}], or take it out.")

    def _parts(self) -> dict[str, Part]:
        found: dict[str, Part] = {}
        for part in self._split(self._nodes, 1, "the digest belongs under “# Digest”", ids=False):
            if part.title not in PARTS:
                self._wrong(
                    part.line, f"“# {part.title}” is not a part of a lesson: {', '.join(PARTS)}.{near(part.title, PARTS)}"
                )
            elif part.title in found:
                self._wrong(part.line, f"The part “# {part.title}” is here a second time. Join the two.")
            found.setdefault(part.title, part)
        return found

    def _split(self, nodes: Sequence[SyntaxTreeNode], level: int, advice: str, *, ids: bool = True) -> list[Part]:
        """The parts that begin with headings of that level. Complains about what stands before the first."""
        parts: list[Part] = []
        for node in nodes:
            if node.type == "heading" and node.tag == f"h{level}":
                parts.append(self._heading(node, ids=ids))
            elif parts:
                parts[-1].body.append(node)
            else:
                self._wrong(line_of(node), f"This has no place here: {advice}.")
        return parts

    def _heading(self, node: SyntaxTreeNode, *, ids: bool) -> Part:
        line, inline = line_of(node), self._prose.inline(node)
        title = BRACES.sub("", inline.text)
        braces = BRACES.search(inline.text)
        if not title:
            self._wrong(line, "The heading is empty. Write it.")
        if len(title) > LONGEST_HEADING:
            self._wrong(line, f"The heading has {len(title)} characters; {LONGEST_HEADING} at most. Shorten it.")
        if ids and not braces:
            self._wrong(line, f"The heading has no id. Add one at its end, such as {{#{_suggest(title)}}}.")
        part = Part(title, braces.group(1) if braces else "", line, inline.cites)
        if part.id or braces:
            self._keep_id(part)
        return part

    def _keep_id(self, part: Part) -> None:
        check_id(self._page.sheet, Placed(part.id, part.line), "The id")
        if part.id in self._ids:
            self._wrong(part.line, f"The id “{part.id}” is taken on line {self._ids[part.id]}. Choose another.")
        self._ids.setdefault(part.id, part.line)

    def _blocks(self, part: Part) -> list[Block]:
        if not part.body:
            self._wrong(part.line, f"Nothing stands below “{part.title}”. Write a paragraph, a list or a table.")
        return [block for node in part.body if (block := self._prose.block(node))]

    def _digest(self, part: Part) -> Digest:
        blocks = self._blocks(part)
        question = blocks[-1].text if blocks and blocks[-1].part.kind == "quote" else ""
        if blocks and "?" not in question:
            self._wrong(blocks[-1].line, "The digest ends with one question to carry, as a quotation: > What …?")
        text = "\n\n".join(block.text for block in blocks)
        words, characters = count_words(text), len(text)
        if blocks and not 60 <= words <= 200:
            self._wrong(part.line, f"The digest has {words} words. Write 60 to 200; 120 to 180 is best.")
        if characters > 1_200:
            self._wrong(part.line, f"The digest has {characters:,} characters; 1,200 at most. Shorten it.")
        shown = tuple(block.part for block in blocks[: -1 if question else None])
        return Digest(shown, question, self._sources(blocks), words, characters)

    def _sections(self, lesson: Part) -> tuple[Section, ...]:
        parts = self._split(lesson.body, 2, "begin a section with ## first")
        if not parts:
            self._wrong(lesson.line, "The lesson has no sections. Begin each with a ## heading.")
        return tuple(self._section(part, number) for number, part in enumerate(parts, 1))

    def _section(self, part: Part, number: int) -> Section:
        parts = self._split(part.body, 3, "begin a passage with ### first")
        if not parts:
            self._wrong(part.line, f"The section “{part.title}” has no passages. Begin each with a ### heading.")
        passages = [self._passage(passage, part.id, f"L{self._page.number}.{number}") for passage in parts]
        if has_figure(part.title) and not (part.cites or any(passage.sources for passage in passages)):
            self._wrong(part.line, "There is a figure in the heading without a source. Cite one in the text below it.")
        return Section(part.id, part.title, tuple(passages))

    def _notes(self, since: Part) -> tuple[Passage, ...]:
        notes = self._split(since.body, 3, "begin a dated note with ### and a year")
        for note in notes:
            if not re.match(r"(19|20)\d\d\b", note.title):
                self._wrong(note.line, "The heading of a dated note begins with its year, such as 2024: …")
        return tuple(self._passage(note, "", f"L{self._page.number} since") for note in notes)

    def _passage(self, part: Part, section: str, mark: str) -> Passage:
        blocks = self._blocks(part)
        if not 3 <= (words := count_words(part.title)) <= 8 and section:
            self._wrong(part.line, f"The passage's heading has {words} words. Write three to eight.")
        sources = self._sources(blocks, part.cites)
        if has_figure(part.title) and not sources:
            self._wrong(part.line, "There is a figure in the heading without a source. Cite one in the text below it.")
        if (length := sum(len(block.text) for block in blocks)) > LONGEST:
            self._wrong(part.line, f"The passage has {length:,} characters; {LONGEST:,} at most. Split it.")
        return Passage(part.id, section, part.title, tuple(block.part for block in blocks), sources, mark)

    def _sources(self, blocks: Sequence[Block], first: tuple[str, ...] = ()) -> tuple[str, ...]:
        keys = dict.fromkeys((*first, *(key for block in blocks for key in block.cites)))
        readable = {WORKED: "Worked out here", **self._page.sources}
        return tuple(readable.get(key, key) for key in keys)


def _suggest(title: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", title.lower())[:3]) or "an-id"
