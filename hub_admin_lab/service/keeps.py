"""Which servers somebody keeps, and until when: in memory, and changed through the store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from hub_admin_lab.idle.activity import Kept
from hub_admin_lab.service.store import Store


class Keeps:
    """What was granted, by (user, server).

    Parameters
    ----------
    now
        The clock.
    """

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._kept: dict[tuple[str, str], Kept] = {}

    async def load(self) -> None:
        """Read them all, at the start and now and then."""
        before = self._kept
        found = await self._store.kept()
        if self._kept is before:  # else it was changed meanwhile, and this may be older
            self._kept = found

    def of(self, user: str, server: str) -> Kept | None:
        """Return what was granted to a server and holds still."""
        kept = self._kept.get((user, server))
        return kept if kept is not None and kept.until > self._now() else None

    async def keep(self, user: str, server: str, until: datetime, *, by: str) -> Kept:
        """Keep a server.

        Raises
        ------
        StoreUnavailable
            It is not kept.
        """
        await self._store.keep(user, server, until, by=by)
        kept = Kept(until=until, by=by, at=self._now())
        self._kept = {**self._kept, (user, server): kept}
        return kept

    async def end(self, user: str, server: str, *, by: str) -> None:
        """Keep it no longer than its rules do; nothing happens if nobody kept it."""
        if self.of(user, server) is None:
            return
        await self._store.end_keep(user, server, by=by)
        self._kept = {key: kept for key, kept in self._kept.items() if key != (user, server)}
