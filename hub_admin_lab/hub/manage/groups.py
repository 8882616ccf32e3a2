"""What the panel does with groups: list, create, delete, members, properties."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice
from typing import Any

from hub_admin_lab.errors import InvalidRequest
from hub_admin_lab.hub.client import HubClient
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.models import HubGroup
from hub_admin_lab.hub.paths import LONGEST_NAME, fits
from hub_admin_lab.hub.records import Records, Target, must_hold
from hub_admin_lab.hub.scopes import (
    DELETE_GROUPS,
    EDIT_GROUPS,
    LIST_GROUPS,
    MANAGE_GROUPS,
    READ_GROUPS,
)
from hub_admin_lab.models import GroupPage, GroupView, ListGroupsQuery

# The most that the Hub lists at once.
AT_A_TIME = 200
# Names that a record holds at most; of the others their number.
_NAMED = 10


class HubGroups:
    """Looks at groups and changes them for whoever asks; the Hub decides.

    Parameters
    ----------
    client
        The Hub.
    records
        Where each action leaves its record.
    """

    def __init__(self, client: HubClient, records: Records) -> None:
        self._client = client
        self._records = records

    # --- looking --------------------------------------------------------------------------

    async def page(self, actor: Actor, query: ListGroupsQuery) -> GroupPage:
        """Return one page of the groups that the actor may list.

        The Hub knows no search, and counts all groups for whoever may list some only: both are
        done here, from all its pages.
        """
        must_hold(actor, LIST_GROUPS)
        if query.search or not actor.scopes.everywhere(LIST_GROUPS):
            found = await self._find(actor, query.search)
            end = query.offset + query.limit
            return GroupPage(
                items=found[query.offset : end],
                total=len(found),
                offset=query.offset,
                limit=query.limit,
                next=end if end < len(found) else None,
            )
        page = await self._client.manage.list_groups(
            actor.token, offset=query.offset, limit=query.limit
        )
        return GroupPage(
            items=[_view(group) for group in page.items],
            total=page.pagination.total,
            offset=query.offset,
            limit=query.limit,
            next=page.next_offset,
        )

    async def _find(self, actor: Actor, search: str) -> list[GroupView]:
        wanted = search.casefold()
        found: list[GroupView] = []
        offset: int | None = 0
        while offset is not None:
            page = await self._client.manage.list_groups(
                actor.token, offset=offset, limit=AT_A_TIME
            )
            found += [_view(group) for group in page.items if wanted in group.name.casefold()]
            # Those that the actor may list come first: no more after an empty page.
            offset = page.next_offset if page.items else None
        return found

    async def get(self, actor: Actor, group: str) -> GroupView:
        """Return one group."""
        must_hold(actor, READ_GROUPS)
        return _view(await self._client.manage.get_group(actor.token, group))

    # --- acting ---------------------------------------------------------------------------

    async def create(self, actor: Actor, group: str) -> GroupView:
        """Create a group without members.

        Raises
        ------
        InvalidRequest
            No address could lead to a group of that name.
        """
        must_hold(actor, MANAGE_GROUPS)
        if not fits(group) or not group.strip():
            raise InvalidRequest(
                f"A group cannot have this name. It has 1 to {LONGEST_NAME} characters, not only"
                " spaces, and is not a dot or two."
            )
        with self._records.of(actor, "create-group", Target(group)):
            return _view(await self._client.manage.create_group(actor.token, group))

    async def delete(self, actor: Actor, group: str) -> None:
        """Delete a group; its members stay users."""
        must_hold(actor, DELETE_GROUPS)
        with self._records.of(actor, "delete-group", Target(group)):
            await self._client.manage.delete_group(actor.token, group)

    async def add_members(self, actor: Actor, group: str, users: list[str]) -> GroupView:
        """Put users into a group: all of them, or none if the Hub does not know one."""
        must_hold(actor, EDIT_GROUPS)
        with self._records.of(actor, "add-members", Target(group), _some(users)):
            return _view(await self._client.manage.add_members(actor.token, group, users))

    async def remove_members(self, actor: Actor, group: str, users: list[str]) -> GroupView:
        """Take users out of a group: all of them, or none if the Hub does not know one."""
        must_hold(actor, EDIT_GROUPS)
        with self._records.of(actor, "remove-members", Target(group), _some(users)):
            return _view(await self._client.manage.remove_members(actor.token, group, users))

    async def set_properties(
        self, actor: Actor, group: str, properties: dict[str, Any]
    ) -> GroupView:
        """Replace the properties of a group, whose values no record holds."""
        must_hold(actor, EDIT_GROUPS)
        with self._records.of(actor, "set-group-properties", Target(group), _some(properties)):
            return _view(await self._client.manage.set_properties(actor.token, group, properties))


def _view(group: HubGroup) -> GroupView:
    users = [user for user in group.users if user is not None]
    return GroupView(name=group.name, users=users, properties=group.properties or {})


def _some(names: Collection[str]) -> str:
    """Return names for a record, which is one line of a log: the first ones and how many more."""
    more = len(names) - _NAMED
    return ", ".join(islice(names, _NAMED)) + (f" and {more} more" if more > 0 else "")
