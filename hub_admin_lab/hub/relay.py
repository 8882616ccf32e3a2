"""The hub service's API, asked with the token of whoever is looking; answers are passed on."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import httpx

from hub_admin_lab.errors import (
    ServiceBadAnswer,
    ServiceError,
    ServiceTimeout,
    ServiceUnavailable,
    ServiceUnreachable,
)

_AWAY = frozenset({502, 503, 504})
_REFUSALS = frozenset({401, 403})
_MOST_BYTES = 64 * 1024 * 1024  # of an answer: tens of thousands of servers
_LONGEST_VERSION = 50
_VERSION_HOLDS = 60.0  # seconds: the service may be upgraded while this server runs
_LATEST = 3600  # seconds that a Retry-After is heeded at most


@dataclass(frozen=True)
class Relayed:
    """An answer of the service, its errors included, as it came.

    Attributes
    ----------
    retry_after
        Seconds that it asks to wait; None where it asks nothing.
    """

    status: int
    content: bytes
    retry_after: int | None = None


class Ask(Protocol):
    """Asks the hub service: ``ServiceRelay.ask``, for whoever needs no more of it."""

    async def __call__(
        self, method: str, path: str, token: str, *, query: str = "", body: bytes = b""
    ) -> Relayed:
        """Return what it answers."""


class ServiceRelay:
    """Asks the hub service.

    Parameters
    ----------
    url
        The service's, as this server reaches it, without a slash at the end.
    timeout
        Seconds for an answer.
    on_refused
        Called when it refused: who asks may hold less than was known.
    clock
        Monotonic seconds, for tests.
    transport
        In place of the network, for tests.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float = 30,
        on_refused: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._url = url
        self._http = httpx.AsyncClient(
            verify=ssl.create_default_context() if url.startswith("https:") else False,
            timeout=httpx.Timeout(timeout, connect=min(timeout, 5)),
            transport=transport,
            trust_env=False,  # a neighbour, as the Hub is: never through a proxy for the web
            follow_redirects=False,  # whoever is elsewhere is not to get the token
        )
        self._on_refused = on_refused
        self._clock = clock
        self._version: str | None = None
        self._version_learned = 0.0

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def ask(
        self, method: str, path: str, token: str, *, query: str = "", body: bytes = b""
    ) -> Relayed:
        """Return what the service answers, its refusals too.

        Parameters
        ----------
        path
            Below ``/api/``, with its segments quoted.

        Raises
        ------
        ServiceError
            It was not the service that answered, or nobody did.
        """
        headers = {"Authorization": f"token {token}"}
        if body:
            headers["Content-Type"] = "application/json"
        target = f"{self._url}/api/{path}" + (f"?{query}" if query else "")
        try:
            request = self._http.build_request(
                method, target, headers=headers, content=body or None
            )
        except httpx.InvalidURL as error:
            raise ServiceUnreachable("The address of the hub service is none.") from error
        response, content = await self._send(request)
        _check(response, content)
        if response.status_code in _REFUSALS:
            self._on_refused()
        return Relayed(response.status_code, content, _retry_after(response))

    async def version_within(self, patience: float) -> str | None:
        """Return the service's version, or None if it does not tell within so many seconds."""
        if self._version is None or self._clock() - self._version_learned >= _VERSION_HOLDS:
            self._version = None
            request = self._http.build_request("GET", f"{self._url}/api/health")
            try:
                _, content = await asyncio.wait_for(self._send(request), patience)
                version = json.loads(content)["version"]
            except (ServiceError, TimeoutError, asyncio.TimeoutError):
                return None
            except (ValueError, TypeError, LookupError, RecursionError):
                return None  # something else answers there
            self._version, self._version_learned = str(version)[:_LONGEST_VERSION], self._clock()
        return self._version

    async def _send(self, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        try:
            response = await self._http.send(request, stream=True)
            try:
                return response, await _bounded(response)
            finally:
                await response.aclose()
        except (httpx.ReadTimeout, httpx.WriteTimeout) as error:
            raise ServiceTimeout(
                "The hub service took too long to answer. What was asked may still happen: look"
                " again in a moment."
            ) from error
        except httpx.TransportError as error:
            raise ServiceUnreachable(
                "The hub service cannot be reached. It may be restarting: try again in a moment."
            ) from error
        except httpx.RequestError as error:
            raise ServiceBadAnswer("What the hub service answered cannot be read.") from error


async def _bounded(response: httpx.Response) -> bytes:
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > _MOST_BYTES:
            raise ServiceBadAnswer("The hub service answers more than can be shown.")
    return bytes(content)


def _check(response: httpx.Response, content: bytes) -> None:
    """Raise unless it was the service that answered: the Hub's proxy answers in its place too."""
    if response.status_code == 204:
        return
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind == "application/json" and (response.is_success or _is_error(content)):
        return
    if response.status_code in _AWAY:
        raise ServiceUnavailable(
            "The hub service is not available just now. It may be restarting: try again in a"
            " moment."
        )
    raise ServiceBadAnswer(
        f"What answers at the hub service's address ({response.status_code}) is not that service."
        " Ask whoever runs the hub to look at it."
    )


def _retry_after(response: httpx.Response) -> int | None:
    """Return the seconds; a date, which the service never sends, is not heeded."""
    text = response.headers.get("Retry-After", "")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        return None
    return min(int(text), _LATEST)


def _is_error(content: bytes) -> bool:
    """Return whether it is an error as all of ours are."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return (
        isinstance(body, dict)
        and isinstance(body.get("message"), str)
        and isinstance(body.get("code"), str)
    )
