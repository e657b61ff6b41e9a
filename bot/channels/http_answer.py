"""Reads an HTTP/1.1 answer out of the bytes that have come so far. Pure, and strict: what could be read in two
ways is no answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEAD_AT_MOST = 64 * 1024
_BODY_AT_MOST = 1024 * 1024

_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-9]\d\d)(?: [^\r\n]*)?")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\x00]*)")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?")

_WITHOUT_BODY = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """The headers stand by their names in lower case. `length` counts the bytes that were read, and with
    `is_last` the connection carries no other answer.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    length: int
    is_last: bool


def read_answer(data: bytes, *, closed: bool = False) -> HttpAnswer | None:
    """The first answer in `data`, None if more must come; `closed` means that nothing more will come.

    ValueError if it is no answer, or too long a one.
    """
    status, start = 100, 0
    is_last, headers = False, dict[str, str]()
    while status < 200:  # Interim answers (100 Continue, 103 Early Hints) stand before the real one.
        end = data.find(b"\r\n\r\n", start)
        if (end if end >= 0 else len(data)) - start > _HEAD_AT_MOST:
            raise ValueError("its head is too long")
        if end < 0:
            return None
        status, is_last, headers = _head(data[start:end])
        start = end + 4
    if status in _WITHOUT_BODY:
        return HttpAnswer(status, headers, b"", start, is_last)
    if "transfer-encoding" in headers:
        read = _chunks(data, start, headers)
    elif "content-length" in headers:
        read = _counted(data, start, headers["content-length"])
    else:
        read = (data[start:], len(data)) if closed else None
        is_last = True
    if (len(data) if read is None else read[1]) - start > 2 * _BODY_AT_MOST:
        raise ValueError("its body is too long")
    return HttpAnswer(status, headers, *read, is_last) if read else None


def _head(head: bytes) -> tuple[int, bool, dict[str, str]]:
    """Status, whether the server closes the connection afterwards, headers."""
    first, *lines = head.split(b"\r\n")
    found = _STATUS.fullmatch(first)
    if found is None:
        raise ValueError("it does not begin like an answer")
    headers: dict[str, str] = {}
    for line in lines:
        read = _HEADER.fullmatch(line)
        if read is None:
            raise ValueError("a header cannot be read")
        name, value = read[1].decode("ascii").lower(), read[2].decode("latin-1").strip(" \t")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    if found[2] == b"101":
        raise ValueError("it changes to another protocol")
    closes = found[1] == b"0" or "close" in headers.get("connection", "").lower()
    return int(found[2]), closes, headers


def _counted(data: bytes, start: int, length: str) -> tuple[bytes, int] | None:
    """The body and where it ends."""
    if not (length.isascii() and length.isdigit()) or int(length) > _BODY_AT_MOST:
        raise ValueError("the length of its body is not acceptable")
    stop = start + int(length)
    return (data[start:stop], stop) if len(data) >= stop else None


def _chunks(data: bytes, start: int, headers: dict[str, str]) -> tuple[bytes, int] | None:
    """The body, put together, and where it ends. Trailers are passed over."""
    if headers["transfer-encoding"].lower() != "chunked" or "content-length" in headers:
        raise ValueError("how its body is framed is not clear")
    pieces = []
    while True:
        end = data.find(b"\r\n", start)
        found = _CHUNK.fullmatch(data, start, end) if end >= 0 else None
        if found is None:
            if end >= 0 or len(data) - start > _HEAD_AT_MOST:
                raise ValueError("a chunk cannot be read")
            return None
        size = int(found[1], 16)
        start = end + 2
        if size == 0:
            break
        if size > _BODY_AT_MOST:
            raise ValueError("a chunk is too long")
        if len(data) < start + size + 2:
            return None
        if data[start + size : start + size + 2] != b"\r\n":
            raise ValueError("a chunk does not end where it should")
        pieces.append(data[start : start + size])
        start += size + 2
    if data[start : start + 2] == b"\r\n":
        return b"".join(pieces), start + 2
    end = data.find(b"\r\n\r\n", start)
    return (b"".join(pieces), end + 4) if end >= 0 else None
