"""Where a platform cannot tell whether a post arrived, the choice made is written down and shown to the lead."""

import pytest

from bot.core.chat import Place, Post
from bot.core.deliveries import MAY_BE_THERE
from bot.core.jobs import TRIES
from bot.core.ports import Unclear
from tests.conftest import ADA, Build, Stage, button, text
from tests.fakes import FakeChat


class Murky(FakeChat):
    """Takes half a minute to show what it was sent; the first answer is lost, with the post or without it."""

    settle = 30.0

    def __init__(self, *, arrives: bool) -> None:
        super().__init__()
        self.arrives, self.lost = arrives, 1

    async def post(self, place: Place, post: Post, key: str) -> str:
        if self.lost and key.startswith("digest"):
            self.lost -= 1
            if self.arrives:
                await super().post(place, post, key)
            raise Unclear
        return await super().post(place, post, key)


async def posted(build: Build, chat: FakeChat) -> Stage:
    stage = build(chat=chat)
    await stage.types(ADA, "/cohort create Support")
    await stage.types(ADA, "/cohort post")
    for _ in range(5):
        stage.clock.pass_(minutes=6)
        await stage.deliveries.settle()
    return stage


@pytest.mark.parametrize(("arrives", "told"), [(True, False), (False, True)])
async def test_a_lead_is_told_that_a_digest_was_sent_again_and_only_then(build: Build, arrives: bool, told: bool) -> None:
    stage = await posted(build, Murky(arrives=arrives))
    assert len([key for key in stage.chat.keys if key.startswith("digest")]) == 1
    status = text(await stage.types(ADA, "/cohort status"))
    assert "posted" in status
    assert ("it was not there when I looked" in status or "was not there when I looked, so I sent it" in status) is told


async def test_a_digest_given_up_in_doubt_says_so_and_can_be_posted_now(build: Build) -> None:
    chat = Murky(arrives=False)
    chat.lost = TRIES
    stage = await posted(build, chat)
    for _ in range(TRIES * 2):
        stage.clock.pass_(minutes=6)
        await stage.deliveries.settle()
    answer = await stage.types(ADA, "/cohort status")
    assert f"FAILED: Gave up after {TRIES} tries" in text(answer)
    assert MAY_BE_THERE in text(answer)
    label = next(part for part in text(answer).split("[") if part.startswith("Post now")).split("]")[0]
    await stage.presses(ADA, button(answer, label))
    assert len([key for key in stage.chat.keys if key.startswith("digest")]) == 1
    assert "posted" in text(await stage.types(ADA, "/cohort status"))
