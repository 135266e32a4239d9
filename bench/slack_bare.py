"""The baseline: a bare Bolt handler that acknowledges a command and answers it with a message given to it. Run by bench.slack."""

import asyncio
import json
import os
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


async def main() -> None:
    app = AsyncApp(client=AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]))

    message = json.loads(os.environ["MESSAGE"])

    async def answer(ack: Any, body: Any, client: AsyncWebClient) -> None:
        await ack()
        await client.chat_postEphemeral(channel=body["channel_id"], user=body["user_id"], **message)

    app.command("/lesson")(answer)
    await AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start_async()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    asyncio.run(main())
