"""Files and pictures of an answer: uploaded for the one person who is answered, or told of in words."""

import logging
from dataclasses import replace

from bot.adapters.slack.calls import Calls
from bot.adapters.slack.outbound import TROUBLE
from bot.core.chat import File, Part, Picture, Post, note
from bot.core.errors import SORRY
from bot.core.ports import Undeliverable

log = logging.getLogger(__name__)


class Attachments:
    """Never raises what Slack says: a file or a picture that fails becomes words."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def with_files(self, user: str, post: Post) -> Post:
        """Files sent to the person in the direct conversation, where nobody else sees them; here it says so."""
        parts = [await self._sent(user, part) if isinstance(part, File) else part for part in post.parts]
        return replace(post, parts=tuple(parts))

    async def with_pictures(self, post: Post) -> Post:
        """Pictures uploaded, for a direct conversation; one that fails stays its words."""
        parts = [await self._uploaded(part) if isinstance(part, Picture) and part.png else part for part in post.parts]
        return replace(post, parts=tuple(parts))

    async def conversation(self, user: str) -> str:
        """The id of the direct conversation with somebody. Raises as `Calls.call` does."""
        answer = await self._calls.call("conversations.open", users=user)
        return str(answer["channel"]["id"])

    async def _sent(self, user: str, file: File) -> Part:
        try:
            there = await self.conversation(user)
            await self._calls.send_file(there, file.name, file.text.encode(), file.says)
        except TROUBLE as trouble:
            log.warning("A file could not be sent", extra={"code": str(getattr(trouble, "code", ""))})
            why = trouble.why if isinstance(trouble, Undeliverable) else SORRY
            return note(f"{file.name} could not be sent to you. {why}")
        return note(f"{file.name} is in your direct conversation with me.")

    async def _uploaded(self, picture: Picture) -> Part:
        try:
            return replace(picture, png=b"", ref=await self._calls.upload(picture.png, picture.alt))
        except TROUBLE:
            return picture
