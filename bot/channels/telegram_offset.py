"""Which of Telegram's updates are under way, and which offset confirms only the answered ones. Pure."""

from __future__ import annotations


class Offset:
    """Telegram sends every update from the offset on, again and again, until a higher offset confirms it."""

    def __init__(self) -> None:
        self._unanswered: dict[int, float] = {}  # update id: when it was taken
        self._taken: set[int] = set()  # what Telegram may send again, answered or not
        self._next: int | None = None  # one above the highest update taken

    def advance(self) -> int | None:
        """The offset for the next fetch: the lowest unanswered update, else the first unseen one; None before
        the first. A fetch under way may still bring what was answered since it began, so only here, between
        fetches, is anything forgotten.
        """
        offset = min(self._unanswered, default=self._next)
        self._taken = {number for number in self._taken if offset is None or number >= offset}
        return offset

    @property
    def is_idle(self) -> bool:
        return not self._unanswered

    def take(self, number: int, now: float) -> bool:
        """Whether the update is new; then it is under way from `now` on."""
        if number in self._taken:
            return False
        self._taken.add(number)
        self._unanswered[number] = now
        self._next = max(self._next or 0, number + 1)
        return True

    def answered(self, number: int) -> None:
        self._unanswered.pop(number, None)

    def pass_over(self, before: float) -> bool:
        """Confirms the lowest update unanswered if it was taken before that moment; whether it did."""
        lowest = min(self._unanswered, default=None)
        if lowest is None or self._unanswered[lowest] >= before:
            return False
        self.answered(lowest)
        return True
