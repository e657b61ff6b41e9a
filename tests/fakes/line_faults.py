"""What can go wrong with a call to a fake LINE."""

from __future__ import annotations

from dataclasses import dataclass

REPLY_PATH = "/v2/bot/message/reply"


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one call to `path`. With `late`, only after the call was carried out."""

    status: int = 0
    retry_after: str = ""
    message: str = "Internal error"
    hang: float = 0.0  # seconds without an answer
    drop: bool = False  # the connection
    late: bool = False
    path: str = REPLY_PATH


USED_TOKEN = Fault(status=400, message="Invalid reply token")
RATE_LIMIT = Fault(status=429, message="The API rate limit has been exceeded. Try again later.")
SERVER_ERROR = Fault(status=500)
DROPPED = Fault(drop=True)
