"""Everything the environment may say, read once. An empty value counts as not set."""

import re
from base64 import urlsafe_b64decode
from decimal import Decimal
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.core.costs import Prices
from bot.core.ports import Allowance


class Settings(BaseSettings):
    """The operator's wishes, from the environment or a `.env` file beside the program."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    database_url: str = "sqlite:///lectern.db"
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    lessons_dir: Path = Path("lessons")
    personas_dir: Path = Path("personas")
    lab_text_days: int = Field(default=30, ge=0, le=3650)
    room: Literal["auto", "on", "off"] = "auto"
    room_password: SecretStr = SecretStr("")
    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_client_id: str = ""
    slack_client_secret: SecretStr = SecretStr("")
    slack_encryption_keys: SecretStr = SecretStr("")
    slack_api_url: str = "https://slack.com/api/"
    public_url: str = ""
    discord_token: SecretStr = SecretStr("")
    discord_api_url: str = "https://discord.com/api/v10"
    discord_message_content: bool = True
    openai_api_key: SecretStr = SecretStr("")
    openai_base_url: str = ""
    openai_model: str = ""
    openai_read_seconds: float = Field(default=20.0, ge=1, le=600)
    openai_total_seconds: float = Field(default=60.0, ge=5, le=900)
    answers_per_person_day: int = Field(default=40, ge=0)
    tokens_per_person_day: int = Field(default=60_000, ge=0)
    tokens_per_workspace_month: int = Field(default=5_000_000, ge=0)
    price_of_million_in: Decimal | None = Field(default=None, ge=0)
    price_of_million_out: Decimal | None = Field(default=None, ge=0)
    price_currency: str = Field(default="", max_length=10)
    openai_request_tokens: int = Field(default=3500, ge=3000, le=1_000_000)

    @property
    def slack(self) -> bool:
        """Whether the bot is in Slack."""
        return bool(self.slack_bot_token.get_secret_value()) or self.slack_oauth

    @property
    def slack_oauth(self) -> bool:
        """Whether it can be installed in several workspaces."""
        return bool(self.slack_client_id)

    @property
    def slack_keys(self) -> list[str]:
        """What seals Slack's tokens, the newest first."""
        return [key.strip() for key in self.slack_encryption_keys.get_secret_value().split(",") if key.strip()]

    @property
    def discord(self) -> bool:
        """Whether the bot is in Discord."""
        return bool(self.discord_token.get_secret_value())

    @property
    def room_open(self) -> bool:
        """Whether there is a room for browsers. By itself it is there until another platform is connected."""
        return self.room == "on" or (self.room == "auto" and not self.slack and not self.discord)

    @property
    def model(self) -> bool:
        """Whether a language model answers in labs; without one the study guide does."""
        return bool(self.openai_base_url or (self.openai_model and self.openai_api_key.get_secret_value()))

    @property
    def allowance(self) -> Allowance:
        return Allowance(self.answers_per_person_day, self.tokens_per_person_day, self.tokens_per_workspace_month)

    @property
    def prices(self) -> Prices | None:
        """None unless both prices are named."""
        if self.price_of_million_in is None or self.price_of_million_out is None:
            return None
        return Prices(self.price_of_million_in, self.price_of_million_out, self.price_currency)

    @property
    def loopback(self) -> bool:
        """True if only this machine can reach the room."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @model_validator(mode="after")
    def _guarded(self) -> "Settings":
        if self.room_open and not self.loopback and len(self.room_password.get_secret_value()) < 8:
            raise ValueError(
                f"HOST is {self.host}, which other machines can reach: set ROOM_PASSWORD to at least 8 characters, "
                "or HOST to 127.0.0.1."
            )
        return self

    @model_validator(mode="after")
    def _modelled(self) -> "Settings":
        if self.openai_api_key.get_secret_value() and not self.openai_base_url and not self.openai_model:
            raise ValueError("OPENAI_API_KEY is set, but not which model: set OPENAI_MODEL, or unset the key.")
        if self.openai_base_url and not self.openai_base_url.startswith(("http://", "https://")):
            raise ValueError("OPENAI_BASE_URL must begin with http:// or https://, like http://127.0.0.1:11434/v1.")
        return self

    @model_validator(mode="after")
    def _installable(self) -> "Settings":
        """Several workspaces need four settings together, and no token of one."""
        given = {
            "SLACK_CLIENT_ID": self.slack_client_id,
            "SLACK_CLIENT_SECRET": self.slack_client_secret.get_secret_value(),
            "SLACK_ENCRYPTION_KEYS": self.slack_encryption_keys.get_secret_value(),
        }
        if not any(given.values()):
            return self
        missing = [name for name, value in {**given, "PUBLIC_URL": self.public_url}.items() if not value]
        if missing:
            raise ValueError(
                f"Several Slack workspaces are half configured; missing: {', '.join(missing)}. "
                "docs/platforms/slack.md says what each is."
            )
        if self.slack_bot_token.get_secret_value():
            raise ValueError(
                "SLACK_BOT_TOKEN is for one workspace, SLACK_CLIENT_ID for several: unset one of them. A workspace that is "
                "installed anew keeps its cohorts and its learners."
            )
        if not all(_is_key(key) for key in self.slack_keys):
            raise ValueError(
                "SLACK_ENCRYPTION_KEYS must be keys that `python -m bot key` printed, the newest first, with commas between."
            )
        if not _is_public(self.public_url):
            raise ValueError(
                "PUBLIC_URL must be the https:// address under which the world reaches this server, as https://lectern.example."
            )
        return self

    @model_validator(mode="after")
    def _connected(self) -> "Settings":
        app_token, secret = self.slack_app_token.get_secret_value(), self.slack_signing_secret.get_secret_value()
        if self.slack and not app_token and not secret:
            setting = "SLACK_CLIENT_ID" if self.slack_oauth else "SLACK_BOT_TOKEN"
            raise ValueError(
                f"{setting} is set, but not how Slack reaches me: set SLACK_APP_TOKEN (xapp-…, for Socket Mode, which needs "
                "no public address), or SLACK_SIGNING_SECRET, if Slack is to call /slack/events on this server."
            )
        if not self.slack and (app_token or secret):
            raise ValueError(
                "Slack is half configured: SLACK_BOT_TOKEN (xoxb-…) is missing. docs/platforms/slack.md says where it is."
            )
        if self.slack and not _is_api(self.slack_api_url):
            raise ValueError(
                "SLACK_API_URL must begin with http:// or https:// and end in /api/, as https://slack.com/api/ does."
            )
        return self

    @model_validator(mode="after")
    def _dialled(self) -> "Settings":
        if self.discord and not re.fullmatch(r"https?://[^/\s]+(/[^\s]*)?/v\d+/?", self.discord_api_url):
            raise ValueError(
                "DISCORD_API_URL must begin with http:// or https:// and end in the version, as https://discord.com/api/v10 does."
            )
        return self


def _is_key(text: str) -> bool:
    try:
        return len(urlsafe_b64decode(text)) == 32
    except ValueError:
        return False


def _is_public(url: str) -> bool:
    """Slack leads browsers back to https only; a browser on this very machine needs none, for trying things out."""
    return url.startswith(("https://", "http://localhost:", "http://127.0.0.1:"))


def _is_api(url: str) -> bool:
    return url.startswith(("http://", "https://")) and url.endswith("/api/")


class BadSettings(Exception):
    """A setting cannot be used; the message says which and what to do, never its value if it is a secret."""


def read_settings() -> Settings:
    try:
        return Settings()
    except ValidationError as errors:
        raise BadSettings("\n".join(_sentence(error["loc"], error["msg"]) for error in errors.errors())) from None


def _sentence(where: tuple[int | str, ...], message: str) -> str:
    name = ".".join(str(part) for part in where).upper()
    plain = message.removeprefix("Value error, ")
    return f"{name}: {plain}" if name else plain
