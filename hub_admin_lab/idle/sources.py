"""What counts as activity of a server, and when that was: section 4 of the design.

While reports come it is what they tell: kernels, terminals, a person's input, other work. The
Hub's ``last_activity`` is shown and does not count then: an open tab that nobody touches moves it.
Without any report of this run the Hub's word is all there is; where reports stopped, the later of
both counts.

A kernel that runs code is active now, for at most ``busy_max`` from when it began. One that does
not say whether it does was active when it last reported.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from hub_admin_lab.idle.activity import HubFacts, KernelSeen, Report
from hub_admin_lab.idle.kernels import STATES
from hub_admin_lab.models.decision import ActivitySource

GRACE_PERIODS = 3
"""So many periods a report may be overdue before the reports count as stopped."""

Basis = Literal["reported", "never_reported", "reports_stopped"]
Busy = Literal["keeps", "too_long", "unprotected"]


@dataclass(frozen=True)
class Activity:
    """When a server was last active, and by what that is known.

    Attributes
    ----------
    last
        The latest that counts; None: not known.
    busy
        Whether a kernel that runs code keeps the server; if not, it has run for too long, or the
        server's own settings say so. None: no kernel runs code.
    busy_since, busy_until
        When the kernel began that keeps the server, and until when it does at most (None: without
        end). Both None if none does.
    unclear
        A kernel does not say whether it runs code.
    late_until
        Its report is overdue, and counts as on its way until then; None: it is not.
    sources
        Everything that was looked at.
    """

    basis: Basis
    last: datetime | None
    busy: Busy | None
    busy_since: datetime | None
    busy_until: datetime | None
    unclear: bool
    late_until: datetime | None
    sources: tuple[ActivitySource, ...]


def activity_of(
    hub: HubFacts, report: Report | None, now: datetime, busy_max: int | None
) -> Activity:
    """Return when a server was last active.

    Parameters
    ----------
    report
        The last one, of whatever run; None: the server never reported.
    busy_max
        Seconds that one cell may keep the server; None: for ever.
    """
    if report is None or _of_an_earlier_run(hub, report):
        return _by_the_hub(hub)
    stopped = _stopped(report, now)
    busy = _BusyKernels(report, now, busy_max)
    used = (
        *(busy.source(kernel) for kernel in report.kernels),
        *busy.left_out(),
        *(
            ActivitySource(kind="terminal", name=terminal.name, at=terminal.last_activity)
            for terminal in report.terminals
        ),
    )
    # What does not say when it was active may have been until the report. A server that nobody
    # used yet was last active when it started.
    times = [report.at if source.at is None else source.at for source in used]
    others = [report.presence, report.work, hub.started, hub.last_activity if stopped else None]
    work = [ActivitySource(kind="work", at=report.work)] if report.work is not None else []
    return Activity(
        basis="reports_stopped" if stopped else "reported",
        last=_latest([*times, *others]),
        busy=busy.verdict,
        busy_since=busy.since,
        busy_until=busy.until,
        unclear=any(kernel.state not in STATES for kernel in report.kernels),
        late_until=None if stopped or now <= report.next_expected else _on_its_way_until(report),
        sources=(
            *used,
            ActivitySource(kind="presence", at=report.presence),
            *work,
            ActivitySource(kind="tab", name=str(report.tabs), at=report.at, counts=False),
            ActivitySource(kind="hub", at=hub.last_activity, counts=stopped),
            ActivitySource(kind="report", at=report.at, counts=False),
        ),
    )


def _by_the_hub(hub: HubFacts) -> Activity:
    # As jupyterhub-idle-culler does it: the start only where there is no activity at all.
    last = hub.started if hub.last_activity is None else hub.last_activity
    sources = (
        ActivitySource(kind="hub", at=hub.last_activity),
        ActivitySource(kind="report", at=None, counts=False),
    )
    return Activity("never_reported", last, None, None, None, False, None, sources)


def _of_an_earlier_run(hub: HubFacts, report: Report) -> bool:
    return hub.started is not None and report.at < hub.started


def _stopped(report: Report, now: datetime) -> bool:
    return now >= _on_its_way_until(report)


def _on_its_way_until(report: Report) -> datetime:
    period = report.next_expected - report.at
    return report.next_expected + GRACE_PERIODS * period + timedelta.resolution


def _latest(times: Iterable[datetime | None]) -> datetime | None:
    return max((time for time in times if time is not None), default=None)


class _BusyKernels:
    """The kernels of a report that run code.

    Attributes
    ----------
    verdict, since, until
        As ``busy``, ``busy_since`` and ``busy_until`` of ``Activity``.
    """

    def __init__(self, report: Report, now: datetime, busy_max: int | None) -> None:
        self._report = report
        self._now = now
        self._busy_max = busy_max
        self.verdict: Busy | None = None
        self.since: datetime | None = None
        self.until: datetime | None = None
        began = [self._began(kernel) for kernel in report.kernels if kernel.state == "busy"]
        if report.left_out_busy:
            began.append(report.at)
        if began:
            self._judge(max(began))

    def source(self, kernel: KernelSeen) -> ActivitySource:
        """Return when a kernel, busy or not, was last active."""
        name = kernel.path or kernel.id
        if kernel.state not in STATES:
            return ActivitySource(kind="kernel", name=name, at=self._report.at)
        if kernel.state != "busy":
            return ActivitySource(kind="kernel", name=name, at=kernel.last_activity)
        times = [kernel.last_activity, kernel.busy_since]
        if self._report.protects_work:
            times.append(self._active(self._began(kernel)))
        return ActivitySource(kind="busy_kernel", name=name, at=_latest(times))

    def left_out(self) -> list[ActivitySource]:
        """Return a busy kernel beyond those that a report holds, of which nothing more is known."""
        if not self._report.left_out_busy:
            return []
        at = self._active(self._report.at) if self._report.protects_work else None
        return [ActivitySource(kind="busy_kernel", at=at)]

    def _judge(self, since: datetime) -> None:
        until = self._end(since)
        if not self._report.protects_work:
            self.verdict = "unprotected"
        elif until is not None and self._now >= until:
            self.verdict = "too_long"
        else:
            self.verdict, self.since, self.until = "keeps", since, until

    def _active(self, since: datetime) -> datetime:
        until = self._end(since)
        return self._now if until is None else min(self._now, until)

    def _began(self, kernel: KernelSeen) -> datetime:
        # Where it is not known, as late as it can be.
        return self._report.at if kernel.busy_since is None else kernel.busy_since

    def _end(self, since: datetime) -> datetime | None:
        return None if self._busy_max is None else since + timedelta(seconds=self._busy_max)
