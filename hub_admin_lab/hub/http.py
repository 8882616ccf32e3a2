"""HTTP to the Hub: slots, patience, second tries, and what its answers mean as errors."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx

from hub_admin_lab.errors import HubBadAnswer, HubTimeout, HubUnreachable
from hub_admin_lab.hub.answers import (
    NO_ANSWER,
    NO_CONNECTION,
    RETRY_AFTER,
    RETRY_STATUS,
    UNREADABLE,
    Model,
    json_of,
    raise_for_status,
    read_model,
)

# Who asks holds less than was known: what a filter leaves out is not found, says the Hub.
REFUSALS = frozenset({401, 403, 404})

_LONGEST_MEASURE = 5.0  # seconds after which an answer is too late whenever it comes


class HubHttp:
    """Sends requests to the Hub's API; reads at most ``concurrency`` at a time.

    Starts and stops take no slot: the Hub holds their answers for up to ten seconds in which it
    does not work for them, and reading must not wait for that. Who asks for many of them at once
    limits them itself; see ``hub_admin_lab.hub.bulk.bulks``.

    Parameters and errors as of ``hub_admin_lab.hub.client.HubClient``.
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
        self._on_refused = on_refused

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def request(
        self,
        method: str,
        path: str,
        token: str | None,
        *,
        params: Any = None,
        body: Any = None,
        patience: float = 1,
    ) -> httpx.Response:
        """Return a successful answer; ``patience`` multiplies the seconds that it may take."""
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
                response = await self._send(request, slot=method == "GET")
            except HubUnreachable:
                if pause is None:
                    raise
            else:
                if pause is None or response.status_code not in RETRY_STATUS:
                    break
            await self._sleep(pause)
        self._raise_for(response)
        return response

    async def answer_time(self, path: str) -> float:
        """Return the seconds until an answer: asked once, and without waiting for a slot."""
        timeout = min(self._timeout, _LONGEST_MEASURE)
        request = self._http.build_request("GET", self._api_url + path, timeout=timeout)
        begin = asyncio.get_running_loop().time()
        response = await self._send(request)
        if not response.is_success:
            raise_for(response)
        return asyncio.get_running_loop().time() - begin

    @asynccontextmanager
    async def stream(self, path: str, token: str) -> AsyncIterator[httpx.Response]:
        """Open an event stream, which takes no slot: it costs the Hub nothing while it waits."""
        request = self._http.build_request(
            "GET",
            f"{self._api_url}{path}",
            headers={**_headers(token), "Accept": "text/event-stream"},
            # A spawner may be silent for long; the Hub sends an empty line every 8 s.
            timeout=httpx.Timeout(self._timeout, read=60),
        )
        response = await self._send(request, stream=True)
        try:
            if not response.is_success:
                await response.aread()
                self._raise_for(response)
            yield response
        finally:
            await response.aclose()

    def _raise_for(self, response: httpx.Response) -> None:
        if response.is_success:
            return
        if response.status_code in REFUSALS:
            self._on_refused()
        raise_for(response)

    async def _send(
        self, request: httpx.Request, *, slot: bool = False, stream: bool = False
    ) -> httpx.Response:
        try:
            if not slot:
                return await self._http.send(request, stream=stream)
            async with self._slots:
                return await self._http.send(request)
        except (httpx.ReadTimeout, httpx.WriteTimeout) as error:
            raise HubTimeout(NO_ANSWER) from error
        except httpx.TransportError as error:
            raise HubUnreachable(NO_CONNECTION) from error
        except httpx.RequestError as error:
            raise HubBadAnswer(UNREADABLE) from error


def _trust(api_url: str) -> ssl.SSLContext | bool:
    """Return whom to trust: the system's authorities, as JupyterHub's own calls do.

    No context for plain http: making one takes longer than the rest of this extension's start.
    """
    return ssl.create_default_context() if api_url.startswith("https:") else False


def _headers(token: str | None) -> dict[str, str]:
    headers = {"Accept": "application/jupyterhub-pagination+json"}
    if token:
        headers["Authorization"] = f"token {token}"
    return headers


def read(response: httpx.Response, model: type[Model]) -> Model:
    """Return an answer as a model.

    Raises
    ------
    HubBadAnswer
        It is something else.
    """
    return read_model(response.content, model)


def read_json(response: httpx.Response) -> Any:
    """Return an answer as it is.

    Raises
    ------
    ValueError
        It is not JSON.
    """
    return json_of(response.content)


def raise_for(response: httpx.Response) -> None:
    """Raise the error that an answer other than a success stands for."""
    raise_for_status(response.status_code, response.content)
