"""Whose name and face a message bears, for the methods that take them."""

from urllib.parse import quote

from bot.adapters.slack.limits import USERNAME, shorten
from bot.core.chat import Speaker

METHODS = frozenset(
    {
        "chat.postMessage",
        "chat.postEphemeral",
        "chat.startStream",
        "files.completeUploadExternal",
        "assistant.threads.setStatus",
        "agents.sessions.setStatus",
    }
)
"""The methods that document username, icon_url and icon_emoji. Any other refuses them, or shows the bot's own name."""

_RESERVED = frozenset({"slackbot", "slack", "channel", "everyone", "group", "here"})
"""Slack answers `reserved_username` for some names and publishes no list; these are the likely ones."""

_SHORTCODES = {
    "🧭": "compass",
    "🔬": "microscope",
    "🧪": "test_tube",
    "⚖": "scales",
    "🎓": "mortar_board",
    "📚": "books",
    "📖": "book",
    "💡": "bulb",
    "🤖": "robot_face",
    "🦉": "owl",
    "🧠": "brain",
    "🛠": "hammer_and_wrench",
    "🔭": "telescope",
    "📐": "triangular_ruler",
    "🧮": "abacus",
    "✏": "pencil2",
}
"""Slack wants names such as :compass:. Another course's face falls back to a speech balloon until it is added here."""


def persona(speaker: Speaker | None, *, method: str = "chat.postMessage", faces: str = "") -> dict[str, str]:
    """The arguments that show a post under its speaker; none for the bot itself and for methods that do not take them.

    `faces` is the public https address of the folder of faces. Without one, or without a face, an emoji is shown: Slack lets
    an emoji win over a picture, so only one is given.
    """
    if speaker is None or method not in METHODS:
        return {}
    return {"username": username(speaker.name)} | _icon(speaker, faces)


def username(name: str) -> str:
    shown = shorten(name, USERNAME)
    return f"{shown} (lab)" if shown.casefold() in _RESERVED else shown


def _icon(speaker: Speaker, faces: str) -> dict[str, str]:
    if faces.startswith("https://") and speaker.face:
        return {"icon_url": f"{faces.rstrip('/')}/{quote(speaker.face)}"}
    emoji = speaker.emoji.strip().removesuffix("\ufe0f")
    named = emoji.startswith(":") and emoji.endswith(":") and len(emoji) > 2
    return {"icon_emoji": emoji if named else f":{_SHORTCODES.get(emoji, 'speech_balloon')}:"}
