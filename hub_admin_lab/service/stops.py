"""Stops of servers, each with one record from before the act to its end, whatever comes between.

The record is written first: where it cannot be, nothing is stopped. What is not known when the Hub
has answered, or when the service starts again, is learned by looking at the server.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from hub_admin_lab.errors import (
    HubBadAnswer,
    HubError,
    HubNotFound,
    HubTimeout,
    HubUnavailable,
    HubUnreachable,
    StoreUnavailable,
)
from hub_admin_lab.idle.activity import HubFacts
from hub_admin_lab.models.decision import DecisionView
from hub_admin_lab.models.rules import RuleOrigin
from hub_admin_lab.models.service import NoticeAudience
from hub_admin_lab.service.active import ActiveServers, Key
from hub_admin_lab.service.culler_stats import CullerStats
from hub_admin_lab.service.hub import ServiceHub
from hub_admin_lab.service.identity import ACTOR
from hub_admin_lab.service.store import Store

ACTION = "stop-server"

# Seconds between two looks at a server that is stopping: the first, and the most.
FIRST_LOOK = 1.0
SLOWEST_LOOK = 15.0
# How long a server may be stopping before its record says that it has not stopped.
LIMIT = timedelta(minutes=15)
# How long a note of a stop waits for the owner's next start.
NOTE_FOR = timedelta(days=30)

# The Hub may have done it all the same.
_IN_DOUBT = (HubTimeout, HubUnavailable, HubUnreachable, HubBadAnswer)
_INTERRUPTED = "The service was interrupted before it was known how this ended."


@dataclass
class _Stop:
    """One stop whose record is not ended yet."""

    entry: int
    key: Key
    reason: str
    begun: datetime
    in_doubt: str = ""  # what to say if the server is found to be running
    asking: bool = False  # the Hub has not answered yet
    pause: float = FIRST_LOOK
    next_look: datetime | None = None
    outcome: Literal["done", "failed"] | None = None  # known, and not written yet
    message: str = ""
    noted: bool = False


class Stops:
    """Stops servers, and keeps the record of it.

    Parameters
    ----------
    hub, active, store
        The Hub, its servers, and where the record is.
    stats
        Where they are counted.
    now, sleep
        The clock, for tests.
    log
        Where each is told too.
    """

    def __init__(
        self,
        *,
        hub: ServiceHub,
        active: ActiveServers,
        store: Store,
        stats: CullerStats,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        log: logging.Logger,
    ) -> None:
        self._hub = hub
        self._active = active
        self._store = store
        self._stats = stats
        self._now = now
        self._sleep = sleep
        self._log = log
        self._open: dict[int, _Stop] = {}
        self._following: asyncio.Task[None] | None = None

    @property
    def under_way(self) -> set[Key]:
        """The servers whose stop has not come to its end."""
        return {stop.key for stop in self._open.values()}

    async def close(self) -> None:
        """Follow nothing any longer: the records that are open are ended after the next start."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)

    # --- stopping -------------------------------------------------------------------------

    async def stop(
        self, facts: HubFacts, decision: DecisionView, still_due: Callable[[], Awaitable[bool]]
    ) -> None:
        """Stop a server by a decision; what does not end at once is followed in the background.

        Parameters
        ----------
        still_due
            Whether it is to be stopped still, asked once more when the record is written.

        Raises
        ------
        StoreUnavailable
            There can be no record, so nothing was done.
        """
        key = user, server = facts.user, facts.server
        entry = await self._store.begin(
            actor=ACTOR,
            action=ACTION,
            user=user,
            server=server,
            target=_shown(key),
            reason=decision.reason,
            rule=rule_name(decision.origin),
        )
        stop = self._open[entry] = _Stop(entry, key, decision.reason, self._now(), asking=True)
        try:
            if await self._is_still_due(stop, still_due):
                await self._ask(stop)
        finally:
            stop.asking = False
            if entry in self._open and stop.next_look is None:
                # Whatever went wrong: how it ends is found out by looking.
                self._follow(stop, _INTERRUPTED)

    async def _is_still_due(self, stop: _Stop, still_due: Callable[[], Awaitable[bool]]) -> bool:
        """Return whether it is; else the record is ended."""
        try:
            if await still_due():
                return True
        except HubError as error:
            await self._end(stop, "failed", f"Not done: {error.message}")
        else:
            await self._end(stop, "failed", "Not done: it was used, kept or ended in that moment.")
        return False

    async def _ask(self, stop: _Stop) -> None:
        """Ask the Hub to stop it."""
        try:
            stopped = await self._hub.stop_server(*stop.key)
        except HubNotFound as error:
            # Perhaps it is a name that nobody can be asked about.
            self._follow(stop, error.message)
            await self._look_at(stop, "It had stopped already.")
        except _IN_DOUBT as error:
            self._follow(stop, error.message)
        except HubError as error:
            await self._end(stop, "failed", error.message)
        else:
            if stopped:
                await self._end(stop, "done")
            else:
                self._follow(stop, "The hub could not stop this server.")
                await self._tell_pending(stop)

    async def adopt(self) -> None:
        """Take on the records that are open and that nobody follows.

        An earlier run of the service left them, or a database that took too long to answer.

        Raises
        ------
        StoreUnavailable
            They cannot be read now.
        """
        for entry in await self._store.unfinished():
            ours = entry.actor == ACTOR and entry.action == ACTION
            if ours and entry.id not in self._open:
                key = (entry.user, entry.server or "")
                stop = self._open[entry.id] = _Stop(entry.id, key, entry.reason, entry.at)
                self._follow(stop, _INTERRUPTED)

    async def _tell_pending(self, stop: _Stop) -> None:
        try:
            await self._store.end(stop.entry, "pending")
        except StoreUnavailable as error:
            self._log.warning("A stop is under way, which its record does not say: %s", error)

    async def _end(
        self, stop: _Stop, outcome: Literal["done", "failed"], message: str = ""
    ) -> None:
        """End the record, and leave a note for the owner; where that fails, again a little later.

        The note comes first: after a crash between the two there may be a second one, but never
        none.
        """
        if stop.outcome is None:
            self._count(stop, outcome, message)
        stop.outcome, stop.message = outcome, message
        try:
            if outcome == "done" and not stop.noted:
                await self._store.add_notice(
                    NoticeAudience(kind="server", name="/".join(stop.key)),
                    _note(stop.key, stop.reason),
                    kind="stopped",
                    by=ACTOR,
                    until=self._now() + NOTE_FOR,
                )
                stop.noted = True
            await self._store.end(stop.entry, outcome, message)
        except StoreUnavailable as error:
            self._log.warning("How a stop ended is not recorded yet: %s", error)
            self._follow(stop, stop.in_doubt)
        else:
            self._open.pop(stop.entry, None)

    def _count(self, stop: _Stop, outcome: str, message: str) -> None:
        if outcome == "done":
            self._stats.culled += 1
            self._active.forget(*stop.key)
        else:
            self._stats.failed += 1
        # A name can hold anything, line breaks too.
        words = f"{_shown(stop.key)}: {outcome}: {stop.reason} {message}".rstrip()
        self._log.info("Stop of %s", "".join(c if c.isprintable() else " " for c in words))

    # --- following ------------------------------------------------------------------------

    def _follow(self, stop: _Stop, in_doubt: str) -> None:
        stop.in_doubt = in_doubt
        stop.next_look = self._now() + timedelta(seconds=stop.pause)
        if self._following is None or self._following.done():
            self._following = asyncio.get_running_loop().create_task(self._follow_all())
            self._following.add_done_callback(self._followed)

    def _followed(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self._log.error("A stop could not be followed.", exc_info=task.exception())

    async def _follow_all(self) -> None:
        while self._open:
            await self._sleep(FIRST_LOOK)
            for stop in list(self._open.values()):
                if stop.next_look is None or stop.asking or self._now() < stop.next_look:
                    continue
                stop.pause = min(SLOWEST_LOOK, stop.pause * 1.5)
                stop.next_look = self._now() + timedelta(seconds=stop.pause)
                # A task of its own: a mistake of ours at one does not cost the others their end.
                one = asyncio.ensure_future(self._look_at(stop))
                try:
                    await asyncio.wait({one})
                finally:
                    one.cancel()
                self._followed(one)

    async def _look_at(self, stop: _Stop, ended: str = "") -> None:
        """See whether it has stopped; ``ended`` is what the record says then."""
        if stop.outcome is not None:
            await self._end(stop, stop.outcome, stop.message)
            return
        try:
            facts = (await self._active.look(stop.key[0])).get(stop.key)
        except HubError:
            return  # it will tell when it is back
        if facts is None or (facts.started is not None and facts.started > stop.begun):
            await self._end(stop, "done", ended)  # or its next run: this one is gone
        elif facts.pending is None:
            await self._end(stop, "failed", stop.in_doubt)
        elif self._now() - stop.begun > LIMIT:
            await self._end(stop, "failed", "It is still stopping after a quarter of an hour.")


def rule_name(origin: RuleOrigin | None) -> str:
    """Return how the record names the level that a rule comes from."""
    return "" if origin is None else f"{origin.level} {origin.name}".rstrip()


def _shown(key: Key) -> str:
    return "/".join(part for part in key if part)


def _note(key: Key, reason: str) -> str:
    """Return what the owner is told; when it was, the notice says."""
    return f"Your server{' ' + key[1] if key[1] else ''} was stopped. {reason}"[:1000]
