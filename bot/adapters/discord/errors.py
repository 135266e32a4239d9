"""What stops a start with Discord, apart from the library that talks to it."""


class DiscordRefused(Exception):
    """Discord cannot be used as it is configured; the message says what to do and holds no token. Stops the start."""
