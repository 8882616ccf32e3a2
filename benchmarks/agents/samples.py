"""How the reports of all simulated servers were answered."""

from __future__ import annotations

import json
import statistics
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hub_admin_lab.agent.connection import Reply

_WEIGHED = 50  # one of so many reports is weighed: that costs time too


@dataclass(frozen=True)
class Sample:
    """One report.

    Attributes
    ----------
    late
        Seconds between when it should have been sent and when it was: the sender's own fault.
    took
        Seconds from when it should have been sent to the answer.
    status
        Of the answer; 0: there was none.
    """

    late: float
    took: float
    status: int


class Samples:
    """Those since the last summary."""

    def __init__(self) -> None:
        self._number = 0
        self.known: set[str] = set()
        """The users whose servers had an answer since the last summary."""
        self._begin()

    def _begin(self) -> None:
        self._since, self._cpu = time.perf_counter(), time.process_time()
        self._samples: list[Sample] = []
        self._sent: list[int] = []
        self._received: list[int] = []
        self.known.clear()

    def add(self, user: str, sample: Sample, report: Any, reply: Reply | None) -> None:
        """Take one."""
        self._samples.append(sample)
        if reply is None or reply.status != 200:
            return
        self.known.add(user)
        self._number += 1
        if self._number % _WEIGHED == 1:
            self._sent.append(len(json.dumps(report)))
            self._received.append(len(json.dumps(reply.body, separators=(",", ":"))))

    def summary(self) -> dict[str, Any]:
        """Return the figures since the last summary, times in seconds, and begin anew."""
        seconds = time.perf_counter() - self._since
        found = {
            "seconds": seconds,
            "sender_cpu": (time.process_time() - self._cpu) / seconds,
            "late": quantiles(sample.late for sample in self._samples),
            "answered": quantiles(s.took for s in self._samples if s.status == 200),
            "refused": quantiles(s.took for s in self._samples if s.status not in (0, 200)),
            "statuses": Counter(str(sample.status) for sample in self._samples),
            "servers": len(self.known),
            "report_bytes": statistics.fmean(self._sent) if self._sent else 0,
            "answer_bytes": statistics.fmean(self._received) if self._received else 0,
        }
        self._begin()
        return found


def quantiles(values: Iterable[float]) -> dict[str, float]:
    """Return p50, p95, p99 and the largest; nothing of nothing."""
    ordered = sorted(values)
    if len(ordered) < 2:
        return {}
    cuts = statistics.quantiles(ordered, n=100, method="inclusive")
    return {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "max": ordered[-1]}
