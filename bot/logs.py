"""Logging for `serve`: text or JSON lines on stderr, with every token-like thing taken out of the text."""

from __future__ import annotations

import json
import logging
import re
import time

#: A Telegram token as it stands in a URL (/bot123:ABC) or alone, and whatever follows "Bearer".
_SECRETS = re.compile(r"(bot)?\d{5,}:[\w-]{10,}|(?<=Bearer )\S+", re.ASCII)


class _TextFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return _SECRETS.sub("[secret]", super().format(record))

    def formatException(self, ei: object) -> str:  # noqa: N802 (the library's name)
        """Only the kind of an error: its message and its frames may quote what a user wrote."""
        return type(ei[1]).__name__ if isinstance(ei, tuple) else ""


class _JsonFormatter(_TextFormatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _SECRETS.sub("[secret]", record.getMessage()),
        }
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def set_up_logging(log_format: str) -> None:
    """`log_format` is text or json. Libraries are heard from warnings on: below, some write whole URLs."""
    handler = logging.StreamHandler()
    handler.setFormatter(
        _JsonFormatter() if log_format == "json" else _TextFormatter("%(asctime)s %(levelname)s %(message)s")
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("bot").setLevel(logging.INFO)
