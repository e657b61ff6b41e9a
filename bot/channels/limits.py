"""Measures texts as the platforms do, in grapheme clusters and in UTF-16 code units, and cuts them so that
no letter or emoji is torn apart. Knows no platform and none of its limits.
"""

from __future__ import annotations

import regex

_GRAPHEME = regex.compile(r"\X")


def graphemes(text: str) -> int:
    """The letters as a reader counts them: an emoji of several code points is one."""
    if text.isascii() and "\r" not in text:
        return len(text)
    return len(_GRAPHEME.findall(text))


def cut_graphemes(text: str, n: int, ellipsis: str = "…") -> str:
    """The text if it has at most `n` graphemes, else its beginning and the ellipsis, `n` together."""
    if len(text) <= n:  # a grapheme is at least one code point
        return text
    clusters = _GRAPHEME.findall(text)
    if len(clusters) <= n:
        return text
    return "".join(clusters[: max(n - graphemes(ellipsis), 0)]).rstrip() + ellipsis


def utf16_length(text: str) -> int:
    """The length in UTF-16 code units, in which LINE and Telegram count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut_utf16(text: str, n: int, ellipsis: str = "…") -> str:
    """The text if it has at most `n` UTF-16 units, else its beginning and the ellipsis, at most `n` together.

    Cuts between graphemes, unless a single one is already too long.
    """
    if 2 * len(text) <= n or utf16_length(text) <= n:
        return text
    beginning = utf16_slice(text, 0, max(n - utf16_length(ellipsis), 0))
    end = _whole_graphemes(text, len(beginning))
    beginning = beginning[:end] if end else beginning
    return beginning.rstrip() + ellipsis if ellipsis else beginning


def _whole_graphemes(text: str, end: int) -> int:
    """The last place at or before `end` that is not inside a grapheme."""
    place = text.rfind("\n", 0, end) + 1  # never inside one, and near
    for cluster in _GRAPHEME.finditer(text, place):
        if cluster.end() > end:
            break
        place = cluster.end()
    return place


def utf16_slice(text: str, start: int, length: int | None = None) -> str:
    """`length` UTF-16 units from `start` on (to the end if None); halves of surrogate pairs are dropped."""
    units = text.encode("utf-16-le", "surrogatepass")
    end = len(units) if length is None else 2 * (start + length)
    return units[2 * start : end].decode("utf-16-le", "ignore")


def split_utf16(text: str, n: int) -> list[str]:
    """The whole text in pieces of at most `n` UTF-16 units each, none of them blank.

    Breaks at a blank line, else at a line's end, else at a space, so that a link which stands on a line of
    its own stays whole; only a longer word is broken.
    """
    pieces = []
    rest = text.strip("\n")
    while utf16_length(rest) > n:
        window = cut_utf16(rest, n, ellipsis="")
        end = _break(window, rest)
        pieces.append(rest[:end])
        rest = rest[end:].lstrip("\n ")
    pieces.append(rest)
    return [piece for piece in pieces if piece.strip()]


def _break(window: str, text: str) -> int:
    """Where to end a piece that begins `text` and may be as long as `window`."""
    if text[len(window)].isspace():
        return len(window)
    paragraph = window.rfind("\n\n")
    if paragraph > len(window) // 2:
        return paragraph
    for end in (window.rfind("\n"), window.rfind(" ")):
        if end > 0:
            return end
    return max(len(window), 1)
