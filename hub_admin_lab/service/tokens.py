"""The tokens with which servers report, once the Hub has said who they are.

So that 10,000 servers which report every minute do not ask the Hub 10,000 times a minute. A token
opens nothing but the reports of one run of one server, and nothing at all without this service's
key.
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from hashlib import sha256

PREFIX = "hal1."
"""No token of the Hub begins like this."""

LIFETIME = timedelta(days=7)
# Two processes of this service may not agree on the time to the second.
_AHEAD = timedelta(minutes=5)


@dataclass(frozen=True)
class Ticket:
    """What a token says.

    Attributes
    ----------
    run
        Of which run of the server, as the server names it.
    issued
        To whole seconds.
    """

    user: str
    server: str
    run: str
    issued: datetime


class CheckInTokens:
    """Signs and reads them.

    Parameters
    ----------
    key
        The secret. With another one all tokens from before are void.
    """

    def __init__(self, key: bytes) -> None:
        # Of its own, should the same secret ever sign something else.
        self._key = hmac.digest(key, b"hub-admin-lab check-in", sha256)

    def sign(self, user: str, server: str, run: str, now: datetime) -> str:
        """Return the token for this run of a server."""
        said = [user, server, run, int(now.timestamp())]
        payload = _text(json.dumps(said, separators=(",", ":")).encode())
        return f"{PREFIX}{payload}.{self._signature(payload)}"

    def read(self, token: str, now: datetime) -> Ticket | None:
        """Return what a token says; None if it is not ours, or too old."""
        payload, _, signature = token.removeprefix(PREFIX).partition(".")
        expected = self._signature(payload)
        if not hmac.compare_digest(signature.encode(), expected.encode()):
            return None
        said = urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        user, server, run, issued = json.loads(said)
        ticket = Ticket(user, server, run, datetime.fromtimestamp(issued, timezone.utc))
        return ticket if -_AHEAD <= now - ticket.issued <= LIFETIME else None

    def _signature(self, payload: str) -> str:
        return _text(hmac.digest(self._key, payload.encode(), sha256))


def is_check_in_token(token: str) -> bool:
    """Return whether a token looks like one of these, and not like one of the Hub's."""
    return token.startswith(PREFIX)


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
