"""Whatever the core shows, Discord takes, says the same, and is left no way to misread."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from bot.adapters.discord.controls import BUTTON, CONTAINER, GALLERY, ROW, SECTION, SELECT, TEXT, walk
from bot.adapters.discord.ids import Mark
from bot.adapters.discord.limits import clean
from bot.adapters.discord.personas import persona
from bot.adapters.discord.reading import read, shown
from bot.adapters.discord.render import UNPRESSED, Message, messages, versions
from bot.core.chat import (
    Action,
    Button,
    Buttons,
    Choose,
    Heading,
    Items,
    Option,
    Picture,
    Post,
    Quote,
    Speaker,
    Table,
    Text,
    Words,
    line,
    note,
    para,
)
from bot.core.splitting import JOINER
from tests.adapters.discord.conftest import Judge
from tests.adapters.discord.strategies import POSTS

VERA = Speaker("Vera (preference seminar)", "vera.png", "⚖️")
GO = Button("Go on", Action("go"))


def parts_of(message: Message, kind: int) -> list[Any]:
    return [one for one in walk(message.components) if one["type"] == kind]


def texts(message: Message) -> list[str]:
    return [one["content"] for one in parts_of(message, TEXT)] + ([message.content] if message.content else [])


def seen(some: list[Message]) -> str:
    return "".join("".join(shown(read(text)) for text in texts(message)) for message in some).replace(JOINER, "")


def letters(text: str) -> str:
    return "".join(clean(text).replace(JOINER, "").split())


def words_of(post: Post) -> Iterator[str]:
    for part in post.parts:
        match part:
            case Heading(text=text):
                yield text
            case Text(line=runs) | Quote(line=runs):
                yield from (run.text for run in runs if isinstance(run, Words))
            case Items(lines=lines):
                yield from (run.text for runs in lines for run in runs if isinstance(run, Words))
            case _:
                pass


# ---------------------------------------------------------------- everything shipped


def test_discord_takes_everything_the_course_shows_in_every_version(shipped: list[tuple[str, Post]], judge: Judge) -> None:
    for title, post in shipped:
        for some in versions(post, header=post.speaker is not None):
            for message in some:
                assert judge.message(message) == [], title


def test_discord_takes_what_a_persona_says_through_its_webhook(shipped: list[tuple[str, Post]], judge: Judge) -> None:
    spoken = [post for _, post in shipped if post.speaker]
    assert spoken
    for post in spoken:
        for message in messages(post):
            assert judge.persona(message, persona(post.speaker, "https://cdn.discordapp.com/emojis/1.png")) == []


def test_everything_shipped_is_one_message(shipped: list[tuple[str, Post]]) -> None:
    assert [title for title, post in shipped if len(messages(post)) > 1] == []


def test_no_word_of_the_course_is_lost(shipped: list[tuple[str, Post]]) -> None:
    for _, post in shipped:
        told = letters(seen(messages(post)))
        for words in words_of(post):
            assert letters(words) in told


def test_no_control_is_lost_but_in_the_last_version(shipped: list[tuple[str, Post]]) -> None:
    for _, post in shipped:
        wanted = {part.action for part in post.parts if isinstance(part, Choose)}
        wanted |= {button.action for part in post.parts if isinstance(part, Buttons) for button in part.buttons}
        *pressable, _ = versions(post) if wanted else [[], []]
        for some in pressable:
            found = {Mark.decode(one["custom_id"]).action for message in some for one in controls(message)}
            assert found == wanted


def controls(message: Message) -> list[Any]:
    return parts_of(message, BUTTON) + parts_of(message, SELECT)


def test_a_phone_shows_every_label_whole(shipped: list[tuple[str, Post]]) -> None:
    labels = {one["label"] for _, post in shipped for message in messages(post) for one in parts_of(message, BUTTON)}
    assert max(map(len, labels)) <= 34


# ---------------------------------------------------------------- anything at all


@given(POSTS)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_discord_takes_whatever_anybody_writes(judge: Judge, post: Post) -> None:
    for some in versions(post):
        assert some
        for message in some:
            assert judge.message(message) == []


@given(POSTS)
@settings(deadline=None)
def test_whatever_anybody_writes_calls_and_links_nothing(post: Post) -> None:
    for some in versions(replace(post, speaker=VERA), header=True):
        for text in (text for message in some for text in texts(message)):
            assert not re.search(r"<@[!&]?\d|<#\d|@(everyone|here)", text)
            assert kinds(text) <= {"text", "strong", "em", "code", "block", "time", "heading", "small", "quote", "item", "number"}


def kinds(text: str) -> set[str]:
    found = list(read(text))
    for node in found:
        found += node.inner
    return {node.kind for node in found} - {"mark"}


@given(POSTS)
@settings(deadline=None, max_examples=40)
def test_long_posts_are_cut_and_nothing_is_left_out(post: Post) -> None:
    wanted = [letter for words in words_of(post) for letter in letters(words) if letter != "`"]
    for some in versions(post):
        told = iter(letters(seen(some)))
        assert all(letter in told for letter in wanted)  # each after the one before, with marks of lists between them


# ---------------------------------------------------------------- versions


def test_versions_become_plainer_and_the_last_is_text_alone() -> None:
    post = Post((Heading("Title"), Picture("A chart", b"\x89PNG"), para("Words."), Buttons((GO,))))
    rich, plain, content, bare = versions(post)
    assert parts_of(rich[0], GALLERY)
    assert rich[0].files
    assert [one["type"] for one in plain[0].components] == [TEXT, TEXT, TEXT, ROW]
    assert not plain[0].files
    assert content[0].content == "## Title\n\nA chart\n\nWords."
    assert [one["type"] for one in content[0].components] == [ROW]
    assert bare == [Message([], f"{content[0].content}\n\n{UNPRESSED}")]
    assert [some[0].v2 for some in (rich, plain, content, bare)] == [True, True, False, False]


def test_a_post_that_says_nothing_is_one_message_all_the_same(judge: Judge) -> None:
    for some in versions(Post(())):
        assert [judge.message(message) for message in some] == [[]]


# ---------------------------------------------------------------- who speaks


def test_what_the_bot_shows_is_a_card_and_what_a_persona_says_is_plain_talk() -> None:
    shown = (Heading("Title"), para("Words."))
    assert [one["type"] for one in messages(Post(shown))[0].components] == [CONTAINER]
    assert [one["type"] for one in messages(Post(shown, VERA))[0].components] == [TEXT, TEXT]


def test_a_single_sentence_is_no_card() -> None:
    assert [one["type"] for one in messages(Post((para("Like this: 09:30."),)))[0].components] == [TEXT]


def test_where_no_webhook_is_the_persona_is_a_header() -> None:
    first = messages(Post((para("What would you try?"),), VERA), header=True, face="<:vera:1234>")[0]
    assert texts(first) == ["<:vera:1234> **Vera (preference seminar)**", "What would you try?"]
    assert first.components[0]["type"] == CONTAINER


def test_without_a_picture_the_header_bears_the_personas_emoji() -> None:
    for some in versions(Post((para("Well?"),), VERA), header=True):
        assert texts(some[0])[0].startswith("⚖️ **Vera (preference seminar)**")


def test_a_name_in_the_header_is_literal() -> None:
    speaker = Speaker("<@1> **@everyone**", "", "")
    assert shown(read(texts(messages(Post((para("x"),), speaker), header=True)[0])[0])).replace(JOINER, "") == speaker.name


def test_a_header_stands_in_the_first_message_only() -> None:
    some = messages(Post((para("Long. " * 2000),), VERA), header=True)
    assert len(some) > 1
    assert [any("Vera" in text for text in texts(message)) for message in some] == [True] + [False] * (len(some) - 1)


# ---------------------------------------------------------------- long posts


def test_controls_stand_in_the_last_message() -> None:
    some = messages(Post((para("Long. " * 2000), Buttons((GO,)))))
    assert len(some) == 4
    assert [bool(parts_of(message, BUTTON)) for message in some] == [False, False, False, True]


def test_a_choice_is_not_torn_from_its_question() -> None:
    options = tuple(Option(str(n), f"{n} " + "words " * 20) for n in range(9))
    some = messages(Post((*(note(f"Line {n}") for n in range(20)), Choose("Which?", Action("pick"), options))))
    assert [len(parts_of(message, SECTION)) for message in some] == [0, 9]


def test_a_post_of_many_parts_is_cut_at_forty_components(judge: Judge) -> None:
    some = messages(Post(tuple(para(f"Line {n}") for n in range(100))))
    assert [judge.message(message) for message in some] == [[], [], []]
    assert seen(some) == "".join(f"Line {n}" for n in range(100))


# ---------------------------------------------------------------- pictures


def test_a_picture_goes_with_its_words() -> None:
    first = messages(Post((Picture("2 of 4 lessons complete.", b"\x89PNG"), Picture("More.", b"\x89PNG2"))))[0]
    shown = [one["items"][0] for one in parts_of(first, GALLERY)]
    assert [one["media"]["url"] for one in shown] == ["attachment://picture-0.png", "attachment://picture-1.png"]
    assert [one["description"] for one in shown] == ["2 of 4 lessons complete.", "More."]
    assert [(one.name, one.alt) for one in first.files] == [
        ("picture-0.png", "2 of 4 lessons complete."),
        ("picture-1.png", "More."),
    ]


def test_more_pictures_than_a_message_takes_go_in_another(judge: Judge) -> None:
    some = messages(Post(tuple(Picture(f"Picture {n}", b"\x89PNG") for n in range(11))))
    assert [len(message.files) for message in some] == [10, 1]
    assert [judge.message(message) for message in some] == [[], []]


def test_words_too_long_for_an_alt_text_follow_the_picture(judge: Judge) -> None:
    alt = "Every number of the picture. " * 60
    first = messages(Post((Picture(alt, b"\x89PNG"),)))[0]
    assert judge.message(first) == []
    assert letters(alt) in letters(seen([first]))


def test_a_picture_that_is_nowhere_is_its_words() -> None:
    assert texts(messages(Post((Picture("2 of 4.", b"", "room/7"),)))[0]) == ["2 of 4."]


def test_a_picture_on_the_web_is_shown_from_there() -> None:
    first = messages(Post((Picture("A chart", b"", "https://example.org/a.png"),)))[0]
    assert parts_of(first, GALLERY)[0]["items"][0]["media"]["url"] == "https://example.org/a.png"
    assert first.files == ()


# ---------------------------------------------------------------- tables


def test_a_narrow_table_is_aligned_as_code() -> None:
    table = Table(
        (line("Distance"), line("Quality")), ((line("1"), line("0.80")), (line("2.5"), line("1.25")), (line("10"), line("0")))
    )
    (text,) = texts(messages(Post((table,)))[0])
    assert text == ("```\nDistance  Quality\n────────  ───────\n       1     0.80\n     2.5     1.25\n      10        0\n```")


def test_a_table_wider_than_a_phone_is_a_list_that_names_its_columns() -> None:
    table = Table(
        (line("Part"), line("Job"), line("Trained")),
        ((line("Policy"), line("writes the answer and is updated"), line("yes")),),
    )
    (text,) = texts(messages(Post((table,)))[0])
    assert text == "- **Policy**\n  Job: writes the answer and is updated\n  Trained: yes"


def test_of_two_wide_columns_the_second_follows_the_first() -> None:
    table = Table((line("Part"), line("Job")), ((line("Policy"), line("writes the answer and is updated")),))
    assert texts(messages(Post((table,)))[0]) == ["-# Part · Job", "- **Policy**: writes the answer and is updated"]


def test_a_table_of_one_column_is_a_list() -> None:
    table = Table((line("Part"),), ((line("Policy"),), (line("Reward model"),)))
    assert texts(messages(Post((table,)))[0]) == ["-# Part", "- **Policy**\n- **Reward model**"]


def test_a_table_with_letters_of_other_widths_is_never_aligned() -> None:
    table = Table((line("A"), line("B")), ((line("語"), line("👍")),))
    assert not any(text.startswith("```") for text in texts(messages(Post((table,)))[0]))


def test_a_long_table_goes_on_under_its_header() -> None:
    rows = tuple((line(f"row {n}"), line(f"{n}")) for n in range(400))
    found = [text for message in messages(Post((Table((line("Name"), line("Number")), rows),))) for text in texts(message)]
    assert len(found) > 1
    assert all(text.startswith("```\nName") and text.endswith("```") for text in found)
    assert all(f"row {n}" in "".join(found) for n in range(400))


# ---------------------------------------------------------------- buttons


def test_a_label_that_a_phone_would_cut_stands_beside_a_numbered_button() -> None:
    long = Button("How does a ranking of answers become a number?", Action("lab.ask", ("1", "0")), "primary")
    first = messages(Post((Buttons((long, GO)),)))[0]
    section, row = first.components
    assert shown(read(section["components"][0]["content"])) == "1) How does a ranking of answers become a number?"
    assert section["accessory"] == {"type": BUTTON, "style": 1, "label": "1", "custom_id": "1p0:lab.ask|1|0"}
    assert [one["label"] for one in row["components"]] == ["Go on"]


def test_a_label_beyond_any_button_is_written_out_above(judge: Judge) -> None:
    long = Button("Words " * 80, Action("go"))
    for some in versions(Post((Buttons((long,)),))):
        assert judge.message(some[0]) == []
        assert letters("Words " * 80) in letters(seen(some))


def test_neighbouring_rows_become_one_where_they_fit() -> None:
    choose = Choose("Points", Action("mark"), (Option("0", "One"), Option("1", "Two")), many=True, submit="Mark my answer")
    first = messages(Post((choose, Buttons((Button("None of them", Action("none")),)))))[0]
    assert [[one["label"] for one in row["components"]] for row in parts_of(first, ROW)[1:]] == [
        ["Mark my answer", "None of them"]
    ]


def test_more_than_five_buttons_take_another_row(judge: Judge) -> None:
    first = messages(Post((Buttons(tuple(Button(f"{n}", Action("go", (str(n),))) for n in range(12))),)))[0]
    assert [len(row["components"]) for row in parts_of(first, ROW)] == [5, 5, 2]
    assert judge.message(first) == []


@pytest.mark.parametrize(("style", "number"), [("primary", 1), ("plain", 2), ("danger", 4)])
def test_buttons_look_as_they_matter(style: Any, number: int) -> None:
    assert parts_of(messages(Post((Buttons((replace(GO, style=style),)),)))[0], BUTTON)[0]["style"] == number
