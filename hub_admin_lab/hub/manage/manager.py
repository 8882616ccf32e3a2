"""What the panel does with users and the hub itself. Each action leaves its record."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress

from hub_admin_lab.errors import (
    Conflict,
    Forbidden,
    HubError,
    HubForbidden,
    HubNotFound,
    InvalidRequest,
)
from hub_admin_lab.hub.actions.asking import Asking, quietly
from hub_admin_lab.hub.actions.follow import POLL, Key
from hub_admin_lab.hub.actions.terms import Terms
from hub_admin_lab.hub.bulk.pace import FIRST
from hub_admin_lab.hub.client import HubClient
from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.listing.servers import HubServers
from hub_admin_lab.hub.listing.views import State, server_state
from hub_admin_lab.hub.models import HubUser
from hub_admin_lab.hub.records import Records, Target, must_hold, on_user
from hub_admin_lab.hub.scopes import DELETE_USERS, MANAGE_USERS, SHUTDOWN, STOP
from hub_admin_lab.models import EditUser, ShutdownHub, UserView
from hub_admin_lab.models.told import PanelAction

# Looks at a server that stops before its user is deleted, a second apart.
LOOKS = 30
_HUB = Target("hub")
_STILL_STOPPING = (
    "A server of this user is still stopping, so they were not deleted. Try again in a moment."
)
# Seconds that the answer gets to the browser before what carries it is shut down.
HEAD_START = 1.0


class HubManager:
    """Changes users and the hub for whoever asks; the Hub decides.

    Parameters
    ----------
    client
        The Hub.
    servers
        How its users and servers are.
    asking
        Stops the servers of whoever is deleted.
    records
        Where each action leaves its record.
    sleep
        The clock, for tests.
    """

    def __init__(
        self,
        client: HubClient,
        servers: HubServers,
        asking: Asking,
        records: Records,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._servers = servers
        self._asking = asking
        self._records = records
        self._sleep = sleep

    # --- users ----------------------------------------------------------------------------

    async def edit_user(self, actor: Actor, user: str, edit: EditUser) -> UserView:
        """Rename a user, or make or unmake them admin.

        Raises
        ------
        InvalidRequest
            Nothing is to be changed.
        Conflict
            They are to be renamed, and a server of theirs is not stopped.
        """
        must_hold(actor, MANAGE_USERS)
        if not edit.model_fields_set:
            raise InvalidRequest("Say what to change: the name, or whether they are an admin.")
        name = edit.name if "name" in edit.model_fields_set and edit.name != user else None
        admin = edit.admin if "admin" in edit.model_fields_set else None
        if name is None and admin is None:
            return self._servers.user_view_of(actor, await self._client.get_user(actor.token, user))
        with ExitStack() as records:
            if name is not None:
                record = self._records.of(actor, "rename-user", on_user(user), f"To {name}")
                records.enter_context(record)
                _nothing_active(await self._client.get_user(actor.token, user))
            if admin is not None:
                action: PanelAction = "make-admin" if admin else "unmake-admin"
                records.enter_context(self._records.of(actor, action, on_user(user)))
            edited = await self._client.manage.edit_user(actor.token, user, name=name, admin=admin)
        if edited.name != user:
            self._forget(actor, user)
        with suppress(HubForbidden, HubNotFound):  # whoever gave up their own rights
            # Again, because that answer leaves out servers that are stopped.
            edited = await self._client.get_user(actor.token, edited.name)
        view = self._servers.user_view_of(actor, edited)
        self._servers.news_of(actor).seen(view)
        return view

    async def delete_user(self, actor: Actor, user: str) -> None:
        """Delete a user, whose servers are stopped first.

        Raises
        ------
        Conflict
            A server of theirs does not stop.
        Forbidden
            A server of theirs runs that the actor may not stop.
        """
        must_hold(actor, DELETE_USERS)
        with self._records.of(actor, "delete-user", on_user(user)):
            if user != actor.name:  # the Hub says no to that
                await self._stop_servers(actor, user)
            await self._client.manage.delete_user(actor.token, user)
        self._forget(actor, user)

    async def _stop_servers(self, actor: Actor, user: str) -> None:
        """Stop all servers of a user, and wait for them; where one fails, no others are begun.

        The Hub itself stops the default server if it runs, and fails half-way where that one is
        starting, or another one is not stopped.
        """
        known = await self._client.get_user(actor.token, user)
        states = _active(known)
        if not states:
            return
        to_stop: list[str] = []
        for server, state in states.items():
            if state == "stopping":
                continue
            if actor.scopes.allow(STOP, user=user, server=server, groups=known.groups):
                to_stop.append(server)
            elif server or state != "running":
                raise Forbidden(
                    "A server of this user is not stopped, and you may not stop it. They were not"
                    " deleted."
                )
        for begin in range(0, len(to_stop), FIRST):
            together = to_stop[begin : begin + FIRST]
            await asyncio.gather(*(self._stop(actor, (user, server)) for server in together))
        for _ in range(LOOKS):
            known = await self._client.get_user(actor.token, user)
            if "stopping" not in _active(known).values():
                return
            await self._sleep(POLL)
        raise Conflict(_STILL_STOPPING)

    async def _stop(self, actor: Actor, key: Key) -> None:
        """Stop a server and wait for it, but not for ever; its end is recorded however late."""
        answer = await self._asking.stop("stop-server", actor, key, Terms())
        if answer.done:
            return
        stop = self._servers.follower.in_background(self._until_stopped(actor, key))
        for _ in range(LOOKS):
            await self._sleep(POLL)
            if stop.done():
                break
        else:
            raise Conflict(_STILL_STOPPING)
        error = stop.result()
        if error is not None:
            raise error

    async def _until_stopped(self, actor: Actor, key: Key) -> HubError | None:
        """Return once a server has stopped, or why it has not."""
        try:
            await self._asking.until_stopped("stop-server", actor, key)
        except HubError as error:
            return error
        return None

    def _forget(self, actor: Actor, user: str) -> None:
        """Forget a user whom the Hub knows no more."""
        failures = self._servers.follower.failures
        for key in [key for key in failures if key[0] == user]:
            del failures[key]
        self._servers.news_of(actor).removed(user)

    # --- the hub --------------------------------------------------------------------------

    async def shutdown(self, actor: Actor, what: ShutdownHub) -> None:
        """Shut the hub down.

        Recorded first, and where the servers or the proxy go too it is done after the answer: with
        this server, or the way to the browser, that could not be sent any more.

        Raises
        ------
        HubForbidden
            The actor may not.
        """
        must_hold(actor, SHUTDOWN)
        how = (
            f"{'With' if what.servers else 'Without'} the servers,"
            f" {'with' if what.proxy else 'without'} the proxy"
        )
        self._records.write(actor, "shutdown-hub", _HUB, "pending", how=how)
        if not (what.servers or what.proxy):
            await self._shutdown(actor, what, how)
            return
        with self._records.of(actor, "shutdown-hub", _HUB, how, only_failures=True):
            if not (await self._client.manage.scopes(actor.token)).anywhere(SHUTDOWN):
                raise HubForbidden("You may not shut this hub down any more.")
        self._servers.follower.in_background(quietly(self._after_answer, actor, what, how))

    async def _after_answer(self, actor: Actor, what: ShutdownHub, how: str) -> None:
        await self._sleep(HEAD_START)
        await self._shutdown(actor, what, how)

    async def _shutdown(self, actor: Actor, what: ShutdownHub, how: str) -> None:
        # With the servers this one goes too.
        with self._records.of(actor, "shutdown-hub", _HUB, how, ends_here=what.servers):
            await self._client.manage.shutdown(actor.token, servers=what.servers, proxy=what.proxy)


def _active(user: HubUser) -> dict[str, State]:
    """Return the servers of a user that are not stopped."""
    states = {name: server_state(server) for name, server in user.servers.items()}
    return {name: state for name, state in states.items() if state != "stopped"}


def _nothing_active(user: HubUser) -> None:
    """Raise unless all servers of a user are stopped.

    Raises
    ------
    Conflict
        Whoever is renamed while a server of theirs runs cannot open it any more: it lets in who
        was its owner when it was started.
    """
    if _active(user):
        raise Conflict(
            f"A server of {user.name} is not stopped. After a change of name they could not open"
            " it any more: stop their servers first."
        )
