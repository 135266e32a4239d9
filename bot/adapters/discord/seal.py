"""The seal on webhooks' tokens in our database: made from the bot's own token, so that it needs no setting of its own."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"lectern: webhooks of discord"


class Seal:
    """Whoever has the database and not the bot's token can post nothing. With a new token what was sealed is found again."""

    def __init__(self, token: str) -> None:
        key = HKDF(SHA256(), 32, salt=None, info=PURPOSE).derive(token.encode())
        self._fernet = Fernet(urlsafe_b64encode(key))

    def put(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def opened(self, sealed: str) -> str | None:
        """None for what was sealed under another token."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None
