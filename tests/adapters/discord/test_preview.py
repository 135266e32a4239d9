"""Previews: the components that are sent, and a page that shows them."""

import json
from html.parser import HTMLParser

from bot.adapters.discord.preview import show, show_page
from bot.core.chat import Action, Button, Buttons, Choose, Items, Moment, Option, Picture, Post, Speaker, Table, Words, line, para
from tests.adapters.discord.test_markup import AT

VERA = Speaker("Vera <b>", "vera.png", "⚖️")


class Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.sources: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [value or "" for name, value in attrs if name == "src"]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_preview_is_the_title_and_what_is_sent() -> None:
    told = json.loads(show("Digest", Post((para("Words."),), VERA)))
    assert told == {
        "title": "Digest",
        "messages": [{"username": "Vera <b>", "flags": 1 << 15, "components": [{"type": 10, "content": "Words."}]}],
    }


def test_the_page_shows_everything_shipped(shipped: list[tuple[str, Post]]) -> None:
    page = Reader(show_page(shipped))
    assert page.tags.count("article") == len(shipped)
    assert {"button", "h2", "ul", "ol", "blockquote", "small", "pre", "b", "time"} <= set(page.tags)
    assert "script" not in page.tags


def test_the_page_takes_nobodys_words_for_html() -> None:
    wicked = "<script>alert(1)</script> **x** \"'&"
    option = Option("0", wicked)
    parts = (
        para(wicked),
        Items((line(wicked),)),
        Table((line(wicked), line("b")), ((line(Words(wicked, code=True)), line("c")),)),
        Buttons((Button(wicked, Action("go")),)),
        Choose(wicked, Action("pick"), (option, option), menu=True),
        Picture(wicked, b"\x89PNG"),
    )
    page = Reader(show_page([(wicked, Post(parts, VERA))]))
    assert "script" not in page.tags
    assert page.text.count("<script>alert(1)</script>") >= 6
    assert "Vera <b>" in page.text


def test_the_page_holds_its_pictures_and_tells_the_time() -> None:
    page = Reader(show_page([("Progress", Post((para("On ", Moment(AT)), Picture("A chart", b"\x89PNG"))))]))
    assert page.sources == ["data:image/png;base64,iVBORw=="]
    assert "Tuesday 1 December 2026, 08:30" in page.text
