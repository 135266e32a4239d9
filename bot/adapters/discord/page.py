"""Messages as a page of HTML that looks nearly like Discord, for authors and for the guide. Nothing here is sent to Discord."""

import base64
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from html import escape
from itertools import groupby

from bot.adapters.discord.controls import BUTTON, CONTAINER, FILE, GALLERY, ROW, SECTION, SELECT, TEXT, Json
from bot.adapters.discord.parts import File
from bot.adapters.discord.reading import Node, read
from bot.adapters.discord.render import Message
from bot.core.chat import Speaker
from bot.core.plain import day_text

STYLE = """
:root{--ground:#313338;--card:#2b2d31;--edge:#232428;--text:#dbdee1;--strong:#f2f3f5;--faint:#949ba4;--code:#1e1f22;
--button:#4e5058;--blue:#5865f2;--red:#da373c;--rule:#4e5058;--ink:#fff}
@media (prefers-color-scheme:light){:root{--ground:#fff;--card:#f2f3f5;--edge:#e3e5e8;--text:#313338;--strong:#060607;
--faint:#5c5e66;--code:#e3e5e8;--button:#e0e1e5;--rule:#c4c9ce;--ink:#060607}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:400 16px/1.375 "gg sans","Noto Sans",Helvetica,Arial,sans-serif}
main{max-width:640px;margin:0 auto;padding:8px 12px 48px}
h6{margin:28px 0 8px;font-size:12px;letter-spacing:.04em;text-transform:uppercase;color:var(--faint)}
article{display:grid;grid-template-columns:40px minmax(0,1fr);gap:0 14px;margin:0 0 12px}
.face{width:40px;height:40px;border-radius:50%;background:#5b7fde;display:grid;place-items:center;font-size:20px;color:#fff}
.name{font-weight:600;color:var(--strong);margin-bottom:2px}
.name i{font-size:10px;font-style:normal;vertical-align:2px;background:var(--blue);color:#fff;border-radius:4px;padding:1px 5px;
margin-left:5px}
.stack{display:flex;flex-direction:column;gap:8px}
.card{background:var(--card);border:1px solid var(--edge);border-left:4px solid var(--accent);border-radius:8px;padding:14px 16px;
max-width:560px}
.text{white-space:pre-wrap;overflow-wrap:anywhere}
.text h2{font-size:20px;line-height:1.3;margin:0;color:var(--strong)}
.text small{display:block;font-size:13px;color:var(--faint)}
.text ul,.text ol{margin:0;padding-left:22px;white-space:normal}.text li{margin:2px 0;white-space:pre-wrap}
.text blockquote{margin:0;padding-left:12px;border-left:4px solid var(--rule);border-radius:2px}
.text code,.text pre{background:var(--code);border-radius:4px;font:14px/1.3 "Noto Sans Mono",Menlo,Consolas,monospace}
.text code{padding:1px 3px}.text pre{margin:0;padding:8px;border:1px solid var(--edge);white-space:pre-wrap}
time{background:color-mix(in srgb,var(--faint) 22%,transparent);border-radius:3px;padding:0 2px}
.row{display:flex;flex-wrap:wrap;gap:8px}
button{border:0;border-radius:8px;min-height:34px;padding:4px 14px;
font:inherit;font-size:14px;font-weight:500;background:var(--button);color:var(--ink)}
button.s1{background:var(--blue);color:#fff}button.s4{background:var(--red);color:#fff}
.section{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:12px;align-items:start}
.menu{width:100%;background:var(--code);border:1px solid var(--edge);border-radius:8px;padding:9px 12px;color:var(--faint)}
.menu summary{list-style:none}.menu summary:after{content:"⌄";float:right}.menu p{margin:8px 0 0;color:var(--text)}
img{max-width:100%;border-radius:8px;display:block}
""".strip()


def page(titled: Iterable[tuple[str, Speaker | None, Sequence[Message]]]) -> str:
    body = "".join(_titled(*one) for one in titled)
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Lectern</title><style>{STYLE}</style>'
    )
    return f'<!doctype html><html lang="en"><head>{head}</head><body><main>{body}</main></body></html>'


def _titled(title: str, speaker: Speaker | None, messages: Sequence[Message]) -> str:
    name, face = (speaker.name, speaker.emoji) if speaker else ("Lectern", "L")
    above = f'<div class="name">{escape(name)}<i>APP</i></div>'
    shown = "".join(
        f'<article><div class="face">{escape(face)}</div><div>{above}<div class="stack">{"".join(_message(message))}</div></div>'
        "</article>"
        for message in messages
    )
    return f"<h6>{escape(title)}</h6>{shown}"


def _message(message: Message) -> Iterator[str]:
    if message.content:
        yield _text(message.content)
    for component in message.components:
        yield _component(component, message.files)


def _component(one: Json, files: Sequence[File]) -> str:
    inner = "".join(_component(some, files) for some in one.get("components") or ())
    match one["type"]:
        case kind if kind == CONTAINER:
            return f'<div class="card stack" style="--accent:#{one.get("accent_color") or 0:06x}">{inner}</div>'
        case kind if kind == TEXT:
            return _text(one["content"])
        case kind if kind == ROW:
            return f'<div class="row">{inner}</div>'
        case kind if kind == SECTION:
            return f'<div class="section"><div>{inner}</div>{_component(one["accessory"], files)}</div>'
        case kind if kind == BUTTON:
            return f'<button class="s{one["style"]}">{escape(one["label"])}</button>'
        case kind if kind == SELECT:
            return _menu(one)
        case kind if kind == GALLERY:
            return "".join(_picture(item, files) for item in one["items"])
        case kind if kind == FILE:
            return f"<p>📄 {escape(one['file']['url'].removeprefix('attachment://'))}</p>"
        case _:
            return ""


def _menu(one: Json) -> str:
    options = "".join(f"<p>{escape(option['label'])}</p>" for option in one["options"])
    return f'<details class="menu"><summary>{escape(one.get("placeholder") or "Make a selection")}</summary>{options}</details>'


def _picture(item: Json, files: Sequence[File]) -> str:
    url = item["media"]["url"]
    held = next((file for file in files if url == f"attachment://{file.name}"), None)
    if held:
        url = f"data:image/png;base64,{base64.b64encode(held.png).decode()}"
    return f'<img alt="{escape(item["description"])}" src="{escape(url)}">'


# ---------------------------------------------------------------- markdown

_TAGS = {"strong": "b", "em": "i", "u": "u", "s": "s", "spoiler": "s", "heading": "h2", "small": "small", "quote": "blockquote"}


def _text(markdown: str) -> str:
    return f'<div class="text">{_nodes(read(markdown))}</div>'


def _nodes(nodes: Sequence[Node]) -> str:
    html = ""
    for kind, some in groupby(nodes, lambda node: node.kind):
        if kind in ("item", "number"):
            html += _list(kind, list(some))
        else:
            html += "".join(_node(node) for node in some)
    return html


def _list(kind: str, items: Sequence[Node]) -> str:
    if kind == "item":
        return f"<ul>{''.join(f'<li>{_nodes(item.inner)}</li>' for item in items)}</ul>"
    shown = "".join(f'<li value="{escape(item.inner[0].text)}">{_nodes(item.inner[1:])}</li>' for item in items)
    return f"<ol>{shown}</ol>"


def _node(node: Node) -> str:
    match node.kind:
        case "time":
            return f"<time>{day_text(datetime.fromtimestamp(int(node.text), UTC))}</time>"
        case "code":
            return f"<code>{escape(node.text)}</code>"
        case "block":
            return f"<pre>{escape(node.text)}</pre>"
        case kind if kind in _TAGS:
            return f"<{_TAGS[kind]}>{_nodes(node.inner)}</{_TAGS[kind]}>"
        case _:
            return escape(node.text)
