"""Waits for the database when the service starts.

A Hub ends its own start where one of its services does not come up. So the service listens at
once; until the database has answered it knows no rules, stops nothing, and refuses requests.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from hub_admin_lab.errors import StoreUnavailable, StoreUnusable

log = logging.getLogger(__name__)

# Seconds between two tries, each time twice as long.
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0


class Opening:
    """Tries until the database has answered and all that it keeps is read.

    Parameters
    ----------
    connect
        Connects to it.
    load
        Reads what it keeps.
    sleep
        The clock, for tests.

    Attributes
    ----------
    done
        Whether that is so.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[None]],
        load: Callable[[], Awaitable[None]],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.done = False
        self._connect = connect
        self._load = load
        self._sleep = sleep

    def expect_done(self) -> None:
        """Refuse what needs the rules.

        Raises
        ------
        StoreUnavailable
            They are not known yet.
        """
        if not self.done:
            raise StoreUnavailable(
                "The hub service has just started and waits for its database. Try again later."
            )

    async def wait(self) -> None:
        """Return when it is done.

        Raises
        ------
        StoreUnusable
            Waiting does not help.
        """
        pause = FIRST_PAUSE
        while not await self._try():
            if pause == FIRST_PAUSE:  # why, the database has logged
                log.warning("Until the database answers, nothing is stopped or changed.")
            await self._sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        self.done = True

    async def _try(self) -> bool:
        try:
            await self._connect()
            await self._load()
        except StoreUnusable:
            raise
        except StoreUnavailable:
            return False
        return True
