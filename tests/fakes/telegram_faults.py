"""The ways in which the fake Telegram fails when it is told to."""

from __future__ import annotations

from dataclasses import dataclass

from tests.fakes.telegram_refusal import Refusal

OTHER_POLLER = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
_DESCRIPTIONS = {
    400: "Bad Request: something is wrong",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    409: OTHER_POLLER,
    429: "Too Many Requests: retry later",
    500: "Internal Server Error",
}


@dataclass
class Fault:
    """An error, a hang of so many seconds, a dropped connection, a page that is no JSON, or the news that a
    group has another id.

    `after` does the work first and then fails to say so. `times` is how often, -1 for ever.
    """

    status: int = 0
    description: str = ""
    retry_after: int = 0
    migrate_to: int = 0
    hang: float = 0.0
    drop: bool = False
    page: str = ""
    after: bool = False
    times: int = 1

    def refusal(self) -> Refusal:
        status = self.status or (400 if self.migrate_to else 429)
        parameters = {"retry_after": self.retry_after, "migrate_to_chat_id": self.migrate_to}
        description = self.description or _DESCRIPTIONS.get(status, "Error")
        return Refusal(status, description, {name: value for name, value in parameters.items() if value})


class Faults:
    """What is to fail next, by method and chat."""

    def __init__(self) -> None:
        self._armed: list[tuple[Fault, str, int | None]] = []

    def arm(self, fault: Fault, method: str, chat_id: int | None) -> None:
        self._armed.append((fault, method, chat_id))

    def strike(self, method: str, chat_id: int | None) -> Fault | None:
        for fault, wanted, chat in self._armed:
            if fault.times != 0 and wanted in ("", method) and chat in (None, chat_id):
                fault.times -= 1
                return fault
        return None
