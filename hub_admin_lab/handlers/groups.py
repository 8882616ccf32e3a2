"""`groups`: the hub's groups, their members and properties."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from hub_admin_lab.errors import InvalidRequest
from hub_admin_lab.handlers.hub import HubHandler
from hub_admin_lab.hub.manage.groups import HubGroups
from hub_admin_lab.models import GroupMembers, GroupProperties, ListGroupsQuery, Nothing


class _GroupsBase(HubHandler):
    @property
    def groups(self) -> HubGroups:
        """The hub's groups."""
        return self.parts.groups


class GroupsHandler(_GroupsBase):
    """`groups?search=&offset=&limit=`."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """200 with a `GroupPage`."""
        actor = self.actor
        query = self.parse_query(ListGroupsQuery)
        self.reply(await self.while_wanted(self.groups.page(actor, query)))


class GroupHandler(_GroupsBase):
    """`groups/{group}`."""

    @web.authenticated
    @authorized
    async def get(self, group: str) -> None:
        """200 with a `GroupView`."""
        actor = self.actor
        self.expect_nothing()
        self.reply(await self.groups.get(actor, group))

    @web.authenticated
    @authorized
    async def post(self, group: str) -> None:
        """Create it: 201 with a `GroupView`."""
        actor = self.actor
        self.expect_nothing()
        self.reply(await self.groups.create(actor, group), 201)

    @web.authenticated
    @authorized
    async def delete(self, group: str) -> None:
        """204: it is deleted."""
        actor = self.actor
        self.expect_nothing()
        await self.groups.delete(actor, group)
        self.done()


class GroupMembersHandler(_GroupsBase):
    """`groups/{group}/users`."""

    @web.authenticated
    @authorized
    async def post(self, group: str) -> None:
        """Put users into it: 200 with the `GroupView`."""
        actor = self.actor
        self.parse_query(Nothing)
        users = self.parse_body(GroupMembers).users
        self.reply(await self.groups.add_members(actor, group, users))

    @web.authenticated
    @authorized
    async def delete(self, group: str) -> None:
        """Take users out of it: 200 with the `GroupView`."""
        actor = self.actor
        self.parse_query(Nothing)
        users = self.parse_body(GroupMembers).users
        self.reply(await self.groups.remove_members(actor, group, users))


class GroupPropertiesHandler(_GroupsBase):
    """`groups/{group}/properties`."""

    @web.authenticated
    @authorized
    async def put(self, group: str) -> None:
        """Replace them: 200 with the `GroupView`."""
        actor = self.actor
        self.parse_query(Nothing)
        if not self.request.body:
            raise InvalidRequest("Send the properties as a JSON object; `{}` takes all away.")
        properties = self.parse_body(GroupProperties).root
        self.reply(await self.groups.set_properties(actor, group, properties))
