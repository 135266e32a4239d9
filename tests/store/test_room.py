"""The room keeps its messages in one order, and shows everybody what is theirs to see."""

import pytest

from bot.core.chat import Person, Speaker
from bot.core.room import RoomMessage
from bot.store.records import Records
from tests.store.people import LATER, NOW

BOT = Speaker("Lectern", "lectern", "📖")


def say(
    records: Records,
    post: str = "{}",
    *,
    channel: str = "general",
    thread: int | None = None,
    author: str = "",
    audience: str | None = None,
    key: str | None = None,
) -> RoomMessage:
    return records.room_post(channel, thread, author, BOT, post, audience, key, NOW)


def posts(messages: list[RoomMessage]) -> list[str]:
    return [message.post for message in messages]


def test_who_enters_is_known_again_by_the_secret(records: Records) -> None:
    ada = records.room_enter("hash1", "p1", "Ada", NOW)
    assert ada == Person("room", "local", "p1", "Ada")
    assert records.room_person("hash1") == ada
    assert records.room_person("hash2") is None
    grace = records.room_enter("hash2", "p2", "Grace", LATER)
    assert records.room_people() == [ada, grace]


@pytest.mark.parametrize(("token", "person"), [("hash1", "p2"), ("hash2", "p1")])
def test_nobody_enters_as_somebody_else(records: Records, token: str, person: str) -> None:
    records.room_enter("hash1", "p1", "Ada", NOW)
    with pytest.raises(ValueError, match="has entered"):
        records.room_enter(token, person, "Mallory", NOW)


def test_channels_are_added_once_and_listed_oldest_first(records: Records) -> None:
    assert records.room_add_channel("zoo", "Zoo", NOW)
    assert records.room_add_channel("general", "General", NOW)
    assert not records.room_add_channel("zoo", "Other", LATER)
    assert records.room_channels() == [("zoo", "Zoo"), ("general", "General")]


def test_a_message_comes_back_as_it_was_kept(records: Records) -> None:
    kept = records.room_post("general", None, "p1", BOT, '{"parts":[]}', "p2", None, NOW)
    assert kept == RoomMessage(kept.id, 1, "general", None, "p1", BOT, '{"parts":[]}', "p2", None, NOW, False)
    assert records.room_message(kept.id) == kept
    assert records.room_message(999) is None


def test_every_message_and_every_edit_has_the_next_seq(records: Records) -> None:
    assert records.room_head() == 0
    first, second = say(records), say(records, channel="other")
    assert (first.seq, second.seq) == (1, 2)
    edited = records.room_edit(first.id, "new")
    assert edited
    assert (edited.id, edited.seq, edited.post, edited.edited) == (first.id, 3, "new", True)
    assert records.room_head() == 3
    assert records.room_edit(999, "x") is None
    assert say(records).seq > 3


def test_a_key_keeps_one_message(records: Records) -> None:
    first = say(records, "one", key="k")
    assert say(records, "two", key="k") == first
    assert records.room_head() == first.seq
    assert records.room_find("k") == first.id
    assert records.room_find("other") is None
    assert say(records, "three").id != say(records, "four").id


def test_an_invitation_is_news_once(records: Records) -> None:
    message = say(records)
    invited = records.room_invite(message.id, "p1")
    assert invited
    assert (invited.invited, invited.seq, invited.edited) == ("p1", 2, False)
    assert records.room_invite(message.id, "p1") == invited
    assert records.room_invite(999, "p1") is None


def test_news_are_what_is_newer_and_mine_to_see_in_order(records: Records) -> None:
    first = say(records, "all")
    say(records, "mine", audience="p1")
    say(records, "theirs", audience="p2")
    records.room_edit(first.id, "all again")
    assert posts(records.room_news("p1", 0, 9)) == ["mine", "all again"]
    assert posts(records.room_news("p1", 0, 1)) == ["mine"]
    assert posts(records.room_news("p2", 3, 9)) == ["all again"]
    assert records.room_news("p1", records.room_head(), 9) == []


def test_a_page_holds_the_latest_messages_oldest_first(records: Records) -> None:
    kept = [say(records, str(number)) for number in range(5)]
    say(records, "elsewhere", channel="other")
    say(records, "hidden", audience="p2")
    say(records, "reply", thread=kept[0].id)
    assert posts(records.room_page("p1", "general", None, None, 2)) == ["3", "4"]
    assert posts(records.room_page("p1", "general", None, kept[3].id, 2)) == ["1", "2"]


def test_a_threads_page_begins_with_its_root(records: Records) -> None:
    root = say(records, "root")
    say(records, "one", thread=root.id)
    say(records, "hidden", thread=root.id, audience="p2")
    say(records, "two", thread=root.id)
    assert posts(records.room_page("p1", "general", root.id, None, 9)) == ["root", "one", "two"]
    assert posts(records.room_page("p1", "general", root.id, None, 2)) == ["one", "two"]
    assert records.room_replies("p1", "general") == {root.id: 2}
    assert records.room_replies("p1", "other") == {}


def test_a_mark_never_moves_back(records: Records) -> None:
    records.room_seen("p1", "general", None, 5)
    records.room_seen("p1", "general", None, 3)
    records.room_seen("p1", "general", 2, 4)
    records.room_seen("p1", "general", 2, 6)
    records.room_seen("p2", "general", None, 9)
    assert records.room_seen_marks("p1") == {("general", None): 5, ("general", 2): 6}


def test_unread_is_what_others_said_after_the_mark(records: Records) -> None:
    root = say(records, author="p2")
    say(records, author="p1")
    say(records, thread=root.id)
    say(records, thread=root.id)
    say(records, audience="p2")
    say(records, channel="other")
    assert records.room_unread("p1") == {("general", None): 1, ("general", root.id): 2, ("other", None): 1}
    records.room_seen("p1", "general", None, root.id)
    records.room_seen("p1", "general", root.id, root.id + 2)
    assert records.room_unread("p1") == {("general", root.id): 1, ("other", None): 1}


def test_a_picture_is_kept_under_its_token_as_it_first_came(records: Records) -> None:
    assert records.room_picture("t") is None
    records.room_keep_picture("t", b"\x89PNG\x00", NOW)
    records.room_keep_picture("t", b"other", NOW)
    assert records.room_picture("t") == b"\x89PNG\x00"
