"""Reads the personas folder: who speaks in a lab, the prompt behind them, and their faces."""

import hashlib
import struct
from pathlib import Path

from bot.adapters.library.lesson import check_id
from bot.adapters.library.marked import Fields, Placed, Problems, Sheet, front
from bot.core.chat import Speaker
from bot.core.curriculum import Persona

FIELDS = ("name", "face", "emoji", "role")
WHOLE_NAMES = ("everyone", "here")  # Discord refuses these as names, and the three below anywhere in one
REFUSED_NAMES = ("discord", "clyde", "slack", "@", "#", ":", "```")
SMALLEST_FACE = 128
LARGEST_FACE = 256 * 1024


def read_personas(problems: Problems, folder: Path) -> tuple[dict[str, Persona], dict[str, bytes]]:
    """Every persona by the name of its file, and every face by the name of its own.

    Pictures that no persona names now are kept as well: open labs keep the face they were opened with.
    """
    personas: dict[str, Persona] = {}
    faces: dict[str, bytes] = {}
    for path in sorted(folder.glob("*.md")):
        sheet = Sheet(path, problems)
        check_id(sheet, Placed(path.stem, 1), "The persona's file name")
        personas[path.stem] = _persona(sheet, faces)
    if not personas:
        Sheet(folder, problems).wrong(1, "There are no personas in this folder. Write one, as NAME.md.")
    for path in sorted(folder.glob("*.png")):
        if path.name not in faces and not _trouble(picture := path.read_bytes()):
            faces[path.name] = picture
    return personas, faces


def _persona(sheet: Sheet, faces: dict[str, bytes]) -> Persona:
    text = sheet.text("the persona and its prompt")
    matter, body = (text is not None and front(sheet, text)) or (None, "")
    fields = Fields(sheet, None) if matter is None else Fields.of_text(sheet, matter, FIELDS)
    prompt = body.strip()
    if matter is not None and not prompt:
        sheet.wrong(matter.count("\n") + 2, "The prompt is missing. Write it below the front matter.")
    name = fields.text("name", limit=80)
    _check_name(fields, name)
    speaker = Speaker(name, _face(fields, faces), fields.text("emoji", limit=20))
    role = fields.text("role")
    whole = "\n".join((speaker.name, speaker.face, speaker.emoji, role, prompt))
    return Persona(sheet.path.stem, speaker, role, prompt, version=hashlib.sha256(whole.encode()).hexdigest()[:10])


def _check_name(fields: Fields, name: str) -> None:
    lower = name.casefold()
    if lower in WHOLE_NAMES:
        fields.wrong("name", f"Platforms refuse the name “{name}”. Choose another.")
    for word in REFUSED_NAMES:
        if word in lower:
            fields.wrong("name", f"Platforms refuse a name with “{word}” in it. Choose another.")


def _face(fields: Fields, faces: dict[str, bytes]) -> str:
    """The name of the picture, after keeping its bytes among the faces."""
    name = fields.text("face")
    if not name:
        return ""
    if "/" in name or "\\" in name or not name.endswith(".png"):
        fields.wrong("face", f"The face “{name}” must be the name of a .png file beside this one.")
        return ""
    try:
        faces[name] = (fields.sheet.path.parent / name).read_bytes()
    except OSError:
        fields.wrong("face", f"There is no picture “{name}” beside this file. Add it.")
        return ""
    if trouble := _trouble(faces[name]):
        fields.wrong("face", f"The picture “{name}” {trouble}")
    return name


def _trouble(png: bytes) -> str:
    """What keeps the picture from being a face; read from the PNG's signature and first chunk (ISO/IEC 15948, 5.2 and 11.2.2)."""
    if len(png) < 24 or png[:8] != b"\x89PNG\r\n\x1a\n" or png[12:16] != b"IHDR":
        return "is not a PNG. Save it as one."
    width, height = struct.unpack(">II", png[16:24])
    if width != height:
        return f"is {width} by {height} pixels. Make it square."
    if width < SMALLEST_FACE:
        return f"is {width} pixels wide. Make it {SMALLEST_FACE} or more."
    if len(png) > LARGEST_FACE:
        return f"has {len(png) // 1024} KiB; {LARGEST_FACE // 1024} at most. Save it smaller."
    return ""
