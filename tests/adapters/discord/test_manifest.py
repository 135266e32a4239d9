"""What Lectern asks for: exactly what it uses, by Discord's own names and numbers."""

import base64
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import discord
import pytest

from bot.adapters.discord import manifest
from bot.adapters.discord.manifest import DIGESTS, LABS, PERMISSIONS, application_of, invite, missing, missing_sentence

APPLICATION = "123456789012345678"
ADMINISTRATOR = 1 << 3


def test_the_permissions_are_those_of_the_library_by_name_and_number() -> None:
    assert {one.name: 1 << one.bit for one in PERMISSIONS} == {
        one.name: discord.Permissions.VALID_FLAGS[one.name] for one in PERMISSIONS
    }


CONTENT = {"attach_files", "embed_links"}
"""What messages need for what is in them; no code has to name it."""


def test_every_permission_asked_for_is_used_and_none_else() -> None:
    """The code names a permission where it checks for it, or has a sentence for its absence."""
    known = set(discord.Permissions.VALID_FLAGS)
    source = "\n".join(file.read_text() for file in Path(manifest.__file__).parent.glob("*.py") if file.name != "manifest.py")
    used = {name for name in re.findall(r'"([a-z_]+)"', source) if name in known}
    assert used | CONTENT == {one.name for one in PERMISSIONS}


def test_what_digests_and_labs_need_is_asked_for() -> None:
    assert {*DIGESTS, *LABS} <= {one.name for one in PERMISSIONS}


def test_the_address_asks_for_exactly_these() -> None:
    asked = parse_qs(urlsplit(invite(APPLICATION)).query)
    assert asked["client_id"] == [APPLICATION]
    assert asked["scope"] == ["bot applications.commands"]
    assert int(asked["permissions"][0]) == manifest.permissions() == 378494110720


def test_nobody_is_asked_to_make_it_an_administrator() -> None:
    assert not manifest.permissions() & ADMINISTRATOR


def test_the_manifest_says_what_each_permission_is_for() -> None:
    told = manifest.manifest(APPLICATION)
    assert invite(APPLICATION) in told
    assert all(one.label in told and one.why in told for one in PERMISSIONS)


def test_what_is_missing_is_named_with_what_to_do() -> None:
    granted = manifest.permissions() & ~(1 << 11) & ~(1 << 35)
    lacking = missing(granted, LABS)
    assert [one.name for one in lacking] == ["send_messages", "create_public_threads"]
    told = missing_sentence(lacking)
    assert "“Send Messages” to post digests and open labs and “Create Public Threads” to open a lab" in told
    assert "Then try again." in told


def test_an_administrator_lacks_nothing() -> None:
    assert missing(ADMINISTRATOR, LABS) == []
    assert missing(manifest.permissions(), (*LABS, *DIGESTS)) == []


def test_a_token_names_its_application() -> None:
    first = base64.urlsafe_b64encode(APPLICATION.encode()).decode().rstrip("=")
    assert application_of(f"{first}.GabcDE.secret-secret_secret") == APPLICATION
    assert application_of(f" Bot {first}.GabcDE.secret\n") == APPLICATION


@pytest.mark.parametrize("token", ["", "xoxb-1-2", "abc", "AAAA.b.c", "é.b.c", "////.b.c"])
def test_a_token_that_names_no_application_is_none(token: str) -> None:
    assert application_of(token) == ""


@pytest.mark.parametrize("text", ["abc", "", "12345", "1" * 21, "\u0661" * 18, "123456789012345678 "])
def test_what_is_no_applications_id_is_not_taken_for_one(text: str) -> None:
    assert not manifest.is_application(text)
    assert manifest.is_application(APPLICATION)
