"""Parts and texts of all kinds, long and hostile ones among them."""

from hypothesis import strategies as st

from bot.core.chat import (
    Action,
    Button,
    Buttons,
    Choose,
    Heading,
    Items,
    Line,
    Note,
    Option,
    Part,
    Post,
    Quote,
    Table,
    Text,
    Words,
)
from tests.adapters.slack.strategies import MOMENTS

ATOMS = [
    *("*", "**", "***", "_", "__", "~~", "||", "`", "``", "```", "\\", "(", ")", "[", "]", ">", ">>>", "#", "-#", "-", "+", ":"),
    *("<@123456789012345678>", "<@!1>", "<@&123456789012345678>", "<#123456789012345678>", "@everyone", "@here", "<t:1:R>"),
    *(
        "<:ab:123456789012345678>",
        "<a:ab:123456789012345678>",
        ":tada:",
        ":tada::tada:",
        "</lab:123456789012345678>",
        "<id:home>",
    ),
    *("https://evil.example/x", "[a](https://b.c)", "<https://x.y>", "mailto:a@b.c", "discord://x", "¯\\_(ツ)_/¯", "10:30:45"),
    *("# ", "-# ", "- ", "* ", "1. ", "1.", "2)", "> ", ">>> ", "\n", "\n\n", " ", "word", "é", "نور", "e\u0301", "👩\u200d👧"),
    *("\r\n", "\x00", "\u202e", "\u2028", "\u200b", "\u2060"),
]
HOSTILE = st.lists(st.sampled_from(ATOMS) | st.text(max_size=5), max_size=14).map("".join)
LONG = st.builds(
    lambda words, end, times: ((words + end) * times)[:9000],
    HOSTILE,
    st.sampled_from([". ", "\n", "\n\n", " ", ""]),
    st.sampled_from([1, 1, 1, 2, 40, 200]),
)
WORDS = st.builds(Words, HOSTILE, st.booleans(), st.booleans(), st.booleans())
LINES: st.SearchStrategy[Line] = st.lists(
    st.builds(Words, LONG, st.booleans(), st.booleans(), st.booleans()) | MOMENTS, max_size=3
).map(tuple)
SHORT_LINES: st.SearchStrategy[Line] = st.lists(WORDS | MOMENTS, max_size=3).map(tuple)
ROWS = st.integers(0, 4).flatmap(lambda width: st.lists(SHORT_LINES, max_size=width).map(tuple))
TEXTS: st.SearchStrategy[Part] = st.one_of(
    st.builds(Heading, LONG),
    st.builds(Text, LINES),
    st.builds(Items, st.lists(SHORT_LINES, max_size=4).map(tuple), st.booleans()),
    st.builds(Items, st.lists(LINES, max_size=4).map(tuple), st.booleans()),
    st.builds(Quote, LINES),
    st.builds(Note, LINES),
    st.builds(Table, ROWS, st.lists(ROWS, max_size=4).map(tuple)),
)
IDS = st.text("abcdefgh0123456789-:", min_size=1, max_size=10)
ACTIONS = st.builds(Action, IDS, st.lists(IDS, max_size=3).map(tuple))
LABELS = st.text("abc ", max_size=20) | HOSTILE
OPTIONS = st.integers(0, 40).flatmap(
    lambda count: st.lists(LABELS, min_size=count, max_size=count).map(
        lambda texts: tuple(Option(f"o{n}", text) for n, text in enumerate(texts))
    )
)
CONTROLS: st.SearchStrategy[Part] = st.one_of(
    st.builds(Buttons, st.lists(st.builds(Button, LABELS, ACTIONS), max_size=12).map(tuple)),
    st.builds(Choose, LABELS, ACTIONS, OPTIONS, st.booleans(), st.booleans()),
)
POSTS = st.lists(st.one_of(TEXTS, CONTROLS), max_size=6).map(lambda parts: Post(tuple(parts)))
