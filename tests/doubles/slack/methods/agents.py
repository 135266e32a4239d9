"""The agent's surface: streams, statuses, sessions, suggested prompts."""

from dataclasses import dataclass

from tests.doubles.slack import payloads
from tests.doubles.slack.call import Call, Refusal
from tests.doubles.slack.specs import Json, Specs
from tests.doubles.slack.world import Message, Stream, World


@dataclass(slots=True)
class Status:
    """The line under a thread: "RLHF Lab is thinking…"."""

    text: str
    at: float
    username: str = ""
    icon_emoji: str = ""
    loading: tuple[str, ...] = ()


@dataclass(slots=True)
class Session:
    status: str
    title: str = ""
    username: str = ""


@dataclass(slots=True)
class Prompts:
    title: str
    prompts: list[dict[str, str]]


class Agents:
    """`is_agent` is the manifest's `agent_view`. Keys are channel id and root's timestamp."""

    def __init__(self, world: World, specs: Specs) -> None:
        self.is_agent = True
        self.statuses: dict[tuple[str, str], Status] = {}
        self.history: list[tuple[str, str, str]] = []
        """Every status ever set: channel, thread, text."""
        self.sessions: dict[tuple[str, str], Session] = {}
        self.prompts: dict[tuple[str, str], Prompts] = {}
        self._world = world
        self._limit = specs.limit
        self.table = {
            "chat.startStream": self.start,
            "chat.appendStream": self.append,
            "chat.stopStream": self.stop,
            "assistant.threads.setStatus": self.status,
            "assistant.threads.setSuggestedPrompts": self.suggest,
            "assistant.threads.setTitle": self.title,
            "agents.sessions.setStatus": self.session,
            "agents.sessions.rename": self.rename,
        }

    def streaming(self, message: Message) -> bool:
        return message.stream is not None and not message.stream.stopped and not self._expired(message.stream)

    def shown(self, channel: str, thread: str) -> Status | None:
        """The status a person sees now: it goes after two minutes, and when a message comes."""
        found = self.statuses.get((channel, thread))
        if found is None or self._world.clock.now() - found.at > self._limit("assistant.status.timeout_seconds"):
            return None
        return found

    def posted(self, message: Message) -> None:
        self.statuses.pop((message.channel.id, message.thread_ts or message.ts), None)

    def start(self, call: Call) -> Json:
        channel = call.writable()
        face = call.persona()
        thread = call.root(channel, "messaging_processing_failed")
        recipient = str(call.get("recipient_user_id"))
        if channel.kind != "im":
            if not recipient:
                raise Refusal("missing_recipient_user_id")
            if not call.get("recipient_team_id"):
                raise Refusal("missing_recipient_team_id")
            if recipient not in self._world.users:
                raise Refusal("user_not_found")
        stream = Stream(self._world.clock.now(), recipient)
        found = self._world.post(channel, call.bot, "", thread_ts=thread, stream=stream, method=call.method, **face)
        self._grow(found, stream, call)
        stream.first = found.text
        self.sessions[channel.id, thread] = Session("processing")
        self.posted(found)
        return {"channel": channel.id, "ts": found.ts}

    def append(self, call: Call) -> Json:
        found, stream = self._live(call)
        if stream.stopped == "by_user":
            raise Refusal("stopped_by_user")
        self._check(stream)
        self._grow(found, stream, call)
        self._world.changed()
        return {"channel": found.channel.id, "ts": found.ts}

    def stop(self, call: Call) -> Json:
        found, stream = self._live(call)
        self._check(stream)
        self._grow(found, stream, call)
        if not found.text and not call.get("blocks") and not stream.chunks:
            raise Refusal("no_text")
        found.metadata = call.get("metadata", {})
        stream.stopped = "finished"
        self.sessions[found.channel.id, found.thread_ts] = Session(str(call.get("session_status") or "active"))
        blocks = [*_markdown(found.text), *_blocks(stream.chunks), *call.get("blocks", [])]
        self._world.edit(found, found.text, blocks)
        found.edited = ""
        return {"channel": found.channel.id, "ts": found.ts, "message": payloads.message(found)}

    def status(self, call: Call) -> Json:
        channel = call.seen("channel_id")
        face = call.persona()
        thread = call.root(channel, "invalid_thread_ts")
        text = str(call.get("status"))
        self.history.append((channel.id, thread, text))
        self.statuses.pop((channel.id, thread), None)
        if text:
            loading = tuple(call.get("loading_messages", ()))
            now = self._world.clock.now()
            self.statuses[channel.id, thread] = Status(text, now, face.get("username", ""), face.get("icon_emoji", ""), loading)
        self._world.changed()
        return {}

    def suggest(self, call: Call) -> Json:
        if not self.is_agent:
            raise Refusal("not_agent_app")
        channel = call.seen("channel_id")
        thread = str(call.get("thread_ts"))
        if thread and thread not in channel.messages:
            raise Refusal("invalid_thread_ts")
        self.prompts[channel.id, thread] = Prompts(str(call.get("title")), call.get("prompts"))
        self._world.changed()
        return {}

    def title(self, call: Call) -> Json:
        channel = call.seen("channel_id")
        if str(call.get("thread_ts")) not in channel.messages:
            raise Refusal("invalid_thread_ts")
        return {}

    def session(self, call: Call) -> Json:
        channel = call.seen("channel_id")
        if not self.is_agent or call.bot.id not in channel.members:
            raise Refusal("not_authorized")
        thread = str(call.get("thread_ts"))
        if not thread:
            raise Refusal("thread_ts_required")
        face = call.persona()
        old = self.sessions.get((channel.id, thread))
        title = old.title if old else str(call.get("title"))
        name = face.get("username", old.username if old else "")
        status = str(call.get("status"))
        self.sessions[channel.id, thread] = Session(status, title, name)
        self.statuses.pop((channel.id, thread), None)  # one slot: the last of both calls wins
        if status == "processing":
            self.statuses[channel.id, thread] = Status(status, self._world.clock.now(), name)
        self._world.changed()
        return {}

    def rename(self, call: Call) -> Json:
        channel = call.seen("channel_id")
        found = self.sessions.get((channel.id, str(call.get("thread_ts"))))
        if found is None:
            raise Refusal("session_not_found")
        found.title = str(call.get("title"))
        return {}

    def _live(self, call: Call) -> tuple[Message, Stream]:
        channel = call.writable()
        found = call.own(channel, "message_not_owned_by_app")
        if found.stream is None:
            raise Refusal("message_not_in_streaming_state")
        return found, found.stream

    def _check(self, stream: Stream) -> None:
        if stream.stopped or self._expired(stream):
            raise Refusal("message_not_in_streaming_state")

    def _expired(self, stream: Stream) -> bool:
        return self._world.clock.now() - stream.started > self._limit("stream.lifetime_seconds")

    def _grow(self, found: Message, stream: Stream, call: Call) -> None:
        chunks: list[Json] = call.get("chunks", [])
        added = str(call.get("markdown_text")) + "".join(chunk["text"] for chunk in chunks if chunk["type"] == "markdown_text")
        if len(found.text) + len(added) > self._limit("stream.total_text"):
            raise Refusal("msg_too_long")
        if len(_blocks([*stream.chunks, *chunks])) > self._limit("message.blocks"):
            raise Refusal("msg_blocks_too_many")
        stream.chunks += [chunk for chunk in chunks if chunk["type"] != "markdown_text"]
        found.text += added
        found.blocks = [*_markdown(found.text), *_blocks(stream.chunks)]


def _markdown(text: str) -> list[Json]:
    return [{"type": "markdown", "text": text}] if text else []


def _blocks(chunks: list[Json]) -> list[Json]:
    return [block for chunk in chunks if chunk["type"] == "blocks" for block in chunk["blocks"]]
