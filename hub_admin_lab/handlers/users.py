"""`GET users`: who is on the hub, and what runs."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from hub_admin_lab.handlers.hub import HubHandler
from hub_admin_lab.models import ListUsersQuery


class UsersHandler(HubHandler):
    """`users?search=&state=&sort=&offset=&limit=`: a page of users with their servers."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """200 with a `UserPage`."""
        actor = self.actor
        query = self.parse_query(ListUsersQuery)
        self.reply(await self.servers.list_users(actor, query))
