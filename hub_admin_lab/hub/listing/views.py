"""From what the Hub sends to what the panel shows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Literal

from hub_admin_lab.hub.connection import Actor
from hub_admin_lab.hub.models import HubServer, HubUser
from hub_admin_lab.hub.scopes import ACCESS, DELETE_USERS, MANAGE_USERS, START, STOP, Scopes
from hub_admin_lab.hub.sent import options_to_show
from hub_admin_lab.models import Can, Failure, ServerView, UserView

# Characters of all options that are shown of one user, who can start very many servers.
MOST_OPTIONS = 64 * 1024

State = Literal["stopped", "starting", "running", "stopping"]


def server_state(server: HubServer) -> State:
    """Return the one word for the Hub's `pending`, `ready` and `stopped`."""
    if server.pending == "spawn":
        return "starting"
    if server.pending == "stop":
        return "stopping"
    if server.ready:
        return "running"
    if server.pending == "rename":
        return "stopped"  # the Hub renames no other, though it says that this one is not stopped
    # `check` (the Hub looks after a server that runs) and whatever a later Hub may add.
    return "running" if server.pending and server.stopped is False else "stopped"


def server_view(
    user: HubUser, server: HubServer, *, actor: Actor, access: Scopes, failure: Failure | None
) -> ServerView:
    """Return one server as the panel shows it to `actor`.

    ``access`` holds the scopes by which the actor may open servers, as far as they are known; a
    person whom the Hub calls admin may open them all.
    """
    state = server_state(server)

    def allowed(scopes: Scopes, any_of: tuple[str, ...]) -> bool:
        return scopes.allow(any_of, user=user.name, server=server.name, groups=user.groups)

    may_stop = allowed(actor.scopes, STOP)
    may_open = actor.admin or actor.name == user.name or allowed(access, ACCESS)
    return ServerView(
        user=user.name,
        name=server.name,
        display_name=server.display_name or server.name,
        state=state,
        failure=failure if state == "stopped" else None,
        started=server.started if state != "stopped" else None,
        last_activity=server.last_activity,
        url=server.url if state == "running" else None,
        user_options=options_to_show(server.user_options or {}),
        can=Can(
            start=state == "stopped" and allowed(actor.scopes, START),
            stop=state in ("running", "starting") and may_stop,
            access=state == "running" and may_open,
            delete=state == "stopped" and server.name != "" and may_stop,
        ),
    )


def _few_options(servers: Iterable[ServerView]) -> list[ServerView]:
    """Return a user's servers, from some on without options: they come with every page."""
    left = MOST_OPTIONS
    views: list[ServerView] = []
    for server in servers:
        left -= len(json.dumps(server.user_options)) if server.user_options else 0
        views.append(server if left >= 0 else server.model_copy(update={"user_options": {}}))
    return views


def user_view(
    user: HubUser,
    *,
    actor: Actor,
    access: Scopes,
    failures: dict[tuple[str, str], Failure],
) -> UserView:
    """Return one user with their servers: the default one first, started before or not."""
    servers = {"": HubServer(stopped=True), **user.servers}

    def allowed(any_of: tuple[str, ...]) -> bool:
        return actor.scopes.allow(any_of, user=user.name, server="", groups=user.groups)

    return UserView(
        name=user.name,
        admin=user.admin,
        groups=user.groups,
        last_activity=user.last_activity,
        servers=_few_options(
            server_view(
                user, server, actor=actor, access=access, failure=failures.get((user.name, name))
            )
            for name, server in sorted(servers.items())
        ),
        # A server of no name in particular: scopes for one server only do not count.
        may_start=allowed(START),
        may_edit=allowed(MANAGE_USERS),
        may_delete=allowed(DELETE_USERS) and user.name != actor.name,  # the Hub lets nobody
    )
