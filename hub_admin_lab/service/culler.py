"""Stops the servers that are due by the rules: one look after the other, never two at once."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timezone
from functools import partial

from hub_admin_lab.errors import HubAdminLabError, HubError, StoreUnavailable
from hub_admin_lab.hub.bulk.pace import Pacer
from hub_admin_lab.idle.activity import HubFacts
from hub_admin_lab.models.decision import DecisionView
from hub_admin_lab.service.active import ActiveServers, Key
from hub_admin_lab.service.culler_stats import CullerStats
from hub_admin_lab.service.hub import ServiceHub
from hub_admin_lab.service.judge import Judge
from hub_admin_lab.service.settling import Settling
from hub_admin_lab.service.stops import Stops
from hub_admin_lab.service.store import Store

# Seconds between two beginnings. What begins together ends together, and nobody else gets an answer
# while the Hub tidies up after ten servers at once.
BETWEEN = 0.02
# Seconds after which a pass is begun again that did not come to its end.
AGAIN = 15.0
# A pass comes as soon as a server is due, but not sooner than so many seconds after the last one,
# nor than so many times as long as it takes to decide on all of them: 2 % of this process.
SOONEST = 10.0
REST = 50
# Seconds between being woken and the pass: who changes one rule may change another.
GATHER = 1.0
# Seconds after which what the Hub said of a server is too old to stop it by.
STALE = 1.0
# So many servers are decided on before the service does something else: a few milliseconds.
AT_ONCE = 25

_log = logging.getLogger(__name__)


def _utcnow() -> datetime:
    return datetime.now(timezone.utc)


class Culler:
    """Looks for servers to stop, again and again.

    One pass asks the Hub for all active servers and decides on each. One that is due is looked at
    again right before the act, alone, and decided on again. Ten are stopped at a time, more while
    the Hub answers others promptly, fewer else: see ``hub_admin_lab.hub.bulk.pace``.

    Parameters
    ----------
    hub, active, store
        The Hub, its servers, and where the record is.
    judge, settling
        What decides what becomes of a server, by all that is known of it; and what keeps an eye on
        whether reports stay away, or look old, for no fault of the servers.
    cull_every
        Seconds after which the Hub is asked for all servers again, and between two passes at most:
        the next one comes when the next server is due by what is known now.
    now, clock, sleep
        The time, seconds that only go up, and how to wait; for tests.
    log
        Where it is told what it does.

    Attributes
    ----------
    stats
        What it has done, for the metrics and the health endpoint.
    """

    def __init__(
        self,
        *,
        hub: ServiceHub,
        active: ActiveServers,
        store: Store,
        judge: Judge,
        settling: Settling,
        cull_every: float,
        now: Callable[[], datetime] = _utcnow,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        log: logging.Logger = _log,
    ) -> None:
        self.stats = CullerStats()
        self._active = active
        self._judge = judge
        self._settling = settling
        self._cull_every = cull_every
        self._now = now
        self._clock = clock
        self._sleep = sleep
        self._log = log
        self._stops = Stops(
            hub=hub, active=active, store=store, stats=self.stats, now=now, sleep=sleep, log=log
        )
        self._pacer = Pacer(hub.answer_time, sleep=sleep)
        self._one_at_a_time = asyncio.Lock()
        self._wake = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._store_is_away = False
        self._next_due: datetime | None = None
        self._rest = SOONEST
        self._asked_at = -math.inf

    def start(self) -> None:
        """Begin with passes, in the background."""
        self._running = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """Begin nothing more. What the Hub was asked for is settled after the next start."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        await self._stops.close()

    def wake(self) -> None:
        """Ask for a pass soon, after a change of the rules, say; during one, for another one."""
        self._wake.set()

    @property
    def under_way(self) -> set[Key]:
        """The servers whose stop has begun and has not come to its end."""
        return self._stops.under_way

    # --- passes ---------------------------------------------------------------------------

    async def _run(self) -> None:
        fresh = True
        while True:
            self._wake.clear()
            # A task of its own: a mistake of ours ends one pass, not the culler.
            one = asyncio.get_running_loop().create_task(self._pass_or_warning(fresh))
            try:
                await asyncio.wait({one})
            finally:
                one.cancel()
                await asyncio.wait({one})
            came_to_its_end = False
            if one.exception() is not None:
                self.stats.interrupted += 1
                self._log.error("A pass of the culler failed.", exc_info=one.exception())
            else:
                came_to_its_end = one.result()
            await self._wait(self._pause() if came_to_its_end else min(AGAIN, self._cull_every))
            # What the Hub said last will do where the rules have changed, however often that is,
            # and where one is due: it is looked at again alone.
            fresh = self._clock() - self._asked_at >= self._cull_every
            if self._wake.is_set():
                await self._sleep(GATHER)

    def _pause(self) -> float:
        """Return the seconds until the next pass."""
        if self._next_due is None:
            return self._cull_every
        until = (self._next_due - self._now()).total_seconds()
        return min(self._cull_every, max(until, self._rest))

    async def _wait(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        timers = {asyncio.ensure_future(self._sleep(seconds)), loop.create_task(self._wake.wait())}
        try:
            await asyncio.wait(timers, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for timer in timers:
                timer.cancel()

    async def _pass_or_warning(self, fresh: bool) -> bool:
        try:
            await self.one_pass(fresh=fresh)
        except HubAdminLabError as error:
            self.stats.interrupted += 1
            self._log.warning("A pass of the culler ended early: %s", error.message)
            return False
        return True

    async def one_pass(self, *, fresh: bool = True) -> None:
        """Look at all servers once, and stop those that are due.

        Parameters
        ----------
        fresh
            Ask the Hub for all of them; else only if that is due by itself.

        Raises
        ------
        HubError, StoreUnavailable
            The Hub or the database is away, so that nothing, or nothing more, was stopped.
        """
        async with self._one_at_a_time:
            begin = self._clock()
            await self._settling.watch()
            await self._stops.adopt()
            await self._active.refresh(wanted=fresh)
            if fresh:
                self._asked_at = begin
            servers = self._active.facts
            deciding = self._clock()
            due = await self._find_due(servers.values())
            self._rest = max(SOONEST, REST * (self._clock() - deciding))
            self._store_is_away = False
            async with self._pacer.at_work():
                await self._stop_all(due)
            if self._store_is_away:
                raise StoreUnavailable("The database cannot be reached: nothing more was stopped.")
            self.stats.passes += 1
            self.stats.servers, self.stats.due = len(servers), len(due)
            self.stats.kept = len(servers) - len(due)
            self.stats.last_pass_seconds = self._clock() - begin
            self.stats.last_pass_at = self._now()

    async def _find_due(self, servers: Iterable[HubFacts]) -> list[HubFacts]:
        """Return the servers to be stopped, the longest overdue first."""
        under_way = self._stops.under_way
        due: list[tuple[float, str, str, HubFacts]] = []
        self._next_due = None
        for number, facts in enumerate(servers):
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)  # reports and requests come in meanwhile
            key = (facts.user, facts.server)
            if key in under_way:
                continue
            decision = self._decide(facts)
            if decision.verdict == "cull":
                since = decision.deadline.timestamp() if decision.deadline else 0.0
                due.append((since, *key, facts))
            elif decision.deadline and (not self._next_due or decision.deadline < self._next_due):
                self._next_due = decision.deadline
        return [facts for *_, facts in sorted(due, key=lambda each: each[:3])]

    async def _stop_all(self, due: list[HubFacts]) -> None:
        acting: set[asyncio.Task[None]] = set()
        try:
            for facts in due:
                if self._store_is_away:
                    break  # those under way go on to their end
                await self._pacer.slots.take()
                task = asyncio.get_running_loop().create_task(self._stop_if_due(facts))
                acting.add(task)
                task.add_done_callback(acting.discard)
                task.add_done_callback(partial(self._ended, facts))
                await self._sleep(BETWEEN)
            while acting:
                await asyncio.wait(acting)
        finally:
            for task in acting:
                task.cancel()
            if acting:
                await asyncio.wait(acting)

    def _ended(self, facts: HubFacts, task: asyncio.Task[None]) -> None:
        """Account for one server, whatever became of it: the pass goes on with the next."""
        self._pacer.slots.give_back()
        if task.cancelled() or task.exception() is None:
            return
        error = task.exception()
        if isinstance(error, StoreUnavailable):
            self._store_is_away = True
        elif isinstance(error, HubError):
            self._log.warning("A server was not looked at again, and is kept: %s", error.message)
        else:
            self._log.error("The culler failed at a server.", exc_info=error)

    async def _stop_if_due(self, facts: HubFacts) -> None:
        """Stop a server, if it is due as it is now: what was found out before may be old."""
        key = (facts.user, facts.server)
        looked_at = self._clock()
        there = (await self._active.look(facts.user)).get(key)
        if there is None:
            return
        decision = self._decide(there)
        if decision.verdict == "cull":
            still_due = partial(self._is_still_due, there, looked_at)
            await self._stops.stop(there, decision, still_due)

    async def _is_still_due(self, seen: HubFacts, looked_at: float) -> bool:
        """Return whether a server that was due is so still, now that the record is written."""
        servers = self._active.of_user(seen.user)
        if self._clock() - looked_at > STALE:
            servers = await self._active.look(seen.user)
        there = servers.get((seen.user, seen.server))
        if there is None or there.started != seen.started:
            return False  # it has ended, or that is its next run
        return self._decide(there).verdict == "cull"

    def _decide(self, facts: HubFacts) -> DecisionView:
        return self._judge.judge(facts).decision
