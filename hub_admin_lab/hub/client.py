"""JupyterHub's REST API over httpx. Only this file, its ``manage_client``, and ``paths`` know URLs.

Every method takes the token of the person who asks; the client itself holds none.
https://jupyterhub.readthedocs.io/en/stable/reference/rest-api.html
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
from pydantic import ValidationError

from hub_admin_lab.errors import HubError, HubUnreachable
from hub_admin_lab.hub.http import HubHttp, read, read_json
from hub_admin_lab.hub.manage_client import ManageClient
from hub_admin_lab.hub.models import HubProgress, HubUser, HubUserPage, HubVersion
from hub_admin_lab.hub.paths import server_path, user_path


class HubClient:
    """Asks the Hub.

    Parameters
    ----------
    api_url
        The Hub's API, such as ``http://127.0.0.1:8081/hub/api``.
    verify
        The TLS context of a Hub with ``internal_ssl``.
    concurrency
        Reads under way at once. The Hub is one thread: each costs everybody.
    timeout
        Seconds for an answer; a start or a stop gets twice as much.
    transport, sleep
        For tests: what carries the requests, and how a retry waits.
    on_refused
        Called when the Hub does not allow something, or does not show it, to whoever asks.

    Attributes
    ----------
    manage
        The calls that change users, groups and the hub itself.

    Raises
    ------
    hub_admin_lab.errors.HubError
        From every method: the Hub's refusal in its own words, or why there is no answer.
    """

    def __init__(
        self,
        api_url: str,
        *,
        verify: ssl.SSLContext | None = None,
        concurrency: int = 10,
        timeout: float = 30,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        on_refused: Callable[[], None] = lambda: None,
    ) -> None:
        self._http = HubHttp(
            api_url,
            verify=verify,
            concurrency=concurrency,
            timeout=timeout,
            transport=transport,
            sleep=sleep,
            on_refused=on_refused,
        )
        self.manage = ManageClient(self._http)
        self._version: str | None = None
        self._asking_version: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._asking_version is not None:
            self._asking_version.cancel()
            await asyncio.gather(self._asking_version, return_exceptions=True)
        await self._http.close()

    # --- reading --------------------------------------------------------------------------

    async def version(self) -> str:
        """Return the Hub's version; asked once."""
        if self._version is None:
            response = await self._http.request("GET", "/", None)
            self._version = read(response, HubVersion).version
        return self._version

    async def version_within(self, seconds: float) -> str | None:
        """Return the Hub's version, None if it does not tell it so soon.

        The question goes on, so that a later one finds the answer.
        """
        if self._version is None:
            if self._asking_version is None or self._asking_version.done():
                self._asking_version = asyncio.ensure_future(self._learn_version())
            await asyncio.wait({self._asking_version}, timeout=seconds)
        return self._version

    async def _learn_version(self) -> None:
        with suppress(HubError):
            await self.version()

    async def answer_time(self) -> float:
        """Return the seconds that the Hub takes for what costs it nothing: what others wait."""
        return await self._http.answer_time("/")

    async def list_users(
        self,
        token: str,
        *,
        offset: int = 0,
        limit: int = 50,
        state: str | None = None,
        name_filter: str = "",
        sort: str = "id",
    ) -> HubUserPage:
        """Return one page of users, their stopped servers included.

        ``state`` is ``active`` or ``inactive``; not ``ready``, which the Hub filters after it has
        cut the page. ``name_filter`` is an SQL pattern: ``_`` and ``%`` match anything.
        """
        params: dict[str, str | int] = {
            "include_stopped_servers": 1,
            "offset": offset,
            "limit": limit,
            "sort": sort,
        }
        if state:
            params["state"] = state
        if name_filter:
            params["name_filter"] = name_filter
        response = await self._http.request("GET", "/users", token, params=params)
        return read(response, HubUserPage)

    async def get_user(self, token: str, user: str) -> HubUser:
        """Return one user with all servers."""
        params = {"include_stopped_servers": 1}
        response = await self._http.request("GET", user_path(user), token, params=params)
        return read(response, HubUser)

    async def get_user_as_sent(self, token: str, user: str) -> tuple[HubUser, dict[str, Any]]:
        """Return one user with all servers, and the whole answer beside what we know of it."""
        params = {"include_stopped_servers": 1}
        response = await self._http.request("GET", user_path(user), token, params=params)
        return read(response, HubUser), read_json(response)

    @asynccontextmanager
    async def progress(
        self, token: str, user: str, server: str
    ) -> AsyncIterator[AsyncIterator[HubProgress]]:
        """Open the event stream of a server that starts; it ends with `ready` or `failed`.

        Raises
        ------
        HubRefused
            The server is not starting.
        """
        async with self._http.stream(f"{server_path(user, server)}/progress", token) as response:
            yield _events(response)

    # --- acting ---------------------------------------------------------------------------

    async def start_server(
        self, token: str, user: str, server: str, options: dict[str, Any] | None = None
    ) -> bool:
        """Start a server; return whether it is ready already.

        Without ``options`` the Hub uses those of the last start again.
        """
        body: dict[str, Any] | None = options
        if options is not None and int((await self.version()).partition(".")[0]) >= 6:
            body = {"user_options": options}
        path = server_path(user, server)
        response = await self._http.request("POST", path, token, body=body, patience=2)
        return response.status_code == httpx.codes.CREATED

    async def stop_server(
        self, token: str, user: str, server: str, *, remove: bool = False
    ) -> bool:
        """Stop a server, also one that is starting; return whether it has stopped already.

        With ``remove`` a named server is deleted too.
        """
        body = {"remove": True} if remove else None
        path = server_path(user, server)
        response = await self._http.request("DELETE", path, token, body=body, patience=2)
        return response.status_code == httpx.codes.NO_CONTENT


async def _events(response: httpx.Response) -> AsyncIterator[HubProgress]:
    try:
        async for line in response.aiter_lines():
            field, _, value = line.partition(":")
            if field != "data":
                continue  # empty lines keep the connection open
            try:
                yield HubProgress.model_validate_json(value.strip())
            except ValidationError:
                continue  # what a spawner sends is not ours to vouch for
    except httpx.TransportError as error:
        raise HubUnreachable("The connection to the hub broke off.") from error
