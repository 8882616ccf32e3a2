"""Tells the hub service's log what people do here, each with that person's own token.

As well as it can: the record of this server is there anyway, no action waits for the service, and
none fails because of it.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol, Union

from hub_admin_lab.errors import ServiceError
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.records import Record
from hub_admin_lab.hub.relay import Relayed
from hub_admin_lab.models.told import LONGEST_TOLD, MOST_TOLD, OLDEST_TOLD, AuditTold, ToldAction

# In quotes: Python 3.10 cannot subscript an adapter.
Log = Union["logging.Logger", "logging.LoggerAdapter[Any]"]

# Seconds in which what is done is gathered: most of what begins in them has ended, too.
GATHER = 2.0
# Seconds between two tries of a service that is away: at first, and at most.
AWAY_FIRST, AWAY_MOST = 5.0, 60.0
# Seconds that the end of this server waits for what is not told yet.
LAST = 2.0
# What is kept for a service that is away.
MOST_WAITING = 20_000
# Of a request; the service takes 256 kB.
MOST_BYTES = 200_000

_LONGEST_NAME = 255
_LATER = frozenset({429, 503})


class Ask(Protocol):
    """Asks the hub service: see ``hub_admin_lab.hub.relay.ServiceRelay.ask``."""

    async def __call__(self, method: str, path: str, token: str, *, body: bytes) -> Relayed:
        """Return what it answers."""


@dataclass
class _Deed:
    """One action, from its beginning to its end."""

    id: str
    actor: Actor
    record: Record
    begun: float


class Telling:
    """Tells the service of all records, some at a time.

    Parameters
    ----------
    ask
        Asks the service.
    log
        Where it is said that it is not told; once, until it is again.
    clock, sleep
        Monotonic seconds and the pause, for tests.
    """

    def __init__(
        self,
        ask: Ask,
        log: Log,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._ask = ask
        self._log = log
        self._clock = clock
        self._sleep = sleep
        self._under_way: dict[tuple[str, str, str], _Deed] = {}
        self._waiting: dict[str, _Deed] = {}
        self._working: asyncio.Task[None] | None = None
        self._failures = 0

    def tell(self, actor: Actor, record: Record) -> None:
        """Tell of a record, later; what had begun and has ended is one action."""
        key = (actor.name, record.action, record.target.shown)
        deed = self._under_way.pop(key, None)
        if deed is None:
            deed = _Deed(secrets.token_hex(8), actor, record, self._clock())
        deed.actor, deed.record = actor, record
        if record.outcome == "pending":
            self._under_way[key] = deed
        self._waiting[deed.id] = deed
        while len(self._waiting) > MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]
        if self._working is None or self._working.done():
            self._working = asyncio.get_running_loop().create_task(self._work())

    async def close(self) -> None:
        """Tell what is left, if the service takes it at once."""
        if self._working is not None:
            self._working.cancel()
            await asyncio.gather(self._working, return_exceptions=True)
        try:
            await asyncio.wait_for(self._tell_all(), LAST)
        except asyncio.TimeoutError:
            self._says_no("It did not answer in time.")

    async def _work(self) -> None:
        """Tell until there is nothing left."""
        pause = GATHER
        while self._waiting:
            await self._sleep(pause)
            pause = await self._tell_some() or GATHER

    async def _tell_all(self) -> None:
        while self._waiting and not await self._tell_some():
            pass

    async def _tell_some(self) -> float | None:
        """Tell what one person did; return the seconds after which to try again, None: it is told.

        What the service does not want to know counts as told: it would not want to another time.
        """
        deeds = self._first()
        for deed in deeds:
            del self._waiting[deed.id]
        told = False
        try:
            answer = await self._ask(
                "POST", "audit", deeds[0].actor.token, body=_body(deeds, self._clock())
            )
            told = answer.status not in _LATER
        except ServiceError as error:
            return self._later(error.message)
        finally:
            if not told:
                # What became of them meanwhile is in them.
                self._waiting = {**{deed.id: deed for deed in deeds}, **self._waiting}
        if not told:
            return self._later(f"It answers {answer.status}.", answer.retry_after)
        if answer.status >= 300:
            self._says_no(f"It answers {answer.status}.")
        else:
            self._failures = 0
        return None

    def _first(self) -> list[_Deed]:
        """Return what is told first: as much as is taken at once, all by one token."""
        found: list[_Deed] = []
        size = 0
        for deed in self._waiting.values():
            if found and deed.actor.token != found[0].actor.token:
                continue
            size += _size(deed)
            if len(found) == MOST_TOLD or (found and size > MOST_BYTES):
                break
            found.append(deed)
        return found

    def _later(self, why: str, retry_after: float | None = None) -> float:
        self._says_no(why)
        return min(AWAY_MOST, retry_after or AWAY_FIRST * 2.0 ** min(self._failures - 1, 10))

    def _says_no(self, why: str) -> None:
        if self._failures == 0:
            self._log.warning(
                "The log of the hub service is not told what is done here, which the log of this"
                " server has. %s",
                why,
            )
        self._failures += 1


def _body(deeds: Iterable[_Deed], now: float) -> bytes:
    entries = [
        ToldAction.model_validate(
            {
                "id": deed.id,
                "action": deed.record.action,
                "user": _text(deed.record.target.user, _LONGEST_NAME),
                "server": _server(deed.record.target.server),
                "target": _text(deed.record.target.shown),
                "reason": _text(deed.record.how),
                "outcome": deed.record.outcome,
                "message": _text(deed.record.why),
                "seconds_ago": min(OLDEST_TOLD, round(now - deed.begun, 3)),
            }
        )
        for deed in deeds
    ]
    return AuditTold(entries=entries).model_dump_json().encode()


def _size(deed: _Deed) -> int:
    """Return how many bytes of a body it takes at most: six for a character."""
    target, how, why = deed.record.target, deed.record.how, deed.record.why
    texts = (target.shown, target.user, target.server or "", how, why)
    return 300 + 6 * sum(min(len(text), LONGEST_TOLD) for text in texts)


def _text(text: str, most: int = LONGEST_TOLD) -> str:
    return text[:most].encode(errors="replace").decode()


def _server(name: str | None) -> str | None:
    return None if name is None else _text(name, _LONGEST_NAME)
