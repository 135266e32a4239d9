"""chat.*: posts, ephemeral posts, edits, deletions, permalinks; and reactions."""

from tests.doubles.slack import payloads
from tests.doubles.slack.call import Call, Refusal
from tests.doubles.slack.methods.agents import Agents
from tests.doubles.slack.methods.files import Files
from tests.doubles.slack.specs import Json
from tests.doubles.slack.world import Message, World

EMOJI = frozenset(
    {"eyes", "white_check_mark", "thumbsup", "+1", "-1", "wave", "hourglass", "x", "bulb", "books", "tada", "question"}
)


class Chat:
    def __init__(self, world: World, agents: Agents, files: Files) -> None:
        self._world, self._files = world, files
        self._agents = agents
        self.table = {
            "chat.postMessage": self.post,
            "chat.postEphemeral": self.whisper,
            "chat.update": self.update,
            "chat.delete": self.delete,
            "chat.getPermalink": self.permalink,
            "reactions.add": self.react,
            "reactions.remove": self.unreact,
        }

    def post(self, call: Call) -> Json:
        channel = call.writable()
        face = call.persona()
        thread = call.root(channel, "cannot_reply_to_message")
        text, blocks = _content(call)
        self._files.shown(blocks)
        posted = self._world.post(
            channel, call.bot, text, blocks=blocks, thread_ts=thread, metadata=call.get("metadata", {}),
            broadcast=bool(call.get("reply_broadcast")), attachments=call.get("attachments", []), method=call.method, **face,
        )  # fmt: skip
        self._agents.posted(posted)
        return {"channel": channel.id, "ts": posted.ts, "message": payloads.message(posted, metadata=True)}

    def whisper(self, call: Call) -> Json:
        channel = call.writable()
        face = call.persona()
        reader = str(call.get("user"))
        if reader not in channel.members:
            raise Refusal("user_not_in_channel")
        thread = call.root(channel, "cannot_reply_to_message")
        text, blocks = _content(call)
        shown = not thread or bool(channel.replies(thread))
        posted = self._world.post(
            channel, call.bot, text, blocks=blocks, thread_ts=thread, only_for=reader, shown=shown, method=call.method, **face
        )  # fmt: skip
        return {"message_ts": posted.ts}

    def update(self, call: Call) -> Json:
        channel = call.seen()
        found = call.own(channel, "cant_update_message")
        if channel.archived:
            raise Refusal("is_inactive")
        if self._agents.streaming(found):
            raise Refusal("streaming_state_conflict")
        text, blocks = _content(call)
        before = {block.get("type") for block in found.blocks}
        if "rich_text" in before and blocks and "rich_text" not in {block.get("type") for block in blocks}:
            raise Refusal("block_mismatch")
        if found.blocks and "blocks" not in call.arguments and "markdown_text" not in call.arguments and found.stream is None:
            call.violations.append("blocks: the message has blocks; say what becomes of them (an empty list removes them)")
        if "metadata" in call.arguments:
            found.metadata = call.get("metadata", {})
        found.stream = None
        self._world.edit(found, text, blocks)
        return {"channel": channel.id, "ts": found.ts, "text": found.text, "message": payloads.message(found)}

    def delete(self, call: Call) -> Json:
        channel = call.seen()
        found = call.own(channel, "cant_delete_message")
        self._world.delete(found)
        return {"channel": channel.id, "ts": found.ts}

    def permalink(self, call: Call) -> Json:
        channel = call.seen()
        found = call.message(channel, "message_ts")
        thread = f"?thread_ts={found.thread_ts}&cid={channel.id}" if found.is_reply else ""
        domain = self._world.workspaces[channel.team].domain
        link = f"https://{domain}.slack.com/archives/{channel.id}/p{found.ts.replace('.', '')}{thread}"
        return {"channel": channel.id, "permalink": link}

    def react(self, call: Call) -> Json:
        found, name = self._reacted(call)
        if call.bot.id in found.reactions.get(name, []):
            raise Refusal("already_reacted")
        found.reactions.setdefault(name, []).append(call.bot.id)
        self._world.changed()
        return {}

    def unreact(self, call: Call) -> Json:
        found, name = self._reacted(call)
        if call.bot.id not in found.reactions.get(name, []):
            raise Refusal("no_reaction")
        found.reactions[name].remove(call.bot.id)
        self._world.changed()
        return {}

    def _reacted(self, call: Call) -> tuple[Message, str]:
        channel = call.seen()
        if channel.archived and call.method == "reactions.add":
            raise Refusal("is_archived")
        name = str(call.get("name"))
        if name not in EMOJI:
            raise Refusal("invalid_name")
        return call.message(channel, "timestamp"), name


def _content(call: Call) -> tuple[str, list[Json]]:
    markdown = str(call.get("markdown_text"))
    if markdown:
        return markdown, []
    text, blocks = str(call.get("text")), list(call.get("blocks", []))
    if not text.strip() and not blocks and not call.get("attachments"):
        raise Refusal("no_text")
    return text, blocks
