"""Draws what an answer looks like in LINE and in Telegram, from the very bodies that the bot sends.

usage: .venv/bin/python docs/pictures/draw.py
Needs Node.js with npm, Chromium, and fonts with Japanese letters (Debian: chromium, fonts-noto-cjk). LINE's Flex
messages are drawn by the npm package flex-render; it does not escape text, so the script does. Writes line.png and
telegram.png beside itself.
"""

from __future__ import annotations

import html
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))

from bot.app import load_conversation  # noqa: E402
from bot.channels import line_render, telegram_html  # noqa: E402
from bot.model import Incoming, Kind, Reply  # noqa: E402
from bot.state import UserState  # noqa: E402

FLEX_RENDER = "flex-render@0.1.10"
QUESTIONS = {"line": "hoc tieng nhat o komaki cho nao", "telegram": "onde tem aula de japones aki em toyota"}
_WIDTH, _HEIGHT = 420, 860

_DRAW = """
import { render } from 'flex-render'
import { readFileSync } from 'node:fs'
for (const contents of JSON.parse(readFileSync(0, 'utf8'))) console.log(render(contents))
"""

_STYLE = """
* { box-sizing: border-box } body { margin: 0; font-family: 'Noto Sans', 'Noto Sans CJK JP', sans-serif; font-size: 15px }
.phone { width: 420px; height: 860px; padding: 14px; overflow: hidden; display: flex; flex-direction: column; gap: 10px }
.line { background: #8cabd8 } .telegram { background: #d5e4d2 }
.me { align-self: flex-end; background: #8de055; border-radius: 16px; padding: 9px 13px; max-width: 80% }
.telegram .me { background: #eeffde }
.bot { align-self: flex-start; background: #fff; border-radius: 16px; padding: 10px 14px; max-width: 92%;
       white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.4 }
.bot a { color: #2678b6 } .chips { display: flex; flex-wrap: wrap; gap: 6px; margin-top: auto }
.chips span { border-radius: 18px; background: #fff; padding: 7px 13px; font-size: 14px }
.row { display: flex; gap: 5px; margin-top: 5px; max-width: 92% }
.row span { flex: 1; text-align: center; background: #7aa07aaa; color: #fff; border-radius: 8px; padding: 8px; font-size: 14px }
blockquote { margin: 4px 0; border-left: 3px solid #2678b6; padding-left: 8px }
"""


def answer(question: str) -> Reply:
    conversation = load_conversation(ROOT / "data", ROOT / "locales", ROOT / "intents")
    reply = conversation.turn(
        Incoming("console", "picture", "1", Kind.TEXT, question), UserState(), 0.0
    ).reply
    assert reply is not None
    return reply


def line_page(question: str, folder: Path) -> str:
    messages = line_render.render(answer(question))
    subprocess.run(["npm", "install", "--silent", "--prefix", folder, FLEX_RENDER], check=True)
    (folder / "draw.mjs").write_text(_DRAW, encoding="utf-8")
    flex = [_escaped(message["contents"]) for message in messages if message["type"] == "flex"]
    drawn = subprocess.run(
        ["node", "draw.mjs"], input=json.dumps(flex), cwd=folder, capture_output=True, text=True, check=True
    ).stdout
    style = (folder / "node_modules/flex-render/dist/index.css").read_text(encoding="utf-8")
    texts = [f'<div class="bot">{html.escape(str(m["text"]))}</div>' for m in messages if m["type"] == "text"]
    items = messages[-1].get("quickReply", {"items": []})
    assert isinstance(items, dict)
    chips = "".join(f"<span>{html.escape(item['action']['label'])}</span>" for item in items["items"])
    asked = f'<div class="me">{html.escape(question)}</div>'
    return _page("line", style, asked + drawn + "".join(texts) + f'<div class="chips">{chips}</div>')


def telegram_page(question: str) -> str:
    parts = [f'<div class="me">{html.escape(question)}</div>']
    for message in telegram_html.render(answer(question), private=True):
        parts.append(f'<div class="bot">{message.html}</div>')
        for row in getattr(message.markup, "inline_keyboard", ()):
            parts.append(
                '<div class="row">' + "".join(f"<span>{html.escape(b.text)}</span>" for b in row) + "</div>"
            )
    return _page("telegram", "", "".join(parts))


def _page(app: str, style: str, body: str) -> str:
    return (
        f'<!doctype html><meta charset="utf-8"><style>{style}{_STYLE}</style>'
        f'<div class="phone {app}">{body}</div>'
    )


def _escaped(value: object) -> object:
    if isinstance(value, dict):
        return {key: _escaped(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_escaped(inner) for inner in value]
    return html.escape(value) if isinstance(value, str) else value


def shoot(page: str, target: Path, folder: Path) -> None:
    """A screenshot by headless Chromium, at twice the size for sharp letters."""
    source = folder / f"{target.stem}.html"
    source.write_text(page, encoding="utf-8")
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--force-device-scale-factor=2",
    ]
    quiet = [
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    size = [f"--window-size={_WIDTH},{_HEIGHT}", f"--user-data-dir={folder / 'profile'}"]
    command = [chromium, *flags, *quiet, *size, f"--screenshot={target}", source.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shoot(line_page(QUESTIONS["line"], folder), HERE / "line.png", folder)
        shoot(telegram_page(QUESTIONS["telegram"]), HERE / "telegram.png", folder)


if __name__ == "__main__":
    main()
