"""What the panel does with named servers that do not run: create, rename, change. JupyterHub 6."""

from __future__ import annotations

from contextlib import ExitStack

from hub_admin_lab.errors import InvalidRequest
from hub_admin_lab.hub.client import HubClient
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.listing.servers import HubServers, server_of
from hub_admin_lab.hub.models import HubServer
from hub_admin_lab.hub.records import Records, on_server
from hub_admin_lab.models import CreateServer, EditServer, ServerView


class NamedServers:
    """Changes named servers for whoever asks; the Hub decides.

    They are started, stopped and deleted as any other: see
    ``hub_admin_lab.hub.actions.server_actions``.

    Parameters
    ----------
    client
        The Hub.
    servers
        How its users and servers are.
    records
        Where each action leaves its record.

    Raises
    ------
    HubTooOld
        From both methods: JupyterHub 5 cannot.
    """

    def __init__(self, client: HubClient, servers: HubServers, records: Records) -> None:
        self._client = client
        self._servers = servers
        self._records = records

    async def create(self, actor: Actor, user: str, server: str, new: CreateServer) -> ServerView:
        """Create a named server without starting it."""
        with self._records.of(actor, "create-server", on_server(user, server)):
            created = await self._client.manage.create_server(
                actor.token,
                user,
                server,
                display_name=new.display_name or None,
                user_options=new.user_options,
            )
        return await self._view(actor, user, created)

    async def edit(self, actor: Actor, user: str, server: str, edit: EditServer) -> ServerView:
        """Rename a named server that is stopped, or change its display name or options.

        An empty display name goes back to the server's name, and a server that was
        displayed by its name is displayed by its new one.

        Raises
        ------
        InvalidRequest
            Nothing is to be changed, or the name is empty.
        """
        if edit.name == "":
            raise InvalidRequest("The name of a named server cannot be empty.")
        if edit.name is None and edit.display_name is None and edit.user_options is None:
            raise InvalidRequest("Say what to change: name, display_name or user_options.")
        name = edit.name or server
        renamed = name != server
        edited = edit.display_name is not None or edit.user_options is not None
        with ExitStack() as records:
            if renamed:
                how = f"To {name}"
                record = self._records.of(actor, "rename-server", on_server(user, server), how)
                records.enter_context(record)
            if edited or not renamed:
                record = self._records.of(actor, "edit-server", on_server(user, server))
                records.enter_context(record)
            display_name = edit.display_name
            if display_name is None and edit.name is not None:
                # The Hub would go on displaying the old name.
                before = server_of(await self._client.get_user(actor.token, user), server)
                display_name = before.display_name if before.display_name != server else ""
            changed = await self._client.manage.edit_server(
                actor.token,
                user,
                server,
                name=name if renamed else None,
                display_name=name if display_name == "" else display_name,
                user_options=edit.user_options,
            )
        if renamed:
            self._servers.follower.failures.pop((user, server), None)
        return await self._view(actor, user, changed)

    async def _view(self, actor: Actor, user: str, server: HubServer) -> ServerView:
        """Return a server that the Hub has just changed, and tell what is new of it.

        As in its answer to that: otherwise it shows the old options until the next start.
        """
        sent = await self._client.get_user(actor.token, user)
        sent = sent.model_copy(update={"servers": {**sent.servers, server.name: server}})
        view = self._servers.view_of(actor, sent, server.name)
        self._servers.news_of(actor).seen(self._servers.user_view_of(actor, sent), view)
        return view
