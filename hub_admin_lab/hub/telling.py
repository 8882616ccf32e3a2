"""Tells the hub service's log what people do here, each with that person's own token.

As well as it can: the record of this server is there anyway, no action waits for the service, and
none fails because of it.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, TypeVar, Union

from hub_admin_lab.errors import ServiceError
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.records import Record, Target
from hub_admin_lab.hub.relay import Ask
from hub_admin_lab.models.told import LONGEST_TOLD, MOST_TOLD, OLDEST_TOLD, AuditTold, ToldAction
from hub_admin_lab.wire import plain

Key = TypeVar("Key")

# In quotes: Python 3.10 cannot subscript an adapter.
Log = Union["logging.Logger", "logging.LoggerAdapter[Any]"]

# Seconds in which what is done is gathered: most of what begins in them has ended, too.
GATHER = 2.0
# Seconds between two tries of a service that is away: at first, and at most.
AWAY_FIRST, AWAY_MOST = 5.0, 60.0
# Seconds that the end of this server waits for what is not told yet.
LAST = 2.0
# What is kept for a service that is away, for `OLDEST_TOLD` at most.
MOST_WAITING = 20_000
# Times that it fails at something, half an hour in all: it may be the very thing that it fails at.
MOST_TRIES = 30
# Of a request; the service takes 256 kB.
MOST_BYTES = 200_000

_LONGEST_NAME = 255
# It is there, but has too much to do, or its Hub or its database is away.
_AWAY = frozenset({429, 502, 503, 504})
# Actions that a line of the log names.
_NAMED = 10


@dataclass(eq=False)
class _Deed:
    """One action, from its beginning to its end."""

    id: str
    actor: Actor
    record: Record
    begun: float
    tries: int = 0

    def is_told_again(self, status: int) -> bool:
        """Return whether to tell it again after this answer, and count the tries."""
        self.tries += status >= 500 and status not in _AWAY
        return status in _AWAY or (status >= 500 and self.tries < MOST_TRIES)


class Telling:
    """Tells the service of all records, some at a time.

    Parameters
    ----------
    ask
        Asks the service.
    log
        Where it is said that it is not told: once, until the service answers again; and what it
        is never told.
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
        # The oldest come first in both.
        self._under_way: dict[tuple[str, str, Target, str], _Deed] = {}
        self._waiting: dict[str, _Deed] = {}
        self._working: asyncio.Task[None] | None = None
        self._failures = 0
        self._lost = 0
        self._closed = False

    def tell(self, actor: Actor, record: Record) -> None:
        """Tell of a record, later; what had begun and has ended is one action.

        After `close` nothing is told any more.
        """
        if self._closed:
            return
        self._forget_old()
        key = (actor.name, record.action, record.target, record.which)
        deed = self._under_way.pop(key, None)
        if deed is None:
            deed = _Deed(secrets.token_hex(8), actor, record, self._clock())
        deed.actor, deed.record = actor, record
        if record.outcome == "pending":
            self._under_way[key] = deed
        self._waiting[deed.id] = deed
        while len(self._waiting) > MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]
            self._lost += 1
        if self._working is None or self._working.done():
            self._working = asyncio.get_running_loop().create_task(self._work())

    async def close(self) -> None:
        """Tell what is left, if the service takes it at once."""
        self._closed = True
        if self._working is not None:
            self._working.cancel()
            await asyncio.gather(self._working, return_exceptions=True)
        try:
            await asyncio.wait_for(self._tell_all(), LAST)
        except asyncio.TimeoutError:
            self._says_no("It did not answer in time.")
        finally:
            self._says_lost()

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
        self._forget_old()
        deeds = again = self._first()
        if not deeds:
            return None
        for deed in deeds:
            del self._waiting[deed.id]
        try:
            answer = await self._ask(
                "POST", "audit", deeds[0].actor.token, body=_body(deeds, self._clock())
            )
            again = [deed for deed in deeds if deed.is_told_again(answer.status)]
        except ServiceError as error:
            return self._later(error.message)
        finally:
            # What became of them meanwhile is in them.
            self._waiting = {**{deed.id: deed for deed in again}, **self._waiting}
        if answer.status >= 300 and len(again) < len(deeds):
            self._says_dropped([deed for deed in deeds if deed not in again], answer.status)
        if again:
            return self._later(f"It answers {answer.status}.", answer.retry_after)
        self._failures = 0
        self._says_lost()
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

    def _forget_old(self) -> None:
        """Forget what the service has given up, or would not take any more."""
        before = self._clock() - OLDEST_TOLD
        _forget(self._under_way, before)
        self._lost += _forget(self._waiting, before)

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

    def _says_dropped(self, deeds: Sequence[_Deed], status: int) -> None:
        names = [f"{deed.record.action} {deed.record.target.shown}" for deed in deeds[:_NAMED]]
        more = len(deeds) - len(names)
        self._log.warning(
            "The hub service does not take into its log, which the log of this server has: %s%s."
            " It answers %i.",
            ", ".join(plain(name[:_LONGEST_NAME]) for name in names),
            f" and {more} more" if more else "",
            status,
        )

    def _says_lost(self) -> None:
        if self._lost:
            self._log.warning(
                "The hub service was away for too long: its log lacks some of what the log of this"
                " server has (actions: %i).",
                self._lost,
            )
            self._lost = 0


def _forget(deeds: dict[Key, _Deed], before: float) -> int:
    """Forget what began before that time; return how much it was."""
    old = list(takewhile(lambda each: each[1].begun < before, deeds.items()))
    for key, _ in old:
        del deeds[key]
    return len(old)


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
