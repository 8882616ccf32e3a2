"""The last report of each server: in memory, and written to the store now and then.

What is lost when the service is killed is half a minute of them, and each server sends another
one soon after.
"""

from __future__ import annotations

import logging
from collections.abc import Container
from dataclasses import replace
from datetime import datetime, timedelta

from hub_admin_lab.idle.activity import Report, report_of
from hub_admin_lab.models.report import CheckIn
from hub_admin_lab.service.store import Store

log = logging.getLogger(__name__)

Key = tuple[str, str]
"""User and server."""

# How long the Hub may not show a server that reports: it may have been asked before it was ready.
_MISSED = timedelta(minutes=2)


class Reports:
    """What servers said last, by (user, server)."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reports: dict[Key, Report] = {}
        self._sequences: dict[Key, tuple[str, int]] = {}
        self._changed: set[Key] = set()
        # Written by another version of this package: that they have reported is all that is known.
        self._unreadable: set[Key] = set()

    async def load(self) -> None:
        """Read what was written before the service was started."""
        self._reports = await self._store.reports()
        self._unreadable = set(self._store.unreadable_reports)

    def __len__(self) -> int:
        return len(self._reports)

    @property
    def unreadable(self) -> int:
        """How many servers have reported before, and not again, whose report cannot be read."""
        return len(self._unreadable)

    def is_unreadable(self, user: str, server: str) -> bool:
        """Return whether a server is one of these."""
        return (user, server) in self._unreadable

    @property
    def newest(self) -> datetime | None:
        """When the last report of all came."""
        return max((report.at for report in self._reports.values()), default=None)

    def late(self, now: datetime, least: timedelta) -> int:
        """Return how many servers should have reported again a period ago, or ``least``."""
        return sum(
            now > report.next_expected + max(least, report.next_expected - report.at)
            for report in self._reports.values()
        )

    def of(self, user: str, server: str) -> Report | None:
        """Return the last report of a server."""
        return self._reports.get((user, server))

    def is_late(self, check_in: CheckIn) -> bool:
        """Return whether a newer report of the same run came before this one."""
        run, sequence = self._sequences.get((check_in.user, check_in.server), ("", -1))
        return run == check_in.run and check_in.sequence <= sequence

    def take(self, check_in: CheckIn, at: datetime, next_expected: datetime) -> Report:
        """Take a report, which is not a late one, and return it.

        Parameters
        ----------
        next_expected
            The earliest that the next one may come, until ``expect`` says when it is due.
        """
        key = (check_in.user, check_in.server)
        self._sequences[key] = (check_in.run, check_in.sequence)
        report = report_of(check_in, at, next_expected)
        self._put(key, report)
        return report

    def expect(self, user: str, server: str, next_expected: datetime) -> None:
        """Note when the next report of a server is due."""
        report = self._reports.get((user, server))
        if report is not None:
            self._put((user, server), replace(report, next_expected=next_expected))

    def _put(self, key: Key, report: Report) -> None:
        self._reports[key] = report
        self._unreadable.discard(key)
        self._changed.add(key)

    async def flush(self) -> None:
        """Write what has changed.

        Raises
        ------
        StoreUnavailable
            It is written with the next flush.
        """
        changed, self._changed = self._changed, set()
        batch = {key: self._reports[key] for key in changed if key in self._reports}
        if not batch:
            return
        written = False
        try:
            await self._store.save_reports(batch)
            written = True
        finally:
            if not written:
                self._changed |= changed

    async def forget_gone(self, active: Container[Key], as_of: datetime) -> None:
        """Forget the servers that the Hub did not show as active at ``as_of``."""
        gone = [
            key
            for key, report in self._reports.items()
            if key not in active and report.at < as_of - _MISSED
        ]
        gone += [key for key in self._unreadable if key not in active]
        if not gone:
            return
        await self._store.forget_reports(gone)
        for key in gone:
            self._reports.pop(key, None)
            self._sequences.pop(key, None)
            self._unreadable.discard(key)
        log.info("Forgot the reports of %i servers that have ended.", len(gone))
