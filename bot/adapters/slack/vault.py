"""What may not be read in the database: tokens, sealed under the operator's keys (Fernet: AES-128-CBC with HMAC-SHA256)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


@dataclass(frozen=True, slots=True)
class Secrets:
    """A workspace's token, and what it is renewed with, where tokens expire."""

    token: str = field(repr=False)
    refresh: str = field(default="", repr=False)


class Unreadable(Exception):
    """It was sealed under a key that is not there any more."""


class Vault:
    """Seals under the first key, opens what was sealed under any of them."""

    def __init__(self, keys: Sequence[str]) -> None:
        each = [Fernet(key) for key in keys]
        self._newest, self._any = each[0], MultiFernet(each)

    def seal(self, secrets: Secrets) -> str:
        plain = json.dumps({"token": secrets.token, "refresh": secrets.refresh})
        return self._newest.encrypt(plain.encode()).decode()

    def open(self, sealed: str) -> Secrets:
        """Raises Unreadable."""
        try:
            return Secrets(**json.loads(self._any.decrypt(sealed.encode())))
        except InvalidToken:
            raise Unreadable from None

    def is_newest(self, sealed: str) -> bool:
        """Whether it was sealed under the first key."""
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True


def new_key() -> str:
    return Fernet.generate_key().decode()
