"""Remembers which pages did not answer when `links` looked, so that answers can say so. Knows no network."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

_LOG = logging.getLogger(__name__)

#: A page may be down for a day; only after so many checks in a row does an answer mention it.
MARKED_AFTER = 3


@dataclass(frozen=True, slots=True)
class Failure:
    """How often in a row a page has failed, since when, and when it was last tried (2026-11-24)."""

    count: int
    since: str
    checked: str
    reason: str


@dataclass(frozen=True, slots=True)
class LinkHealth:
    """The pages that failed at the last check, by URL, byte for byte as the table gives it."""

    failures: Mapping[str, Failure] = field(default_factory=dict)

    def note_for(self, url: str) -> date | None:
        """The day of the last check, where the page has failed often enough to be worth a word."""
        failure = self.failures.get(url)
        if failure is None or failure.count < MARKED_AFTER:
            return None
        return date.fromisoformat(failure.checked)

    def after(self, results: Iterable[tuple[str, str]], today: date) -> LinkHealth:
        """What is known after one more check: (URL, why it failed or "") for each page that was tried."""
        day = today.isoformat()
        failures = {}
        for url, reason in results:
            if reason:
                before = self.failures.get(url, Failure(0, day, day, ""))
                failures[url] = Failure(before.count + 1, before.since, day, reason)
        return LinkHealth(failures)


def load(path: Path) -> LinkHealth:
    """What the file remembers; nothing where there is none yet or where it cannot be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        failures = {str(url): Failure(**entry) for url, entry in content.items()}
        for failure in failures.values():
            date.fromisoformat(failure.checked)
            int(failure.count)
    except FileNotFoundError:
        return LinkHealth()
    except (OSError, ValueError, TypeError, AttributeError):
        _LOG.warning("%s cannot be read; no page is marked until the next check of the links", path.name)
        return LinkHealth()
    return LinkHealth(failures)


def save(path: Path, health: LinkHealth) -> None:
    """Writes the file at once or not at all."""
    content = {url: asdict(failure) for url, failure in sorted(health.failures.items())}
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    temporary.replace(path)
