"""Many servers at once: started, stopped or restarted in the background, each with its outcome."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Literal

from hub_admin_lab.errors import NotFound
from hub_admin_lab.hub.actions.asking import Asking
from hub_admin_lab.hub.actions.follow import Key
from hub_admin_lab.hub.actions.terms import Patience, Terms
from hub_admin_lab.hub.bulk.at_work import AtWork
from hub_admin_lab.hub.bulk.outcomes import Outcomes
from hub_admin_lab.hub.bulk.pace import Pacer, Slots
from hub_admin_lab.hub.bulk.targets import Targets
from hub_admin_lab.hub.client import HubClient
from hub_admin_lab.hub.connection import Actor, HubConnection
from hub_admin_lab.hub.listing.servers import HubServers
from hub_admin_lab.hub.live.broadcast import Broadcast
from hub_admin_lab.hub.records import Records, Target
from hub_admin_lab.models import (
    BulkAction,
    BulkPlan,
    BulkProgress,
    BulkRequest,
    BulkResult,
    BulkStatus,
)
from hub_admin_lab.models.told import PanelAction

# How many servers are on their way up at a time, whoever started them with whichever bulk.
STARTING = 10
# Seconds between two beginnings. What begins together ends together, and nobody else gets an answer
# while the Hub tidies up after ten servers at once.
BETWEEN = 0.02
# How often a Hub that is away is asked again: a minute, in which it can restart.
TRIES = 60
# Seconds between two events of one bulk.
TELL_EVERY = 0.2
# What is kept of those that have ended.
KEEP = 20
KEEP_FOR = timedelta(hours=1)

_RECORDED_AS: dict[BulkAction, PanelAction] = {
    "start": "bulk-start",
    "stop": "bulk-stop",
    "restart": "bulk-restart",
}


class Bulk:
    """One of them.

    Attributes
    ----------
    begun
        How many servers were begun with.
    changed
        There is something new to tell.
    """

    def __init__(
        self, actor: Actor, action: BulkAction, targets: list[Key], started: datetime
    ) -> None:
        self.id = secrets.token_urlsafe(12)
        self.actor = actor
        self.action = action
        self.targets = targets
        self.begun = 0
        self.failed = 0
        self.ended: datetime | None = None
        self.patience = Patience(TRIES)
        self.changed = asyncio.Event()
        self._started = started
        self._results: list[BulkResult] = []
        self._cancelled = False
        self._beginning: asyncio.Task[None] | None = None

    def begins_with(self, task: asyncio.Task[None]) -> None:
        """Take the task that begins with one server after the other."""
        self._beginning = task

    def cancel(self) -> None:
        """Begin with no other server, and wait no longer for a Hub that is away.

        Where all have begun nothing is left out: it is not cancelled, and goes on to its end.
        """
        self.patience.end()
        if self.begun == len(self.targets):
            return
        self._cancelled = True
        if self._beginning is not None:
            self._beginning.cancel()
        self.changed.set()

    def add(self, result: BulkResult) -> None:
        """Take how it ended for one server."""
        self._results.append(result)
        self.failed += not result.ok
        self.changed.set()

    def end(self, at: datetime) -> None:
        """Nothing goes on any longer."""
        self.ended = at
        self.changed.set()

    @property
    def state(self) -> Literal["running", "cancelled", "done"]:
        """How it is going."""
        if self._cancelled:
            return "cancelled"
        return "running" if self.ended is None else "done"

    def progress(self) -> BulkProgress:
        """Return how far it is."""
        return BulkProgress(
            id=self.id,
            action=self.action,
            state=self.state,
            total=len(self.targets),
            done=len(self._results),
            failed=self.failed,
            started=self._started,
            ended=self.ended,
        )

    def status(self) -> BulkStatus:
        """Return how far it is, with the outcome of each server that has one."""
        return BulkStatus(**self.progress().model_dump(), results=self._results)

    def summary(self) -> str:
        """Return in words how it ended, where that is not as it should."""
        total, done = len(self.targets), len(self._results)
        parts = [f"{self.failed} of {total} failed"] if self.failed else []
        parts += [f"{total - done} of {total} were left out"] if done < total else []
        return f"{', '.join(parts)}." if parts else ""


def _utcnow() -> datetime:
    return datetime.now(timezone.utc)


class Bulks:
    """Those that run, and the last that have ended.

    Parameters
    ----------
    client, connection
        The Hub.
    servers
        How its servers are.
    asking
        Asks the Hub to act, and records it.
    records
        Where each bulk leaves its own record.
    broadcast
        Where it is told how far they are.
    at_work
        Knows where kernels are busy.
    now, sleep
        The clock, for tests.
    """

    def __init__(
        self,
        client: HubClient,
        connection: HubConnection,
        servers: HubServers,
        asking: Asking,
        records: Records,
        broadcast: Broadcast,
        at_work: AtWork,
        *,
        now: Callable[[], datetime] = _utcnow,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        own = (connection.owner, connection.server_name)
        self._targets = Targets(client, servers, at_work, own, now=now)
        self._outcomes = Outcomes(asking, servers, broadcast, own)
        self._follower = servers.follower
        self._records = records
        self._broadcast = broadcast
        self._now = now
        self._sleep = sleep
        self._pacer = Pacer(client.answer_time, sleep=sleep)
        self._starting = Slots(lambda: STARTING)
        self._bulks: dict[str, Bulk] = {}

    async def plan(self, actor: Actor, request: BulkRequest) -> BulkPlan:
        """Return what a bulk would act on; nothing is done.

        Raises
        ------
        Forbidden
            The actor may do this nowhere.
        InvalidRequest
            The filter holds words that are not understood.
        ServiceError
            Busy servers are to be left out, and nobody says which these are.
        """
        return await self._targets.plan(actor, request)

    async def choose(self, actor: Actor, request: BulkRequest) -> list[Key]:
        """Return the servers to start a bulk with; errors as of ``plan``."""
        return await self._targets.chosen(actor, request)

    def start(self, actor: Actor, action: BulkAction, targets: list[Key]) -> BulkProgress:
        """Begin to act on servers, in the background."""
        self._forget_old()
        bulk = Bulk(actor, action, targets, self._now())
        self._bulks[bulk.id] = bulk
        self._follower.in_background(self._tell(bulk))
        self._follower.in_background(self._run(bulk))
        return bulk.progress()

    def status(self, actor: Actor, bulk_id: str) -> BulkStatus:
        """Return how a bulk is going.

        Raises
        ------
        NotFound
            There is none, or it is somebody else's, or was begun with other scopes.
        """
        return self._find(actor, bulk_id).status()

    def cancel(self, actor: Actor, bulk_id: str) -> BulkProgress:
        """Leave out what a bulk has not begun; errors as of ``status``.

        What is under way goes on to its end, but nobody waits any longer for a Hub that is away.
        """
        bulk = self._find(actor, bulk_id)
        bulk.cancel()
        return bulk.progress()

    def _find(self, actor: Actor, bulk_id: str) -> Bulk:
        self._forget_old()
        bulk = self._bulks.get(bulk_id)
        if bulk is None or not bulk.actor.is_like(actor):
            raise NotFound("What became of these servers is not known here any more.")
        return bulk

    def _forget_old(self) -> None:
        ended = [(bulk.ended, bulk.id) for bulk in self._bulks.values() if bulk.ended is not None]
        ended.sort(key=lambda each: each[0])
        for place, (at, bulk_id) in enumerate(reversed(ended)):
            if place >= KEEP or self._now() - at > KEEP_FOR:
                del self._bulks[bulk_id]

    # --- at work --------------------------------------------------------------------------

    async def _run(self, bulk: Bulk) -> None:
        self._record(bulk, "pending")
        outcome, reason = "failed", "Hub Admin Lab was interrupted."
        acting: set[asyncio.Task[BulkResult]] = set()
        try:
            async with self._pacer.at_work():
                beginning = self._follower.in_background(self._begin(bulk, acting))
                bulk.begins_with(beginning)
                await asyncio.wait({beginning})
                while acting:
                    await asyncio.wait(acting)
            outcome, reason = "failed" if bulk.failed else "done", bulk.summary()
        finally:
            bulk.end(self._now())
            self._record(bulk, outcome, reason)

    async def _begin(self, bulk: Bulk, acting: set[asyncio.Task[BulkResult]]) -> None:
        """Begin with one server after the other, as there are slots.

        A stop holds its slot until the server has stopped. A start holds one of another kind until
        the server runs, which can take minutes, and one of the first only for its request.
        """
        if bulk.action == "stop":
            slots, terms = self._pacer.slots, Terms(bulk.patience)
        else:
            slots = self._starting
            terms = Terms(bulk.patience, self._pacer.slots.slot, running_is_fine=True)
        for key in bulk.targets:
            if bulk.state == "cancelled":
                return  # before there was a task to cancel
            await slots.take()
            bulk.begun += 1
            task = self._follower.in_background(
                self._outcomes.act(bulk.action, bulk.actor, key, terms)
            )
            acting.add(task)
            task.add_done_callback(partial(self._ended, bulk, key, slots))
            task.add_done_callback(acting.discard)
            await self._sleep(BETWEEN)

    def _ended(self, bulk: Bulk, key: Key, slots: Slots, task: asyncio.Task[BulkResult]) -> None:
        """Account for one server, whatever became of it."""
        slots.give_back()
        if task.cancelled():
            bulk.add(_failed(key, "Hub Admin Lab was interrupted."))
        elif task.exception() is not None:
            bulk.add(_failed(key, "Hub Admin Lab failed. The log of this server says more."))
        else:
            bulk.add(task.result())

    async def _tell(self, bulk: Bulk) -> None:
        """Tell all who listen how far it is, whenever that changes, but not all the time."""
        while True:
            await bulk.changed.wait()
            bulk.changed.clear()
            if self._broadcast.is_for(bulk.actor.scopes):
                self._broadcast.publish("bulk", bulk.progress())
            if bulk.ended is not None:
                return
            await self._sleep(TELL_EVERY)

    def _record(self, bulk: Bulk, outcome: str, reason: str = "") -> None:
        total = len(bulk.targets)
        target = Target(f"{total} server" if total == 1 else f"{total} servers")
        action = _RECORDED_AS[bulk.action]
        self._records.write(bulk.actor, action, target, outcome, why=reason, which=bulk.id)


def _failed(key: Key, message: str) -> BulkResult:
    return BulkResult(user=key[0], server=key[1], ok=False, status=500, message=message)
