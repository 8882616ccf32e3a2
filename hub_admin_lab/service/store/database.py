"""Transactions on the service's database, from a few threads of its own.

All of a transaction is done or nothing. One that a lost connection ended is tried once more,
unless it was lost at the very end: whether it was done nobody knows then. One that the database
ended because it and another one waited for each other is tried again too.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from hub_admin_lab.errors import StoreUnavailable
from hub_admin_lab.service.store.engines import WRITES, checked_prefix, threads_for
from hub_admin_lab.service.store.migrate import migrate
from hub_admin_lab.service.store.tables import Tables, tables
from hub_admin_lab.service.store.texts import plain

T = TypeVar("T")

# Seconds until whoever waits is told that the database does not answer.
PATIENCE = 30.0
# PostgreSQL's, of one who waits for another one's transaction: who began it may be gone.
LOCK_TIMEOUT = "10s"
# How often a transaction is tried that others get in the way of.
_TRIES = 5
# What that is called: deadlock and serialization failure, by PostgreSQL and by MySQL.
_IN_THE_WAY = frozenset({"40P01", "40001", 1213})

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Transaction:
    """What is done in it is done altogether or not at all.

    Attributes
    ----------
    at
        The time at which it began.
    """

    connection: Connection
    tables: Tables
    at: datetime


class Database:
    """The database of the service, which nothing is asked of before `prepare`.

    Parameters
    ----------
    engine
        Not connected yet; ended by `close`.
    prefix
        Of the tables' names.
    now
        The clock.
    patience
        Seconds to wait for an answer.
    """

    def __init__(
        self, engine: Engine, prefix: str, now: Callable[[], datetime], patience: float
    ) -> None:
        self._prefix = checked_prefix(prefix)
        self._engine = engine
        self._tables = tables(prefix)
        self._now = now
        self._patience = patience
        self._threads = ThreadPoolExecutor(threads_for(engine), "hub-admin-lab-store")
        self._closed = False
        self._trouble: str | None = None

    async def prepare(self) -> None:
        """Connect, and bring the tables to the newest form; see `Store.connect`."""
        await self._in_thread(self._migrate)

    async def close(self) -> None:
        """End all connections; what has begun is ended first."""
        if self._closed:
            return
        self._closed = True
        await asyncio.get_running_loop().run_in_executor(None, self._end)

    def _end(self) -> None:
        self._threads.shutdown()
        self._engine.dispose()

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Return what ``work`` returns, which changes nothing.

        Raises
        ------
        StoreUnavailable
            The database did not answer, or not as a database does.
        """
        return await self._in_thread(lambda: self._run(work, writes=False, repeatable=True))

    async def write(self, work: Callable[[Transaction], T], *, repeatable: bool = False) -> T:
        """Return what ``work`` returns, after all of it is stored.

        Parameters
        ----------
        repeatable
            Done twice it is the same as done once.

        Raises
        ------
        StoreUnavailable
            As for `read`. Nothing of it was stored, unless the sentence says that this is not
            known.
        """
        return await self._in_thread(lambda: self._run(work, writes=True, repeatable=repeatable))

    async def _in_thread(self, run: Callable[[], T]) -> T:
        if self._closed:
            raise StoreUnavailable("The hub service is about to end.")
        future = asyncio.get_running_loop().run_in_executor(self._threads, run)
        try:
            return await asyncio.wait_for(future, self._patience)
        except asyncio.TimeoutError:
            self._is_away("no answer in time")
            raise StoreUnavailable(
                "The database of the hub service did not answer in time. What you did may still be"
                " done: look before you do it again."
            ) from None

    def _migrate(self) -> None:
        try:
            migrate(self._engine.execution_options(**{WRITES: True}), self._prefix)
        except DBAPIError as error:
            self._is_away(str(error.orig))
            raise _unavailable() from error

    def _run(self, work: Callable[[Transaction], T], *, writes: bool, repeatable: bool) -> T:
        """Do ``work`` in a transaction, again if that is safe and may help."""
        lost_before = False
        for tries_left in reversed(range(_TRIES)):
            ending = False
            try:
                with self._engine.connect().execution_options(**{WRITES: writes}) as connection:
                    transaction = connection.begin()
                    if writes and connection.dialect.name == "postgresql":
                        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
                    result = work(Transaction(connection, self._tables, self._now()))
                    ending = True
                    transaction.commit()
            except (IntegrityError, DataError):
                raise  # not the database's fault
            except DBAPIError as error:
                lost = error.connection_invalidated
                if lost and not lost_before and (repeatable or not ending):
                    lost_before = True
                    continue
                if tries_left and _in_the_way(error):
                    continue
                self._is_away(str(error.orig))
                raise _unavailable(unknown=lost and ending and writes) from error
            self._is_back()
            return result
        raise AssertionError  # the last try returns or raises

    def _is_away(self, trouble: str) -> None:
        """Log what is wrong, once as long as it is the same."""
        line = " ".join(plain(trouble, 500).split())
        password = self._engine.url.password
        if password:
            line = line.replace(str(password), "***")
        if line != self._trouble:
            self._trouble = line
            printable = "".join(c if c.isprintable() else " " for c in line)
            _log.warning("The database cannot be used: %s", printable)

    def _is_back(self) -> None:
        if self._trouble is not None:
            self._trouble = None
            _log.info("The database answers again.")


def _in_the_way(error: DBAPIError) -> bool:
    """Return whether the database undid the transaction for the sake of another one."""
    orig = error.orig
    code = getattr(orig, "sqlstate", None) or getattr(orig, "pgcode", None)
    return (code or next(iter(orig.args if orig else ()), None)) in _IN_THE_WAY


def _unavailable(*, unknown: bool = False) -> StoreUnavailable:
    if unknown:
        return StoreUnavailable(
            "The database of the hub service was lost while it stored this. Whether it did is not"
            " known: look before you try again."
        )
    return StoreUnavailable(
        "The database of the hub service cannot be reached. Nothing was changed; try again later."
    )
