"""Parts and texts of all kinds, long and hostile ones among them."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from bot.core.chat import (
    Action,
    Button,
    Buttons,
    Choose,
    Heading,
    Items,
    Line,
    Moment,
    Note,
    Option,
    Part,
    Post,
    Quote,
    Table,
    Text,
    Words,
)

TOKENS = [
    "<!channel>",
    "<!here|here>",
    "<@U123>",
    "<#C1|x>",
    "<https://evil.example|Slack>",
    "<!subteam^S1>",
    "<!date^1^{date}|x>",
]
ODD = [
    "&amp;",
    "&lt;!channel&gt;",
    "a < b > c",
    "*b* _i_ `c`",
    ":tada:",
    "نور الهدى",
    "e\u0301\u0302",
    "👩‍👩‍👧‍👦",
    "\u200b\u202e",
    "\r\n",
    "\x00",
]
CHARS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
HOSTILE = st.lists(st.one_of(st.sampled_from(TOKENS + ODD), CHARS, st.just(". "), st.just("\n\n")), max_size=12).map("".join)
LONG = st.builds(
    lambda words, end, times: (words + end) * times,
    HOSTILE,
    st.sampled_from([". ", "\n", "\n\n", " ", ""]),
    st.sampled_from([1, 1, 2, 40, 200]),
).map(lambda text: text[:9000])
MOMENTS = st.builds(
    Moment,
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - zone given beside
    st.just("Europe/Berlin"),
)
LINES: st.SearchStrategy[Line] = st.lists(
    st.one_of(st.builds(Words, LONG, st.booleans(), st.booleans(), st.booleans()), MOMENTS), max_size=3
).map(tuple)
SHORT_LINES: st.SearchStrategy[Line] = st.lists(st.one_of(st.builds(Words, HOSTILE, st.booleans()), MOMENTS), max_size=2).map(
    tuple
)
ROWS = st.integers(0, 4).flatmap(lambda width: st.lists(SHORT_LINES, max_size=width).map(tuple))
TEXTS: st.SearchStrategy[Part] = st.one_of(
    st.builds(Heading, HOSTILE),
    st.builds(Text, LINES),
    st.builds(Items, st.lists(SHORT_LINES, max_size=4).map(tuple), st.booleans()),
    st.builds(Items, st.lists(LINES, max_size=4).map(tuple), st.booleans()),
    st.builds(Quote, LINES),
    st.builds(Note, LINES),
    st.builds(Table, ROWS, st.lists(ROWS, max_size=4).map(tuple)),
)
IDS = st.text("abcdefgh0123456789-", min_size=1, max_size=10)
ACTIONS = st.builds(Action, IDS, st.lists(IDS, max_size=3).map(tuple))
LABELS = st.one_of(st.text("abc ", max_size=20), HOSTILE)
OPTIONS = st.integers(0, 40).flatmap(
    lambda count: st.lists(LABELS, min_size=count, max_size=count).map(
        lambda texts: tuple(Option(f"o{n}", text) for n, text in enumerate(texts))
    )
)
CONTROLS: st.SearchStrategy[Part] = st.one_of(
    st.builds(Buttons, st.lists(st.builds(Button, LABELS, ACTIONS), max_size=30).map(tuple)),
    st.builds(Choose, LABELS, ACTIONS, OPTIONS, st.booleans(), st.booleans()),
)
TEXT_POSTS = st.lists(TEXTS, max_size=6).map(lambda parts: Post(tuple(parts)))
POSTS = st.lists(st.one_of(TEXTS, CONTROLS), max_size=6).map(lambda parts: Post(tuple(parts)))
