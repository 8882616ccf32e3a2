"""The Hub's REST API as the service asks it: over tornado, with the service's own token.

A hub image has tornado and no httpx: this is to the service what ``hub_admin_lab.hub.client`` is
to a single-user server.
https://jupyterhub.readthedocs.io/en/stable/reference/rest-api.html
"""

from __future__ import annotations

import asyncio
import os
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from tornado.httpclient import HTTPClientError, HTTPRequest, HTTPResponse
from tornado.httputil import HTTPInputError, url_concat
from tornado.iostream import UnsatisfiableReadError
from tornado.simple_httpclient import HTTPTimeoutError, SimpleAsyncHTTPClient

from hub_admin_lab.errors import HubBadAnswer, HubTimeout, HubUnreachable
from hub_admin_lab.hub.answers import (
    NO_ANSWER,
    NO_CONNECTION,
    RETRY_AFTER,
    RETRY_STATUS,
    UNREADABLE,
    raise_for_status,
    read_model,
)
from hub_admin_lab.hub.bulk.pace import PROMPT
from hub_admin_lab.hub.models import HubGroup, HubUser, HubUserPage
from hub_admin_lab.hub.paths import group_path, server_path, user_path
from hub_admin_lab.models.watching import WatchedPage

# Users on a page. Everybody else waits while the Hub puts one together, which takes longer the more
# users the hub has, active or not; smaller ones take longer altogether.
SMALLEST_PAGE = 50
LARGEST_PAGE = 200  # the most that the Hub gives at once

_LONGEST_MEASURE = 5.0  # seconds after which an answer is too late whenever it comes
_CONNECT = 5.0  # seconds for a connection
_MOST_BYTES = 64 * 1024 * 1024  # of one answer: far more than 200 users are


class ServiceHub:
    """Asks the Hub for users, and to stop servers.

    Parameters
    ----------
    api_url
        The Hub's API, such as ``http://127.0.0.1:8081/hub/api``.
    token
        The service's own.
    ssl_context
        The TLS context of a Hub with ``internal_ssl``.
    concurrency
        Reads under way at once. The Hub is one thread: each costs everybody. Stops take no slot;
        who asks for many of them at once limits them itself.
    timeout
        Seconds for an answer; a stop gets twice as much.
    sleep, clock
        For tests: how a second try waits, and seconds that only go up.

    Raises
    ------
    hub_admin_lab.errors.HubError
        From every method: the Hub's refusal in its own words, or why there is no answer.
    """

    def __init__(
        self,
        *,
        api_url: str,
        token: str,
        ssl_context: ssl.SSLContext | None = None,
        concurrency: int = 10,
        timeout: float = 30,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        # An instance of our own: the shared one has ten places, and whoever waits for one of them
        # is told that there is no connection.
        self._http = SimpleAsyncHTTPClient(
            force_instance=True, max_clients=200, max_body_size=_MOST_BYTES
        )
        self._api_url = api_url.rstrip("/")
        self._token = token
        self._ssl = ssl_context
        self._timeout = timeout
        self._page = SMALLEST_PAGE
        self._slots = asyncio.Semaphore(concurrency)
        self._sleep = sleep
        self._clock = clock

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> ServiceHub:
        """Return the Hub of which this process is a service.

        Raises
        ------
        KeyError
            It is none: ``JUPYTERHUB_API_URL`` or ``JUPYTERHUB_API_TOKEN`` is missing.
        """
        return cls(
            api_url=environ["JUPYTERHUB_API_URL"],
            token=environ["JUPYTERHUB_API_TOKEN"],
            ssl_context=ssl_context(environ),
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    # --- reading --------------------------------------------------------------------------

    async def active_users(self) -> AsyncIterator[HubUserPage]:
        """Yield the users who have an active server, page by page.

        A server is active that runs, starts or stops. Between two pages users come and go, and
        those behind move up: somebody may be on no page, or on two. Pages are as large as the Hub
        can give while others go on being answered promptly.
        """
        offset: int | None = 0
        while offset is not None:
            begin = self._clock()
            page = await self.users_page(offset, self._page)
            seconds = self._clock() - begin
            yield page
            if seconds > PROMPT:
                self._page = max(SMALLEST_PAGE, self._page // 2)
            elif seconds < PROMPT / 2:
                self._page = min(LARGEST_PAGE, self._page * 2)
            following = page.next_offset
            # It goes on, or it ends: never round in circles.
            offset = following if following is not None and following > offset else None

    async def users_page(self, offset: int, limit: int) -> HubUserPage:
        """Return one page of the users who have an active server."""
        # Not `ready`, which the Hub filters after it has cut the page.
        query = {"state": "active", "sort": "id", "offset": str(offset), "limit": str(limit)}
        return read_model(await self._get("/users", query), HubUserPage)

    async def page(self, page: WatchedPage) -> HubUserPage:
        """Return a page of users, with their stopped servers."""
        query = {name: str(value) for name, value in page if value not in (None, "")}
        query["include_stopped_servers"] = "1"
        return read_model(await self._get("/users", query), HubUserPage)

    async def user(self, name: str) -> HubUser:
        """Return one user, with the servers that are active.

        Raises
        ------
        HubNotFound
            There is no such user.
        """
        return read_model(await self._get(user_path(name)), HubUser)

    async def members_of(self, group: str) -> list[str]:
        """Return the names of those in a group.

        Raises
        ------
        HubNotFound
            There is no such group.
        """
        found = read_model(await self._get(group_path(group)), HubGroup)
        return [name for name in found.users if name]

    async def answer_time(self) -> float:
        """Return the seconds that the Hub takes for what costs it nothing: what others wait."""
        begin = self._clock()
        response = await self._send(self._request("GET", "/", min(self._timeout, _LONGEST_MEASURE)))
        if response.code != 200:
            raise_for_status(response.code, response.body)
        return self._clock() - begin

    # --- acting ---------------------------------------------------------------------------

    async def stop_server(self, user: str, server: str) -> bool:
        """Stop a server; return whether it has stopped already, else it is stopping."""
        request = self._request("DELETE", server_path(user, server), self._timeout * 2)
        response = await self._send(request)
        if response.code == 204:
            return True
        if not 200 <= response.code < 300:
            raise_for_status(response.code, response.body)
        return False

    # --- HTTP -----------------------------------------------------------------------------

    async def _get(self, path: str, query: Mapping[str, str] | None = None) -> bytes:
        request = self._request("GET", path, self._timeout, query)
        for pause in (*RETRY_AFTER, None):
            try:
                async with self._slots:
                    response = await self._send(request)
            except HubUnreachable:
                if pause is None:
                    raise
            else:
                if pause is None or response.code not in RETRY_STATUS:
                    break
            await self._sleep(pause)
        if response.code != 200:
            raise_for_status(response.code, response.body)
        return response.body

    def _request(
        self, method: str, path: str, seconds: float, query: Mapping[str, str] | None = None
    ) -> HTTPRequest:
        return HTTPRequest(
            url_concat(self._api_url + path, dict(query or {})),
            method=method,
            headers={
                "Accept": "application/jupyterhub-pagination+json",
                "Authorization": f"token {self._token}",
            },
            connect_timeout=min(seconds, _CONNECT),
            request_timeout=seconds,
            follow_redirects=False,  # the Hub's API sends nobody elsewhere
            ssl_options=self._ssl,
        )

    async def _send(self, request: HTTPRequest) -> HTTPResponse:
        try:
            return await self._http.fetch(request, raise_error=False)
        except HTTPTimeoutError as error:
            # The others are "while connecting" and "in request queue": the Hub knows nothing of it.
            if "during request" in str(error):
                raise HubTimeout(NO_ANSWER) from error
            raise HubUnreachable(NO_CONNECTION) from error
        except (HTTPInputError, UnsatisfiableReadError) as error:
            raise HubBadAnswer(UNREADABLE) from error
        except (HTTPClientError, OSError) as error:  # not the Hub's refusals, which are answers
            raise HubUnreachable(NO_CONNECTION) from error


def ssl_context(environ: Mapping[str, str]) -> ssl.SSLContext | None:
    """Return the context for a Hub with ``internal_ssl``, else None.

    The Hub gives a service the same certificates as a single-user server:
    https://jupyterhub.readthedocs.io/en/stable/explanation/websecurity.html
    """
    key, certificate = environ.get("JUPYTERHUB_SSL_KEYFILE"), environ.get("JUPYTERHUB_SSL_CERTFILE")
    if not (key and certificate):
        return None
    context = ssl.create_default_context(cafile=environ.get("JUPYTERHUB_SSL_CLIENT_CA") or None)
    context.load_cert_chain(certificate, key)
    return context
