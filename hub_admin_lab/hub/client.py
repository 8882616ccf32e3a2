"""JupyterHub's REST API over httpx: the only file that knows the Hub's URLs.

Every method takes the token of the person who asks; the client itself holds none.
https://jupyterhub.readthedocs.io/en/stable/reference/rest-api.html
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from hub_admin_lab.errors import (
    HubBadAnswer,
    HubFailed,
    HubForbidden,
    HubNotFound,
    HubRefused,
    HubTimeout,
    HubUnavailable,
    HubUnreachable,
)
from hub_admin_lab.hub.models import HubProgress, HubUser, HubUserPage, HubVersion

Model = TypeVar("Model", bound=BaseModel)

# Only reading is tried again, and only where trying again can help.
RETRY_AFTER = (0.2, 0.6)  # seconds before the second and the third try
RETRY_STATUS = frozenset({502, 503, 504})

_MAX_MESSAGE = 1000  # characters of the Hub's own words that we pass on
_LONGEST_NAME = 255  # the Hub's own columns for names


class HubClient:
    """Asks the Hub, at most ``concurrency`` requests at a time.

    Parameters
    ----------
    api_url
        The Hub's API, such as ``http://127.0.0.1:8081/hub/api``.
    verify
        The TLS context of a Hub with ``internal_ssl``.
    concurrency
        Requests under way at once. The Hub is one thread: each costs everybody. Event streams of
        starting servers, which cost the Hub nothing while they wait, are not counted.
    timeout
        Seconds for an answer; a start or a stop gets twice as much.
    transport, sleep
        For tests: what carries the requests, and how a retry waits.

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
    ) -> None:
        self._http = httpx.AsyncClient(
            verify=verify or _trust(api_url),
            timeout=httpx.Timeout(timeout, connect=min(timeout, 5)),
            transport=transport,
            trust_env=False,  # the Hub is a neighbour: never through a proxy for the web
            limits=httpx.Limits(max_connections=None),  # the slots below are the limit
        )
        self._api_url = api_url
        self._timeout = timeout
        self._slots = asyncio.Semaphore(concurrency)
        self._sleep = sleep
        self._version: str | None = None

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    # --- reading --------------------------------------------------------------------------

    async def version(self) -> str:
        """Return the Hub's version; asked once."""
        if self._version is None:
            response = await self._request("GET", "/", None)
            self._version = _read(response, HubVersion).version
        return self._version

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
        response = await self._request("GET", "/users", token, params=params)
        return _read(response, HubUserPage)

    async def get_user(self, token: str, user: str) -> HubUser:
        """Return one user with all servers."""
        params = {"include_stopped_servers": 1}
        response = await self._request("GET", _user_path(user), token, params=params)
        return _read(response, HubUser)

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
        request = self._http.build_request(
            "GET",
            f"{self._api_url}{_server_path(user, server)}/progress",
            headers={**_headers(token), "Accept": "text/event-stream"},
            # A spawner may be silent for long; the Hub sends an empty line every 8 s.
            timeout=httpx.Timeout(self._timeout, read=60),
        )
        response = await self._send(request, stream=True)
        try:
            if not response.is_success:
                await response.aread()
                _raise_for(response)
            yield _events(response)
        finally:
            await response.aclose()

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
        path = _server_path(user, server)
        response = await self._request("POST", path, token, body=body, patience=2)
        return response.status_code == httpx.codes.CREATED

    async def stop_server(
        self, token: str, user: str, server: str, *, remove: bool = False
    ) -> bool:
        """Stop a server, also one that is starting; return whether it has stopped already.

        With ``remove`` a named server is deleted too.
        """
        body = {"remove": True} if remove else None
        path = _server_path(user, server)
        response = await self._request("DELETE", path, token, body=body, patience=2)
        return response.status_code == httpx.codes.NO_CONTENT

    # --- plumbing -------------------------------------------------------------------------

    async def _request(
        self,
        method: str,
        path: str,
        token: str | None,
        *,
        params: Any = None,
        body: Any = None,
        patience: float = 1,
    ) -> httpx.Response:
        request = self._http.build_request(
            method,
            self._api_url + path,
            params=params,
            json=body,
            headers=_headers(token),
            timeout=httpx.Timeout(self._timeout * patience, connect=min(self._timeout, 5)),
        )
        for pause in (*RETRY_AFTER, None) if method == "GET" else (None,):
            try:
                response = await self._send(request)
            except HubUnreachable:
                if pause is None:
                    raise
            else:
                if pause is None or response.status_code not in RETRY_STATUS:
                    break
            await self._sleep(pause)
        if not response.is_success:
            _raise_for(response)
        return response

    async def _send(self, request: httpx.Request, *, stream: bool = False) -> httpx.Response:
        try:
            if stream:
                return await self._http.send(request, stream=True)
            async with self._slots:
                return await self._http.send(request)
        except (httpx.ReadTimeout, httpx.WriteTimeout) as error:
            raise HubTimeout(
                "The hub took too long to answer. What was asked may still happen: look again in"
                " a moment."
            ) from error
        except httpx.TransportError as error:
            raise HubUnreachable(
                "The hub cannot be reached. It may be restarting: try again in a moment."
            ) from error
        except httpx.RequestError as error:
            raise HubBadAnswer("What the hub answered cannot be read.") from error


def _trust(api_url: str) -> ssl.SSLContext | bool:
    """Return whom to trust: the system's authorities, as JupyterHub's own calls do.

    No context for plain http: making one takes longer than the rest of this extension's start.
    """
    return ssl.create_default_context() if api_url.startswith("https:") else False


def _user_path(user: str) -> str:
    return f"/users/{_segment(user)}"


def _server_path(user: str, server: str) -> str:
    if server:
        return f"{_user_path(user)}/servers/{_segment(server)}"
    return f"{_user_path(user)}/server"


def _segment(name: str) -> str:
    """Return a name as one segment of a path.

    Raises
    ------
    HubNotFound
        The name is a step in a path: `users/alice/servers/..` would be the user, not a server.
    """
    if name in (".", "..") or len(name) > _LONGEST_NAME:
        raise HubNotFound("The hub knows no such user or server.")
    return quote(name, safe="")


def _headers(token: str | None) -> dict[str, str]:
    headers = {"Accept": "application/jupyterhub-pagination+json"}
    if token:
        headers["Authorization"] = f"token {token}"
    return headers


def _read(response: httpx.Response, model: type[Model]) -> Model:
    try:
        return model.model_validate_json(response.content)
    except ValidationError as error:
        raise HubBadAnswer(
            "What answers at the hub's address is not a JupyterHub that this version understands."
            " Ask whoever runs the hub to look at it."
        ) from error


def _raise_for(response: httpx.Response) -> None:
    """Raise the error that an answer other than a success stands for."""
    status = response.status_code
    message = _message(response)
    if status in RETRY_STATUS:
        raise HubUnavailable(
            "The hub is not available just now. It may be restarting: try again in a moment."
        )
    if message is None:
        raise HubBadAnswer(
            f"What answers at the hub's address ({status}) is not a JupyterHub. Ask whoever runs"
            " the hub to look at it."
        )
    if status in (401, 403):
        raise HubForbidden(message)
    if status == 404:
        raise HubNotFound(message)
    if 400 <= status < 500:
        raise HubRefused(message, status)
    raise HubFailed(message)


def _message(response: httpx.Response) -> str | None:
    """Return the Hub's own words, or None where it was not the Hub that answered.

    The Hub answers some refusals with a ``message`` of null; those get words of ours.
    """
    try:
        body = json.loads(response.content)
    except ValueError:
        return None
    if not isinstance(body, dict) or "message" not in body:
        return None
    if isinstance(body["message"], str) and body["message"]:
        return body["message"][:_MAX_MESSAGE]
    if response.status_code == 404:
        return "The hub knows no such user or server, or does not let you see it."
    return f"The hub refused this and did not say why ({response.status_code})."


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
