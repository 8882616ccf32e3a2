"""HTTP to the hub service: one question at a time, and nothing that a server does not have yet."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.httputil import HTTPInputError
from tornado.iostream import UnsatisfiableReadError
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from hub_admin_lab.errors import ServiceUnreachable

PATH = "/api/agents/checkin"
_TIMEOUT = 20.0  # seconds
_MOST_BYTES = 1024 * 1024
_LATEST = 3600.0  # seconds that a Retry-After is heeded at most


@dataclass(frozen=True)
class Reply:
    """What came back.

    Attributes
    ----------
    body
        The JSON; None where it is none.
    retry_after
        Seconds that the service asks to wait; None where it asks nothing.
    """

    status: int
    body: Any
    retry_after: float | None


class ServiceConnection:
    """Sends reports.

    Parameters
    ----------
    url
        The service's, as this server reaches it.

    Raises
    ------
    ValueError
        That is no URL of such a service.
    """

    def __init__(self, url: str, *, version: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("not an address that begins with http:// or https://")
        self._url = url.rstrip("/") + PATH
        self._agent = f"hub-admin-lab/{version}"
        self._http: SimpleAsyncHTTPClient | None = None

    async def send(self, report: dict[str, Any], token: str) -> Reply:
        """Send a report and return what came back, whatever it is.

        Raises
        ------
        ServiceUnreachable
            Nothing came back.
        """
        request = HTTPRequest(
            self._url,
            method="POST",
            headers={"Authorization": f"token {token}", "Content-Type": "application/json"},
            body=json.dumps(report, allow_nan=False),
            user_agent=self._agent,
            connect_timeout=_TIMEOUT,
            request_timeout=_TIMEOUT,
            follow_redirects=False,  # whoever is elsewhere is not to get the token
            decompress_response=False,
        )
        if self._http is None:
            # Of its own: the shared one may be configured for other needs. It asks no proxy of the
            # environment: the service is a neighbour.
            self._http = SimpleAsyncHTTPClient(
                force_instance=True, max_clients=1, max_body_size=_MOST_BYTES
            )
        try:
            response = await self._http.fetch(request, raise_error=False)
        except (HTTPClientError, HTTPInputError, UnsatisfiableReadError, OSError) as error:
            raise ServiceUnreachable("The hub service cannot be reached.") from error
        return Reply(
            status=response.code,
            body=_json(response.body),
            retry_after=_retry_after(response.headers.get("Retry-After")),
        )

    def close(self) -> None:
        """Close what is open."""
        if self._http is not None:
            self._http.close()


def _json(body: bytes | None) -> Any:
    try:
        return json.loads(body or b"")
    except (ValueError, RecursionError):
        return None


def _retry_after(text: str | None) -> float | None:
    """Return the seconds; a date, which the service never sends, is not heeded."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 9:
        return None
    return min(float(text), _LATEST)
