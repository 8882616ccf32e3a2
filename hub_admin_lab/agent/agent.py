"""The loop: reports this server, and does what comes back."""

from __future__ import annotations

import asyncio
import logging
import math
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol, Union

from hub_admin_lab.agent.answer import Answer, Asked, Nonsense, read
from hub_admin_lab.agent.connection import Reply
from hub_admin_lab.agent.here import Here
from hub_admin_lab.agent.report import Report, Reports
from hub_admin_lab.errors import HubAdminLabError, ServiceUnreachable

# In quotes: Python 3.10 cannot subscript an adapter.
Log = Union["logging.Logger", "logging.LoggerAdapter[Any]"]

# Seconds from the start of the server to the first report: the start itself is over then.
FIRST = 2.0
# Seconds between two tries of a service that is away: at first, and at most.
AWAY_FIRST, AWAY_MOST = 5.0, 300.0
# Seconds between two reports at least, where something happened that the service wants to know.
SOON = 5.0
_MOST_REMEMBERED = 500
# Of a period, how much earlier a report may come, so that not all servers of a hub come at once.
# Never later: the service takes one that is late for one that has stopped.
_JITTER = 0.15


class Connection(Protocol):
    """Sends reports: see ``hub_admin_lab.agent.connection.ServiceConnection``."""

    async def send(self, report: dict[str, Any], token: str) -> Reply:
        """Send one."""

    def close(self) -> None:
        """Close what is open."""


@dataclass(frozen=True)
class Told:
    """What the service told last.

    Attributes
    ----------
    shown
        As it came, not checked: see ``hub_admin_lab.agent.answer``.
    seconds_ago
        When that was.
    current
        The last report was answered.
    """

    shown: dict[str, Any]
    seconds_ago: float
    current: bool


class Agent:
    """Reports this server to the hub service, from ``start`` until ``stop``.

    Parameters
    ----------
    own_token
        The server's own at the Hub, by which it introduces itself.
    on_news
        Called when the service told what a person would want to know, with the reason's code.
    clock, sleep, chance
        Monotonic seconds, the pause, and a number from 0 to 1, for tests.
    """

    def __init__(
        self,
        connection: Connection,
        here: Here,
        *,
        own_token: str,
        log: Log,
        on_news: Callable[[str], None] = lambda reason_code: None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._connection = connection
        self._here = here
        self._own_token = own_token
        self._token = own_token
        self._log = log
        self._on_news = on_news
        self._clock = clock
        self._sleep = sleep
        self._chance = chance
        self._reports = Reports(here, clock)
        self._period = AWAY_FIRST
        self._sent = -math.inf
        self._hurry = asyncio.Event()
        self._may_hurry = False
        self._failures = 0
        self._trouble = ""
        self._answer: Answer | None = None
        self._answered = 0.0
        self._handled: dict[str, None] = {}
        self._doing: set[asyncio.Task[None]] = set()
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to report."""
        self._loop = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """End; what was asked for and is under way is not waited for."""
        tasks = [*self._doing, *([self._loop] if self._loop is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._connection.close()

    def told(self) -> Told | None:
        """Return what the service told last; None where it never did."""
        if self._answer is None:
            return None
        unseen = [
            notice
            for notice in self._answer.shown["notices"]
            if not self._reports.was_seen(notice["id"])
        ]
        return Told(
            {**self._answer.shown, "notices": unseen},
            seconds_ago=self._clock() - self._answered,
            current=self._failures == 0,
        )

    def saw(self, notice: str) -> bool:
        """Report that a notice was seen; return whether there is such a notice."""
        told = self.told()
        if told is None or all(known["id"] != notice for known in told.shown["notices"]):
            return False
        self._reports.add_seen(notice)
        return True

    def soon(self) -> None:
        """Report soon: something happened that changes what the service tells."""
        self._hurry.set()

    def somebody_came(self) -> None:
        """Report soon if the end of this server is near: somebody is at work in it again."""
        if self._answer is not None and self._answer.near:
            self.soon()

    # --- the loop -------------------------------------------------------------------------

    async def _run(self) -> None:
        await self._sleep(FIRST * (1 + self._chance()))
        while True:
            # Gathered, so that no error whatever ends the reports of a server.
            [pause] = await asyncio.gather(self.report(), return_exceptions=True)
            if isinstance(pause, BaseException):
                self._fails("The report to the hub service failed.", error=pause)
                pause = self._back_off()
            await self._until_next(pause)

    async def _until_next(self, pause: float) -> None:
        """Wait so long, or until something happened; never when the service asked for patience."""
        waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(self._sleep(pause))]
        if self._may_hurry:
            waits.append(asyncio.ensure_future(self._hurry.wait()))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        if self._may_hurry and self._hurry.is_set():
            await self._sleep(max(0.0, self._sent + SOON - self._clock()))

    async def report(self) -> float:
        """Report once; return the seconds until the next time."""
        self._hurry.clear()
        self._may_hurry = False
        report = await self._reports.make()
        self._sent = self._clock()
        try:
            reply = await self._connection.send(report.body, self._token)
        except ServiceUnreachable:
            self._fails("The hub service does not answer. Its last rules hold.")
            return self._back_off()
        if 200 <= reply.status < 300:
            return self._accepted(report, reply)
        if reply.status == 400:
            # Something in it is not as it should be. What is said only once may be what.
            self._reports.taken(report)
        return self._refused(reply)

    def _accepted(self, report: Report, reply: Reply) -> float:
        try:
            answer = read(reply.body)
        except Nonsense as error:
            self._fails(f"The hub service answers what is not understood ({error}).")
            return self._back_off()
        self._reports.taken(report)
        if self._trouble:
            self._log.info("The hub service answers again.")
        self._trouble, self._failures, self._may_hurry = "", 0, True
        self._period = answer.next_seconds
        if answer.token is not None:
            self._token = answer.token
        before, self._answer, self._answered = self._answer, answer, self._clock()
        self._here.take_rules(answer.rules)
        for asked in answer.asked:
            self._begin(asked)
        if before is None or before.news != answer.news:
            self._on_news(answer.reason_code)
        return self._period * (1 - _JITTER * self._chance())

    def _refused(self, reply: Reply) -> float:
        if reply.status in (401, 403) and self._token != self._own_token:
            # The service does not know the token that it gave (any more).
            self._token = self._own_token
            return self._later(reply, otherwise=self._period)
        if reply.status == 429:
            return self._later(reply, otherwise=AWAY_MOST)
        self._fails(f"The hub service does not take the report of this server ({reply.status}).")
        pause = self._back_off()
        return pause if reply.retry_after is None else max(pause, reply.retry_after)

    def _later(self, reply: Reply, *, otherwise: float) -> float:
        """Return when to come back: as the service says, and not with all servers of the hub."""
        wait = otherwise * self._chance() if reply.retry_after is None else reply.retry_after
        return wait + self._chance()

    def _fails(self, trouble: str, error: BaseException | None = None) -> None:
        """Log a trouble once, until it is over or becomes another one."""
        if trouble != self._trouble:
            self._log.warning("%s", trouble, exc_info=error)
        self._trouble = trouble

    def _back_off(self) -> float:
        first = max(AWAY_FIRST, self._period)
        pause = min(max(AWAY_MOST, self._period), first * 2.0 ** min(self._failures, 10))
        self._failures += 1
        return pause * (0.5 + 0.5 * self._chance())

    # --- what it is asked to do -------------------------------------------------------------

    def _begin(self, asked: Asked) -> None:
        """Do what is asked, once: it is asked again until the service knows how it ended."""
        if asked.id in self._handled:
            return
        self._handled[asked.id] = None
        while len(self._handled) > _MOST_REMEMBERED:
            del self._handled[next(iter(self._handled))]
        task = asyncio.get_running_loop().create_task(self._do(asked))
        self._doing.add(task)
        task.add_done_callback(self._doing.discard)

    async def _do(self, asked: Asked) -> None:
        await self._try(asked)
        self.soon()

    async def _try(self, asked: Asked) -> None:
        if asked.kind != "shutdown_kernel":
            self._reports.add_done(asked.id, ok=False, message="This server cannot do that.")
            return
        stop = self._here.stop_kernel(asked.kernel_id, asked.by, "asked for from outside")
        [error] = await asyncio.gather(stop, return_exceptions=True)
        if error is None:
            self._reports.add_done(asked.id, ok=True)
        else:
            if not isinstance(error, HubAdminLabError):
                self._log.error("A kernel did not stop when asked to.", exc_info=error)
            words = error.message if isinstance(error, HubAdminLabError) else type(error).__name__
            self._reports.add_done(asked.id, ok=False, message=words)
