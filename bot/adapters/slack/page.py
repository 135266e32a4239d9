"""Messages as a page of HTML that looks nearly like Slack, for authors and for the guide. Nothing here is sent to Slack."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from bot.adapters.slack.personas import persona
from bot.adapters.slack.render import Message
from bot.core.chat import Speaker

Json = Mapping[str, Any]

STYLE = """
:root{--ground:#fff;--text:#1d1c1d;--faint:#616061;--rule:#dddddd;--code:#f6f6f6;--ink:#c01343;--green:#007a5a;--red:#e01e5a}
@media (prefers-color-scheme:dark){:root{--ground:#1a1d21;--text:#d1d2d3;--faint:#9b9c9e;--rule:#3b3d40;--code:#232629;
--ink:#e8912d;--green:#148567;--red:#e01e5a}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.466 Lato,"Noto Sans",Helvetica,Arial,sans-serif}
main{max-width:680px;margin:0 auto;padding:8px 16px 48px}
h6{margin:28px 0 8px;padding-top:12px;border-top:1px solid var(--rule);font-size:12px;font-weight:400;color:var(--faint)}
article{display:grid;grid-template-columns:36px minmax(0,1fr);gap:0 10px;margin:0 0 12px}
.face{width:36px;height:36px;border-radius:6px;background:#4a154b;color:#fff;display:grid;place-items:center;font-size:18px}
.name{font-weight:900}.name i{font-style:normal;font-weight:700;font-size:10px;background:var(--rule);border-radius:2px;
padding:1px 3px;margin-left:5px;vertical-align:1px}
.stack{display:flex;flex-direction:column;gap:8px;max-width:600px;overflow-wrap:anywhere}
h3{margin:0;font-size:18px;line-height:1.33}
p,pre{margin:0;white-space:pre-wrap}.small{font-size:13px;color:var(--faint)}
ul,ol{margin:0;padding-left:26px}
blockquote{margin:0;padding-left:14px;border-left:4px solid var(--rule);border-radius:2px;white-space:pre-wrap}
code,pre{background:var(--code);border:1px solid var(--rule);border-radius:3px;color:var(--ink);padding:1px 3px;font-size:12px}
table{border-collapse:collapse;font-size:14px}td{border:1px solid var(--rule);padding:6px 10px;vertical-align:top}
.row{display:flex;flex-wrap:wrap;gap:8px}
.row button{background:none;border:1px solid var(--faint);border-radius:4px;min-height:36px;padding:0 12px;
font-size:14px;font-weight:700;color:var(--text);max-width:100%}
.row button.primary{background:var(--green);border-color:var(--green);color:#fff}
.row button.danger{background:var(--red);border-color:var(--red);color:#fff}
.choice{display:block}.menu{border:1px solid var(--faint);border-radius:4px;padding:6px 12px;min-width:200px}
.picture{border:1px dashed var(--faint);border-radius:8px;padding:14px;color:var(--faint)}
""".strip()


def page(titled: Iterable[tuple[str, Speaker | None, Sequence[Message]]]) -> str:
    body = "".join(_titled(*one) for one in titled)
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Lectern</title><style>{STYLE}</style>'
    )
    return f'<!doctype html><html lang="en"><head>{head}</head><body><main>{body}</main></body></html>'


def _titled(title: str, speaker: Speaker | None, messages: Sequence[Message]) -> str:
    name = persona(speaker).get("username", "Lectern")
    face = escape(speaker.emoji if speaker else "L")
    return f"<h6>{escape(title)}</h6>" + "".join(
        f'<article><div class="face">{face}</div><div><div class="name">{escape(name)}<i>APP</i></div>'
        f'<div class="stack">{"".join(map(_block, message.without_pictures().blocks))}</div></div></article>'
        for message in messages
    )


def _block(block: Json) -> str:
    match block["type"]:
        case "header":
            return f"<h3>{escape(block['text']['text'])}</h3>"
        case "rich_text":
            return "".join(map(_rich, block["elements"]))
        case "context":
            return "".join(f'<p class="small">{escape(one.get("text", ""))}</p>' for one in block["elements"])
        case "section":
            return f"<p>{escape(block['text']['text'])}</p>"
        case "actions":
            return f'<div class="row">{"".join(map(_control, block["elements"]))}</div>'
        case "table":
            rows = ("".join(f"<td>{_block(cell)}</td>" for cell in row) for row in block["rows"])
            return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
        case "image":
            return f'<div class="picture">{escape(block["alt_text"])}</div>'
        case other:
            return f'<p class="small">[{escape(other)}]</p>'


def _rich(element: Json) -> str:
    match element["type"]:
        case "rich_text_list":
            tag = "ol" if element["style"] == "ordered" else "ul"
            return f"<{tag}>{''.join(f'<li>{_runs(item)}</li>' for item in element['elements'])}</{tag}>"
        case "rich_text_quote":
            return f"<blockquote>{_runs(element)}</blockquote>"
        case "rich_text_preformatted":
            return f"<pre>{_runs(element)}</pre>"
        case _:
            return f"<p>{_runs(element)}</p>"


def _runs(element: Json) -> str:
    return "".join(_run(run) for run in element["elements"])


def _run(run: Json) -> str:
    said = escape(str(run.get("text") or run.get("fallback") or ""))
    style = run.get("style") or {}
    for name, tag in (("code", "code"), ("italic", "em"), ("bold", "strong")):
        if style.get(name):
            said = f"<{tag}>{said}</{tag}>"
    return said


def _control(element: Json) -> str:
    if element["type"] == "button":
        return f'<button class="{element.get("style", "")}">{escape(element["text"]["text"])}</button>'
    if element["type"] in ("radio_buttons", "checkboxes"):
        kind = "radio" if element["type"] == "radio_buttons" else "checkbox"
        return f"<div>{''.join(_choices(kind, element['options']))}</div>"
    return f'<div class="menu">{escape((element.get("placeholder") or {"text": "Choose"})["text"])} ⌄</div>'


def _choices(kind: str, options: Sequence[Json]) -> Iterator[str]:
    yield from (f'<label class="choice"><input type="{kind}"> {escape(one["text"]["text"])}</label>' for one in options)
