"""What stops a start with Slack, apart from the libraries that talk to it."""


class SlackRefused(Exception):
    """Slack cannot be used as it is configured; the message says what to do and holds no token. Stops the start."""
