"""Asking the Hub whose a token is, not more often than needed."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from tornado.web import HTTPError

from hub_admin_lab.errors import HubBadAnswer, HubTimeout, HubUnreachable, Unauthorized
from hub_admin_lab.service.identity import Caller, caller_of

# Seconds for which an answer is good enough to look at something, and to change something. A
# permission that was taken away holds at most that long here.
LOOK = 60.0
ACT = 0.0

# Seconds that the Hub has for an answer, and how many are asked at a time: it is one thread.
PATIENCE = 10.0
AT_A_TIME = 10
# Nobody waits in a longer line than this.
_MOST_WAITING = 500

Ask = Callable[[str], Awaitable[Any]]
"""Asks the Hub about a token: the model of its holder; None if the Hub knows nobody by it."""


class Whoami:
    """Tells who holds a token.

    Parameters
    ----------
    ask
        Asks the Hub.
    most
        How many answers are kept at most.
    clock
        Seconds, for tests.
    """

    def __init__(
        self, ask: Ask, *, most: int = 20_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask = ask
        self._most = most
        self._clock = clock
        # By the hash of the token: no token is kept.
        self._known: OrderedDict[str, tuple[float, Caller | None]] = OrderedDict()
        self._asking: dict[str, asyncio.Task[Caller | None]] = {}

    async def caller(self, token: str, *, max_age: float = LOOK) -> Caller:
        """Return who holds ``token``, by an answer of the Hub not older than ``max_age`` seconds.

        Raises
        ------
        Unauthorized
            The Hub knows nobody by it.
        HubError
            The Hub did not say.
        """
        key = hashlib.sha256(token.encode()).hexdigest()
        known = self._known.get(key)
        # A token that the Hub did not know it does not come to know.
        age = LOOK if known is not None and known[1] is None else max_age
        if known is not None and self._clock() - known[0] < age:
            caller = known[1]
        else:
            caller = await self._asked(key, token)
        if caller is None:
            raise Unauthorized("The hub does not know this token (any more).")
        return caller

    async def _asked(self, key: str, token: str) -> Caller | None:
        task = self._asking.get(key)
        if task is None:
            if len(self._asking) >= _MOST_WAITING:
                raise HubUnreachable("Too many want to know something of the hub now. Try again.")
            task = self._asking[key] = asyncio.ensure_future(self._look(key, token))
            task.add_done_callback(lambda _: self._asking.pop(key, None))
        # Several wait for one answer: that one of them gives up is not the others' business.
        return await asyncio.shield(task)

    async def _look(self, key: str, token: str) -> Caller | None:
        asked_at = self._clock()
        model = await self._ask(token)
        if model is not None and not isinstance(model, dict):
            raise HubBadAnswer("What answered for the hub is not a JupyterHub.")
        caller = None if model is None else caller_of(model)
        self._known.pop(key, None)  # the newest are last
        self._known[key] = (asked_at, caller)
        if len(self._known) > self._most:
            self._known.popitem(last=False)
        return caller


class HubAsked:
    """Asks the Hub, by JupyterHub's own client for services.

    Parameters
    ----------
    api_url
        Of the Hub's API.
    api_token
        The service's own token.
    """

    def __init__(self, api_url: str, api_token: str) -> None:
        # Not at the top: it loads half of JupyterHub, which tests with a fake Hub do not need.
        from jupyterhub.services.auth import HubAuth

        self._auth = HubAuth(api_url=api_url, api_token=api_token)
        self._slots = asyncio.Semaphore(AT_A_TIME)

    async def __call__(self, token: str) -> Any:
        """Return the model of whoever holds ``token``, or None.

        Raises
        ------
        HubUnreachable, HubTimeout
            The Hub did not say.
        """
        async with self._slots:
            try:
                # Without its cache: that keeps answers for five minutes whatever they are for.
                return await asyncio.wait_for(
                    self._auth.user_for_token(token, use_cache=False, sync=False), PATIENCE
                )
            except asyncio.TimeoutError:
                raise HubTimeout("The hub did not say in time who you are.") from None
            except (HTTPError, OSError, ValueError):
                # It has said why in the log, and it holds addresses.
                raise HubUnreachable("The hub could not be asked who you are.") from None

    async def close(self) -> None:
        """End its connections."""
        try:
            from jupyterhub.httpclient import JupyterHubHTTPClient  # since JupyterHub 6
        except ImportError:
            return
        await JupyterHubHTTPClient.loop_instance().close()
