"""What operators see from outside, as Prometheus metrics: numbers and kinds, no user, no text, no secret.

Several workers of one machine add up in files under PROMETHEUS_MULTIPROC_DIR, which `bot.workers` sets before
this module is imported.
"""

from __future__ import annotations

import os
import time
from functools import cache

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from bot.model import Delivery

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_ANSWER_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """One set of metrics. Labels come from lists of ours, so that their number is bounded."""

    def __init__(self) -> None:
        own = self._registry = CollectorRegistry()
        self._messages = Counter(
            "doko_messages", "Answered messages", ["channel", "language", "intent"], registry=own
        )
        self._misunderstood = Counter(
            "doko_misunderstood", "Messages that were not understood", ["channel", "language"], registry=own
        )
        self._seconds = Histogram(
            "doko_answer_seconds",
            "From receiving an event to the platform's word that it took the answer",
            ["channel"],
            buckets=_ANSWER_SECONDS,
            registry=own,
        )
        self._deliveries = Counter(
            "doko_deliveries", "What became of answers", ["channel", "outcome"], registry=own
        )
        self._platform_errors = Counter(
            "doko_platform_errors", "Failed calls to a platform", ["channel", "kind"], registry=own
        )
        self._failures = Counter("doko_failures", "Events that hit an error of ours", ["step"], registry=own)
        self._webhooks = Counter("doko_webhooks", "Webhook requests", ["channel", "status"], registry=own)
        self._limited = Counter("doko_limited", "Messages beyond a chat's limit", ["channel"], registry=own)
        self._reloads = Counter(
            "doko_reloads", "Changed files, taken up or refused", ["result"], registry=own
        )
        self._queue_full = Counter("doko_queue_full", "Events refused since too many waited", registry=own)
        self._waiting = Gauge(
            "doko_queue_waiting", "Events under way", registry=own, multiprocess_mode="livesum"
        )
        self._store_up = Gauge(
            "doko_store_up", "1 while the store can be reached", registry=own, multiprocess_mode="livemin"
        )
        self._store_failures = Counter("doko_store_failures", "Failed calls to the store", registry=own)
        self._last_poll = Gauge(
            "doko_last_poll_timestamp_seconds",
            "When Telegram was last polled successfully",
            registry=own,
            multiprocess_mode="livemax",
        )
        self._store_up.set(1)
        # Looking a metric up by its labels costs more than counting, so what was found is kept.
        self._messages_of = cache(self._messages.labels)
        self._seconds_of = cache(self._seconds.labels)
        self._deliveries_of = cache(self._deliveries.labels)
        self._webhooks_of = cache(self._webhooks.labels)
        self.last_poll = 0.0

    def delivered(self, channel: str, delivery: Delivery, seconds: float) -> None:
        self._deliveries_of(channel, delivery.value).inc()
        self._seconds_of(channel).observe(seconds)

    def understood(self, channel: str, language: str, intent: str, misunderstood: bool) -> None:
        self._messages_of(channel, language, intent).inc()
        if misunderstood:
            self._misunderstood.labels(channel, language).inc()

    def webhook(self, channel: str, status: int) -> None:
        self._webhooks_of(channel, status).inc()

    def platform_error(self, channel: str, kind: str) -> None:
        self._platform_errors.labels(channel, kind).inc()

    def failure(self, step: str) -> None:
        self._failures.labels(step).inc()

    def limited(self, channel: str) -> None:
        self._limited.labels(channel).inc()

    def reloaded(self, taken_up: bool) -> None:
        self._reloads.labels("taken_up" if taken_up else "refused").inc()

    def queue_full(self) -> None:
        self._queue_full.inc()

    def store_failed(self) -> None:
        self._store_failures.inc()

    def polled(self) -> None:
        self.last_poll = time.time()
        self._last_poll.set(self.last_poll)

    def text(self, waiting: int, store_up: bool) -> bytes:
        """All metrics in Prometheus's text format; of all workers where there are several."""
        self.gauge(waiting, store_up)
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)

    def gauge(self, waiting: int, store_up: bool) -> None:
        """Sets what is measured rather than counted."""
        self._waiting.set(waiting)
        self._store_up.set(store_up)
