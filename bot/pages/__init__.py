"""The HTML of the pages that commands write for people to print and keep."""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template

_HERE = Path(__file__).resolve().parent


def fill(name: str, *, html: dict[str, str] | None = None, **texts: str) -> str:
    """The page or piece of that name, filled; `texts` are escaped, what is in `html` is HTML already."""
    template = Template((_HERE / f"{name}.html").read_text(encoding="utf-8"))
    return template.substitute({key: escape(text) for key, text in texts.items()} | (html or {}))
