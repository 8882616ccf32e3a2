"""`users` and `users/{user}`: who is on the hub, and what runs."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from hub_admin_lab.handlers.hub import HubHandler
from hub_admin_lab.models import AddUsers, EditUser, ListUsersQuery, Nothing


class UsersHandler(HubHandler):
    """`users?query=&search=&state=&sort=&offset=&limit=`: a page of users with their servers."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """200 with a `UserPage`."""
        actor = self.actor
        query = self.parse_query(ListUsersQuery)
        self.reply(await self.while_wanted(self.servers.list_users(actor, query)))

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Add users: 201 with the `AddedUsers`.

        As at the Hub an error where nobody was added, with them as `detail`: 409 if all exist,
        else 400.
        """
        actor = self.actor
        self.parse_query(Nothing)
        body = self.parse_body(AddUsers)
        self.reply(await self.parts.adder.add(actor, body), 201)


class UserHandler(HubHandler):
    """`users/{user}`."""

    @web.authenticated
    @authorized
    async def get(self, user: str) -> None:
        """200 with the `UserDetails`."""
        actor = self.actor
        self.expect_nothing()
        self.reply(await self.servers.details(actor, user))

    @web.authenticated
    @authorized
    async def patch(self, user: str) -> None:
        """Rename them, or make or unmake them admin: 200 with the `UserView`."""
        actor = self.actor
        self.parse_query(Nothing)
        body = self.parse_body(EditUser)
        self.reply(await self.parts.manager.edit_user(actor, user, body))

    @web.authenticated
    @authorized
    async def delete(self, user: str) -> None:
        """204: their servers have stopped, and they are deleted."""
        actor = self.actor
        self.expect_nothing()
        await self.parts.manager.delete_user(actor, user)
        self.done()
