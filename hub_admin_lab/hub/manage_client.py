"""The Hub's REST API for users, groups and the hub itself; ``HubClient.manage``.

The same rules as in ``hub_admin_lab.hub.client``: one method for each call, with the token of the
person who asks, and errors as of there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import httpx

from hub_admin_lab.errors import HubRefused, HubTooOld
from hub_admin_lab.hub.http import HubHttp, read
from hub_admin_lab.hub.models import HubGroup, HubGroupPage, HubServer, HubToken, HubUser, HubUsers
from hub_admin_lab.hub.paths import group_path, server_path, user_path
from hub_admin_lab.hub.scopes import Scopes


class ManageClient:
    """Asks the Hub to change users, groups and itself.

    Parameters
    ----------
    http
        What sends the requests.
    """

    def __init__(self, http: HubHttp) -> None:
        self._http = http

    # --- users ----------------------------------------------------------------------------

    async def create_user(self, token: str, name: str, *, admin: bool = False) -> HubUser:
        """Create a user; the Hub may write the name differently, in small letters say.

        One name at a time: for several the Hub does not tell which of them existed, and creates
        none if one of them is bad.

        Raises
        ------
        HubRefused
            409 if it exists, 400 if the name is bad.
        """
        body = {"usernames": [name], "admin": admin}
        response = await self._http.request("POST", "/users", token, body=body, patience=2)
        return read(response, HubUsers).root[0]

    async def edit_user(
        self, token: str, user: str, *, name: str | None = None, admin: bool | None = None
    ) -> HubUser:
        """Rename a user, or make or unmake them admin.

        Raises
        ------
        ValueError
            The name is not a new one. The Hub would store *no* name: nobody could reach that user
            any more, nor list any users at all (tried on 5.5.4 and 6.1.1).
        """
        if name == user:
            raise ValueError("A user cannot be renamed to the name that they have.")
        body = _without_none({"name": name, "admin": admin})
        response = await self._http.request("PATCH", user_path(user), token, body=body)
        return read(response, HubUser)

    async def delete_user(self, token: str, user: str) -> None:
        """Delete a user. The Hub stops the default server first, and fails where another runs."""
        await self._http.request("DELETE", user_path(user), token, patience=2)

    # --- named servers --------------------------------------------------------------------

    async def create_server(
        self,
        token: str,
        user: str,
        server: str,
        *,
        display_name: str | None = None,
        user_options: dict[str, Any] | None = None,
    ) -> HubServer:
        """Create a named server without starting it.

        Raises
        ------
        HubTooOld
            JupyterHub 5 cannot.
        """
        # Always with a field: the Hub takes a body without one for options.
        body = {"user_options": user_options, **_without_none({"display_name": display_name})}
        return await self._since_hub_6("PUT", server_path(user, server), token, body)

    async def edit_server(
        self,
        token: str,
        user: str,
        server: str,
        *,
        name: str | None = None,
        display_name: str | None = None,
        user_options: dict[str, Any] | None = None,
    ) -> HubServer:
        """Rename a named server that is stopped, or change its display name or options.

        Raises
        ------
        HubTooOld
            JupyterHub 5 cannot.
        """
        body = _without_none(
            {"name": name, "display_name": display_name, "user_options": user_options}
        )
        return await self._since_hub_6("PATCH", server_path(user, server), token, body)

    async def _since_hub_6(self, method: str, path: str, token: str, body: Any) -> HubServer:
        try:
            return read(await self._http.request(method, path, token, body=body), HubServer)
        except HubRefused as error:
            if error.status != httpx.codes.METHOD_NOT_ALLOWED:
                raise
            raise HubTooOld(
                "This needs JupyterHub 6 or newer, and this hub is older. There, starting a named"
                " server creates it, and it keeps its name."
            ) from error

    # --- groups ---------------------------------------------------------------------------

    async def list_groups(self, token: str, *, offset: int = 0, limit: int = 50) -> HubGroupPage:
        """Return one page of groups.

        Whoever may list some groups only gets those, but the total of all.
        """
        params = {"offset": offset, "limit": limit}
        response = await self._http.request("GET", "/groups", token, params=params)
        return read(response, HubGroupPage)

    async def get_group(self, token: str, group: str) -> HubGroup:
        """Return one group."""
        response = await self._http.request("GET", group_path(group), token)
        return read(response, HubGroup)

    async def create_group(self, token: str, group: str) -> HubGroup:
        """Create a group without members."""
        response = await self._http.request("POST", group_path(group), token)
        return read(response, HubGroup)

    async def delete_group(self, token: str, group: str) -> None:
        """Delete a group; its members stay users."""
        await self._http.request("DELETE", group_path(group), token)

    async def add_members(self, token: str, group: str, users: Iterable[str]) -> HubGroup:
        """Put users into a group: all of them, or none if the Hub does not know one."""
        return await self._members("POST", token, group, users)

    async def remove_members(self, token: str, group: str, users: Iterable[str]) -> HubGroup:
        """Take users out of a group: all of them, or none if the Hub does not know one."""
        return await self._members("DELETE", token, group, users)

    async def _members(self, method: str, token: str, group: str, users: Iterable[str]) -> HubGroup:
        body = {"users": list(users)}
        response = await self._http.request(method, group_path(group) + "/users", token, body=body)
        return read(response, HubGroup)

    async def set_properties(self, token: str, group: str, properties: dict[str, Any]) -> HubGroup:
        """Replace the properties of a group."""
        path = group_path(group) + "/properties"
        response = await self._http.request("PUT", path, token, body=properties)
        return read(response, HubGroup)

    # --- the hub --------------------------------------------------------------------------

    async def scopes(self, token: str) -> Scopes:
        """Return what the token may do now; what an `Actor` holds may be minutes old."""
        return Scopes(read(await self._http.request("GET", "/user", token), HubToken).scopes)

    async def shutdown(self, token: str, *, servers: bool, proxy: bool) -> None:
        """Shut the Hub down, with or without the servers and the proxy.

        Both are said: what is not said is as the Hub's config has it, by which servers stop too.
        """
        body = {"servers": servers, "proxy": proxy}
        await self._http.request("POST", "/shutdown", token, body=body)


def _without_none(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
