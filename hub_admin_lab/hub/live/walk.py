"""The slow walk over everybody who is active: what changes where nobody looks."""

from __future__ import annotations

from hub_admin_lab.hub.client import HubClient
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.models import HubUserPage
from hub_admin_lab.models import Counts

PAGE = 50
# Pages from one count of everybody, active or not, to the next.
COUNT_EVERY = 8


class Walk:
    """Page by page, and from the beginning again.

    Parameters
    ----------
    client
        The Hub.
    """

    def __init__(self, client: HubClient) -> None:
        self._client = client
        self._pages = 0
        self._offset = 0
        self._seen: set[str] = set()
        self._users: int | None = None

    async def step(self, actor: Actor) -> HubUserPage:
        """Return the next page; every now and then everybody is counted too, active or not."""
        if self._pages % COUNT_EVERY == 0:
            everybody = await self._client.list_users(actor.token, limit=1)
            self._users = everybody.pagination.total
        page = await self._client.list_users(
            actor.token,
            offset=self._offset,
            limit=PAGE,
            state="active",
            # In this order the others keep their places when somebody is added.
            sort="id",
        )
        self._pages += 1
        return page

    def counts(self, page: HubUserPage) -> Counts:
        """Return the totals, of which a page of the walk holds one."""
        return Counts(users=self._users, active=page.pagination.total)

    def missed(self, page: HubUserPage, told: set[str]) -> set[str]:
        """Return, after the last page, those of ``told`` who were on none: perhaps not active."""
        self._seen.update(user.name for user in page.items)
        self._offset = page.next_offset or 0
        if self._offset:
            return set()
        missed = told - self._seen
        self._seen = set()
        return missed

    def begin(self) -> None:
        """Begin anew."""
        self._pages = self._offset = 0
        self._seen = set()
