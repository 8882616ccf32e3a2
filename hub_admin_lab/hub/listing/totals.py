"""How many users there are, and how many of them are active."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from hub_admin_lab.hub.client import HubClient
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.listing.search import StateFilter
from hub_admin_lab.models import Counts

# How long the totals of a hub may be shown beside a search.
HOLD = timedelta(seconds=30)


class Totals:
    """Counts whom the actor may list, whatever the filter.

    Parameters
    ----------
    client
        The Hub.
    now
        The clock.
    """

    def __init__(self, client: HubClient, now: Callable[[], datetime]) -> None:
        self._client = client
        self._now = now
        self._last = ("", now(), Counts(users=None, active=None))

    async def recent(self, actor: Actor) -> Counts:
        """Return those of just now, for a search: one comes with every key."""
        token, at, counts = self._last
        if token == actor.token and self._now() - at < HOLD:
            return counts
        users, active = await asyncio.gather(self._count(actor), self._count(actor, "active"))
        return self._keep(actor, Counts(users=users, active=active))

    async def beside(self, actor: Actor, state: StateFilter) -> Counts:
        """Return those that a page of everybody in this state does not bring along itself."""
        users, active = await asyncio.gather(
            self._count(actor) if state != "all" else _nothing(),
            self._count(actor, "active") if state != "running" else _nothing(),
        )
        return Counts(users=users, active=active)

    def with_page(
        self, actor: Actor, beside: Counts, state: StateFilter, total: int | None
    ) -> Counts:
        """Return what ``beside`` found together with the total of that page."""
        counts = Counts(
            users=total if state == "all" else beside.users,
            active=total if state == "running" else beside.active,
        )
        return self._keep(actor, counts)

    def _keep(self, actor: Actor, counts: Counts) -> Counts:
        self._last = (actor.token, self._now(), counts)
        return counts

    async def _count(self, actor: Actor, state: str | None = None) -> int | None:
        page = await self._client.list_users(actor.token, limit=1, state=state)
        return page.pagination.total


async def _nothing() -> None:
    """Stand for a question that is not asked."""
