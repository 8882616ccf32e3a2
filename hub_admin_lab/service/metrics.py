"""What Prometheus reads: https://prometheus.io/docs/practices/naming/.

No name of a user or a server is among it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_LATEST

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """All of them, in a registry of their own: nothing of the process or of JupyterHub."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "hub_admin_lab_request_duration_seconds",
            "How long requests took, by route, method and status",
            ("route", "method", "status"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._introductions = Counter(
            "hub_admin_lab_introductions_total",
            "Servers that showed the token of the Hub, by how it ended",
            ("outcome",),
            registry=self._registry,
        )
        self._failures = Counter(
            "hub_admin_lab_background_failures_total",
            "What the service does by itself and could not do, by task",
            ("task",),
            registry=self._registry,
        )

    def took(self, route: str, method: str, status: int, seconds: float) -> None:
        """Note a request that was answered."""
        # Anybody can make methods up.
        known = method if method in _METHODS else "other"
        self._requests.labels(route, known, str(status)).observe(seconds)

    def introduced(self, outcome: str) -> None:
        """Note how an introduction ended: ``known``, ``refused``, ``later``."""
        self._introductions.labels(outcome).inc()

    def failed(self, task: str) -> None:
        """Note that a task in the background failed; it is tried again."""
        self._failures.labels(task).inc()

    def show(self, name: str, meaning: str, value: Callable[[], float]) -> None:
        """Show what a function returns whenever somebody reads."""
        Gauge(f"hub_admin_lab_{name}", meaning, registry=self._registry).set_function(value)

    def count(self, name: str, meaning: str, value: Callable[[], float]) -> None:
        """As ``show``, for what only grows."""
        self._registry.register(_Count(f"hub_admin_lab_{name}", meaning, value))

    def text(self) -> bytes:
        """Return all of them as Prometheus reads them."""
        return generate_latest(self._registry)


class _Count(Collector):
    """A counter that somebody else counts."""

    def __init__(self, name: str, meaning: str, value: Callable[[], float]) -> None:
        self._name, self._meaning, self._value = name, meaning, value

    def collect(self) -> Iterable[Metric]:
        """Return it as it is now."""
        yield CounterMetricFamily(self._name, self._meaning, value=self._value())


def timestamp(moment: datetime | None) -> float:
    """Return a time as Prometheus has it; 0 for none."""
    return 0.0 if moment is None else moment.timestamp()
