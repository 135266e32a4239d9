"""Everything the environment may say, read once. An empty value counts as not set."""

from ipaddress import ip_address
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The operator's wishes, from the environment or a `.env` file beside the program."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    database_url: str = "sqlite:///lectern.db"
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    lessons_dir: Path = Path("lessons")
    personas_dir: Path = Path("personas")
    room_password: SecretStr = SecretStr("")

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
        if not self.loopback and len(self.room_password.get_secret_value()) < 8:
            raise ValueError(
                f"HOST is {self.host}, which other machines can reach: set ROOM_PASSWORD to at least 8 characters, "
                "or HOST to 127.0.0.1."
            )
        return self


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
