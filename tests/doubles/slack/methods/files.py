"""files.*: the three steps of an upload."""

from dataclasses import dataclass

from aiohttp import web

from tests.doubles.slack.call import Call, Refusal
from tests.doubles.slack.specs import Json
from tests.doubles.slack.world import World


@dataclass(slots=True, eq=False)
class File:
    id: str
    name: str
    length: int
    alt_text: str
    content: bytes = b""
    uploaded: bool = False
    title: str = ""


class Files:
    def __init__(self, world: World) -> None:
        self.all: dict[str, File] = {}
        self.violations: list[str] = []
        self.unready = 0
        """How many more messages with a file of ours are refused, because Slack is still processing it."""
        self.host = ""
        self._world = world
        self.table = {"files.getUploadURLExternal": self.ask, "files.completeUploadExternal": self.complete}

    def shown(self, blocks: list[Json]) -> None:
        """Refuse a message that shows a file Slack does not have, or is not done with."""
        for block in blocks:
            name = str((block.get("slack_file") or {}).get("id", ""))
            if not name:
                continue
            found = self.all.get(name)
            self.unready -= self.unready > 0 and found is not None
            if found is None or not found.title or self.unready > 0:
                raise Refusal("invalid_blocks")

    def ask(self, call: Call) -> Json:
        made = File(self._world.number("F"), str(call.get("filename")), int(call.get("length")), str(call.get("alt_txt")))
        self.all[made.id] = made
        return {"upload_url": f"http://{self.host}/upload/v1/{made.id}", "file_id": made.id}

    async def receive(self, request: web.Request) -> web.Response:
        found = self.all.get(request.match_info["id"])
        if found is None:
            return web.Response(status=404, text="no such upload")
        if request.content_type == "multipart/form-data":
            parts = await request.post()
            part = next(iter(parts.values()))
            found.content = part.file.read() if isinstance(part, web.FileField) else str(part).encode()
        else:
            found.content = await request.read()
        if len(found.content) != found.length:
            self.violations.append(f"upload: {found.name} was announced with {found.length} bytes and has {len(found.content)}")
            return web.Response(status=400, text="length mismatch")
        found.uploaded = True
        return web.Response(text=f"OK - {found.length}")

    def complete(self, call: Call) -> Json:
        named = call.get("files")
        found = [self.all.get(str(entry["id"])) for entry in named]
        if any(file is None or not file.uploaded for file in found):
            raise Refusal("file_not_found")
        files = [file for file in found if file]
        for file, entry in zip(files, named, strict=True):
            file.title = str(entry.get("title") or file.name)
        if call.get("channel_id"):
            self._share(call, files)
        return {"files": [{"id": file.id, "title": file.title} for file in files]}

    def _share(self, call: Call, files: list[File]) -> None:
        """The share is a message of its own, and the answer does not say which."""
        try:
            channel = call.writable("channel_id")
        except Refusal as refusal:
            known = ("channel_not_found", "not_in_channel")
            raise refusal if refusal.error in known else Refusal("posting_to_channel_denied") from None
        face = call.persona()
        thread = str(call.get("thread_ts"))
        if thread and thread not in channel.messages:
            raise Refusal("invalid_channel")
        shown: list[Json] = [
            {
                "id": file.id, "name": file.name, "title": file.title, "alt_txt": file.alt_text,
                "mimetype": "image/png" if file.name.endswith(".png") else "application/octet-stream", "size": file.length,
            }
            for file in files
        ]  # fmt: skip
        text = str(call.get("initial_comment"))
        self._world.post(channel, call.bot, text, files=shown, thread_ts=thread, method=call.method, **face)
