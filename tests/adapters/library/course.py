"""A copy of the example course of the documents, to be spoilt one line at a time."""

from dataclasses import dataclass
from pathlib import Path

from bot.adapters.library import Library, read
from bot.core.errors import BadContent

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "docs" / "example-course"
ORDER = "lessons/order.yaml"
LESSON = "lessons/fronts/lesson.md"
QUIZ = "lessons/fronts/quiz.yaml"
LAB = "lessons/fronts/lab.yaml"
PERSONA = "personas/nimbus.md"


@dataclass(frozen=True)
class Course:
    """The course stands in the working directory, so that its paths are short and relative."""

    folder: Path

    def change(self, file: str, old: str, new: str) -> None:
        """Replace what stands exactly once in the file."""
        path = self.folder / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), "utf-8")

    def write(self, file: str, content: str | bytes) -> None:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def line(self, file: str, words: str) -> int:
        """The number of the first line that holds these words."""
        rows = (self.folder / file).read_text("utf-8").split("\n")
        return next(number for number, row in enumerate(rows, 1) if words in row)

    def read(self) -> Library:
        return read(Path("lessons"), Path("personas"))

    def problems(self) -> tuple[str, ...]:
        try:
            self.read()
        except BadContent as bad:
            return bad.problems
        return ()

    def refuses(self, file: str, line: int | str, *phrases: str) -> None:
        """There is exactly one problem, it is on that line, and it says these things."""
        place = f"{file}:{line if isinstance(line, int) else self.line(file, line)}: "
        problems = self.problems()
        assert [problem[: len(place)] for problem in problems] == [place], problems
        assert all(phrase in problems[0] for phrase in phrases), problems[0]
