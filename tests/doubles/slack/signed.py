"""HTTP mode: the same deliveries as signed requests to the app's own address."""

import hashlib
import hmac
import json
import time
from typing import Literal
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.doubles.slack.courier import Delivery, NoConnection, Refused
from tests.doubles.slack.specs import Json

Signature = Literal["good", "bad", "old", "early", "none"]
SKEW = {"old": -301, "early": 301}
"""Seconds off: one more than limits.json, signature.max_age_seconds."""


class Requests:
    def __init__(self, url: str, signing_secret: str) -> None:
        self.url = url
        self.signature: Signature = "good"
        self.statuses: list[int] = []
        """What the app answered, one after the other."""
        self._secret = signing_secret

    async def carry(self, delivery: Delivery, attempt: int, reason: str, seconds: float) -> Json | None:
        if delivery.what == "events_api":
            body, kind = json.dumps(delivery.payload), "application/json"
        else:
            fields = delivery.payload if delivery.what == "slash_commands" else {"payload": json.dumps(delivery.payload)}
            body, kind = urlencode({name: _field(value) for name, value in fields.items()}), "application/x-www-form-urlencoded"
        retry = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason} if attempt else {}
        try:
            return await self._post(body, {"Content-Type": kind, **retry}, seconds)
        except TimeoutError:
            return None
        except ClientError:
            raise NoConnection from None

    async def challenge(self) -> str:
        """What the app answers to `url_verification`: it must be the challenge."""
        body = json.dumps({"type": "url_verification", "token": "verification-token", "challenge": "3eZbrw1aB"})
        answer = await self._post(body, {"Content-Type": "application/json"}, 3)
        return str(answer.get("challenge") or answer.get("text"))

    async def _post(self, body: str, headers: dict[str, str], seconds: float) -> Json:
        signed = headers | self._signed(body)
        async with (
            ClientSession(timeout=ClientTimeout(total=seconds)) as session,
            session.post(self.url, data=body.encode(), headers=signed) as response,
        ):
            self.statuses.append(response.status)
            text = await response.text()
            if response.status >= 300:
                raise Refused(final=response.headers.get("X-Slack-No-Retry") == "1")
            answer: Json = (
                json.loads(text) if response.content_type == "application/json" and text else {"text": text} if text else {}
            )
            return answer

    def _signed(self, body: str) -> dict[str, str]:
        if self.signature == "none":
            return {}
        timestamp = str(int(time.time()) + SKEW.get(self.signature, 0))
        secret = "somebody else's" if self.signature == "bad" else self._secret
        digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


def _field(value: object) -> str:
    return {True: "true", False: "false", None: ""}.get(value) if isinstance(value, bool | None) else str(value)  # type: ignore[return-value]
