"""What servers say that they stopped by themselves: written down once, and bounded.

A report is the word of a server that may be anybody's: without a bound one of them could fill the
log, in which everybody else's entries are looked for.
"""

from __future__ import annotations

import hashlib
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub_admin_lab.models.report import CheckIn, ReportedStop
from hub_admin_lab.service.identity import ACTOR
from hub_admin_lab.service.store import Act, Store
from hub_admin_lab.wire import plain

MOST = 100
"""Entries of one server in an hour: as many kernels as it can report, all culled."""
HOUR = timedelta(hours=1)

# Of one server: more than it can send in several reports.
_STOPS_REMEMBERED = 500
_SERVERS_REMEMBERED = 20_000

Key = tuple[str, str]
"""User and server."""


@dataclass
class _Told:
    """What one server has told."""

    since: datetime
    run: str = ""
    known: OrderedDict[bytes, None] = field(default_factory=OrderedDict)
    written: int = 0
    left_out: Counter[str] = field(default_factory=Counter)  # by kind


class ReportedStops:
    """Writes down what servers stopped, each stop once, however often it is told.

    Parameters
    ----------
    now
        The clock.
    """

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._told: OrderedDict[Key, _Told] = OrderedDict()
        # Those that told more than is written down one by one.
        self._beyond: set[Key] = set()

    async def take(self, check_in: CheckIn) -> None:
        """Write down what a report tells: all of it, or nothing where that fails.

        Raises
        ------
        StoreUnavailable
            The server says it again.
        """
        if not check_in.stops:
            return
        key = (check_in.user, check_in.server)
        told = await self._of(key, check_in.run)
        new = {id_: stop for stop in check_in.stops if (id_ := _id(stop)) not in told.known}
        room = max(0, MOST - told.written)
        ids = list(new)
        acts = [_act(key, new[id_]) for id_ in ids[:room]]
        # At once: another report of this server may come before these are written.
        told.known.update(dict.fromkeys(ids))
        told.written += len(acts)
        written = not acts
        try:
            if acts:
                await self._store.record_all(acts)
            written = True
        finally:
            if not written:
                told.written -= len(acts)
                for id_ in ids:
                    told.known.pop(id_, None)
        for id_ in ids[room:]:
            told.left_out[new[id_].kind] += 1
            self._beyond.add(key)
        while len(told.known) > _STOPS_REMEMBERED:
            told.known.popitem(last=False)

    async def settle(self, *, all_of_them: bool = False) -> None:
        """Write one entry for what was beyond the bound, where its hour is over.

        Parameters
        ----------
        all_of_them
            Also where it is not: the service ends.

        Raises
        ------
        StoreUnavailable
            It is written the next time.
        """
        now = self._now()
        for key in list(self._beyond):
            told = self._told.get(key)
            if told is not None and (all_of_them or now - told.since >= HOUR):
                await self._tell_the_rest(key, told)

    async def _of(self, key: Key, run: str) -> _Told:
        now = self._now()
        told = self._told.setdefault(key, _Told(now))
        self._told.move_to_end(key)
        if now - told.since >= HOUR:
            await self._tell_the_rest(key, told)
            told.since, told.written = now, 0
        if told.run != run:
            told.run = run
            told.known.clear()
        while len(self._told) > _SERVERS_REMEMBERED:
            gone, _ = self._told.popitem(last=False)
            self._beyond.discard(gone)
        return told

    async def _tell_the_rest(self, key: Key, told: _Told) -> None:
        rest, told.left_out = told.left_out, Counter()
        written = not rest
        try:
            if rest:
                await self._store.record_all([_rest(key, kind, n) for kind, n in rest.items()])
            written = True
            self._beyond.discard(key)
        finally:
            if not written:
                told.left_out += rest


def _id(stop: ReportedStop) -> bytes:
    """Return what the same stop is known by: what the server calls it, else all that it says."""
    text = stop.id or f"\0{stop.kind} {stop.name} {stop.reason} {stop.outcome}"
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=16).digest()


def _act(key: Key, stop: ReportedStop) -> Act:
    return Act(
        actor=ACTOR,
        action=f"stop-{stop.kind}",
        user=key[0],
        server=key[1],
        target=plain(stop.name),
        reason=plain(stop.reason),
        outcome=stop.outcome,
    )


def _rest(key: Key, kind: str, number: int) -> Act:
    return Act(
        actor=ACTOR,
        action=f"stop-{kind}",
        user=key[0],
        server=key[1],
        target=f"and {number} more",
        reason=f"This server told of more than {MOST} stops within an hour.",
    )
