"""Numbers for Prometheus, in a registry of their own per application."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from contactcenter.tasks import ended

K = TypeVar("K", bound=tuple[str, ...])

PREFIX = "contactcenter_"
CONTENT_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """Names are given without the `contactcenter_` prefix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)

    def counter(self, name: str, help_text: str, labels: Sequence[str] = ()) -> Counter:
        return Counter(PREFIX + name, help_text, labels, registry=self.registry)

    def histogram(
        self, name: str, help_text: str, labels: Sequence[str] = (), buckets: Sequence[float] | None = None
    ) -> Histogram:
        chosen = Histogram.DEFAULT_BUCKETS if buckets is None else buckets
        return Histogram(PREFIX + name, help_text, labels, buckets=chosen, registry=self.registry)

    def gauge(self, name: str, help_text: str, value: Callable[[], float]) -> None:
        """A number asked for at each scrape."""
        Gauge(PREFIX + name, help_text, registry=self.registry).set_function(value)

    def gauges(
        self,
        name: str,
        help_text: str,
        labels: Sequence[str],
        values: Callable[[], Mapping[K, float]],
    ) -> None:
        """Numbers by label values, all asked for at each scrape; what is gone then is gone from the page."""
        self.registry.register(_Gauges(PREFIX + name, help_text, labels, values))

    def render(self) -> bytes:
        """The page in Prometheus' text format; its type is CONTENT_TYPE."""
        return generate_latest(self.registry)


class _Gauges(Collector, Generic[K]):
    def __init__(
        self, name: str, help_text: str, labels: Sequence[str], values: Callable[[], Mapping[K, float]]
    ) -> None:
        self._name = name
        self._help = help_text
        self._labels = labels
        self._values = values

    def describe(self) -> Iterable[Metric]:
        yield GaugeMetricFamily(self._name, self._help, labels=self._labels)

    def collect(self) -> Iterable[Metric]:
        family = GaugeMetricFamily(self._name, self._help, labels=self._labels)
        for labels, value in self._values().items():
            family.add_metric(list(labels), value)
        yield family


LAG_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0)


class LoopLag:
    """How late the event loop wakes, in seconds: what every call in the process feels.

    Own lag is the part in which the loop's thread was at work; in the rest it had to wait, for a processor that other
    programs had or for the disk. `clock` and `worked` give seconds: of the wall, and of this thread's work.
    """

    def __init__(
        self,
        metrics: Metrics,
        *,
        interval_s: float = 0.01,
        clock: Callable[[], float] = time.perf_counter,
        worked: Callable[[], float] = time.thread_time,
    ) -> None:
        self._lag = metrics.histogram("loop_lag_seconds", "How late the event loop wakes.", buckets=LAG_BUCKETS)
        own_help = "How late the event loop wakes for its own work's sake."
        self._own = metrics.histogram("loop_own_lag_seconds", own_help, buckets=LAG_BUCKETS)
        self._interval_s = interval_s
        self._clock = clock
        self._worked = worked
        self._worst = 0.0
        self._worst_own = 0.0
        self._task: asyncio.Task[None] | None = None
        metrics.gauge("loop_lag_max_seconds", "Worst lag of the event loop since the last scrape.", self._take_worst)
        metrics.gauge("loop_own_lag_max_seconds", "Worst own lag since the last scrape.", self._take_worst_own)

    @property
    def worst_s(self) -> float:
        return self._worst

    @property
    def worst_own_s(self) -> float:
        return self._worst_own

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="loop-lag")

    async def stop(self) -> None:
        await ended(self._task)
        self._task = None

    def observe(self, lag_s: float, worked_s: float) -> None:
        """A wake-up `lag_s` late, with `worked_s` of work since the one before."""
        own = min(lag_s, worked_s)
        self._lag.observe(lag_s)
        self._own.observe(own)
        self._worst = max(self._worst, lag_s)
        self._worst_own = max(self._worst_own, own)

    def _take_worst(self) -> float:
        worst, self._worst = self._worst, 0.0
        return worst

    def _take_worst_own(self) -> float:
        worst, self._worst_own = self._worst_own, 0.0
        return worst

    async def _run(self) -> None:
        while True:
            due, worked = self._clock() + self._interval_s, self._worked()
            await asyncio.sleep(self._interval_s)
            self.observe(max(0.0, self._clock() - due), self._worked() - worked)
